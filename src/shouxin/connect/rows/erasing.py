"""The changes of an erasure: what is emptied first, what goes, what stays without what it told."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from shouxin.connect.marks import is_erased
from shouxin.connect.model import MappedTable
from shouxin.connect.person import Person, ways
from shouxin.connect.roles import inside
from shouxin.connect.rows import paths
from shouxin.connect.rows.finding import Finding
from shouxin.connect.rows.mentions import mentions
from shouxin.connect.rows.overlay import Overlay
from shouxin.connect.rows.own import Own, Row
from shouxin.connect.rows.replacing import Replacing, replacing
from shouxin.connect.rows.source import Key
from shouxin.connect.rows.values import texts
from shouxin.connect.words import Told


class Erasing:
    """Works out what becomes of the rows that a finding has settled; ``deleted`` and ``changed`` count."""

    def __init__(self, finding: Finding, person: Person) -> None:
        self._finding, self._person = finding, person
        self.pending: dict[tuple[str, Key], dict[str, Any] | None] = {}
        self.deleted: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()

    def run(self, told: Told) -> None:
        """Work out every change."""
        for name, own in self._finding.own.items():
            for row in own.rows.values():
                if row.going:
                    self.pending[name, row.key] = None
                    self.deleted[name] += 1
            self._cut(own)
            self._replace(own)
        after = Overlay(self._finding.source, dict(self.pending))
        for mask in mentions(self._finding, after, told):
            self._put(mask.table, mask.key, mask.values or {})
            self.changed[mask.table] += 1

    def _cut(self, own: Own) -> None:
        """Empty the references of a circle, in every row that the law does not keep."""
        columns = [one for ref in inside(own.mapped) if ref.cut for one in ref.columns]
        columns = [one for one in columns if one not in own.fixed and own.column(one).empty]
        for row in own.rows.values() if columns else ():
            if row.entire and not row.going:
                places = (found for column in columns for found in paths.places(row.values, column))
                emptied = {place: None for place, value in places if value is not None}
                if emptied:
                    self._put(own.mapped.table, row.key, emptied)

    def _replace(self, own: Own) -> None:
        """Empty what rows that stay tell, and the person's own part of what is shared."""
        whole, shared = of_whole_rows(own), of_shared_rows(own)
        for row in own.rows.values():
            if row.entire and row.stay:
                self._change(own, row, whole)
            if row.partly:
                self._change(own, row, shared)
            if row.partly and row.known:
                self._change(own, row, [one for one in whole if self._tells(own, row, one.column)])

    def _change(self, own: Own, row: Row, ways: list[Replacing]) -> None:
        new = replaced(row.values, ways)
        if not new:
            return
        soft = own.mapped.soft_deleted
        if soft and soft.value is not None:
            new.setdefault(soft.column, soft.value)
        self._put(own.mapped.table, row.key, new)
        self.changed[own.mapped.table] += 1

    def _tells(self, own: Own, row: Row, column: str) -> bool:
        """Tell whether a column of a row holds an identity of the person."""
        held = (
            held.value
            for one in own.mapped.identities
            for held in self._person.get(one.identity, ())
            if one.column == column and not is_erased(held.value)
        )
        there = set(texts(row.values, column))
        return any(not there.isdisjoint(ways(one)) for one in held)

    def _put(self, table: str, key: Key, new: Mapping[str, Any]) -> None:
        self.pending[table, key] = {**(self.pending.get((table, key)) or {}), **new}


def replaced(values: Mapping[str, Any], ways: list[Replacing]) -> dict[str, Any]:
    """Return the new values of a row; none where everything is replaced already."""
    return {place: new for way in ways for place, new in way.changes(values).items()}


def of_whole_rows(own: Own) -> list[Replacing]:
    """Return what becomes of the columns of a row that stays as a shell."""
    if own.mapped.erase == "keep":
        return []
    left = {*own.fixed, *_referring(own.mapped)}
    told = {one.column for one in own.mapped.identities}
    found = [
        replacing(own, column)
        for column in own.mapped.columns
        if column.column not in left
        and (column.categories or column.free_text or column.erase or column.column in told)
    ]
    return [one for one in found if one.way != "keep"]


def of_shared_rows(own: Own) -> list[Replacing]:
    """Return what becomes of the person's own part of a row that is shared."""
    columns = {column.column: column for column in own.mapped.columns}
    parts = own.mapped.shared.own if own.mapped.shared else ()
    return [replacing(own, columns[name]) for name in parts if name not in own.fixed]


def _referring(table: MappedTable) -> Iterator[str]:
    """Yield the columns that refer to other rows: what they tell is where, and of rows without a name."""
    for reference in table.references:
        yield from reference.columns
