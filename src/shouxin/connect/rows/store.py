"""Rows of whatever source as a store of a service: the same questions and changes as of a database."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from types import TracebackType
from typing import Any, Self

from shouxin.connect import refusals
from shouxin.connect.affected import TouchedRows
from shouxin.connect.model import DatasetMap
from shouxin.connect.person import Person
from shouxin.connect.rows import expiry, reading, surveying
from shouxin.connect.rows.correcting import corrections
from shouxin.connect.rows.erasing import Erasing
from shouxin.connect.rows.finding import Finding
from shouxin.connect.rows.mentions import told_of
from shouxin.connect.rows.overlay import Overlay, changes
from shouxin.connect.rows.own import Ground
from shouxin.connect.rows.parts import told_apart
from shouxin.connect.rows.people import RowsAffected
from shouxin.connect.rows.source import Rows, Session, Source
from shouxin.connect.rows.staying import settled
from shouxin.connect.survey import Outcome, Part, Problem, Residue, Row, Survey
from shouxin.connect.words import Told, plain
from shouxin.errors import InputError


class Working(ABC):
    """A store whose rows are worked on in memory, which grows with the rows of one person only."""

    def __init__(self, found: DatasetMap) -> None:
        self._found = found

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

    @abstractmethod
    def close(self) -> None:
        """Close every connection."""

    @abstractmethod
    def check(self) -> tuple[Problem, ...]:
        """Return where map and store differ, and which rights are missing or too many."""

    @abstractmethod
    def _session(self) -> AbstractContextManager[tuple[Ground, Session]]:
        """Give what is known of the store and its rows, for one question or one erasure."""

    def learn(self, person: Person, as_of: date) -> Person:
        """Return the person's identities as the store's own rows tell them, with those given."""
        with self._session() as (ground, source):
            return Finding(ground, source, as_of).find(person)

    def survey(self, person: Person, as_of: date) -> Survey:
        """Return what is there of a person and what an erasure would do; nothing changes."""
        with self._session() as (ground, source):
            finding, learnt = _settled(ground, source, person, as_of)
            return self._survey(finding, told_of(finding, learnt))

    def read(self, person: Person, as_of: date) -> Iterator[Row]:
        """Yield what is there as the person may see it."""
        with self._session() as (ground, source):
            finding = Finding(ground, source, as_of, whole=True)
            learnt = finding.find(person)
            told_apart(finding)
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
        with self._session() as (ground, source):
            finding = Finding(ground, source, as_of)
            finding.find(person)
            told_apart(finding)
            own = finding.own.get(table)
            known = {column.column for column in own.mapped.columns} if own else set()
            if own is None or not values or {*values, *(key or ())} - known or {*values} & own.fixed:
                raise refusals.nowhere(self.name, table)
            found = list(corrections(own, key, values))
            if found and not dry_run:
                source.apply(found)
            return len(found)

    def erase(
        self, person: Person, as_of: date, *, digest: str | None = None, dry_run: bool = False
    ) -> Outcome:
        """Carry out what ``survey`` says, or with ``dry_run`` all but the last step.

        The result is looked through for what is left before anything is changed, and again afterwards.
        Raises ``InputError`` (erase-changed), ``StoreError`` (erase-residue) and what every question raises.
        """
        with self._session() as (ground, source):
            finding, learnt = _settled(ground, source, person, as_of)
            told = told_of(finding, learnt)
            if digest is not None and self._survey(finding, told).digest != digest:
                raise refusals.changed(self.name)
            return self._erased(
                source,
                finding,
                learnt,
                told,
                lambda rows: _left(ground, rows, learnt, told, as_of),
                dry_run=dry_run,
            )

    def overdue(self, as_of: date) -> tuple[Part, ...]:
        """Return the rows of anybody that are past their keeping time."""
        with self._session() as (ground, source):
            return tuple(expiry.parts(_overdue(ground, source, as_of)))

    def expire(self, as_of: date, *, digest: str | None = None, dry_run: bool = False) -> Outcome:
        """Carry out what ``overdue`` says; errors as ``erase``."""
        with self._session() as (ground, source):
            finding = _overdue(ground, source, as_of)
            found = Survey(store=self.name, parts=tuple(expiry.parts(finding)))
            if digest is not None and found.digest != digest:
                raise refusals.changed(self.name)
            return self._erased(
                source,
                finding,
                {},
                Told(),
                lambda rows: _still(_overdue(ground, rows, as_of)),
                dry_run=dry_run,
            )

    def _survey(self, finding: Finding, told: Told) -> Survey:
        parts = tuple(surveying.parts(finding, surveying.mentioned(finding, told)))
        return Survey(store=self.name, parts=parts, remainders=self._found.remainders)

    def _erased(
        self,
        source: Session,
        finding: Finding,
        person: Person,
        told: Told,
        left: Callable[[Rows], Sequence[Residue]],
        *,
        dry_run: bool,
    ) -> Outcome:
        """Work out the changes, look through what they leave, and make them; ``left`` says what is left."""
        erasing = Erasing(finding, person)
        erasing.run(told)
        self._refuse(left(Overlay(source, erasing.pending)), "nothing was changed")
        if erasing.pending and not dry_run:
            source.apply(changes(erasing.pending, finding.ground.order))
            self._refuse(left(source), "the store did not take what was written; run it again")
        kept = {part.table: part.rows for part in surveying.parts(finding, {}) if part.part == "kept"}
        return Outcome(
            store=self.name, deleted=dict(erasing.deleted), changed=dict(erasing.changed), kept=kept
        )

    def _refuse(self, left: Sequence[Residue], what: str) -> None:
        if left:
            raise refusals.left(self.name, left[0], what)


class RowStore(Working):
    """A store over a source of rows."""

    def __init__(self, found: DatasetMap, source: Source) -> None:
        super().__init__(found)
        self._source = source

    def close(self) -> None:
        """Close every connection."""
        self._source.close()

    def check(self) -> tuple[Problem, ...]:
        """Return where map and source differ, and which rights are missing."""
        try:
            Ground.of(self._found, self._source)
        except InputError as error:
            return (Problem(code=error.code, where=error.where, what=error.what, remedy=error.remedy),)
        return self._source.check()

    @contextmanager
    def people(self, rows: Sequence[TouchedRows], identity: str) -> Iterator[RowsAffected]:
        """Give whom some rows are about for the time of a block; errors as ``TellsPeople``."""
        with self._source.session() as source:
            yield RowsAffected(source, Ground.of(self._found, source), rows, identity)

    @contextmanager
    def _session(self) -> Iterator[tuple[Ground, Session]]:
        with self._source.session() as source:
            yield Ground.of(self._found, source), source


def _settled(ground: Ground, rows: Rows, person: Person, as_of: date) -> tuple[Finding, Person]:
    finding = Finding(ground, rows, as_of)
    learnt = finding.find(person)
    told_apart(finding)
    settled(finding)
    return finding, learnt


def _left(ground: Ground, rows: Rows, person: Person, told: Told, as_of: date) -> Sequence[Residue]:
    """Return what is left of a person, by finding them anew."""
    finding, _ = _settled(ground, rows, person, as_of)
    return tuple(surveying.residue(finding, person, told))


def _overdue(ground: Ground, rows: Rows, as_of: date) -> Finding:
    finding = Finding(ground, rows, as_of)
    expiry.overdue(finding)
    settled(finding)
    return finding


def _still(finding: Finding) -> Sequence[Residue]:
    """Return what would still go."""
    parts = surveying.parts(finding, {})
    return tuple(
        Residue(table=one.table, column="", kind="value", rows=one.rows) for one in parts if one.act != "keep"
    )
