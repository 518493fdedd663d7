"""The shapes of requests, as the command line, the API and the pages show them."""

import datetime
from typing import Annotated, Any, Literal

import msgspec

from shouxin.connect.survey import Outcome, Part, Problem, Survey
from shouxin.duties.cases.model import CaseView
from shouxin.duties.saga import State as State  # part of these shapes
from shouxin.duties.saga import Task as Task
from shouxin.law.base import Shape

Service = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Value = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"^[^\x00]*\S[^\x00]*$")]
Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Method = Literal["session", "code", "document"]
Channel = Literal["email", "sms"]
Facts = Annotated[dict[str, Any], msgspec.Meta(max_length=100)]


AGES = (3, 7, 15, 30)
"""Days that bound the bands of age of an open request; the last band is older."""


class Change(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Columns of one table that a correction sets; ``key`` names the row where the person has several."""

    store: Name
    table: Name
    values: Annotated[dict[str, str | int | float | bool | None], msgspec.Meta(min_length=1, max_length=100)]
    key: dict[str, str | int] | None = None


class Asked(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks for: whom it is about, which right, and what the right needs.

    ``person`` is what the service calls them, ``identities`` how its stores know them (by the names of the
    dataset maps). ``request`` names the report, so that sending it again changes nothing. ``records`` holds
    what the law wants written down of this right, as references without personal information.
    """

    service: Service
    person: Reference
    right: Name
    identities: Annotated[dict[Name, Value], msgspec.Meta(max_length=50)] = msgspec.field(
        default_factory=dict
    )
    request: Annotated[str, msgspec.Meta(max_length=80)] = ""
    records: Annotated[dict[Name, Words], msgspec.Meta(max_length=20)] = msgspec.field(default_factory=dict)
    facts: Facts = msgspec.field(default_factory=dict)
    for_deceased: bool = False
    destination: Annotated[str, msgspec.Meta(max_length=500)] = ""
    changes: Annotated[tuple[Change, ...], msgspec.Meta(max_length=100)] = ()
    purposes: Annotated[tuple[Name, ...], msgspec.Meta(max_length=200)] = ()


class Content(Shape, frozen=True, kw_only=True):
    """What of a request tells who somebody is: kept sealed under the person's key."""

    person: str
    identities: dict[str, str]
    destination: str = ""
    changes: tuple[Change, ...] = ()
    purposes: tuple[str, ...] = ()


class Obstacle(Problem, frozen=True, kw_only=True):
    """Something that stands in the way of a plan, or that somebody should know."""


class Surveyed(Survey, frozen=True, kw_only=True):
    """What a store holds of a person and what would become of it."""

    problems: tuple[Obstacle, ...] = ()
    warnings: tuple[Obstacle, ...] = ()


class Correction(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What a correction would change: how many rows of a table, which columns, what stood there.

    ``was`` and ``becomes`` are commitments under the person's key, never the values. ``by_hand``: people do
    it, so nobody knows before how many rows it will be and what stands there.
    """

    store: str
    table: str
    rows: int
    columns: tuple[str, ...]
    was: str
    becomes: str
    by_hand: bool = False


class Body(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What would be done for a request, as of a day: counts and places, nobody's information."""

    as_of: datetime.date
    surveys: tuple[Surveyed, ...] = ()
    corrections: tuple[Correction, ...] = ()
    problems: tuple[Obstacle, ...] = ()


class Difference(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Rows of a part of a store that two plans have differently."""

    store: str
    table: str
    part: str
    act: str
    before: int
    now: int


class Plan(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A plan that can be read before it runs, who approved it, and how far it is carried out."""

    number: int
    digest: str
    body: Body
    made_at: datetime.datetime
    who: str
    approved_by: str = ""
    approved_at: datetime.datetime | None = None
    reason: str = ""
    finished: bool = False
    tasks: tuple[Task, ...] = ()

    @property
    def problems(self) -> tuple[Obstacle, ...]:
        """Return everything that stands in the way."""
        return (*self.body.problems, *(one for survey in self.body.surveys for one in survey.problems))

    @property
    def kept_by_hand(self) -> int:
        """Return how many rows somebody says were kept of which the plan knew nothing."""
        known = {survey.store for survey in self.body.surveys if survey.parts}
        return sum(
            sum(task.outcome.kept.values()) for task in self.tasks if task.outcome and task.store not in known
        )

    @property
    def kept_until(self) -> datetime.date | None:
        """Return the last day on which something is kept; None where nothing is, or the end is not known."""
        ends = [part.until for part in self.kept if part.until]
        return max(ends) if ends and len(ends) == len(self.kept) else None

    @property
    def kept(self) -> tuple[Part, ...]:
        """Return the rows that the law has kept."""
        return tuple(
            part for survey in self.body.surveys for part in survey.parts if part.part == "kept" and part.rows
        )


class Missing(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A party whose part a copy lacks: it has not answered, or what it answered does not count."""

    party: str
    why: Literal["waits", "failed"]


class Restriction(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What must not be used any more: which purposes (none named: all), since and until when, and why.

    ``facts`` are what the guard tells the gate for it.
    """

    number: int
    service: str
    purposes: tuple[str, ...]
    since: datetime.date
    until: datetime.date | None
    because: str
    facts: dict[str, bool]


class Line(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A request in a list; ``waits`` are the stores in which somebody else has not done their work yet."""

    number: int
    case: int
    service: str
    right: str
    made_at: datetime.datetime
    verified_by: str
    state: str
    label: Any
    final: bool
    next_due: datetime.date | None
    days_left: int | None
    late: bool
    waits: tuple[str, ...] = ()
    waits_since: datetime.date | None = None


class Request(Line, frozen=True, kw_only=True):
    """A request with its case, the newest plan, and what is restricted for it.

    ``changed`` is what the newest plan has otherwise than the one before it, of ``planned_before``.
    """

    work: str
    whole: CaseView
    plan: Plan | None
    restrictions: tuple[Restriction, ...]
    readable: bool
    changed: tuple[Difference, ...] = ()
    planned_before: datetime.date | None = None


class HandTask(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Work by hand that waits: what of which request, for which desk, and what was said and not confirmed."""

    request: int
    store: str
    service: str
    right: str
    gives: bool
    desk: str
    how: str
    tables: tuple[str, ...]
    since: datetime.datetime
    due: datetime.date | None
    told: dict[str, Any] | None
    told_by: str
    corrects: bool = False
    only: str = ""


class Receipt(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What the person is given to hold: what was done, what is kept until when and why, and the proofs."""

    request: int
    service: str
    right: str
    state: str
    plan: str
    done: tuple[Outcome, ...]
    kept: tuple[dict[str, Any], ...]
    remains: tuple[dict[str, Any], ...]
    entries: tuple[dict[str, Any], ...]
