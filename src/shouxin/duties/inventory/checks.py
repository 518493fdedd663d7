"""What the inventory lacks or says wrongly, each with the provisions that ask for it (``checks.yaml``)."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from shouxin.connect.categories import home, sensitive
from shouxin.connect.reach import unreachable
from shouxin.duties.inventory import fields
from shouxin.duties.inventory.model import Activity, Organisation, Party, Sdk, System
from shouxin.errors import InputError
from shouxin.law.base import Shape

_FILE = Path(__file__).parent / "checks.yaml"
State = Literal["wrong", "open"]


class Check(Shape, frozen=True, kw_only=True):
    """What is looked at: what a hit means, and the provisions behind it."""

    state: State
    provisions: tuple[str, ...]


class Finding(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One thing that is wrong or open: where, about what, and the provisions that ask for it.

    ``about`` names the party, SDK, system or table, or lists the items, acts or matters in question.
    """

    check: str
    state: State
    service: str
    activity: str
    about: str
    provisions: tuple[str, ...]


@cache
def checks() -> dict[str, Check]:
    """Return every check by its name."""
    return msgspec.convert(
        yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), dict[str, Check]
    )


def finding(
    name: str, service: str = "", activity: str = "", about: str = "", provisions: tuple[str, ...] = ()
) -> Finding:
    """Return what a check found, with its provisions and any more that the case adds."""
    check = checks()[name]
    return Finding(
        check=name, state=check.state, service=service, activity=activity, about=about,
        provisions=(*check.provisions, *provisions),
    )  # fmt: skip


def findings(organisation: Organisation, as_of: date) -> Iterator[Finding]:
    """Yield what the record itself shows, without the engines."""
    for service in organisation.services:
        if "app_operator" in service.roles and service.categories is None:
            yield finding("app_category_missing", service.name)
        for sdk in service.sdks or ():
            if lacking := _lacking(sdk):
                yield finding("sdk_incomplete", service.name, about=f"{sdk.name}: {', '.join(lacking)}")
        for activity in service.activities:
            for name, about in _of_activity(organisation, activity):
                yield finding(name, service.name, activity.name, about)
    for party in organisation.parties:
        for name, about in _of_party(party, as_of):
            yield finding(name, about=f"{party.name}: {about}" if about else party.name)
    yield from _of_systems(organisation)


def _of_activity(organisation: Organisation, activity: Activity) -> Iterator[tuple[str, str]]:
    """Yield the checks that an activity fails, and what each is about."""
    if not activity.basis:
        yield "basis_missing" if activity.basis is None else "basis_none", ""
    yield from ((name, "") for name in _unsaid(activity))
    if activity.categories:
        yield from _of_categories(activity, activity.categories)
    for recipient in activity.recipients or ():
        if not recipient.categories:
            yield "recipient_categories_missing", recipient.party
    for party in fields.parties_of(organisation, activity) or ():
        if party.abroad and party.route is None:
            yield "transfer_without_route", party.name
    for system in fields.systems_of(organisation, activity) or ():
        if not system.country:
            yield "country_missing", system.name


def _unsaid(activity: Activity) -> Iterator[str]:
    if not activity.purpose:
        yield "purpose_missing"
    if activity.categories is None:
        yield "categories_missing"
    if not activity.necessity.why:
        yield "necessity_missing"
    if activity.recipients is None:
        yield "recipients_missing"
    if activity.retention is None:
        yield "retention_missing"
    if activity.automated is None:
        yield "automated_open"


def _of_categories(activity: Activity, keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    found = activity.facts.get("data.sensitive", sensitive(keys))
    if found is None:
        yield "sensitive_open", _listed(key for key in keys if sensitive([key]) is None)
    needs = activity.necessity
    if found and not (needs.sensitive_why and needs.specific_purpose and needs.sufficient):
        yield "sensitive_unjustified", _listed(key for key in keys if sensitive([key]))


def _of_party(party: Party, as_of: date) -> Iterator[tuple[str, str]]:
    if not party.country:
        yield "country_missing", ""
    if party.kind == "joint" and party.contract is None:
        yield "joint_agreement_missing", ""
    if party.contract and party.contract.until and party.contract.until < as_of:
        yield "agreement_ended", str(party.contract.until)
    if party.kind != "entrusted":
        return
    if party.contract is None:
        yield "agreement_missing", ""
    elif lacking := [term for term in fields.TERMS if not getattr(party.contract, term)]:
        yield "agreement_incomplete", _listed(lacking)
    if not party.at_end:
        yield "at_end_missing", ""
    if not party.oversight:
        yield "oversight_missing", ""
    if party.sub_entrusting == "not_agreed":
        yield "sub_entrusting", ""


def _of_systems(organisation: Organisation) -> Iterator[Finding]:
    for system in organisation.systems:
        declared = _declared(organisation, system)
        held = {home(key) for one in system.datasets for key in one.categories}
        if undeclared := sorted(held - declared):
            yield finding("held_undeclared", about=f"{system.name}: {_listed(undeclared)}")
    for store, table in unreachable(organisation.maps):
        yield finding("person_unreachable", about=f"{store}.{table}")


def _declared(organisation: Organisation, system: System) -> set[str]:
    """Return the categories that activities say they keep in a system."""
    return {
        home(key)
        for service in organisation.services
        for activity in service.activities
        if system.name in (activity.systems or ())
        for key in activity.categories or ()
    }


def _lacking(sdk: Sdk) -> list[str]:
    given = {"party": sdk.party, "purpose": sdk.purpose, "categories": sdk.categories is not None}
    return [name for name, there in given.items() if not there]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def there(kind: str, names: Iterable[str], known: set[str], where: str) -> None:
    """Raise ``InputError`` (inventory-name) for a party or system that the inventory does not describe."""
    for name in names:
        if name not in known:
            raise InputError(
                "inventory-name",
                f'there is no {kind} "{name[:80]}"',
                where=where,
                remedy=f"describe it under {'parties' if kind == 'party' else 'systems'}, or mend the name",
            )
