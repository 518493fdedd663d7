"""The shapes of the cases slice, as the command line, the API and the pages show them."""

import datetime
from typing import Any, Literal

import msgspec

from shouxin.errors import InputError
from shouxin.law.base import Shape, Words
from shouxin.law.mechanism import LocalFact
from shouxin.law.procedure import Needed, Party, State, Step

Urgency = Literal["overdue", "today", "three", "seven", "later"]
URGENCIES: tuple[Urgency, ...] = ("overdue", "today", "three", "seven", "later")
"""How near a last day is: over, today, within three days, within seven, later."""


SOON = "soon"
"""What is due today or within three days, as a filter: two urgencies at once."""

_DAYS: dict[str, tuple[int | None, int | None]] = {
    "overdue": (None, -1),
    "today": (0, 0),
    "three": (1, 3),
    "seven": (4, 7),
    "later": (8, None),
    SOON: (0, 3),
}


def between(near: str, today: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the last days of an urgency, or of ``SOON``; raise ``InputError`` (urgency-unknown)."""
    if near not in (SOON, *URGENCIES):
        raise InputError(
            "urgency-unknown",
            f'there is no urgency "{near[:40]}"',
            remedy=f"those there are: {', '.join((SOON, *URGENCIES))}",
        )
    first, last = _DAYS[near]
    return (
        None if first is None else today + datetime.timedelta(days=first),
        None if last is None else today + datetime.timedelta(days=last),
    )


def urgency(days_left: int) -> Urgency:
    """Return how near a last day is that is so many days ahead; below zero it is over."""
    if days_left < 0:
        return "overdue"
    bounds: tuple[tuple[int, Urgency], ...] = ((0, "today"), (3, "three"), (7, "seven"))
    return next((name for bound, name in bounds if days_left <= bound), "later")


class ProcedureLine(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A procedure in a list."""

    procedure: str
    title: Words
    about: Words
    states: int
    steps: int
    instruments: tuple[str, ...]


class ProcedureView(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A procedure with everything that runs it, its citations in full."""

    procedure: str
    title: Words
    about: Words
    parties: tuple[Party, ...]
    states: tuple[State, ...]
    facts: tuple[LocalFact, ...]
    steps: tuple[Step, ...]
    note: str


class ClockView(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A clock of a case.

    ``state`` is open, paused, met, missed, passed, cancelled where the case ended before and nothing is
    owed any more, or unknown where the text has a word and no figure;
    ``days_left`` counts from today to the last day and is negative once it is over.
    """

    provision: str
    state: str
    began: datetime.date
    due: datetime.date | None
    days_left: int | None
    late: bool
    provisional: bool
    word: str
    at_once: bool
    direction: str
    paused: datetime.date | None
    stopped: datetime.date | None
    extended_by: tuple[str, ...]


class Event(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Something that happened to a case: a step, or what became of a time that runs in it."""

    number: int
    kind: str
    at: datetime.datetime
    on: datetime.date | None = None
    step: str = ""
    by: str = ""
    records: dict[str, str] = msgspec.field(default_factory=dict)
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    provision: str = ""
    due_on: datetime.date | None = None
    before: datetime.date | None = None


class NextStep(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A step that may be taken: by whom, what must be written down, which facts are still unknown."""

    step: str
    label: Words
    to: str
    by: tuple[str, ...]
    records: tuple[Needed, ...]
    unknown: tuple[str, ...]
    waits: tuple[str, ...]
    provisions: tuple[str, ...]


class CaseLine(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A case in a list; ``next_due`` is its next last day, ``late`` whether one is over and not met."""

    id: int
    procedure: str
    title: Words
    state: str
    label: Words
    final: bool
    version: int
    opened_at: datetime.datetime
    moved_at: datetime.datetime
    next_due: datetime.date | None = None
    late: bool = False
    provisional: bool = False


class CaseView(CaseLine, frozen=True, kw_only=True):
    """A case with its history, its clocks, and the steps that may come next."""

    law_version: str = ""
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    clocks: tuple[ClockView, ...] = ()
    next: tuple[NextStep, ...] = ()
    history: tuple[Event, ...] = ()


class Following(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Something that follows from a step: what it does, about which clock or party, and until when."""

    what: str
    about: str
    due: datetime.date | None


class Taken(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A step that was taken or could be (``dry_run``); ``case`` is None where opening was only tried."""

    dry_run: bool
    procedure: str
    step: str
    state: str
    follows: tuple[Following, ...]
    case: CaseView | None


class DeadlineLine(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A last day that is still to come, or that is over and not met.

    ``passes`` where nothing must be done by that day: ``until`` then says whether something is kept until
    then (``keep``) or a step waits for its end (``wait``).
    """

    id: int
    case: int | None
    procedure: str
    title: Words | None
    provision: str
    began: datetime.date
    due: datetime.date
    days_left: int
    state: str
    late: bool
    provisional: bool
    passes: bool
    until: Literal["", "keep", "wait"] = ""


class OpenCases(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """How many cases of a procedure are open."""

    procedure: str
    title: Words
    open: int


class Tally(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """How much is owed by urgency, one of ``URGENCIES``, and how many cases are open, most first.

    Times that only pass and clocks that stand still are not owed.
    """

    owed: dict[Urgency, int]
    cases: tuple[OpenCases, ...]


class Ahead(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The steps that may come next in a case, and the version of the case that was looked at."""

    procedure: str
    title: Words
    version: int
    parties: dict[str, Words]
    next: tuple[NextStep, ...]


class Planned(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A deadline that was counted again and moved, or is certain now."""

    case: int
    procedure: str
    provision: str
    before: datetime.date
    due: datetime.date
    provisional: bool


class Given(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step as it is asked for.

    ``records`` holds for each record a text or a reference to where it lies, and no personal
    information; ``version`` is the case's version the asker saw, if it matters.
    """

    step: str = ""
    by: str
    on: datetime.date | None = None
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    records: dict[str, str] = msgspec.field(default_factory=dict)
    version: int | None = None
    dry_run: bool = False
