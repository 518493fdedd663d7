"""A database as rows: what ``RowStore`` asks of it and changes in it, within one transaction of a connection.

Most people have few rows. To fetch these and to work out in Python what becomes of them takes some dozens of
small statements, each put together once for a store; a person of more than ``LARGE`` rows is ``TooMany``.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

import sqlalchemy as sa

from shouxin.connect.roles import inside
from shouxin.connect.rows.source import Change, Column, Key, Kind, Layout, Record
from shouxin.connect.rows.values import text
from shouxin.connect.sql.matching import held_as
from shouxin.connect.sql.mentions import anywhere
from shouxin.connect.sql.own import Keys
from shouxin.connect.sql.replacing import kind_of
from shouxin.connect.sql.schema import Ground, Real
from shouxin.connect.words import loosely
from shouxin.errors import StoreError

LARGE = 2000
"""Rows that are worked on in Python at most."""

AT_ONCE = 10_000
"""Values that one statement names at most."""

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

_SEPARATOR = "\x1f"
_Pair = tuple[Any, ...]


class TooMany(Exception):  # noqa: N818 - it says which way to go, and reaches nobody
    """The person has more rows than are worked on in Python."""


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


class SqlSource:
    """The rows of a database as one transaction sees them."""

    def __init__(self, connection: sa.Connection, keys: Keys, most: int | None = None) -> None:
        self._connection, self._ground, self._keys = connection, keys.ground, keys
        self._most = LARGE if most is None else most
        self._there: dict[tuple[str, Key], tuple[_Pair, Any]] = {}
        self._known = defaultdict[tuple[str, str], dict[str, list[Record]]](dict)
        self._read: dict[tuple[str, ...], list[Record]] = {}
        self._met = 0

    def having(self, table: str, column: str, values: Collection[str]) -> Iterator[Record]:
        """Yield the rows whose column is one of these; no value is asked for twice before a change."""
        found = self._known[table, column]
        new = [one for one in values if one not in found]
        found.update((one, []) for one in new)
        row = self._table(table)
        held = held_as(self._ground, row.c[column], new)
        made = partial(_having, self._ground, row, column)
        for start in range(0, len(held), AT_ONCE):
            part = {"values": held[start : start + AT_ONCE]}
            for record in self._records(table, ("having", column), made, part):
                there = found.get(str(text(record.values[column])))
                if there is not None:
                    there.append(record)
        return chain.from_iterable(found[one] for one in values)

    def older(self, table: str, column: str, before: date) -> Iterator[Record]:
        """Yield the rows whose column is before a day."""
        row = self._table(table)
        return self._records(table, ("older", column), partial(_older, row, column), {"before": before})

    def mentioning(self, table: str, columns: Sequence[str], words: Sequence[str]) -> Iterator[Record]:
        """Yield the rows in which one of these words may stand."""
        about = table, *columns, *words
        if about not in self._read:
            made = partial(_mentioning, self._ground.real[table].table, columns)
            asked = ("mentioning", *columns)
            self._read[about] = list(self._records(table, asked, made, {"pattern": loosely(words)}))
        return iter(self._read[about])

    def tally(self, table: str, column: str, values: Collection[str]) -> int:
        """Return how many rows have one of these in a column."""
        made = partial(_tally, self._ground, self._table(table), column)
        return self._swept(table, ("tally", column), made, values, lambda done: int(done.scalar_one()))

    def sweep(self, table: str, column: str, values: Collection[str]) -> int:
        """Delete the rows that have one of these in a column; return how many."""
        made = partial(_sweep, self._ground, self._table(table), column)
        return self._swept(table, ("sweep", column), made, values, lambda done: int(done.rowcount))

    def _swept(
        self,
        table: str,
        about: tuple[str, str],
        made: Callable[[], Any],
        values: Collection[str],
        count: Callable[[Any], int],
    ) -> int:
        held = held_as(self._ground, self._table(table).c[about[1]], values)
        if not held:
            return 0
        statement = self._keys.once(("few", table, about), made)
        return count(self._connection.execute(statement, {"values": held}))

    def apply(self, changes: Sequence[Change]) -> None:
        """Make the changes, in an order that no reference forbids."""
        self._known.clear()
        self._read.clear()
        gone: dict[str, list[Key]] = defaultdict(list)
        new: dict[str, dict[_Pair, list[Key]]] = defaultdict(lambda: defaultdict(list))
        for change in changes:
            if change.values is None:
                gone[change.table].append(change.key)
            else:
                new[change.table][tuple(change.values.items())].append(change.key)
        for name, keys in gone.items():
            self._loosen(self._ground.real[name], keys)
        for name in reversed(self._ground.order):
            if name in gone:
                self._run(
                    ("delete", name), partial(_delete, self._ground, self._ground.real[name]), gone[name]
                )
        for name in self._ground.order:
            if name in new:
                self._lock(self._ground.real[name], [key for keys in new[name].values() for key in keys])
            for values, keys in new.get(name, {}).items():
                self._update(self._ground.real[name], dict(values), keys)

    def _lock(self, real: Real, keys: Sequence[Key]) -> None:
        """Keep others from rows that will change; raise ``StoreError`` where one is no more what was read."""
        if self._ground.kind == "sqlite":  # nobody else has written since the transaction began
            return
        name = real.mapped.table
        there = [self._there[name, key] for key in keys]
        places = self._keys.once(("names", name), partial(self._names, name))[1]
        statement = self._keys.once(("lock", name), partial(_locked, self._ground, real))
        now = {}
        for values in _asked(real, [pair for pair, _ in there]):
            for row in self._connection.execute(statement, values):
                now[tuple(row[at] for at in places)] = tuple(row)
        if any(now.get(pair) != tuple(row) for pair, row in there):
            raise StoreError(
                "connect-locked",
                "somebody else changed a row meanwhile; nothing was changed",
                where=f"{self._ground.found.store}.{name}",
                remedy="try again",
            )

    def _loosen(self, real: Real, keys: Sequence[Key]) -> None:
        """Empty what rows that go say of each other: a circle, and for InnoDB rows of the same table."""
        for one in inside(real.mapped):
            among = self._ground.kind == "mysql" and one.to == real.mapped.table
            empty = [name for name in one.columns if real.table.c[name].nullable]
            if empty and (one.cut or among):
                self._update(real, dict.fromkeys(empty), keys)

    def _update(self, real: Real, values: dict[str, Any], keys: Sequence[Key]) -> None:
        columns = tuple(values)
        new = {f"new{at}": value for at, value in enumerate(values.values())}
        made = partial(_update, self._ground, real, columns)
        self._run(("update", real.mapped.table, columns), made, keys, new)

    def _run(
        self,
        about: tuple[Any, ...],
        made: Callable[[], Any],
        keys: Sequence[Key],
        new: Mapping[str, Any] | None = None,
    ) -> None:
        """Carry a statement out for the rows of keys: at once where the key is one column."""
        real = self._ground.real[about[1]]
        typed = [self._there[real.mapped.table, key][0] for key in keys]
        statement = self._keys.once(about, made)
        for values in _asked(real, typed):
            self._connection.execute(statement, values | dict(new or {}))

    def _records(
        self, table: str, about: Hashable, made: Callable[[], Any], values: Mapping[str, Any]
    ) -> Iterator[Record]:
        """Yield what a statement finds; raise ``TooMany`` where it is too much."""
        names, places = self._keys.once(("names", table), partial(self._names, table))
        statement = self._keys.once(("few", table, about), made)
        found = self._connection.execute(statement, values)
        rows = found.fetchmany(self._most + 1 - self._met)
        self._met += len(rows)
        if self._met > self._most:
            found.close()
            raise TooMany
        alike: Counter[str] = Counter()
        for row in rows:
            pair = tuple(row[at] for at in places)
            key = _SEPARATOR.join(map(str, pair))
            if not self._is_keyed(table):  # rows that are alike in everything are told apart by their number
                alike[key] += 1
                key = f"{key}{_SEPARATOR}{alike[key]}"
            self._there[table, key] = pair, row
            yield Record(key, dict(zip(names, row, strict=True)))

    def _names(self, table: str) -> tuple[list[str], list[int]]:
        """Return the columns of a table, and the places of those of its key among them."""
        names = [column.name for column in self._table(table).columns]
        real = self._ground.real.get(table)
        return names, [names.index(name) for name in real.key] if real else []

    def _is_keyed(self, table: str) -> bool:
        real = self._ground.real.get(table)
        return real is not None and real.keyed

    def _table(self, table: str) -> Any:
        """Return a table of the map, or one that the database only says to refer to these."""
        real = self._ground.real.get(table)
        return self._ground.outside[table] if real is None else real.table


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


def _having(ground: Ground, row: Any, column: str) -> sa.Select[Any]:
    return sa.select(*row.columns).where(_among(ground, row.c[column]))


def _tally(ground: Ground, row: Any, column: str) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(row).where(_among(ground, row.c[column]))


def _sweep(ground: Ground, row: Any, column: str) -> sa.Delete:
    return sa.delete(row).where(_among(ground, row.c[column]))


def _asked(real: Real, pairs: Sequence[_Pair]) -> Iterator[dict[str, Any]]:
    """Yield the parameters of statements for some keys: for many at a time where the key is one column."""
    if not _at_once(real):
        yield from ({f"key{at}": value for at, value in enumerate(pair)} for pair in pairs)
        return
    for start in range(0, len(pairs), AT_ONCE):
        yield {"values": [pair[0] for pair in pairs[start : start + AT_ONCE]]}


def _at_once(real: Real) -> bool:
    """Tell whether rows can be named many at a time: their key is one column."""
    return real.keyed and len(real.key) == 1


def _locked(ground: Ground, real: Real) -> sa.Select[Any]:
    return sa.select(*real.table.columns).where(_keyed(ground, real)).with_for_update()


def _delete(ground: Ground, real: Real) -> sa.Delete:
    return sa.delete(real.table).where(_keyed(ground, real))


def _update(ground: Ground, real: Real, columns: Sequence[str]) -> sa.Update:
    row = real.table
    new = {name: sa.bindparam(f"new{at}", type_=row.c[name].type) for at, name in enumerate(columns)}
    return sa.update(row).where(_keyed(ground, real)).values(new)


def _keyed(ground: Ground, real: Real) -> sa.ColumnElement[bool]:
    if _at_once(real):
        return _among(ground, real.table.c[real.key[0]])
    keys = [(real.table.c[name], f"key{at}") for at, name in enumerate(real.key)]
    values = ((column, sa.bindparam(name, type_=column.type)) for column, name in keys)
    return sa.and_(*(one == key if real.keyed else one.is_not_distinct_from(key) for one, key in values))


def _among(ground: Ground, column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that a column is one of "values", as one parameter where that can be."""
    if ground.kind != "postgresql":
        return column.in_(sa.bindparam("values", expanding=True))
    held: Any = sa.BigInteger() if isinstance(column.type, sa.Integer) else column.type
    return column == sa.any_(sa.bindparam("values", type_=sa.ARRAY(held)))


def _mentioning(row: Any, columns: Sequence[str]) -> sa.Select[Any]:
    pattern = sa.bindparam("pattern", type_=sa.Text)
    return sa.select(*row.columns).where(sa.or_(*(anywhere(row.c[name], pattern) for name in columns)))


def _older(row: Any, column: str) -> sa.Select[Any]:
    return sa.select(*row.columns).where(row.c[column] < sa.bindparam("before", type_=sa.Date))
