"""What risk is left in a table: k-anonymity, l-diversity, t-closeness, and the chance of re-identification.

Rows that agree in all quasi-identifiers form a class; a missing value is a value like any other. Classes
are counted by DuckDB in one statement each, so that the cost is that of a GROUP BY.
"""

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from msgspec import Struct

from shouxin.errors import InputError


class Diversity(Struct, frozen=True):
    """How much a class gives away about a sensitive column, at worst.

    ``distinct`` is l of distinct l-diversity; ``entropy`` is l of entropy l-diversity (e to the power of the
    smallest entropy); ``closeness`` is t: the greatest distance of a class from the whole table, by the earth
    mover's distance (over ranks where the column holds numbers or dates, else with every two values equally
    far).
    """

    column: str
    distinct: int
    entropy: float
    closeness: float
    ordered: bool


class Risk(Struct, frozen=True):
    """What risk is left in a table of ``rows`` rows.

    ``prosecutor`` is the greatest chance, for one who knows the person is in the table, to name the row: 1
    / k; ``average`` the mean over rows; ``at_risk`` the share of rows above ``threshold``; ``unique`` the
    share of rows alone in their class. ``journalist`` is the greatest chance where the table is a part of a
    population: by the population's own table, or ``None``. ``expected_unique`` estimates the chance that a
    row alone in this sample is alone in the population, by the sampling fraction (Benedetti and Franconi
    1998), or ``None``.
    """

    rows: int
    classes: int
    k: int
    prosecutor: float
    average: float
    at_risk: float
    threshold: float
    unique: float
    journalist: float | None
    expected_unique: float | None
    diversity: tuple[Diversity, ...]


def measure(
    table: Any,
    quasi: Sequence[str],
    sensitive: Sequence[str] = (),
    *,
    threshold: float = 0.2,
    population: Any = None,
    sampling: float | None = None,
) -> Risk:
    """Return the risk left in an Arrow table.

    ``quasi`` names the columns that others may know, ``sensitive`` those they would like to; ``population``
    is a table of everybody with the quasi-identifiers, ``sampling`` the share of everybody that the table
    holds. Raises ``InputError`` (protect-no-column, protect-empty, protect-share).
    """
    _check(table, [*quasi, *sensitive], quasi)
    if population is not None:
        _check(population, list(quasi), quasi)
    if not 0 < threshold <= 1 or not 0 < (sampling or 1) <= 1:
        raise InputError("protect-share", "a share lies above 0 and at most at 1", remedy="give one like 0.2")
    names = ", ".join(_quoted(name) for name in quasi)
    with duckdb.connect(":memory:") as base:
        base.register("given", table)
        base.execute(f'CREATE TABLE classes AS SELECT {names}, count(*) AS "§size" FROM given GROUP BY ALL')  # noqa: S608
        sizes = base.execute('SELECT "§size" FROM classes').fetchnumpy()["§size"].astype(np.int64)
        rows = int(sizes.sum())
        risks = 1 / sizes
        return Risk(
            rows=rows,
            classes=len(sizes),
            k=int(sizes.min()),
            prosecutor=float(risks.max()),
            average=len(sizes) / rows,
            at_risk=float(sizes[risks > threshold].sum() / rows),
            threshold=threshold,
            unique=float((sizes == 1).sum() / rows),
            journalist=None if population is None else _journalist(base, population, quasi),
            expected_unique=None if sampling is None else _expected(sampling),
            diversity=tuple(_diversity(base, table, names, column) for column in sensitive),
        )


def _check(table: Any, wanted: Sequence[str], quasi: Sequence[str]) -> None:
    lost = [name for name in wanted if name not in table.schema.names]
    if lost or not quasi:
        what = f'there is no column "{lost[0]}"' if lost else "no quasi-identifier is named"
        raise InputError(
            "protect-no-column", what, remedy=f"choose from {', '.join(table.schema.names[:20])}"
        )
    if not table.num_rows:
        raise InputError("protect-empty", "the table has no row", remedy="measure a table with rows")


