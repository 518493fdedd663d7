"""Measures of what is left, against the literature and against slow, plain computing."""

import math
from collections import Counter, defaultdict
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.errors import InputError
from shouxin.protect.risk import measure

PAPER = pa.table({
    "zip": ["476**"] * 3 + ["4790*"] * 3 + ["476**"] * 3,
    "age": ["2*"] * 3 + [">=40"] * 3 + ["3*"] * 3,
    "salary": [3, 4, 5, 6, 11, 8, 7, 9, 10],
})  # fmt: skip
ROWS = st.lists(
    st.tuples(st.none() | st.integers(0, 2), st.sampled_from("ab"), st.none() | st.integers(0, 5)),
    min_size=1,
    max_size=30,
)


def slowly(rows: list[Any], *, ordered: bool) -> tuple[int, int, float, float]:
    """Return k, distinct l, entropy l and t by the definitions."""
    classes = defaultdict(list)
    for first, second, value in rows:
        classes[first, second].append(value)
    values = sorted({row[2] for row in rows}, key=lambda value: (value is not None, value))
    whole = Counter(row[2] for row in rows)
    q = [whole[value] / len(rows) for value in values]
    farthest = 0.0
    entropies = []
    for members in classes.values():
        counted = Counter(members)
        p = [counted[value] / len(members) for value in values]
        entropies.append(-sum(share * math.log(share) for share in p if share))
        if ordered:
            steps = [abs(sum(p[: at + 1]) - sum(q[: at + 1])) for at in range(len(values))]
            distance = sum(steps) / max(len(values) - 1, 1)
        else:
            distance = sum(abs(one - other) for one, other in zip(p, q, strict=True)) / 2
        farthest = max(farthest, distance)
    distinct = min(len(set(members)) for members in classes.values())
    return min(len(members) for members in classes.values()), distinct, math.exp(min(entropies)), farthest


def test_the_example_of_the_paper() -> None:
    """Li, Li and Venkatasubramanian 2007: the class of salaries 3, 4, 5 is 0.375 away."""
    found = measure(PAPER, ["zip", "age"], ["salary"])
    assert (found.k, found.classes) == (3, 3)
    assert found.prosecutor == pytest.approx(1 / 3)
    assert found.diversity[0].distinct == 3
    assert found.diversity[0].closeness == pytest.approx(0.375)


@pytest.mark.parametrize("ordered", [True, False])
@given(rows=ROWS)
def test_the_statements_compute_the_definitions(ordered: bool, rows: list[Any]) -> None:
    """Set-based and slow computing agree, missing values counted as a value."""
    given_ = [
        (first, second, value if ordered or value is None else str(value)) for first, second, value in rows
    ]
    table = pa.table({
        "size": pa.array([row[0] for row in given_], pa.int64()),
        "class": pa.array([row[1] for row in given_]),
        'a "b"': pa.array([row[2] for row in given_], pa.int64() if ordered else pa.string()),
    })  # fmt: skip
    found = measure(table, ["size", "class"], ['a "b"'])
    k, distinct, entropy, closeness = slowly(given_, ordered=ordered)
    assert (found.k, found.diversity[0].distinct) == (k, distinct)
    assert found.diversity[0].entropy == pytest.approx(entropy)
    assert found.diversity[0].closeness == pytest.approx(closeness, abs=1e-9)


def test_risk_of_naming_a_row() -> None:
    """One row alone, three alike: unique, average and at-risk shares; a population lessens the risk."""
    table = pa.table({"a": ["x", "y", "y", "y"]})
    found = measure(table, ["a"], threshold=0.4)
    assert (found.k, found.prosecutor, found.average, found.at_risk, found.unique) == (
        1,
        1.0,
        0.5,
        0.25,
        0.25,
    )
    assert found.journalist is None
    everybody = pa.table({"a": ["x"] * 10 + ["y"] * 5})
    assert measure(table, ["a"], population=everybody).journalist == pytest.approx(0.2)
    assert measure(table, ["a"], sampling=0.1).expected_unique == pytest.approx(0.1 / 0.9 * math.log(10))


@pytest.mark.parametrize(
    ("table", "more", "code"),
    [
        (pa.table({"a": [1]}), {"quasi": ["b"]}, "protect-no-column"),
        (pa.table({"a": [1]}), {"quasi": []}, "protect-no-column"),
        (pa.table({"a": pa.array([], pa.int64())}), {"quasi": ["a"]}, "protect-empty"),
        (pa.table({"a": [1]}), {"quasi": ["a"], "threshold": 2.0}, "protect-share"),
        (pa.table({"a": [1]}), {"quasi": ["a"], "population": pa.table({"a": [2]})}, "protect-population"),
    ],
)
def test_what_cannot_be_measured_is_said(table: Any, more: Any, code: str) -> None:
    """No column, no row, no share, a population without these people."""
    with pytest.raises(InputError) as caught:
        measure(table, **more)
    assert caught.value.code == code
