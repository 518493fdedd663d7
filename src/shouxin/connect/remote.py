"""Stores that cannot be opened: somebody else does the work, and may take their time."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import Any, NamedTuple, Self

from shouxin.connect import refusals
from shouxin.connect.model import DatasetMap
from shouxin.connect.person import Person
from shouxin.connect.survey import Outcome, Part, Problem, Row, Survey
from shouxin.errors import InputError, StoreError

MAKES = frozenset({"http", "manual", "opendsr"})
"""Makes of store that somebody else works in."""


class Progress(NamedTuple):
    """How far somebody else is with what they were asked.

    ``reference`` is how to ask again, and may tell who the person is: keep it sealed. ``outcome`` is what
    they say was done; without one it is what was planned. ``asks`` tells whether asking again can help, or
    the answer comes of itself. ``found`` are the rows by table that they hold of the person, where they were
    asked for those, and ``digest`` the SHA-256 in hexadecimal of what they sent.
    """

    done: bool
    reference: str = ""
    outcome: Outcome | None = None
    asks: bool = True
    found: Mapping[str, Sequence[Mapping[str, Any]]] | None = None
    digest: str = ""


class Remote(ABC):
    """A store of which nothing is open: no transaction, no statement, no lock.

    What is sent under one key counts once, however often it is sent.
    """

    def __init__(self, found: DatasetMap) -> None:
        self.map = found

    @property
    def name(self) -> str:
        """Return what the map calls the store."""
        return self.map.store

    @abstractmethod
    def survey(self, person: Person, as_of: date) -> Survey:
        """Return what is there of a person, as far as it can be known."""

    @abstractmethod
    def begin(self, person: Person, as_of: date, key: str) -> Progress:
        """Ask for the person's erasure, or ask anew under the same key."""

    @abstractmethod
    def ask(self, person: Person, as_of: date, reference: str) -> Progress:
        """Ask how far they are; raise ``StoreError`` (service-refused) where they will not do it."""

    def check(self) -> tuple[Problem, ...]:
        """Return nothing: what cannot be opened cannot be looked at."""
        return ()

    def learn(self, person: Person, as_of: date) -> Person:  # noqa: ARG002
        """Return nothing new."""
        return {}

    def read(self, person: Person, as_of: date) -> Iterator[Row]:  # noqa: ARG002
        """Yield nothing."""
        return iter(())

    def correct(
        self,
        person: Person,  # noqa: ARG002
        table: str,
        key: Mapping[str, Any] | None,  # noqa: ARG002
        values: Mapping[str, Any],  # noqa: ARG002
        as_of: date,  # noqa: ARG002
        *,
        dry_run: bool = False,  # noqa: ARG002
    ) -> int:
        """Refuse; raise ``InputError`` (service-cannot)."""
        raise cannot(f"{self.name}.{table}", "cannot be corrected")

    def erase(
        self, person: Person, as_of: date, *, digest: str | None = None, dry_run: bool = False
    ) -> Outcome:
        """Say what would be done, for only with ``begin`` and a key is anything done.

        Raises ``InputError``: erase-changed, service-cannot.
        """
        survey = self.survey(person, as_of)
        if digest is not None and digest != survey.digest:
            raise refusals.changed(self.name)
        if not dry_run:
            raise cannot(self.name, "is not changed in one transaction")
        return planned(survey)

    def overdue(self, as_of: date) -> tuple[Part, ...]:  # noqa: ARG002
        """Return nothing: nobody's rows can be listed."""
        return ()

    def expire(self, as_of: date, *, digest: str | None = None, dry_run: bool = False) -> Outcome:  # noqa: ARG002
        """Do nothing, as ``overdue`` says."""
        return Outcome(store=self.name)

    def close(self) -> None:  # noqa: B027  # most have nothing open
        """Leave nothing open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def planned(survey: Survey) -> Outcome:
    """Return what a store will have done once it did what a survey says."""
    rows: dict[str, dict[str, int]] = {"deleted": {}, "changed": {}, "kept": {}}
    place = {"delete": "deleted", "anonymise": "changed", "mask": "changed", "keep": "kept"}
    for part in survey.parts:
        counts = rows[place[part.act]]
        counts[part.table] = counts.get(part.table, 0) + part.rows
    return Outcome(store=survey.store, deleted=rows["deleted"], changed=rows["changed"], kept=rows["kept"])


def cannot(where: str, what: str) -> InputError:
    """Return the error for what a store without a connection cannot do."""
    return InputError(
        "service-cannot", f"this store {what}", where=where, remedy="see docs/stores.md for what its make can"
    )


def refused(store: str, what: str) -> StoreError:
    """Return the error for a party that will not do what it was asked."""
    return StoreError(
        "service-refused", what, where=store, remedy="see why with those who run it, then run the plan again"
    )
