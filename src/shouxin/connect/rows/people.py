"""Whom rows of any source are about: up the references that say whose a row is, to an identity.

Rows come a batch at a time, and who was named already is kept on a disk, so that nothing grows in memory with
the number of people.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from typing import Any, NamedTuple, Protocol

from shouxin.connect.affected import TouchedRows
from shouxin.connect.marks import is_erased
from shouxin.connect.model import MappedTable
from shouxin.connect.person import ways
from shouxin.connect.roles import Edge
from shouxin.connect.rows import paths
from shouxin.connect.rows.own import Ground
from shouxin.connect.rows.source import Record, Rows
from shouxin.connect.rows.values import combinations, day, refers, text, texts
from shouxin.errors import InputError

BATCH = 500
"""Rows that are led up to their people at once."""

Values = Mapping[str, Any]


class Listed(Rows, Protocol):
    """Rows that can be asked for and listed."""

    def every(self, table: str) -> Iterator[Record]:
        """Yield every row."""


class _Told(NamedTuple):
    """Whom a row is about, and whether it says so at all: one that an erasure left says nobody."""

    people: frozenset[str] = frozenset()
    told: bool = False


class RowsAffected:
    """The people of some rows of a source; raise as ``TellsPeople``."""

    def __init__(self, source: Listed, ground: Ground, rows: Sequence[TouchedRows], identity: str) -> None:
        self._source, self._ground, self._identity = source, ground, identity
        self._tables = {table.table: table for table in ground.found.tables}
        self._rows = rows
        for one in rows:
            self._check(one)
        self._leading = {one.table: self._leads(one.table) for one in rows}
        for one in rows:
            if not self._leading[one.table]:
                known = {held.identity for table in self._tables.values() for held in table.identities}
                raise InputError(
                    "people-identity",
                    f'no way leads from "{one.table}" to the identity "{identity[:80]}"',
                    where=f"{ground.found.store}.{one.table}",
                    remedy=f"name one of: {', '.join(sorted(known))}; or mend the references",
                )

    def records(self) -> Mapping[str, int]:
        """Return for each category how many rows hold something of it."""
        found: dict[str, int] = {}
        for one in self._rows:
            by: dict[str, list[str]] = {}
            for column in self._tables[one.table].columns:
                for category in column.categories:
                    by.setdefault(category, []).append(column.column)
            for values in self._touched(one) if by else ():
                for category, columns in by.items():
                    if any(paths.read(values, column) for column in columns):
                        found[category] = found.get(category, 0) + 1
        return found

    def count(self) -> int:
        """Return how many people it is."""
        return sum(1 for _ in self)

    def left(self) -> int:
        """Return how many rows tell nobody by that identity."""
        return sum(
            not told.told
            for one in self._rows
            for rows in _batches(self._touched(one))
            for told in self._up(one.table, rows)
        )

    def __iter__(self) -> Iterator[str]:
        with closing(sqlite3.connect("")) as seen:
            seen.execute("create table seen (person text primary key) without rowid")
            for one in self._rows:
                for rows in _batches(self._touched(one)):
                    for told in self._up(one.table, rows):
                        for person in sorted(told.people):
                            added = seen.execute("insert or ignore into seen values (?)", (person,))
                            if added.rowcount:
                                yield person

    def _up(self, name: str, rows: Sequence[Values]) -> list[_Told]:
        """Return whom each row of a table is about; the tables of a map are no circle."""
        found = [self._named(self._tables[name], values) for values in rows]
        for edge in self._owners(name):
            wanted = [refers(edge.reference, values) for values in rows]
            above = self._above(edge, set().union(*wanted)) if any(wanted) else {}
            for at, combos in enumerate(wanted):
                for told in (above[one] for one in combos if one in above):
                    found[at] = _Told(found[at].people | told.people, found[at].told or told.told)
        return found

    def _above(self, edge: Edge, wanted: set[tuple[str, ...]]) -> dict[tuple[str, ...], _Told]:
        """Return whom the rows that a reference leads to are about, by what it says."""
        at = edge.reference.at
        asked = {way for one in wanted for way in ways(one[0])}
        rows = [one.values for one in self._source.having(edge.to, at[0], asked)]
        rows = [values for values in rows if not wanted.isdisjoint(combinations(values, at))]
        found: dict[tuple[str, ...], _Told] = {}
        for values, told in zip(rows, self._up(edge.to, rows), strict=True):
            for one in combinations(values, at) & wanted:
                before = found.get(one, _Told())
                found[one] = _Told(before.people | told.people, before.told or told.told)
        return found

    def _named(self, mapped: MappedTable, values: Values) -> _Told:
        there = [
            value
            for one in mapped.identities
            if one.identity == self._identity
            for value in paths.read(values, one.column)
        ]
        people = frozenset(str(text(value)) for value in there if not is_erased(value))
        return _Told(people, bool(there))

    def _owners(self, name: str) -> Iterator[Edge]:
        return (
            edge
            for edge in self._ground.edges
            if edge.table == name and edge.means == "owner" and edge.to != name and not edge.reference.cut
        )

    def _leads(self, name: str) -> bool:
        """Tell whether some way leads from a table up to the identity."""
        if any(one.identity == self._identity for one in self._tables[name].identities):
            return True
        return any(self._leads(edge.to) for edge in self._owners(name))

    def _touched(self, one: TouchedRows) -> Iterator[Values]:
        found = (
            self._source.having(one.table, self._key(one.table)[0], set(one.keys))
            if one.keys
            else self._source.every(one.table)
        )
        return (record.values for record in found if self._within(one, record.values))

    def _within(self, one: TouchedRows, values: Values) -> bool:
        if one.keys and set(texts(values, self._key(one.table)[0])).isdisjoint(one.keys):
            return False
        if one.since is None and one.until is None:
            return True
        on = day(values, one.column, f"{self._ground.found.store}.{one.table}")
        return on is not None and (one.since or on) <= on <= (one.until or on)

    def _key(self, name: str) -> tuple[str, ...]:
        return self._tables[name].key or self._ground.layouts[name].key

    def _check(self, one: TouchedRows) -> None:
        mapped = self._tables.get(one.table)
        if mapped is None:
            raise self._no_place(one, "the map has no such table or column")
        known = {column.column for column in mapped.columns} | set(self._ground.layouts[one.table].columns)
        if one.column and one.column not in known:
            raise self._no_place(one, "the map has no such table or column")
        if one.column == "" and (one.since or one.until):
            raise self._no_place(one, "days are given and no column that they are about")
        if one.keys and len(self._key(one.table)) != 1:
            raise self._no_place(one, "only rows of a table with a key of one column can be listed")

    def _no_place(self, one: TouchedRows, what: str) -> InputError:
        where = f"{self._ground.found.store}.{one.table[:80]}"
        return InputError("people-place", what, where=where, remedy="see the map: docs/dataset-map.md")


def _batches(rows: Iterator[Values]) -> Iterator[list[Values]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
