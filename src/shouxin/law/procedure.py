"""Procedures as data: states, steps, who may take them, what they write down, and which clocks they move.

Every class mirrors one mapping of ``law/procedures/*.yaml``; ``engine.procedure`` runs them.
"""

import datetime
from typing import Annotated, Any

import msgspec

from shouxin.law import citation
from shouxin.law.base import Name, Shape, Text, Words
from shouxin.law.mechanism import Local, LocalFact, Span


class Party(Shape, frozen=True, kw_only=True):
    """Someone who takes part in a procedure."""

    name: Local
    label: Words


class State(Shape, frozen=True, kw_only=True):
    """Where a case can stand; ``final`` where nothing more is owed."""

    name: Local
    label: Words
    final: bool = False


class Needed(Shape, frozen=True, kw_only=True):
    """Something a step must write down: a document, a finding, a reason, a date.

    ``provisions`` are those that order it; without any it is those of the step.
    """

    name: Local
    what: Words
    optional: bool = False
    provisions: tuple[Text, ...] = ()


class Step(Shape, frozen=True, kw_only=True):
    """A move: from which states to which, by whom, on what condition, and what it sets going.

    No ``from`` opens a case; no ``to`` leaves the state as it is. ``starts``, ``stops``, ``pauses``,
    ``resumes`` and ``extends`` name the provisions whose clocks it moves; ``dates`` maps a clock that it
    starts to the fact with the day it runs from, or is counted back from, where that is not the day of the
    step. ``waits`` names clocks whose running time must be over first; ``ahead`` maps a clock that counts
    back from this step to the step that must lie so far before it. ``tells`` are the parties that hear of
    it, ``does`` what the system does by itself, by name.
    """

    name: Local
    label: Words
    by: Annotated[tuple[Local, ...], msgspec.Meta(min_length=1)]
    from_: tuple[Local, ...] = msgspec.field(default=(), name="from")
    to: str = ""
    when: str = ""
    records: tuple[Needed, ...] = ()
    starts: tuple[Text, ...] = ()
    stops: tuple[Text, ...] = ()
    pauses: tuple[Text, ...] = ()
    resumes: tuple[Text, ...] = ()
    extends: tuple[Text, ...] = ()
    dates: dict[Text, Local] = msgspec.field(default_factory=dict)
    waits: tuple[Text, ...] = ()
    ahead: dict[Text, Local] = msgspec.field(default_factory=dict)
    tells: tuple[Local, ...] = ()
    does: tuple[Local, ...] = ()
    readings: dict[str, Name] = msgspec.field(default_factory=dict)
    provisions: tuple[Text, ...] = ()
    note: str = ""


class Taken(Shape, frozen=True, kw_only=True):
    """One step of a path: the day, who (the first who may, unless named), and what was not written down."""

    step: Local
    day: datetime.date
    by: str = ""
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    without: tuple[Local, ...] = ()


class Way(Shape, frozen=True, kw_only=True):
    """A path through the procedure that the text orders, or one that it forbids.

    ``ends`` is the state reached, ``due`` when clocks run out that it set going, ``late`` the clocks it
    missed; ``own`` are lengths that the organisation set where the text has no figure. ``refused`` is
    the error code with which the last step is refused. ``readings`` are answers that an organisation has
    chosen; without it the register's stand.
    """

    name: Text
    takes: Annotated[tuple[Taken, ...], msgspec.Meta(min_length=1)]
    ends: str
    due: dict[str, datetime.date] = msgspec.field(default_factory=dict)
    late: tuple[Text, ...] = ()
    own: dict[Text, Span] = msgspec.field(default_factory=dict)
    readings: dict[Text, Name] = msgspec.field(default_factory=dict)
    refused: str = ""


class Procedure(Shape, frozen=True, kw_only=True):
    """A kind of case. The first state is where a case stands that was opened and not moved.

    ``outlives`` are the clocks that stay owed when the case has ended. The end makes every other one
    pointless that still runs, but a time to keep something. ``changing`` are the facts that may come out
    otherwise at a later step than before; all others stay as they are through a case.
    """

    procedure: Name
    title: Words
    about: Words
    parties: Annotated[tuple[Party, ...], msgspec.Meta(min_length=1)]
    states: Annotated[tuple[State, ...], msgspec.Meta(min_length=1)]
    facts: tuple[LocalFact, ...] = ()
    changing: tuple[Text, ...] = ()
    outlives: tuple[Text, ...] = ()
    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1)]
    paths: Annotated[tuple[Way, ...], msgspec.Meta(min_length=1)]
    note: str = ""


def in_full(step: Step) -> Step:
    """Return a step with every citation written in full."""

    def full(cited: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(citation.parse(text)) for text in cited)

    return msgspec.structs.replace(
        step,
        starts=full(step.starts),
        stops=full(step.stops),
        pauses=full(step.pauses),
        resumes=full(step.resumes),
        extends=full(step.extends),
        waits=full(step.waits),
        dates={str(citation.parse(name)): fact for name, fact in step.dates.items()},
        ahead={str(citation.parse(name)): before for name, before in step.ahead.items()},
        provisions=full(step.provisions),
        records=tuple(msgspec.structs.replace(one, provisions=full(one.provisions)) for one in step.records),
    )
