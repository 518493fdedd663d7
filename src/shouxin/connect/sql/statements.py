"""The statements with which a person's rows are fetched and changed, put together once for a store.

Their parameters: ``values`` are those of one column or of keys, ``values0`` … those of several columns,
``key0`` … the cells of a row without a key, ``new0`` … what is written, ``brief``, ``pattern`` and ``before``
what is looked for.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from shouxin.connect.sql.mentions import anywhere
from shouxin.connect.sql.schema import Ground, Real

AT_ONCE = 10_000
"""Values that one statement names at most."""

Pair = tuple[Any, ...]
"""The values of a key."""


def having(ground: Ground, row: Any, columns: Sequence[str]) -> sa.Select[Any]:
    """Return the query for rows in which any of these columns is one of its values."""
    some = (_among(ground, row.c[column], f"values{at}") for at, column in enumerate(columns))
    return sa.select(*row.columns).where(sa.or_(*some))


def tally(ground: Ground, row: Any, column: str) -> sa.Select[Any]:
    """Return the query for how many rows have one of some values in a column."""
    return sa.select(sa.func.count()).select_from(row).where(_among(ground, row.c[column]))


def sweep(ground: Ground, row: Any, column: str) -> sa.Delete:
    """Return the statement that deletes the rows that have one of some values in a column."""
    return sa.delete(row).where(_among(ground, row.c[column]))


def of_keys(ground: Ground, real: Real, *, locked: bool) -> sa.Select[Any]:
    """Return the query for the rows of some keys; ``locked`` keeps others from changing them."""
    found = sa.select(*real.table.columns).where(_keyed(ground, real))
    return found.with_for_update() if locked else found


def delete(ground: Ground, real: Real) -> sa.Delete:
    """Return the statement that deletes the rows of some keys."""
    return sa.delete(real.table).where(_keyed(ground, real))


def update(ground: Ground, real: Real, columns: Sequence[str]) -> sa.Update:
    """Return the statement that writes columns in the rows of some keys."""
    row = real.table
    new = {name: sa.bindparam(f"new{at}", type_=row.c[name].type) for at, name in enumerate(columns)}
    return sa.update(row).where(_keyed(ground, real)).values(new)


def of_pairs(ground: Ground, real: Real, pairs: Sequence[Pair]) -> Iterator[dict[str, Any]]:
    """Yield the parameters of statements for some keys: many at a time, but for rows that have none."""
    if not real.keyed:
        yield from ({f"key{at}": value for at, value in enumerate(pair)} for pair in pairs)
        return
    for start in range(0, len(pairs), AT_ONCE):
        part = pairs[start : start + AT_ONCE]
        if len(real.key) == 1:
            yield {"values": [pair[0] for pair in part]}
        elif ground.kind == "postgresql":
            yield {f"values{at}": list(column) for at, column in enumerate(zip(*part, strict=True))}
        else:
            yield {"values": list(part)}


def _keyed(ground: Ground, real: Real) -> sa.ColumnElement[bool]:
    keys = [real.table.c[name] for name in real.key]
    if not real.keyed:
        pairs = ((key, sa.bindparam(f"key{at}", type_=key.type)) for at, key in enumerate(keys))
        return sa.and_(*(key.is_not_distinct_from(value) for key, value in pairs))
    if len(keys) == 1:
        return _among(ground, keys[0])
    if ground.kind != "postgresql":
        return sa.tuple_(*keys).in_(sa.bindparam("values", expanding=True))
    columns = (_array(key, f"values{at}") for at, key in enumerate(keys))
    named = (sa.column(f"key{at}", key.type) for at, key in enumerate(keys))
    wanted = sa.func.unnest(*columns).table_valued(*named).render_derived()
    return sa.tuple_(*keys).in_(sa.select(*wanted.c))


def _among(ground: Ground, column: sa.Column[Any], name: str = "values") -> sa.ColumnElement[bool]:
    """Return the condition that a column is one of some values, which are one parameter where that can be."""
    if ground.kind != "postgresql":
        return column.in_(sa.bindparam(name, expanding=True))
    return column == sa.any_(_array(column, name))


def _array(column: sa.Column[Any], name: str) -> sa.BindParameter[Any]:
    held: Any = sa.BigInteger() if isinstance(column.type, sa.Integer) else column.type
    return sa.bindparam(name, type_=sa.ARRAY(held))


def mentioning(row: Any, columns: Sequence[str]) -> sa.Select[Any]:
    """Return the query for rows in which a pattern fits in one of these columns; ``brief`` fits there too."""
    brief, pattern = (sa.bindparam(name, type_=sa.Text) for name in ("brief", "pattern"))
    fits = (sa.and_(anywhere(row.c[name], brief), anywhere(row.c[name], pattern)) for name in columns)
    return sa.select(*row.columns).where(sa.or_(*fits))


def older(row: Any, column: str) -> sa.Select[Any]:
    """Return the query for rows whose column is before a day."""
    return sa.select(*row.columns).where(row.c[column] < sa.bindparam("before", type_=sa.Date))
