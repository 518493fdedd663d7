"""A database as rows: what ``RowStore`` asks of it and changes in it, within one transaction of a connection.

Most people have few rows. To fetch these and to work out in Python what becomes of them takes some dozens of
small statements, each put together once for a store; a person of more than ``LARGE`` rows is ``TooMany``.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

import sqlalchemy as sa

from shouxin.connect.rows.source import Change, Key, Question, Record, Session
from shouxin.connect.rows.values import text
from shouxin.connect.sql import statements
from shouxin.connect.sql.changing import Changing
from shouxin.connect.sql.matching import held_as
from shouxin.connect.sql.own import Keys
from shouxin.connect.sql.schema import Ground
from shouxin.connect.sql.statements import AT_ONCE, Pair
from shouxin.connect.sql.together import Answer, Made, Statement, Together
from shouxin.connect.words import briefly, loosely

LARGE = 2000
"""Rows that are worked on in Python at most."""

_SEPARATOR = "\x1f"


class TooMany(Exception):  # noqa: N818 - it says which way to go, and reaches nobody
    """The person has more rows than are worked on in Python."""


class SqlSource(Session):
    """The rows of a database as one transaction sees them."""

    def __init__(self, connection: sa.Connection, keys: Keys, most: int | None = None) -> None:
        self._ground, self._keys = keys.ground, keys
        self._together = Together(connection, keys)
        self._most = LARGE if most is None else most
        self._there: dict[tuple[str, Key], tuple[Pair, Sequence[Any]]] = {}
        self._known = defaultdict[tuple[str, str], dict[str, list[Record]]](dict)
        self._texts: dict[tuple[str, ...], Mapping[str, list[Record]]] = {}
        self._changing = Changing(self._together, self._ground, self._there)
        self._met = 0

    def foresee(self, asked: Iterable[Question]) -> None:
        """Ask for all of it together, but for what is known; a change makes everything unknown."""
        new: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for table, column, values in asked:
            known = self._known[table, column]
            if unknown := {one for one in values if one not in known}:
                known.update((one, []) for one in unknown)
                new[table][column] |= unknown
        about = [(table, *one) for table, columns in new.items() for one in self._questions(table, columns)]
        answers = self._together.all([(statement, values) for _, _, statement, values in about])
        for (table, columns, *_), answer in zip(about, answers, strict=True):
            for record in self._records(table, answer):
                for column in columns:
                    self._keep(table, column, record, new[table][column])

    def _questions(
        self, table: str, columns: Mapping[str, set[str]]
    ) -> Iterator[tuple[Sequence[str], Statement, Mapping[str, Any]]]:
        """Yield statements for rows in which one of some columns has one of its values."""
        row = self._table(table)
        held = {column: held_as(self._ground, row.c[column], values) for column, values in columns.items()}
        held = {column: values for column, values in held.items() if values}
        small = tuple(column for column, values in held.items() if len(values) <= AT_ONCE)
        if small:
            made = partial(statements.having, self._ground, row, small)
            values = {f"values{at}": held[column] for at, column in enumerate(small)}
            yield small, self._together.once(("having", table, small), made), values
        for column in held.keys() - {*small}:
            made = partial(statements.having, self._ground, row, (column,))
            statement = self._together.once(("having", table, (column,)), made)
            for start in range(0, len(held[column]), AT_ONCE):
                yield (column,), statement, {"values0": held[column][start : start + AT_ONCE]}

    def _keep(self, table: str, column: str, record: Record, new: Collection[str]) -> None:
        """Keep a row as an answer to what is asked for."""
        value = str(text(record.values[column]))
        if value in new:
            self._known[table, column][value].append(record)

    def having(self, table: str, column: str, values: Collection[str]) -> Iterator[Record]:
        """Yield the rows whose column is one of these; no value is asked for twice before a change."""
        self.foresee([Question(table, column, values)])
        found = self._known[table, column]
        return chain.from_iterable(found[one] for one in values)

    def older(self, table: str, column: str, before: date) -> Iterator[Record]:
        """Yield the rows whose column is before a day."""
        made = partial(statements.older, self._table(table), column)
        statement = self._together.once(("older", table, column), made)
        (answer,) = self._together.all([(statement, {"before": before})])
        return self._records(table, answer)

    def mentioning(self, table: str, _: Sequence[str], words: Sequence[str]) -> Iterator[Record]:
        """Yield the rows in whose texts one of these words may stand; every table is asked at once."""
        about = tuple(words)
        if about not in self._texts:
            patterns = {"brief": briefly(words), "pattern": loosely(words)}
            texts = self._keys.once("texts", self._texts_of)
            answers = self._together.all([(statement, patterns) for statement in texts.values()])
            self._texts[about] = {
                name: list(self._records(name, answer)) for name, answer in zip(texts, answers, strict=True)
            }
        return iter(self._texts[about].get(table, ()))

    def _texts_of(self) -> Mapping[str, Statement]:
        """Return the tables with texts, and the query for those in which a pattern fits."""
        found = {}
        for name, real in self._ground.real.items():
            if columns := [one.column for one in real.mapped.columns if one.free_text]:
                made = partial(statements.mentioning, real.table, columns)
                found[name] = self._together.once(("mentioning", name), made)
        return found

    def again(self, keys: Mapping[str, Sequence[Key]]) -> dict[tuple[str, Key], Mapping[str, Any]]:
        """Return rows that were read before as they are now, without those that are gone."""
        asked = [
            (name, one)
            for name, some in keys.items()
            for one in self._changing.now(self._ground.real[name], some, locked=False)
        ]
        by_pair = {(name, self._there[name, key][0]): key for name, some in keys.items() for key in some}
        found: dict[tuple[str, Key], Mapping[str, Any]] = {}
        for (name, _), answer in zip(asked, self._together.all([one for _, one in asked]), strict=True):
            names, places = self._names(name)
            for row in answer.rows:
                key = by_pair[name, tuple(row[at] for at in places)]
                found[name, key] = dict(zip(names, row, strict=True))
        return found

    def tally(self, asked: Sequence[Question]) -> list[int]:
        """Return how many rows each question is about."""
        return [
            int(found.rows[0][0]) if found else 0 for found in self._each("tally", statements.tally, asked)
        ]

    def sweep(self, asked: Sequence[Question]) -> list[int]:
        """Delete the rows that questions are about; return how many each was."""
        return [found.changed if found else 0 for found in self._each("sweep", statements.sweep, asked)]

    def _each(
        self, about: str, made: Callable[[Ground, Any, str], Made], asked: Sequence[Question]
    ) -> Iterator[Answer | None]:
        """Yield the answer to each question, None to those about nothing."""
        rows = [(self._table(table), table, column, values) for table, column, values in asked]
        held = [held_as(self._ground, row.c[column], values) for row, _, column, values in rows]
        done = iter(
            self._together.all(
                [
                    (
                        self._together.once((about, table, column), partial(made, self._ground, row, column)),
                        {"values": values},
                    )
                    for (row, table, column, _), values in zip(rows, held, strict=True)
                    if values
                ]
            )
        )
        return (next(done) if values else None for values in held)

    def apply(self, changes: Sequence[Change]) -> None:
        """Make the changes, in an order that no reference forbids."""
        self._known.clear()
        self._texts.clear()
        self._changing.make(changes)

    def _records(self, table: str, answer: Answer) -> Iterator[Record]:
        """Yield what a statement found; raise ``TooMany`` where it is too much."""
        self._met += len(answer.rows)
        if self._met > self._most:
            raise TooMany
        names, places = self._names(table)
        keyed = self._is_keyed(table)
        alike: Counter[str] = Counter()
        for row in answer.rows:
            pair = tuple(row[at] for at in places)
            key = _SEPARATOR.join(map(str, pair))
            if not keyed:  # rows that are alike in everything are told apart by their number
                alike[key] += 1
                key = f"{key}{_SEPARATOR}{alike[key]}"
            self._there[table, key] = pair, row
            record = Record(key, dict(zip(names, row, strict=True)))
            if len(pair) == 1 and keyed:  # whoever asks for the key next has it already
                self._known[table, names[places[0]]].setdefault(str(text(pair[0])), [record])
            yield record

    def _names(self, table: str) -> tuple[Sequence[str], Sequence[int]]:
        """Return the columns of a table, and the places of those of its key among them."""
        real = self._ground.real.get(table)
        return self._keys.once(
            ("names", table), lambda: (self._table(table).columns.keys(), real.places if real else ())
        )

    def _is_keyed(self, table: str) -> bool:
        real = self._ground.real.get(table)
        return real is not None and real.keyed

    def _table(self, table: str) -> Any:
        """Return a table of the map, or one that the database only says to refer to these."""
        real = self._ground.real.get(table)
        return self._ground.outside[table] if real is None else real.table
