"""Identifiers, names and addresses together: what stays where they overlap, and which parts run at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.detect import Scanner, compiled, prose, scan
from shouxin.detect.kinds import NUMBER
from shouxin.detect.overlaps import kept
from shouxin.detect.spans import Spans

TEXT = "收件人：李小明，杭州市余杭区文一西路969号3幢2单元1102 138 0013 8000"


def cut_out(text: str, **options: float) -> list[tuple[str, str, str]]:
    """Return what is found with its source."""
    found = Scanner(**options).scan(text)  # type: ignore[arg-type]
    return [(item.type, item.source, text[item.start : item.end]) for item in found]


def test_all_are_reported_in_the_order_of_the_text(engine: str) -> None:
    """An address ends before the mobile number behind it, also where that stands in groups."""
    assert cut_out(TEXT) == [
        ("person_name", "names", "李小明"),
        ("address", "addresses", "杭州市余杭区文一西路969号3幢2单元1102"),
        ("mobile", "identifiers", "138 0013 8000"),
    ]


def test_a_bare_division_is_reported_where_it_is_asked_for(engine: str) -> None:
    """The score of a bare place lies below the default."""
    assert cut_out("他去了北京。") == []
    assert cut_out("他去了北京。", min_score=0.35) == [("address", "addresses", "北京")]


def test_the_longer_stays(engine: str) -> None:
    """A name inside an address is part of the address."""
    assert [kind for kind, *_ in cut_out("住在武汉市武昌区张之洞路15号")] == ["address"]


@pytest.mark.parametrize(
    ("rows", "first", "stay"),
    [
        ([(0, 4, 0.9), (2, 9, 0.5)], (), [False, True]),
        ([(0, 4, 0.9), (2, 9, 0.5)], (0,), [True, False]),
        ([(0, 4, 0.9), (4, 9, 0.5)], (), [True, True]),
        ([(0, 4, 0.6), (0, 4, 0.7)], (), [False, True]),
        ([(0, 3, 0.9), (2, 8, 0.9), (7, 10, 0.9), (20, 21, 0.9)], (), [False, True, False, True]),
        ([(0, 9, 0.9), (1, 2, 0.9), (3, 4, 0.9)], (), [True, False, False]),
        ([], (), []),
    ],
)
def test_the_rule_of_overlaps(
    rows: list[tuple[int, int, float]], first: tuple[int, ...], stay: list[bool]
) -> None:
    """Identifiers, then the longer, then the surer; neighbours do not overlap."""
    start, end, score = np.array(rows, np.float64).reshape(-1, 3).T
    spans = Spans(
        np.zeros(len(rows), np.uint8), start.astype(np.int64), end.astype(np.int64), score.astype(np.float32)
    )
    rank = np.where(np.isin(np.arange(len(rows)), first), 0, 1)
    assert kept(spans, rank).tolist() == stay


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 12), st.sampled_from([0.25, 0.5, 1]), st.integers(0, 2))
    )
)
def test_the_quick_rule_is_the_plain_one(rows: list[tuple[int, int, float, int]]) -> None:
    """What stays is what the rule says, one place after the other against all that were taken."""
    rows.sort(key=lambda row: row[0])
    start, length, score, rank = (np.array(column) for column in np.array(rows).reshape(-1, 4).T)
    ends = start + length
    spans = Spans(
        np.zeros(len(rows), np.uint8),
        start.astype(np.int64), ends.astype(np.int64), score.astype(np.float32),
    )  # fmt: skip
    taken: set[int] = set()
    for i in sorted(range(len(rows)), key=lambda i: (rank[i], -length[i], -score[i], i)):
        if all(ends[i] <= start[k] or ends[k] <= start[i] for k in taken):
            taken.add(i)
    assert kept(spans, rank.astype(np.int64)).tolist() == [i in taken for i in range(len(rows))]


def test_a_scanner_of_identifiers_reads_no_prose(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the tables are loaded nor the text is read."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(prose, "read", refuse)
    monkeypatch.setattr(compiled, "reader", refuse)
    assert [item.type for item in Scanner(["mobile"]).scan(TEXT)] == ["mobile"]


@pytest.mark.parametrize(("kind", "other"), [("person_name", "addresses"), ("address", "names")])
def test_only_the_part_asked_for_is_read(kind: str, other: str, engine: str) -> None:
    """Names without addresses, and addresses without names, with the number that ends them."""
    assert {item.type for item in Scanner([kind]).scan(TEXT)} == {kind}
    inside = (prose.NONE, prose.NONE)
    read = prose.read(TEXT.encode(), inside, names=other != "names", addresses=other != "addresses")
    assert len(getattr(read, other).start) == 0


def test_broken_utf8_moves_no_offset(engine: str) -> None:
    """Bytes that are no characters stand for themselves; what is around them is found at its true place."""
    data = (
        b"\xff\xe7\x8e" + "联系人：李小明".encode() + b"\xf0\x9f\n\xc3" + "住在中山路12号".encode() + b"\xe5"
    )
    found = [(item.type, data[item.byte_start : item.byte_end].decode()) for item in scan(data)]
    assert found == [("person_name", "李小明"), ("address", "中山路12号")]


def test_arrays_hold_what_findings_say(engine: str) -> None:
    """``spans`` and ``scan`` agree."""
    scanner = Scanner()
    spans, found = scanner.spans(TEXT), scanner.scan(TEXT)
    assert spans.kind.tolist() == [NUMBER[item.type] for item in found]
    assert spans.start.tolist() == [item.byte_start for item in found]
    assert spans.end.tolist() == [item.byte_end for item in found]
