"""The shapes of the start page and of the queue."""

import datetime
from typing import Literal, NamedTuple, get_args

import msgspec

from shouxin.duties.cases.model import Tally, Urgency
from shouxin.law.base import Shape, Words

Near = Literal[Urgency, "none"]
NEAR: tuple[Near, ...] = ("overdue", "today", "three", "seven", "later", "none")
"""How near a last day is; ``none`` where nothing has one."""

Duty = Literal[
    "rights", "hand", "complaint", "content", "incident", "assessment", "retention", "approval", "case"
]
DUTIES: tuple[Duty, ...] = get_args(Duty)
"""The duties that work comes from; ``hand`` is work by hand for a request, ``case`` any other procedure."""

Doing = Literal["take", "step"]
"""What one click does: take a matter on, or take a step that needs nothing written."""

WEEKS = 12
"""Weeks that the figures over time go back, the running one included."""


class Stand(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """How many controls of an instrument stand in each state."""

    instrument: str
    title: Words
    counts: dict[str, int]


class Week(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Figures of a week from Monday to Sunday, by what was counted."""

    first: datetime.date
    last: datetime.date
    counts: dict[str, int]


class Figures(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What the start page shows; what the reader may not see, or what is not kept here, is None."""

    on: datetime.date
    organisation: str = ""
    stands: tuple[Stand, ...] | None = None
    tally: Tally | None = None
    denials: tuple[Week, ...] | None = None
    answers: tuple[Week, ...] | None = None
    ages: tuple[int, ...] | None = None

    @property
    def controls(self) -> dict[str, int]:
        """Return how many controls stand in each state, over all instruments."""
        found: dict[str, int] = {}
        for stand in self.stands or ():
            for state, count in stand.counts.items():
                found[state] = found.get(state, 0) + count
        return found


class Next(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The next legal step: what, by whom (``party`` is the first of them), and by which provisions.

    ``plain`` where it needs nothing written and no fact: one click can take it.
    """

    step: str
    label: Words
    party: str
    by: tuple[Words, ...]
    provisions: tuple[str, ...]
    version: int
    plain: bool


class Item(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Something that waits for somebody; it says where, and nothing about a person.

    ``title`` names its procedure where no duty of its own shows it, ``state`` is a word of its duty and
    ``label`` the state of its case; ``needs`` is the permission for what comes next, ``taker`` who took it.
    """

    duty: Duty
    number: int | None
    address: str
    needs: str
    about: str = ""
    state: str = ""
    title: Words | None = None
    label: Words | None = None
    case: int | None = None
    due: datetime.date | None = None
    provisional: bool = False
    taker: str = ""
    since: datetime.date | None = None
    next: Next | None = None
    doing: Doing | None = None
    near: Near = "none"
    days_left: int | None = None
    mine: bool = False


class Asked(NamedTuple):
    """What the queue is asked: a duty, an urgency, and whether only what the reader can do."""

    duty: str = ""
    urgency: str = ""
    mine: bool = False

    @property
    def given(self) -> dict[str, object]:
        """Return it as the parameters of an address."""
        return self._asdict()


class Queue(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A page of the queue: the items, how many the filters leave, and how many there are by filter."""

    items: tuple[Item, ...]
    total: int
    page: int
    pages: int
    by_duty: dict[Duty, int] = msgspec.field(default_factory=dict)
    by_near: dict[Near, int] = msgspec.field(default_factory=dict)
