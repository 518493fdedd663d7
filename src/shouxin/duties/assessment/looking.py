"""What there is to assess: why, what the inventory describes, and what else shows. Pure."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from shouxin.connect.categories import home
from shouxin.duties.assessment.model import Answer, Cause, Content, Hint, Scope
from shouxin.duties.inventory.service import Activity, Calls, Consequences, Organisation, Service
from shouxin.duties.notice.service import Offered
from shouxin.law import citation
from shouxin.law.base import Shape, Words

_HERE = Path(__file__).parent
_AFTERWARDS = ("assessed_on", "reference")
"""Fields of an activity that say that it was assessed, and not what it is."""


class Hints(Shape, frozen=True, kw_only=True):
    """The words of the hints, by where they come from."""

    facts: dict[str, Words]
    maps: dict[str, Words]
    notice: dict[str, Words]
    gate: dict[str, Words]


@cache
def _hints() -> Hints:
    return msgspec.convert(_read("hints.yaml"), Hints)


@cache
def cases() -> dict[str, dict[str, str]]:
    """Return what the procedure calls the cases of pipl art. 55, by provision and act."""
    return msgspec.convert(_read("cases.yaml"), dict[str, dict[str, str]])


def causes(pairs: tuple[tuple[str, str], ...]) -> tuple[Cause, ...]:
    """Return why an assessment is needed, each case once."""
    found: dict[tuple[str, str], Cause] = {}
    for act, provision in pairs:
        named = cases()[citation.parse(provision).eid]
        case = named.get(act) or named.get("*", "")
        found.setdefault((provision, case), Cause(act=act, provision=provision, case=case))
    return tuple(found.values())


def asked_by(activity: Activity, calls: Calls) -> tuple[tuple[Cause, ...], tuple[Cause, ...]]:
    """Return the causes that are sure and those that may be; what the activity states stands before."""
    sure, perhaps = causes(calls.sure), causes(calls.perhaps)
    if activity.needs_assessment is False:
        return (), ()
    if activity.needs_assessment and not sure:
        return (Cause(act="", provision="pipl:art_55__item_5", case="other_major_effect"),), perhaps
    return sure, tuple(one for one in perhaps if one.case not in {other.case for other in sure})


def scope(organisation: Organisation, service: Service, activity: Activity) -> Scope:
    """Return what an assessment looks at, so that a change of it is noticed."""
    plain = msgspec.to_builtins(activity)
    parties = {one.party for one in activity.recipients or ()}
    described: dict[str, Any] = {
        "activity": {name: worth for name, worth in plain.items() if name not in _AFTERWARDS},
        "parties": [msgspec.to_builtins(one) for one in organisation.parties if one.name in parties],
        "systems": [
            msgspec.to_builtins(one) for one in organisation.systems if one.name in (activity.systems or ())
        ],
        "service": {"categories": service.categories, "roles": service.roles, "facts": service.facts},
    }
    described = msgspec.to_builtins(described)
    digest = hashlib.sha256(msgspec.json.encode(described, order="deterministic")).hexdigest()
    return Scope(service=service.name, activity=activity.name, digest=digest, described=described)


def prefilled(activity: Activity, version: int) -> Content:
    """Return the questionnaire as far as the inventory answers it; what a person has to weigh stays open."""
    known = activity.necessity
    yes = (known.directly_related, known.for_purpose, known.smallest_scope, known.least_impact)
    necessary = None if None in yes else all(yes)
    basis = "; ".join(filter(None, (", ".join(activity.basis or ()), activity.basis_reference)))
    return Content(
        lawful=Answer(why=basis),
        proper=Answer(yes=known.clear_purpose, why=activity.purpose),
        necessary=Answer(yes=necessary, why="; ".join(filter(None, (known.why, known.sensitive_why)))),
        processing_record=f"inventory version {version}: {activity.name}",
    )


def hints(
    organisation: Organisation,
    activity: Activity,
    facts: Mapping[str, object],
    offered: Offered | None,
    follows: Consequences,
) -> tuple[Hint, ...]:
    """Return what an assessment has to look at."""
    said = _hints()
    sources = (
        (said.facts, ((name, ()) for name in said.facts if facts.get(name) is True)),
        (said.maps, _of_maps(organisation, activity)),
        (said.notice, _of_notice(activity, offered)),
        (said.gate, _of_gate(follows)),
    )
    return tuple(
        Hint(code=code, label=words[code], about=tuple(about))
        for words, found in sources
        for code, about in found
    )


def _of_maps(organisation: Organisation, activity: Activity) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what the maps of the activity's systems show, by what the detector found there."""
    systems = [one for one in organisation.systems if one.name in (activity.systems or ())]
    declared = {home(one) for one in activity.categories or ()}
    tables = [(store, table) for one in systems for store in one.datasets for table in store.tables]
    held = {home(key) for _, table in tables for key in table.categories}
    if beyond := sorted(held - declared):
        yield "undeclared", tuple(beyond)
    free = [f"{table.table}.{c.column}" for _, table in tables for c in table.columns if c.free_text]
    if free:
        yield "free_text", tuple(free)
    kept = [one.name for system in systems for store in system.datasets for one in store.remainders]
    if kept:
        yield "remainders", tuple(kept)
    if bare := [one.name for one in systems if not one.datasets]:
        yield "unmapped", tuple(bare)


def _of_notice(activity: Activity, offered: Offered | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    if offered is None:
        yield "none", ()
        return
    if not offered.complete:
        yield "incomplete", (offered.address[:12],)
    if activity.basis == ("consent",):
        told = {key for one in offered.purposes.values() for key in one.categories}
        if untold := sorted(set(activity.categories or ()) - told):
            yield "untold", tuple(untold)


def _of_gate(follows: Consequences) -> Iterator[tuple[str, tuple[str, ...]]]:
    prohibited = [f"{one.act}: {', '.join(one.prohibited)}" for one in follows.acts if one.prohibited]
    if prohibited:
        yield "prohibited", tuple(prohibited)
    waits = [f"{one.act}: {len(one.waits)}" for one in follows.acts if one.waits]
    if waits:
        yield "waits", tuple(waits)


def _read(name: str) -> object:
    return yaml.load((_HERE / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
