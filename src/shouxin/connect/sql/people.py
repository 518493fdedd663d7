"""Whom rows of a database are about: up the references that say whose a row is, to an identity.

The database sorts out who comes twice and sends the people as they are read, so that nothing grows here
with their number.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from shouxin.connect.affected import TouchedRows
from shouxin.connect.marks import is_erased
from shouxin.connect.sql.matching import typed
from shouxin.connect.sql.own import refers
from shouxin.connect.sql.schema import Ground, Real
from shouxin.errors import InputError

PAGE = 2000
"""People that are fetched at a time."""


class _Way(NamedTuple):
    """The rows from a touched one up to one with the identity, without the first, and how they join."""

    tables: tuple[sa.FromClause, ...]
    joined: tuple[sa.ColumnElement[bool], ...]
    identity: sa.ColumnElement[Any]


class SqlAffected:
    """The people of some rows, on one connection; raise as ``TellsPeople``."""

    def __init__(
        self, connection: sa.Connection, ground: Ground, rows: Sequence[TouchedRows], identity: str
    ) -> None:
        self._connection, self._ground, self._identity = connection, ground, identity
        self._rows = [(self._real(one), one) for one in rows]
        self._ways = [list(self._up(real.mapped.table, real.table)) for real, _ in self._rows]
        for (real, _), ways in zip(self._rows, self._ways, strict=True):
            if not ways:
                raise InputError(
                    "people-identity",
                    f'no way leads from "{real.mapped.table}" to the identity "{identity[:80]}"',
                    where=f"{ground.found.store}.{real.mapped.table}",
                    remedy=f"name one of: {', '.join(sorted(self._known()))}; or mend the references",
                )

    def records(self) -> Mapping[str, int]:
        """Return for each category how many rows hold something of it."""
        found: dict[str, int] = {}
        for real, one in self._rows:
            by: dict[str, list[sa.ColumnElement[Any]]] = {}
            for column in real.mapped.columns:
                for category in column.categories:
                    by.setdefault(category, []).append(real.table.c[column.column])
            if not by:
                continue
            counts = (
                sa.func.count(sa.case((sa.or_(*(c.is_not(None) for c in columns)), 1)))
                for columns in by.values()
            )
            asked = sa.select(*counts).select_from(real.table).where(*self._which(real, one))
            for category, count in zip(by, self._connection.execute(asked).one(), strict=True):
                found[category] = found.get(category, 0) + count
        return {name: count for name, count in found.items() if count}

    def count(self) -> int:
        """Return how many people it is."""
        return sum(1 for _ in self)

    def left(self) -> int:
        """Return how many rows tell nobody by that identity."""
        return sum(
            int(self._connection.execute(self._untold(real, one, ways)).scalar_one())
            for (real, one), ways in zip(self._rows, self._ways, strict=True)
        )

    def __iter__(self) -> Iterator[str]:
        streamed = self._connection.execution_options(stream_results=True, yield_per=PAGE)
        for (value,) in streamed.execute(self._people()):
            if not is_erased(value):
                yield str(value)

    def _people(self) -> sa.CompoundSelect[Any]:
        asked = [
            sa.select(way.identity.label("person"))
            .distinct()
            .select_from(real.table, *way.tables)
            .where(*self._which(real, one), *way.joined, way.identity.is_not(None))
            for (real, one), ways in zip(self._rows, self._ways, strict=True)
            for way in ways
        ]
        return sa.union(*asked)

    def _untold(self, real: Real, one: TouchedRows, ways: Sequence[_Way]) -> sa.Select[Any]:
        told = (
            sa.exists().select_from(*way.tables).where(*way.joined, way.identity.is_not(None))
            if way.tables
            else way.identity.is_not(None)
            for way in ways
        )
        counted = sa.select(sa.func.count()).select_from(real.table)
        return counted.where(*self._which(real, one), sa.not_(sa.or_(*told)))

    def _up(self, name: str, row: sa.FromClause) -> Iterator[_Way]:
        """Yield every way from a row up to the identity; the tables of a map are no circle."""
        for identity in self._ground.real[name].mapped.identities:
            if identity.identity == self._identity:
                yield _Way((), (), row.c[identity.column])
        for edge in self._ground.out_of(name):
            if edge.means == "owner" and edge.to != name and not edge.reference.cut:
                above = self._ground.real[edge.to].table.alias()
                for way in self._up(edge.to, above):
                    joined = (refers(edge.reference, row, above), *way.joined)
                    yield _Way((above, *way.tables), joined, way.identity)

    def _real(self, one: TouchedRows) -> Real:
        real = self._ground.real.get(one.table)
        if real is None or (one.column and one.column not in real.table.c):
            raise self._no_place(one, "the map has no such table or column")
        if one.column == "" and (one.since or one.until):
            raise self._no_place(one, "days are given and no column that they are about")
        if one.keys and len(real.key) != 1:
            raise self._no_place(one, "only rows of a table with a key of one column can be listed")
        return real

    def _no_place(self, one: TouchedRows, what: str) -> InputError:
        where = f"{self._ground.found.store}.{one.table[:80]}"
        return InputError("people-place", what, where=where, remedy="see the map: docs/dataset-map.md")

    def _which(self, real: Real, one: TouchedRows) -> Iterator[sa.ColumnElement[bool]]:
        row = real.table
        if one.since:
            yield row.c[one.column] >= sa.literal(one.since, sa.Date)
        if one.until:
            yield row.c[one.column] < sa.literal(one.until + timedelta(days=1), sa.Date)
        if one.keys:
            key = row.c[real.key[0]]
            yield key.in_([typed(key, value) for value in one.keys])

    def _known(self) -> set[str]:
        return {one.identity for real in self._ground.real.values() for one in real.mapped.identities}
