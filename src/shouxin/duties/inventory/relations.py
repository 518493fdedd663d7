"""Parties, SDKs and what goes abroad, put side by side: agreements, oversight, and what is missing. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

from shouxin.duties.inventory import fields
from shouxin.duties.inventory.checks import Finding
from shouxin.duties.inventory.model import Contract, Organisation, Party, Sdk, Service
from shouxin.law.base import Shape
from shouxin.law.mechanism import Span

Agreement = Literal["complete", "incomplete", "ended", "none"]
AGREEMENTS: tuple[Agreement, ...] = ("complete", "incomplete", "ended", "none")
_DAYS = {"days": 1, "months": 30, "years": 365}


class PartyLine(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A party with the state of its agreement, how many activities it receives from, and its oversight.

    ``next`` is the day by which the organisation looks again, by its own period; None where it set none or
    nobody has looked yet. ``missing`` is what falls short.
    """

    party: Party
    agreement: Agreement
    receives: int
    last: date | None
    next: date | None
    late: bool
    missing: tuple[Finding, ...]


class SdkUse(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """An SDK in a service, with what falls short."""

    service: str
    sdk: Sdk
    missing: tuple[Finding, ...]


class Abroad(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Information that goes to a party abroad: from which activity, by which way, assessed or not."""

    service: str
    activity: str
    party: Party
    categories: tuple[str, ...]
    assessed_on: date | None


class Relations(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """All of it, and what falls short by the provision that asks for it."""

    parties: tuple[PartyLine, ...]
    sdks: tuple[SdkUse, ...]
    abroad: tuple[Abroad, ...]
    by_provision: tuple[tuple[str, tuple[Finding, ...]], ...]


def relations(organisation: Organisation, findings: Iterable[Finding], on: date) -> Relations:
    """Return the parties, the SDKs and what goes abroad; ``findings`` are those of the inventory."""
    every = tuple(findings)
    names = {party.name for party in organisation.parties}
    parties = tuple(_line(organisation, party, every, on) for party in organisation.parties)
    sdks = tuple(
        SdkUse(service=service.name, sdk=sdk, missing=_of_sdk(every, service, sdk))
        for service in organisation.services
        for sdk in service.sdks or ()
    )
    concerned = [item for item in every if _named(item) in names or item.check.startswith("sdk_")]
    cited = sorted({provision for item in concerned for provision in item.provisions})
    return Relations(
        parties=parties,
        sdks=sdks,
        abroad=tuple(_abroad(organisation)),
        by_provision=tuple(
            (provision, tuple(item for item in concerned if provision in item.provisions))
            for provision in cited
        ),
    )


def agreement(contract: Contract | None, on: date) -> Agreement:
    """Return how an agreement stands on a day: what it settles is that of pipl art. 21 para. 1."""
    if contract is None:
        return "none"
    if contract.until and contract.until < on:
        return "ended"
    return "complete" if fields.complete(contract) else "incomplete"


def _line(organisation: Organisation, party: Party, findings: tuple[Finding, ...], on: date) -> PartyLine:
    last = max((one.on for one in party.oversight), default=None)
    following = last + _length(organisation.review) if last and organisation.review else None
    return PartyLine(
        party=party,
        agreement=agreement(party.contract, on),
        receives=sum(
            any(one.party == party.name for one in activity.recipients or ())
            for service in organisation.services
            for activity in service.activities
        ),
        last=last,
        next=following,
        late=following is not None and following < on,
        missing=tuple(item for item in findings if _named(item) == party.name),
    )


def _length(span: Span) -> timedelta:
    """Return a period of the organisation's own, a month as thirty days: nothing of the law hangs on it."""
    return timedelta(days=span.length * _DAYS[span.unit])


def _abroad(organisation: Organisation) -> Iterable[Abroad]:
    beyond = {party.name: party for party in organisation.parties if party.abroad}
    for service in organisation.services:
        for activity in service.activities:
            for one in activity.recipients or ():
                if one.party in beyond:
                    yield Abroad(
                        service=service.name,
                        activity=activity.name,
                        party=beyond[one.party],
                        categories=one.categories,
                        assessed_on=activity.assessed_on,
                    )


def _named(item: Finding) -> str:
    """Return the party or SDK that a finding is about: it stands before a colon, or alone."""
    return item.about.partition(":")[0]


def _of_sdk(findings: tuple[Finding, ...], service: Service, sdk: Sdk) -> tuple[Finding, ...]:
    return tuple(
        item
        for item in findings
        if item.check.startswith("sdk_") and item.service == service.name and _named(item) == sdk.name
    )
