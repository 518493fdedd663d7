"""What is asked about consent, and what is answered: the shapes of the API and the command line."""

import datetime
import hashlib
from typing import Annotated, Literal

import msgspec

from shouxin.duties.consent.model import (
    Action,
    Given,
    How,
    Key,
    Kind,
    Place,
    Reference,
    Standing,
    Status,
    Transaction,
)
from shouxin.duties.notice.service import Offered
from shouxin.errors import ShouxinError
from shouxin.law.base import Shape

Service = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"^[^\x00]*\S[^\x00]*$")]


class Asked(Shape, frozen=True, kw_only=True):
    """Whose consent is asked about, and why: every reading of it is written into the ledger."""

    service: Service
    person: Reference
    reason: Reason


class Withdrawal(Shape, frozen=True, kw_only=True):
    """A person takes consent back: to these purposes, or without ``purposes`` to all of them.

    No version of a notice is named: what was agreed to is on record.
    """

    service: Service
    person: Reference
    how: How
    request: Annotated[str, msgspec.Meta(min_length=8, max_length=80)]
    purposes: tuple[Key, ...] | None = None
    channel: str | None = None
    guardian: str = ""


class Signal(Shape, frozen=True, kw_only=True):
    """A browser sent the header Sec-GPC with what a person did: a refusal of these purposes.

    The service names those that the signal covers: personalised push and what it shares or sells.
    """

    service: Service
    person: Reference
    request: Annotated[str, msgspec.Meta(min_length=8, max_length=80)]
    purposes: Annotated[tuple[Key, ...], msgspec.Meta(min_length=1, max_length=200)]
    language: Annotated[str, msgspec.Meta(max_length=16)] = ""


class Guardianship(Shape, frozen=True, kw_only=True):
    """Who answers for a child until when, and how that was verified: a method and a file number."""

    service: Service
    child: Reference
    guardian: Reference
    verified_by: Reason
    until: datetime.date


class Taken(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What a report became; ``new`` is false where it was on record already or changed nothing."""

    number: int
    new: bool
    action: Action
    purpose: str
    channel: str
    at: datetime.datetime


class Refused(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A report that was refused, by its line, and why; it hindered no other."""

    line: int
    code: str
    message: str
    where: str
    remedy: str


class Many(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What many reports became."""

    recorded: int
    repeated: int
    refused: tuple[Refused, ...]


class Stand(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Where a person stands on a purpose; ``ask_again`` where the notice in force goes beyond the consent."""

    purpose: str
    channel: str
    status: Status
    since: datetime.datetime
    until: datetime.date | None
    notice: str
    number: int
    kinds: tuple[Kind, ...]
    categories: tuple[str, ...]
    recipients: tuple[str, ...]
    ask_again: bool


class Line(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One answer of a person as it was taken down."""

    number: int
    action: Action
    purpose: str
    channel: str
    notice: str
    kinds: tuple[Kind, ...]
    categories: tuple[str, ...]
    recipients: tuple[str, ...]
    how: How
    informed: bool
    at: datetime.datetime
    until: datetime.date | None
    by_guardian: bool
    evidence: str
    source: str


class Count(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """How many answers a service got on a day for a purpose."""

    service: str
    day: datetime.date
    purpose: str
    channel: str
    action: Action
    count: int


class Now(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """How many people stand where on a purpose; ``ask_again`` counts consents to an older scope."""

    service: str
    purpose: str
    channel: str
    status: Literal["given", "refused", "withdrawn", "expired"]
    count: int
    ask_again: int


class Statistics(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The answers of a service, or of every one, by day and purpose, and where people stand now."""

    service: str
    days: tuple[Count, ...]
    now: tuple[Now, ...]


def stand(place: Place, standing: Standing, in_force: Offered | None, on: datetime.date) -> Stand:
    """Return where a person stands on a purpose under the notice in force."""
    one = standing.last
    said = standing.consent or one
    status = standing.status(on)
    return Stand(
        purpose=place.purpose,
        channel=place.channel,
        status=status,
        since=one.at,
        until=one.until,
        notice=one.notice,
        number=one.number,
        kinds=tuple(sorted(said.kinds)),
        categories=tuple(sorted(said.categories)),
        recipients=tuple(sorted(said.recipients)),
        ask_again=status == "given" and in_force is not None and _beyond(said, in_force),
    )


def _beyond(consent: Transaction, in_force: Offered) -> bool:
    purpose = in_force.purposes.get(consent.purpose)
    return purpose is not None and (
        purpose.scope != consent.scope
        or not purpose.recipients <= consent.recipients
        or not purpose.kinds <= consent.kinds
    )


def history_line(one: Transaction) -> Line:
    """Return an answer as it is shown."""
    return Line(
        number=one.number,
        action=one.action,
        purpose=one.purpose,
        channel=one.channel,
        notice=one.notice,
        kinds=tuple(sorted(one.kinds)),
        categories=tuple(sorted(one.categories)),
        recipients=tuple(sorted(one.recipients)),
        how=one.how,
        informed=one.informed,
        at=one.at,
        until=one.until,
        by_guardian=one.guardian is not None,
        evidence=one.evidence,
        source=one.source,
    )


def taken(one: Transaction, *, new: bool) -> Taken:
    """Return what a report became."""
    return Taken(
        number=one.number, new=new, action=one.action, purpose=one.purpose, channel=one.channel, at=one.at
    )


def refused(line: int, error: ShouxinError) -> Refused:
    """Return the refusal of a line."""
    return Refused(line=line, code=error.code, message=error.what, where=error.where, remedy=error.remedy)


def refused_by_signal(header: str | None, asked: Signal, offered: Offered) -> list[Given]:
    """Return the refusals that the header Sec-GPC says: only exactly ``1`` says anything.

    A purpose is refused on each of its channels.
    """
    if header != "1":
        return []
    how = How(gesture="signal", place="Sec-GPC", language=asked.language)
    return [
        Given(
            person=asked.person,
            action="refuse",
            purpose=key,
            channel=channel,
            notice=offered.address,
            how=how,
            request=request_name(asked.request, key, channel),
        )
        for key in asked.purposes
        for channel in (offered.purposes[key].channels if key in offered.purposes else ()) or ("",)
    ]


def request_name(*parts: str) -> str:
    """Return a name for a report, the same for the same parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