def _journalist(base: duckdb.DuckDBPyConnection, population: Any, quasi: Sequence[str]) -> float:
    """Return 1 / the smallest class of the population that a row of the table falls into."""
    names = ", ".join(_quoted(name) for name in quasi)
    same = " AND ".join(f"c.{_quoted(name)} IS NOT DISTINCT FROM p.{_quoted(name)}" for name in quasi)
    base.register("everybody", population)
    found = base.execute(
        f'WITH p AS (SELECT {names}, count(*) AS "§size" FROM everybody GROUP BY ALL) '  # noqa: S608
        f'SELECT min(coalesce(p."§size", 0)) FROM classes c LEFT JOIN p ON {same}'
    ).fetchone()
    smallest = found[0] if found else 0
    if not smallest:
        raise InputError(
            "protect-population",
            "the population lacks people who are in the table",
            remedy="give the whole population, with the same columns generalised in the same way",
        )
    return 1 / float(smallest)


def _expected(sampling: float) -> float:
    """Return the expected 1 / F of a row that is alone in a sample, F negative binomial."""
    return 1.0 if sampling == 1 else float(sampling / (1 - sampling) * -np.log(sampling))


def _diversity(base: duckdb.DuckDBPyConnection, table: Any, names: str, column: str) -> Diversity:
    """Return the worst class for one sensitive column; a missing value counts as one more value."""
    type_ = table.schema.field(column).type
    ordered = bool(
        pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_)
        or pa.types.is_temporal(type_)
    )  # fmt: skip
    counted = base.execute(
        f'WITH g AS (SELECT {names}, {_quoted(column)} AS "§value", count(*) AS "§n" '  # noqa: S608
        f"FROM given GROUP BY {names}, {_quoted(column)}) "
        f"SELECT dense_rank() OVER (ORDER BY {names}) - 1 AS class, "
        'dense_rank() OVER (ORDER BY "§value" NULLS FIRST) - 1 AS value, "§n" AS n FROM g ORDER BY 1, 2'
    ).fetchnumpy()
    classes, values, n = (np.asarray(counted[name]).astype(np.int64) for name in ("class", "value", "n"))
    starts = np.flatnonzero(np.r_[True, np.diff(classes) > 0])
    sizes = np.add.reduceat(n, starts)
    share = n / sizes[classes]
    entropy = -np.add.reduceat(share * np.log(share), starts)
    whole = np.bincount(values, weights=n) / n.sum()
    distance = _ranked if ordered else _equal
    return Diversity(
        column=column,
        distinct=int(np.diff(np.r_[starts, len(n)]).min()),
        entropy=float(np.exp(entropy.min())),
        closeness=float(distance(share, values, starts, whole).max()),
        ordered=ordered,
    )


Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def _equal(share: Floats, values: Ints, starts: npt.NDArray[np.intp], whole: Floats) -> Floats:
    """Return half the sum of |p - q| of each class: values it lacks add what the table has of them."""
    present = np.add.reduceat(np.abs(share - whole[values]) - whole[values], starts)
    distance: Floats = (present + 1) / 2
    return distance


def _ranked(share: Floats, values: Ints, starts: npt.NDArray[np.intp], whole: Floats) -> Floats:
    """Return the mean of |P - Q| over ranks, P and Q cumulative, of each class.

    Between two values of a class P stands still while Q rises, so each such stretch is summed at once from
    the running sum of Q, split where Q passes P.
    """
    if len(whole) == 1:
        return np.zeros(len(starts))
    running = np.cumsum(whole)
    before = np.r_[0.0, np.cumsum(running)]
    total = np.cumsum(share)
    first = np.repeat(total[starts] - share[starts], np.diff(np.r_[starts, len(share)]))
    level = total - first
    ends = np.r_[values[1:], len(whole)]
    ends[starts[1:] - 1] = len(whole)
    split = np.clip(np.searchsorted(running, level), values, ends)
    under = level * (split - values) - (before[split] - before[values])
    over = before[ends] - before[split] - level * (ends - split)
    lead = before[values[starts]]
    distance: Floats = (np.add.reduceat(under + over, starts) + lead) / (len(whole) - 1)
    return distance


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
