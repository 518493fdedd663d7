"""One person's rows: found by identity and along references until nothing is added."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from shouxin.connect.marks import is_erased
from shouxin.connect.model import Identity
from shouxin.connect.person import MOST, Held, Person, joined, known
from shouxin.connect.roles import Edge
from shouxin.connect.sql.matching import matches
from shouxin.connect.sql.own import MINE, USED, Keys, Own, refers
from shouxin.errors import InputError


class Finding:
    """Fills the tables of keys for one person within one transaction; ``count`` are the rows found."""

    def __init__(self, connection: sa.Connection, keys: Keys, today: date) -> None:
        self.connection, self.keys, self.today = connection, keys, today
        self.ground, self.own = keys.ground, keys.own
        self.count = dict.fromkeys(self.own, 0)
        self._fresh: set[str] = set()
        self._asked: dict[str, Person] = {}

    def find(self, person: Person) -> Person:
        """Find every row that is a person's; return what their own rows tell of their identities.

        Raises ``InputError`` (person-too-many).
        """
        while True:
            found = self._by_identity(person)
            self._follow()
            learnt = joined([person, self._learn()])
            if learnt == person and not found:
                return person
            person = learnt

    def forget(self) -> None:
        """Empty the tables of keys, which a commit would leave filled."""
        for name, own in self.own.items():
            if self.count[name]:
                self.connection.execute(sa.delete(own.table))

    def add(
        self, about: Hashable, name: str, how: int, condition: Callable[[], sa.ColumnElement[bool]]
    ) -> int:
        """Add the keys of the rows for which a condition holds; return how many are new.

        ``about`` says which condition it is, None one that is never the same again.
        """

        def made() -> sa.Insert:
            own = self.own[name]
            row = own.real.table
            flags: list[Any] = [sa.literal_column(str(flag)) for flag in (how, 0, 0, 0, int(about is None))]
            rows = sa.select(*own.real.keys(row), *flags).where(condition(), ~own.has(row))
            rows = rows if own.real.keyed else rows.distinct()
            into = sa.insert(own.table).from_select(list(own.table.c), rows)
            return into.execution_options(preserve_rowcount=True)

        statement = made() if about is None else self.keys.once(("add", about, name, how), made)
        done = self.connection.execute(statement).rowcount
        self.count[name] += done
        if done:
            self._fresh.add(name)
        return done

    def down(self, edge: Edge, how: int) -> int:
        """Add the rows of a table that belong to whom the rows they refer to belong to."""
        if (edge.means != "owner" and not edge.branch) or edge.other:
            return 0
        return self.add(edge, edge.table, how, lambda: self._hanging(edge, how))

    def _hanging(self, edge: Edge, how: int) -> sa.ColumnElement[bool]:
        above, row = self.own[edge.to].alias(), self.own[edge.table].real.table
        conditions = [above.table.c.how == how, *([above.table.c.shared == 0] if how == USED else [])]
        source, target = _rows_of(above, edge.reference.at)
        there = sa.exists().select_from(*source).where(refers(edge.reference, row, target), *conditions)
        if len(source) > 1:
            there = there.where(above.tie(target))
        others = (
            [one for one in self.ground.out_of(edge.table) if one.means == "owner"] if edge.branch else []
        )
        silent = (row.c[column].is_(None) for one in others for column in one.reference.columns)
        return sa.and_(there, *silent)

    def _by_identity(self, person: Person) -> int:
        """Add what identities find: first where all that a table asks for is known, then accounts first."""
        whole, part = [], {}
        for name, own in self.own.items():
            asked = {one.identity for one in own.real.mapped.identities}
            named = known(own.real.mapped, person)
            if named and (own.real.mapped.any_identity or len(named) == len(asked)):
                whole.append(name)
            elif named:
                part[name] = sum(edge.means == "owner" for edge in self.ground.into(name))
        found = sum(self._identified(name, person) for name in whole)
        for name in sorted(part, key=lambda name: -part[name]):
            found = found or self._identified(name, person)
        return found

    def _identified(self, name: str, person: Person) -> int:
        """Add what identities find in a table; the same question is not asked twice."""
        real = self.own[name].real
        asked = {one: person[one] for one in known(real.mapped, person)}
        condition = matches(self.ground, real, person, self.today)
        if condition is None or self._asked.get(name) == asked:
            return 0
        self._asked[name] = asked
        return self.add(None, name, MINE, lambda: condition)

    def _follow(self) -> None:
        """Add what hangs on rows that are new, table by table, until a round adds nothing."""
        while self._fresh:
            changed, self._fresh = self._fresh, set()
            for edge in self.ground.edges:
                if edge.to in changed:
                    self.down(edge, MINE)

    def _learn(self) -> Person:
        found: dict[str, list[Held]] = {}
        for name, own in self.own.items():
            for one in own.real.mapped.identities if self.count[name] else ():
                found.setdefault(one.identity, []).extend(self._told(own, one))
        return {name: tuple(held) for name, held in found.items() if held}

    def _told(self, own: Own, identity: Identity) -> Iterator[Held]:
        """Yield what a column tells; one that holds two kinds of identity tells neither for sure."""
        real = own.real
        if sum(one.column == identity.column for one in real.mapped.identities) > 1:
            return
        column = real.table.c[identity.column]
        days: list[Any] = [
            real.table.c[name] if name else sa.null() for name in (identity.valid_from, identity.valid_until)
        ]
        query = sa.select(column, *days).where(own.tie(), own.table.c.how == MINE, column.is_not(None))
        rows = self.connection.execute(query.distinct().limit(MOST + 1)).all()
        if len(rows) > MOST:
            raise InputError(
                "person-too-many",
                f"more than {MOST:,} different values of one identity",
                where=f"{real.mapped.table}.{identity.column}",
                remedy="look at the references of the map: they join rows of several people",
            )
        for value, since, until in rows:
            held = Held(value=str(value), since=_day(since), until=_day(until))
            if not is_erased(value) and not held.never:
                yield held


def _telling(own: Own, identity: Identity) -> sa.Select[Any]:
    """Return the query for what a column of the person's rows tells, and its days."""
    row = own.real.table
    days: list[Any] = [
        row.c[name] if name else sa.null() for name in (identity.valid_from, identity.valid_until)
    ]
    column = row.c[identity.column]
    query = sa.select(column, *days).where(own.tie(), own.table.c.how == MINE, column.is_not(None))
    return query.distinct().limit(MOST + 1)


def _rows_of(own: Own, columns: tuple[str, ...]) -> tuple[list[sa.FromClause], Any]:
    """Return where columns of the rows of keys are read: the keys themselves where they are enough."""
    if set(columns) <= set(own.real.key):
        return [own.table], _Key({name: own.keys[at] for at, name in enumerate(own.real.key)})
    row = own.real.table.alias()
    return [own.table, row], row


class _Key:
    """The columns of a key as the columns of a row."""

    def __init__(self, columns: Mapping[str, sa.ColumnElement[Any]]) -> None:
        self.c = columns


def _day(value: object) -> date | None:
    return date(value.year, value.month, value.day) if isinstance(value, date) else None
