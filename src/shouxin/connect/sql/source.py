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
from shouxin.connect.rows.source import Change, Key, Record
from shouxin.connect.rows.values import text
from shouxin.connect.sql import statements
from shouxin.connect.sql.matching import held_as
from shouxin.connect.sql.opening import Crossed
from shouxin.connect.sql.own import Keys
from shouxin.connect.sql.schema import Real
from shouxin.connect.words import loosely

LARGE = 2000
"""Rows that are worked on in Python at most."""

AT_ONCE = 10_000
"""Values that one statement names at most."""

_SEPARATOR = "\x1f"
_Pair = tuple[Any, ...]


class TooMany(Exception):  # noqa: N818 - it says which way to go, and reaches nobody
    """The person has more rows than are worked on in Python."""


class SqlSource:
    """The rows of a database as one transaction sees them."""

    def __init__(self, connection: sa.Connection, keys: Keys, most: int | None = None) -> None:
        self._connection, self._ground, self._keys = connection, keys.ground, keys
        self._most = LARGE if most is None else most
        self._there: dict[tuple[str, Key], tuple[_Pair, Any]] = {}
        self._known = defaultdict[tuple[str, str], dict[str, list[Record]]](dict)
        self._read: dict[tuple[str, ...], list[Record]] = {}
        self._texts: dict[tuple[str, ...], tuple[str, frozenset[str]]] = {}
        self._met = 0

    def having(self, table: str, column: str, values: Collection[str]) -> Iterator[Record]:
        """Yield the rows whose column is one of these; no value is asked for twice before a change."""
        found = self._known[table, column]
        new = [one for one in values if one not in found]
        found.update((one, []) for one in new)
        row = self._table(table)
        held = held_as(self._ground, row.c[column], new)
        made = partial(statements.having, self._ground, row, column)
        for start in range(0, len(held), AT_ONCE):
            part = {"values": held[start : start + AT_ONCE]}
            for record in self._records(table, ("having", column), made, part):
                self._keep(table, column, record)
        return chain.from_iterable(found[one] for one in values)

    def ahead(self, table: str, wanted: Mapping[str, Collection[str]]) -> None:
        """Ask in one statement for what ``having`` will be asked of several columns."""
        row = self._table(table)
        held = {column: held_as(self._ground, row.c[column], values) for column, values in wanted.items()}
        held = {column: values for column, values in held.items() if 0 < len(values) <= AT_ONCE}
        if len(held) < 2:
            return
        columns = tuple(held)
        made = partial(statements.either, self._ground, row, columns)
        named = {f"values{at}": held[column] for at, column in enumerate(columns)}
        for column in columns:
            self._known[table, column].update((one, []) for one in wanted[column])
        for record in self._records(table, ("either", *columns), made, named):
            for column in columns:
                self._keep(table, column, record)

    def _keep(self, table: str, column: str, record: Record) -> None:
        """Keep a row as an answer to what was asked for."""
        there = self._known[table, column].get(str(text(record.values[column])))
        if there is not None:
            there.append(record)

    def older(self, table: str, column: str, before: date) -> Iterator[Record]:
        """Yield the rows whose column is before a day."""
        row = self._table(table)
        return self._records(
            table, ("older", column), partial(statements.older, row, column), {"before": before}
        )

    def mentioning(self, table: str, columns: Sequence[str], words: Sequence[str]) -> Iterator[Record]:
        """Yield the rows in which one of these words may stand; every table is asked at once whether."""
        pattern, tables = self._mentioned(tuple(words))
        about = table, *columns, pattern
        if table in tables and about not in self._read:
            made = partial(statements.mentioning, self._ground.real[table].table, columns)
            asked = ("mentioning", *columns)
            self._read[about] = list(self._records(table, asked, made, {"pattern": pattern}))
        return iter(self._read.get(about, ()))

    def _mentioned(self, words: tuple[str, ...]) -> tuple[str, frozenset[str]]:
        """Return the pattern of some words, and the tables in whose texts it fits."""
        if words not in self._texts:
            names, statement = self._keys.once("mentioned", partial(statements.mentioned, self._ground))
            pattern = loosely(words)
            there = self._connection.execute(statement, {"pattern": pattern}).one() if names else ()
            found = frozenset(name for name, some in zip(names, there, strict=True) if some)
            self._texts[words] = pattern, found
        return self._texts[words]

    def again(self, table: str, keys: Sequence[Key]) -> Iterator[tuple[Key, Mapping[str, Any]]]:
        """Yield rows that were read before as they are now, without those that are gone."""
        by_pair = {self._there[table, key][0]: key for key in keys}
        names, places = self._keys.once(("names", table), partial(self._names, table))
        for row in self._now(self._ground.real[table], list(by_pair), locked=False):
            yield by_pair[tuple(row[at] for at in places)], dict(zip(names, row, strict=True))

    def tally(self, table: str, column: str, values: Collection[str]) -> int:
        """Return how many rows have one of these in a column."""
        made = partial(statements.tally, self._ground, self._table(table), column)
        return self._swept(table, ("tally", column), made, values, lambda done: int(done.scalar_one()))

    def sweep(self, table: str, column: str, values: Collection[str]) -> int:
        """Delete the rows that have one of these in a column; return how many."""
        made = partial(statements.sweep, self._ground, self._table(table), column)
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
        for known in (self._known, self._read, self._texts):
            known.clear()
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
                    ("delete", name),
                    partial(statements.delete, self._ground, self._ground.real[name]),
                    gone[name],
                )
        for name in self._ground.order:
            if name in new:
                self._lock(self._ground.real[name], [key for keys in new[name].values() for key in keys])
            for values, keys in new.get(name, {}).items():
                self._update(self._ground.real[name], dict(values), keys)

    def _lock(self, real: Real, keys: Sequence[Key]) -> None:
        """Keep others from rows that will change; raise ``Crossed`` where one is no more what was read."""
        if self._ground.kind == "sqlite":  # nobody else has written since the transaction began
            return
        name = real.mapped.table
        there = [self._there[name, key] for key in keys]
        places = self._keys.once(("names", name), partial(self._names, name))[1]
        rows = self._now(real, [pair for pair, _ in there], locked=True)
        now = {tuple(row[at] for at in places): tuple(row) for row in rows}
        if any(now.get(pair) != tuple(row) for pair, row in there):
            raise Crossed(
                "connect-locked",
                "somebody else changed a row meanwhile; nothing was changed",
                where=f"{self._ground.found.store}.{name}",
                remedy="try again",
            )

    def _now(self, real: Real, pairs: Sequence[_Pair], *, locked: bool) -> Iterator[Any]:
        """Yield the rows of some keys as they are now."""
        made = partial(statements.of_keys, self._ground, real, locked=locked)
        statement = self._keys.once(("now", real.mapped.table, locked), made)
        for values in _asked(real, pairs):
            yield from self._connection.execute(statement, values)

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
        made = partial(statements.update, self._ground, real, columns)
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
            record = Record(key, dict(zip(names, row, strict=True)))
            if len(pair) == 1 and self._is_keyed(table):  # whoever asks for the key next has it already
                self._known[table, names[places[0]]].setdefault(str(text(pair[0])), [record])
            yield record

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


def _asked(real: Real, pairs: Sequence[_Pair]) -> Iterator[dict[str, Any]]:
    """Yield the parameters of statements for some keys: many at a time, but for rows that have none."""
    if not real.keyed:
        yield from ({f"key{at}": value for at, value in enumerate(pair)} for pair in pairs)
        return
    one = len(real.key) == 1
    for start in range(0, len(pairs), AT_ONCE):
        part = pairs[start : start + AT_ONCE]
        yield {"values": [pair[0] for pair in part] if one else list(part)}
