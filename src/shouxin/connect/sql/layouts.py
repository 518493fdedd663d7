"""Whether the rows of a database can be worked on in Python, and what its columns can hold."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from shouxin.connect.roles import inside
from shouxin.connect.rows.source import Column, Kind, Layout
from shouxin.connect.sql.replacing import kind_of
from shouxin.connect.sql.schema import Ground, Real

_KINDS: Mapping[str, Kind] = {
    "bool": "bool",
    "int": "int",
    "number": "number",
    "date": "date",
    "time": "time",
    "text": "text",
    "bytes": "bytes",
    "bytea": "bytes",
    "uuid": "uuid",
    "inet": "inet",
}
_COMPARED = frozenset({"int", "text", "uuid"})
"""Kinds of columns whose values are equal where they are as text."""


def fits(ground: Ground, *, exact: bool) -> bool:
    """Tell whether rows of a store can be told apart, tied together and emptied in Python.

    ``exact``: whether text may be compared letter by letter where MySQL and MariaDB do it otherwise.
    """
    same = _COMPARED if exact or ground.kind != "mysql" else _COMPARED - {"text"}
    return all(_fits(ground, real, same) for real in ground.real.values())


def _fits(ground: Ground, real: Real, same: frozenset[str]) -> bool:
    tied = {*(real.key if real.keyed else ()), *(name for one in inside(real.mapped) for name in one.columns)}
    tied |= {name for edge in ground.into(real.mapped.table) for name in edge.reference.at}
    named = {one.column for one in real.mapped.identities}
    if any(kind_of(real.table.c[name]) not in same for name in tied):
        return False
    if any(kind_of(real.table.c[name]) not in _COMPARED for name in named):
        return False
    needed = (one for one in real.mapped.columns if one.erase or one.categories or one.free_text)
    return all(
        real.table.c[one.column].nullable or kind_of(real.table.c[one.column]) in _KINDS for one in needed
    )


def layout(ground: Ground, table: str) -> Layout:
    """Return how a table is made; one that only the database knows has nothing that can change."""
    real = ground.real.get(table)
    if real is None:
        return Layout()
    return Layout(
        real.key if real.keyed else (), {column.name: _column(real, column) for column in real.table.columns}
    )


def _column(real: Real, column: sa.Column[Any]) -> Column:
    room = getattr(column.type, "length", None)
    if isinstance(column.type, sa.Numeric):
        room = (column.type.precision or 15) - (column.type.scale or 0)
    if isinstance(column.type, sa.Integer):
        small, large = isinstance(column.type, sa.SmallInteger), isinstance(column.type, sa.BigInteger)
        room = 4 if small else 18 if large else 9
    return Column(_KINDS.get(kind_of(column), "any"), bool(column.nullable), column.name in real.unique, room)
