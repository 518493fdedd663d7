"""A database as a store of a service: every question and every change in a transaction of its own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from types import TracebackType
from typing import Any, Self, TypeVar

import sqlalchemy as sa

from shouxin.connect import refusals
from shouxin.connect.affected import TouchedRows
from shouxin.connect.model import DatasetMap
from shouxin.connect.person import Person
from shouxin.connect.sql import expiry, reading, surveying
from shouxin.connect.sql.database import Database
from shouxin.connect.sql.erasing import Erasing
from shouxin.connect.sql.few import Few, grounds_of
from shouxin.connect.sql.finding import Finding
from shouxin.connect.sql.matching import typed
from shouxin.connect.sql.mentions import Mentions, told_of
from shouxin.connect.sql.own import MINE
from shouxin.connect.sql.parts import told_apart
from shouxin.connect.sql.people import SqlAffected
from shouxin.connect.sql.source import TooMany
from shouxin.connect.sql.staying import settled
from shouxin.connect.survey import Outcome, Part, Problem, Row, Survey
from shouxin.connect.words import Told, plain

T = TypeVar("T")


class SqlStore:
    """PostgreSQL, MariaDB or SQLite by an address of SQLAlchemy's."""

    def __init__(self, found: DatasetMap, url: str, timeout: float) -> None:
        self._found = found
        self._database = Database(found, url, timeout)

    @property
    def name(self) -> str:
        """Return what the map calls the store."""
        return self._found.store

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def check(self) -> tuple[Problem, ...]:
        """Return where map and database differ, and which rights are missing or too many."""
        return self._database.check(temporary=True)

    def learn(self, person: Person, as_of: date) -> Person:
        """Return the person's identities as the store's own rows tell them, with those given."""
        few = self._of_few(as_of, lambda few: few.learn(person))
        if few is not None:
            return few
        with self._found_of(person, as_of) as (_, learnt):
            return learnt

    def survey(self, person: Person, as_of: date) -> Survey:
        """Return what is there of a person and what an erasure would do; nothing changes."""
        few = self._of_few(as_of, lambda few: few.survey(person))
        if few is not None:
            return few
        with self._found_of(person, as_of, settle=True) as (finding, learnt):
            return self._survey(finding, learnt)

    def read(self, person: Person, as_of: date) -> Iterator[Row]:
        """Yield what is there as the person may see it, a page at a time."""
        few = self._of_few(as_of, lambda few: few.read(person))
        if few is not None:
            yield from few
            return
        with self._found_of(person, as_of, apart=True) as (finding, learnt):
            known = frozenset(map(plain, told_of(finding, learnt).identifiers))
            yield from reading.rows(finding, known)

    def correct(
        self,
        person: Person,
        table: str,
        key: Mapping[str, Any] | None,
        values: Mapping[str, Any],
        as_of: date,
        *,
        dry_run: bool = False,
    ) -> int:
        """Write values into the person's rows of a table, or the one of a key; return how many changed.

        Values given as text are read as what their column holds. Raises ``InputError`` (correct-place) for a
        table or column that is not there or part of a key, and (correct-value) for a value that is none.
        """
        with self._found_of(person, as_of, apart=True, commit=not dry_run) as (finding, _):
            own = finding.own.get(table)
            known = {column.column for column in own.real.mapped.columns} if own else set()
            if own is None or not values or {*values, *(key or ())} - known or {*values} & {*own.real.key}:
                raise refusals.nowhere(self.name, table)
            row, shared = own.real.table, own.real.mapped.shared
            mine = sa.and_(own.table.c.how == MINE, own.table.c.kept == 0)
            if not {*values} <= {*(shared.own if shared else ())}:
                mine = sa.and_(mine, own.table.c.shared == 0)
            which = [row.c[name] == typed(row.c[name], value) for name, value in (key or {}).items()]
            new = {name: typed(row.c[name], value) for name, value in values.items()}
            changed = sa.or_(*(row.c[name].is_distinct_from(value) for name, value in new.items()))
            statement = sa.update(row).where(own.tie(), mine, changed, *which).values(new)
            return finding.connection.execute(statement).rowcount

    def erase(
        self, person: Person, as_of: date, *, digest: str | None = None, dry_run: bool = False
    ) -> Outcome:
        """Carry out what ``survey`` says in one transaction, or with ``dry_run`` do it all and take it back.

        Raises ``InputError`` (erase-changed), ``StoreError`` (erase-residue) and what every question raises.
        """
        return self._database.tried(lambda: self._erase(person, as_of, digest, commit=not dry_run))

    def _erase(self, person: Person, as_of: date, digest: str | None, *, commit: bool) -> Outcome:
        few = self._of_few(as_of, lambda few: few.erase(person, digest), commit=commit)
        if few is not None:
            return few
        with self._found_of(person, as_of, settle=True, commit=commit) as (finding, learnt):
            if digest is not None and self._survey(finding, learnt).digest != digest:
                raise refusals.changed(self.name)
            return self._erased(finding, learnt)

    @contextmanager
    def people(self, rows: Sequence[TouchedRows], identity: str) -> Iterator[SqlAffected]:
        """Give whom some rows are about for the time of a block; errors as ``TellsPeople``."""
        with self._database.began(commit=False) as (connection, keys):
            yield SqlAffected(connection, keys.ground, rows, identity)

    def overdue(self, as_of: date) -> tuple[Part, ...]:
        """Return the rows of anybody that are past their keeping time."""
        with self._overdue(as_of) as finding:
            return tuple(expiry.parts(finding))

    def expire(self, as_of: date, *, digest: str | None = None, dry_run: bool = False) -> Outcome:
        """Carry out what ``overdue`` says in one transaction; errors as ``erase``."""
        with self._overdue(as_of, commit=not dry_run) as finding:
            found = Survey(store=self.name, parts=tuple(expiry.parts(finding)))
            if digest is not None and found.digest != digest:
                raise refusals.changed(self.name)
            return self._erased(finding, {})

    def _survey(self, finding: Finding, person: Person) -> Survey:
        erasing = Erasing(finding, person)
        mentioned = Mentions(finding, told_of(finding, person)).count()
        parts = tuple(surveying.parts(finding, erasing, mentioned))
        return Survey(store=self.name, parts=parts, remainders=self._found.remainders)

    def _erased(self, finding: Finding, person: Person) -> Outcome:
        mentions = Mentions(finding, told_of(finding, person) if person else Told())
        erasing = Erasing(finding, person)
        erasing.run()
        for table, rows in mentions.mask().items():
            erasing.changed[table] = erasing.changed.get(table, 0) + rows
        for left in surveying.residue(finding, erasing, person, mentions.count()):
            raise refusals.left(self.name, left)
        kept = {
            part.table: part.rows for part in surveying.parts(finding, erasing, {}) if part.part == "kept"
        }
        return Outcome(store=self.name, deleted=erasing.deleted, changed=erasing.changed, kept=kept)

    def _of_few(self, as_of: date, work: Callable[[Few], T], *, commit: bool = False) -> T | None:
        """Return what a work comes to for a person of few rows, None where it has to be done otherwise."""
        try:
            with self._database.began(commit=commit) as (connection, keys):
                grounds = keys.once("few", lambda: (grounds_of(keys),))[0]
                return work(Few(connection, keys, grounds, as_of)) if grounds else None
        except TooMany:
            return None

    @contextmanager
    def _found_of(
        self, person: Person, as_of: date, *, apart: bool = False, settle: bool = False, commit: bool = False
    ) -> Iterator[tuple[Finding, Person]]:
        """Find a person's rows for the time of a block, whose changes last only with ``commit``."""
        with self._working(as_of, commit=commit) as finding:
            learnt = finding.find(person)
            if apart or settle:
                told_apart(finding)
            if settle:
                settled(finding)
            yield finding, learnt

    @contextmanager
    def _overdue(self, as_of: date, *, commit: bool = False) -> Iterator[Finding]:
        with self._working(as_of, commit=commit) as finding:
            expiry.overdue(finding)
            settled(finding)
            yield finding

    @contextmanager
    def _working(self, as_of: date, *, commit: bool) -> Iterator[Finding]:
        """Give the tables of keys to work with, empty before and after."""
        with self._database.began(commit=commit, keys=True) as (connection, keys):
            finding = Finding(connection, keys, as_of)
            yield finding
            if commit:
                finding.forget()
