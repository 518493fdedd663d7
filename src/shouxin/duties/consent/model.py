"""Consent as values: what a person did, and where a purpose stands by it."""

import datetime
from typing import Annotated, Literal, NamedTuple

import msgspec

from shouxin.duties.notice.service import Address
from shouxin.law.base import Shape

_PLAIN = r"^[^\x00]*$"
"""Text without the null character, which the store cannot hold."""

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=_PLAIN)]

Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Kind = Literal["separate", "written", "guardian"]
Action = Literal["give", "refuse", "withdraw"]
Status = Literal["none", "given", "refused", "withdrawn", "expired"]
Gesture = Literal["button", "checkbox", "switch", "signature", "spoken", "signal"]

EVERY = "*"
"""What asks for all services together."""


class How(Shape, frozen=True, kw_only=True):
    """How somebody answered: the gesture, where it was asked, and in which language.

    ``asked_with`` names the other purposes that the same gesture answered; separate consent has none.
    ``preticked`` tells that the answer stood there before the person acted, which is no answer.
    ``refusable`` tells that saying no was as easy, and cost nothing that works without this consent.
    """

    gesture: Gesture
    place: Annotated[str, msgspec.Meta(max_length=80, pattern=_PLAIN)] = ""
    language: Annotated[str, msgspec.Meta(max_length=16, pattern=_PLAIN)] = ""
    asked_with: tuple[Key, ...] = ()
    preticked: bool = False
    refusable: bool | None = None


class Given(Shape, frozen=True, kw_only=True):
    """What a service reports: somebody gave, refused or withdrew consent to a purpose.

    ``request`` makes a repetition of the same report harmless. ``at`` is when it happened, now by default.
    ``after`` is the number of the transaction that the person saw the state of: where another came between,
    this one is refused. ``guardian`` is the reference of the guardian who acted for a child.
    Without ``categories`` and ``recipients``, all that the notice names for the purpose are meant.
    """

    person: Reference
    action: Action
    purpose: Key
    notice: Address
    how: How
    request: Annotated[str, msgspec.Meta(min_length=8, max_length=80, pattern=_PLAIN)]
    channel: Annotated[str, msgspec.Meta(max_length=40, pattern=_PLAIN)] = ""
    kinds: frozenset[Kind] = frozenset()
    categories: frozenset[str] | None = None
    recipients: frozenset[str] | None = None
    at: datetime.datetime | None = None
    until: datetime.date | None = None
    guardian: Annotated[str, msgspec.Meta(max_length=200, pattern=_PLAIN)] = ""
    evidence: Annotated[str, msgspec.Meta(max_length=200, pattern=_PLAIN)] = ""
    after: int | None = None


class Transaction(Shape, frozen=True, kw_only=True, cache_hash=True):
    """One line of the history of a person: an answer as it was taken down. Persons are numbers.

    ``informed`` tells whether the version of the notice was complete.
    """

    number: int = 0
    person: int
    action: Action
    purpose: str
    channel: str = ""
    notice: str
    scope: str
    kinds: frozenset[Kind] = frozenset()
    categories: frozenset[str] = frozenset()
    recipients: frozenset[str] = frozenset()
    how: How
    informed: bool = True
    at: datetime.datetime
    until: datetime.date | None = None
    guardian: int | None = None
    evidence: str = ""
    request: str = ""
    source: str = ""


class Place(NamedTuple):
    """What stands by itself: a purpose, and for commercial messages a channel."""

    purpose: str
    channel: str = ""


class Standing(Shape, frozen=True, kw_only=True):
    """Where a person stands on one purpose: the answer that counts, and since when.

    ``consent`` is the last consent that was given, also after it was withdrawn: what was done under it before
    stays lawful (pipl art. 15 para. 2).
    """

    last: Transaction
    consent: Transaction | None = None

    def status(self, on: datetime.date) -> Status:
        """Return the status on a day in Beijing."""
        match self.last.action:
            case "give":
                return "expired" if self.last.until is not None and on > self.last.until else "given"
            case "refuse":
                return "refused"
            case "withdraw":
                return "withdrawn"


class Acting(NamedTuple):
    """What is known of the one who answers: the number, whether a guardian answers, whose child it is.

    ``guardians`` are the numbers of the verified guardians of a child; empty for everybody else.
    """

    person: int
    guardian: int | None = None
    guardians: frozenset[int] = frozenset()
