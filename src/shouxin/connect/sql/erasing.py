"""The statements of an erasure: what is emptied first, what goes, what stays without what it told."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from shouxin.connect.marks import is_erased
from shouxin.connect.model import Identity, MappedTable
from shouxin.connect.person import Person
from shouxin.connect.roles import inside
from shouxin.connect.sql.finding import Finding
from shouxin.connect.sql.matching import equal
from shouxin.connect.sql.own import MINE, Own
from shouxin.connect.sql.replacing import Replacing, replacing
from shouxin.connect.sql.schema import Real

New = dict[str, sa.ColumnElement[Any]]


class Erasing:
    """Changes the rows that a finding has settled; ``deleted`` and ``changed`` count rows by table."""

    def __init__(self, finding: Finding, person: Person) -> None:
        self._finding, self._person = finding, person
        self.deleted: dict[str, int] = {}
        self.changed: dict[str, int] = {}

    def run(self) -> None:
        """Do everything, in an order that no reference forbids."""
        names = [name for name in self._finding.ground.order if self._finding.count[name]]
        for name in names:
            self._cut(name)
        for name in names:
            if going := self._going(name):
                self.deleted[name] = going
        for name in reversed(names):
            if name in self.deleted:
                self._delete(name)
        for name in names:
            self._anonymise(name)

    def _cut(self, name: str) -> None:
        """Empty the references of a circle, in every row that the law does not keep."""
        own = self._finding.own[name]
        for reference in inside(own.real.mapped):
            emptied = _emptied(own.real, reference.columns) if reference.cut else {}
            if emptied:
                filled = sa.or_(*(own.real.table.c[column].is_not(None) for column in emptied))
                self._update(own, emptied, sa.and_(own.entire, filled))

    def _delete(self, name: str) -> None:
        own = self._finding.own[name]
        if self._finding.ground.kind == "mysql":
            self._loosen(own)
        table = own.real.table
        if self._finding.ground.kind == "sqlite":
            statement = sa.delete(table).where(own.has(table, "not shared", "not kept", "not stay"))
        else:
            statement = sa.delete(table).where(own.tie(), own.going)
        self._finding.connection.execute(statement)

    def _going(self, name: str) -> int:
        """Count the rows that go, before any does: a database may let some go with those they refer to."""
        own = self._finding.own[name]
        counted = sa.select(sa.func.count()).select_from(own.table).where(own.going)
        if not own.real.keyed:  # rows that are alike in everything share a key
            counted = counted.select_from(own.real.table).where(own.tie())
        return int(self._finding.connection.execute(counted).scalar_one())

    def _loosen(self, own: Own) -> None:
        """Empty what rows that go say of each other: InnoDB looks at every row by itself."""
        for reference in inside(own.real.mapped):
            emptied = _emptied(own.real, reference.columns) if reference.to == own.real.mapped.table else {}
            if emptied:
                self._update(own, emptied, own.going)

    def _anonymise(self, name: str) -> None:
        """Empty what rows that stay tell, and the person's own part of what is shared."""
        own = self._finding.own[name]
        mapped = own.real.mapped
        count = 0
        if mapped.erase != "keep":
            count += self._replace(
                own, self.of_whole_rows(own.real), sa.and_(own.entire, own.table.c.stay != 0)
            )
        mine = sa.and_(own.table.c.shared != 0, own.table.c.kept == 0, own.table.c.how == MINE)
        count += self._replace(own, self.of_shared_rows(own.real), mine)
        for identity in mapped.identities:
            values = self._values(identity)
            if identity.column not in own.real.fixed and values:
                matching = equal(self._finding.ground, own.real.table.c[identity.column], values)
                only = [one for one in self.of_whole_rows(own.real) if one.column == identity.column]
                count += self._replace(own, only, sa.and_(mine, own.table.c.known != 0, matching))
        if count:
            self.changed[name] = self.changed.get(name, 0) + count

    def of_whole_rows(self, real: Real) -> list[Replacing]:
        """Return what becomes of the columns of a row that stays as a shell."""
        left = {*real.fixed, *_referring(real.mapped)}
        columns = {column.column: column for column in real.mapped.columns}
        told = {one.column for one in real.mapped.identities}
        found = [
            replacing(self._finding.ground, real, column)
            for name, column in columns.items()
            if name not in left and (column.categories or column.free_text or column.erase or name in told)
        ]
        return [one for one in found if one.way != "keep"]

    def of_shared_rows(self, real: Real) -> list[Replacing]:
        """Return what becomes of the person's own part of a row that is shared."""
        columns = {column.column: column for column in real.mapped.columns}
        own = real.mapped.shared.own if real.mapped.shared else ()
        return [
            replacing(self._finding.ground, real, columns[name]) for name in own if name not in real.fixed
        ]

    def _values(self, identity: Identity) -> list[str]:
        return [one.value for one in self._person.get(identity.identity, ()) if not is_erased(one.value)]

    def _replace(self, own: Own, ways: list[Replacing], which: sa.ColumnElement[bool]) -> int:
        """Replace columns in the rows of some keys; what is replaced already does not count and stays."""
        if not ways:
            return 0
        table = own.real.table
        new: New = {
            way.column: sa.case(
                (sa.and_(table.c[way.column].is_not(None), way.done), table.c[way.column]), else_=way.new
            )
            if way.way == "token"
            else way.new
            for way in ways
        }
        soft = own.real.mapped.soft_deleted
        if soft and soft.value is not None and soft.column in table.c:
            new.setdefault(soft.column, sa.literal(soft.value))
        return self._update(own, new, sa.and_(which, undone(ways)))

    def _update(self, own: Own, new: New, which: sa.ColumnElement[bool]) -> int:
        statement = sa.update(own.real.table).where(own.tie(), which).values(new)
        return self._finding.connection.execute(statement).rowcount


def undone(ways: list[Replacing]) -> sa.ColumnElement[bool]:
    """Return the condition that something in a row is not yet replaced."""
    return sa.or_(sa.false(), *(sa.not_(sa.func.coalesce(way.done, sa.false())) for way in ways))


def _emptied(real: Real, columns: tuple[str, ...]) -> New:
    """Return the columns that can be emptied, each with nothing."""
    return {column: sa.null() for column in columns if real.table.c[column].nullable}


def _referring(table: MappedTable) -> Iterator[str]:
    """Yield the columns that refer to other rows: what they tell is where, and of rows without a name."""
    for reference in table.references:
        yield from reference.columns
