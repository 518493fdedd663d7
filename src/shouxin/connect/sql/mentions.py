"""Free text of anybody in which an identifier of the person stands, however it was written."""

from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import Any, cast

import sqlalchemy as sa

from shouxin.connect.model import MappedColumn
from shouxin.connect.person import Person
from shouxin.connect.sql.finding import Finding
from shouxin.connect.sql.own import MINE, Own
from shouxin.connect.sql.schema import Real
from shouxin.connect.words import HIDDEN, MOST, Hiding, Told, Wanted, briefly, hidden


class Mentions:
    """Hides the identifiers of one person in the free text of every table."""

    def __init__(self, finding: Finding, told: Told) -> None:
        self._finding, self._kind = finding, finding.ground.kind
        self._values, self._pattern, self._names = Wanted.of(told)
        self._brief = briefly(self._values)
        if self._kind == "sqlite" and self._values:
            self._make_functions(Hiding.of(told))

    def _make_functions(self, hiding: Hiding) -> None:
        raw: Any = self._finding.connection.connection.dbapi_connection
        for name, pattern in (("shouxin_hidden", hiding.pattern), ("shouxin_unnamed", hiding.names)):
            hide = partial(hidden, pattern)
            raw.create_function(
                name, 1, lambda text, hide=hide: hide(text) if isinstance(text, str) else text
            )

    def mask(self) -> dict[str, int]:
        """Hide them in every text that neither goes nor is kept by law; return the rows changed by table."""
        changed = {}
        for name, own in self._finding.own.items():
            columns = self._columns(own.real)
            if columns:
                new = {
                    column.name: sa.case((self._in(column), self._without(column)), else_=column)
                    for column in columns
                }
                statement = sa.update(own.real.table).where(self._which(own, columns)).values(new)
                count = self._finding.connection.execute(statement).rowcount
                if count:
                    changed[name] = count
        return changed

    def count(self) -> dict[str, int]:
        """Return by table how many rows there are in which one stands where it should not."""
        found = {}
        for name, own in self._finding.own.items():
            columns = self._columns(own.real)
            if columns:
                query = (
                    sa.select(sa.func.count()).select_from(own.real.table).where(self._which(own, columns))
                )
                count = self._finding.connection.execute(query).scalar_one()
                if count:
                    found[name] = count
        return found

    def _columns(self, real: Real) -> list[sa.Column[Any]]:
        """Return the columns that are searched; nothing is where nothing is looked for."""
        free = (one.column for one in real.mapped.columns if one.free_text and one.erase != "keep")
        found = [real.table.c[name] for name in free if name not in real.fixed]
        return found if self._values else []

    def _which(self, own: Own, columns: list[sa.Column[Any]]) -> sa.ColumnElement[bool]:
        """Return the condition that a row mentions the person and is neither theirs nor kept."""
        mapped, row = own.real.mapped, own.real.table
        if not self._finding.count[mapped.table]:
            return sa.or_(*map(self._in, columns))
        parts = mapped.shared.own if mapped.shared else ()
        mine = own.has(row, "shared", "mine")
        there = (sa.and_(self._in(one), ~mine) if one.name in parts else self._in(one) for one in columns)
        return sa.and_(sa.or_(*there), ~own.has(row, "kept"), ~own.has(row, "not shared"))

    def _in(self, column: sa.Column[Any]) -> sa.ColumnElement[bool]:
        """Return the condition that an identifier stands in a text: first a quick one, then the exact one."""
        if self._kind == "sqlite":
            return sa.func.shouxin_hidden(column) != column
        return sa.and_(anywhere(column, self._brief), anywhere(column, self._pattern))

    def _without(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return a text without the person's identifiers, and without the name that stood beside them."""
        hidden = self._replaced(column, self._pattern, sa.func.shouxin_hidden)
        return self._replaced(hidden, self._names, sa.func.shouxin_unnamed) if self._names else hidden

    def _replaced(self, column: sa.ColumnElement[Any], pattern: str, function: Any) -> sa.ColumnElement[Any]:
        if self._kind == "postgresql":
            return sa.func.regexp_replace(column, pattern, HIDDEN, "gi")
        if self._kind == "mysql":
            return sa.func.regexp_replace(column, f"(?i){pattern}", HIDDEN)
        return cast("sa.ColumnElement[Any]", function(column))


def anywhere(column: sa.Column[Any], pattern: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a pattern fits somewhere in a text, large and small letters alike."""
    return column.regexp_match(pattern, flags="i")


def told_of(finding: Finding, person: Person) -> Told:
    """Return what texts may tell of a person, as their identities and their own rows have it."""
    own = (one for one in finding.own.values() if finding.count[one.real.mapped.table])
    cells = (_in_columns(finding, one) for one in own if one.real.mapped.identities)
    return Told.of(person, chain.from_iterable(cells))


def _in_columns(finding: Finding, own: Own) -> Iterator[tuple[MappedColumn, str]]:
    """Yield the values of the person's own rows in columns that hold something of them, identities apart."""
    real = own.real
    identities = {one.column for one in real.mapped.identities}
    columns = [
        one
        for one in real.mapped.columns
        if one.categories
        and not one.free_text
        and one.column not in identities
        and isinstance(real.table.c[one.column].type, sa.String)
    ]
    if not columns:
        return
    chosen = [real.table.c[one.column] for one in columns]
    mine = sa.and_(own.tie(), own.table.c.how == MINE, own.table.c.shared == 0)
    for row in finding.connection.execute(sa.select(*chosen).where(mine).limit(MOST)):
        for column, value in zip(columns, row, strict=True):
            if isinstance(value, str):
                yield column, value
