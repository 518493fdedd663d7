"""The shapes of what people bring to the office. Pure."""

import datetime
import re
import secrets
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from shouxin.law.base import Shape, Words
from shouxin.law.mechanism import LocalFact
from shouxin.law.procedure import Needed

LONGEST = 5000
"""Characters that a field of a letter may have."""

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS = 4

Language = Literal["zh", "en", "es"]
Body = dict[str, str]
"""The fields of a letter by name."""

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"\S")]
Request = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{8,64}$")]


class Kind(NamedTuple):
    """A kind of matter: its procedure, who brings it, who answers, and who is heard besides.

    ``public`` and ``staff`` are the addresses of its pages.
    """

    name: str
    procedure: str
    stranger: str
    office: str
    public: str
    staff: str
    heard: tuple[str, ...] = ()


class Arrival(Shape, frozen=True, kw_only=True):
    """What is brought: the letter, and the facts that its first step is chosen by.

    ``request`` names the report, so that one sent again is not taken in twice; ``on`` is the day of
    receipt where staff take down what came another way.
    """

    body: Body
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    step: str = ""
    service: str = ""
    language: Language = "zh"
    request: Request | None = None
    on: datetime.date | None = None


class MatterReceipt(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What whoever brings something goes home with; ``word`` is shown this once."""

    number: int
    word: str
    received: datetime.date
    due: datetime.date | None
    provisional: bool


class Letter(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A letter that was opened; ``inward`` is one to the office, ``shown`` one that its party sees.

    ``body`` is None where the key it was sealed under has been destroyed.
    """

    id: str
    party: str
    kind: str
    inward: bool
    shown: bool
    at: datetime.datetime
    body: Body | None


class StepAhead(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A step that may come next: what must be written, which facts a person decides, who hears of it."""

    step: str
    label: Words
    records: tuple[Needed, ...]
    asks: tuple[LocalFact, ...]
    tells: tuple[str, ...]
    provisions: tuple[str, ...]


class MatterLine(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A matter in the queue; nothing in it is personal information."""

    number: int
    case: int
    subject: str
    service: str
    state: str
    label: Words
    final: bool
    received: datetime.datetime
    due: datetime.date | None
    days_left: int | None
    late: bool
    provisional: bool
    taker: str
    unread: bool


class Matter(MatterLine, frozen=True, kw_only=True):
    """A matter as staff see it before they open its letters."""

    language: str
    assumed: tuple[str, ...]
    shredded: bool
    cases: tuple[int, ...]
    ties: tuple[int, ...]
    letters: tuple[Letter, ...]
    steps: tuple[StepAhead, ...]


class OwnMatter(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A matter as whoever brought it or is heard in it sees it; ``again`` where it can be brought anew."""

    number: int
    party: str
    state: str
    label: Words
    final: bool
    again: bool
    received: datetime.datetime
    due: datetime.date | None
    late: bool
    provisional: bool
    letters: tuple[Letter, ...]
    steps: tuple[StepAhead, ...]


class OfficeStep(Shape, frozen=True, kw_only=True):
    """A step of the office: a text for each record, facts that a person decided, letters to others heard.

    ``version`` is that of the case as it was seen.
    """

    step: str
    texts: Body = msgspec.field(default_factory=dict)
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    others: Body = msgspec.field(default_factory=dict)
    on: datetime.date | None = None
    version: int | None = None


class OfficeStepTaken(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What became of a step; ``words`` are those of parties heard for the first time, shown this once."""

    number: int
    case: int
    state: str
    words: dict[str, str]


class MatterFigure(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """How many matters of a subject came, stand, were late; ``days`` is the median until the end."""

    subject: str
    received: int
    open: int
    ended: int
    late: int
    days: float | None


def word() -> str:
    """Return a new secret word, 79 random bits in groups that can be read out."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(_GROUPS))
    return "-".join(groups)


def plain(given: str) -> str:
    """Return a word as it is compared, however it was typed."""
    return re.sub(r"[\s-]+", "", given[:200]).casefold()
