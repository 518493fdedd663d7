"""What an activity's fields come to together with the parties and systems that they name."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from shouxin.connect.categories import categories, sensitive
from shouxin.duties.inventory.model import (
    HOME,
    Activity,
    Contract,
    Organisation,
    Party,
    Service,
    System,
)

TERMS = ("purpose", "duration", "method", "categories", "measures", "rights_and_duties")
"""The matters that an agreement with an entrusted party settles (pipl art. 21 para. 1)."""

OTHER = "other"
"""The item of what is on no list of the law."""


def parties_of(organisation: Organisation, activity: Activity) -> tuple[Party, ...] | None:
    """Return the parties that receive from an activity; None where its recipients are unknown."""
    if activity.recipients is None:
        return None
    named = {recipient.party for recipient in activity.recipients}
    return tuple(party for party in organisation.parties if party.name in named)


def systems_of(organisation: Organisation, activity: Activity) -> tuple[System, ...] | None:
    """Return the systems that hold an activity's information; None where they are unknown."""
    if activity.systems is None:
        return None
    return tuple(system for system in organisation.systems if system.name in set(activity.systems))


def items(keys: Iterable[str]) -> frozenset[str]:
    """Return the items of the law's lists that categories are; ``other`` for what is on none."""
    known = {item for category in categories().values() for item in category.items}
    return frozenset(key if key in known else OTHER for key in keys)


def of_organisation(organisation: Organisation) -> dict[str, Any]:
    """Return the fields of the organisation that facts follow from."""
    return {"officer.named": True if organisation.officer.name else None}


def of_service(service: Service) -> dict[str, Any]:
    """Return the fields of a service that facts follow from."""
    return {"categories": service.categories, "roles": service.roles}


def of_activity(organisation: Organisation, activity: Activity) -> dict[str, Any]:
    """Return the fields of an activity, and what its recipients and systems make of it; None is unknown."""
    found = dict(_flat(activity))
    parties, systems = parties_of(organisation, activity), systems_of(organisation, activity)
    keys = activity.categories
    found |= {
        "personal": None if keys is None else bool(keys) or None,
        "items": None if keys is None else items(keys),
        "sensitive": None if keys is None else sensitive(keys),
        "assessed": True if activity.assessed_on else None,
        "abroad": _abroad(parties, systems),
        "stored_in_china": _at_home(systems),
        "processed_in_china": True if any(one.country == HOME for one in systems or ()) else None,
    }
    if parties is not None:
        found |= _of_parties(parties)
    return found


def complete(contract: Contract | None) -> bool | None:
    """Tell whether an agreement settles every matter; None where that is unknown of one."""
    worths = {getattr(contract, term) for term in TERMS} if contract else {None}
    return False if False in worths else None if None in worths else True


def _of_parties(parties: tuple[Party, ...]) -> dict[str, Any]:
    kinds = {party.kind for party in parties}
    entrusted = [party for party in parties if party.kind == "entrusted"]
    beyond = [party for party in parties if party.abroad]
    routes = {party.route for party in beyond}
    sub = {party.sub_entrusting for party in entrusted}
    return {
        "entrusted": "entrusted" in kinds,
        "provided": bool(kinds & {"processor", "authority"}),
        "joint": True if "joint" in kinds else None,
        "agreements_complete": _all(complete(party.contract) for party in entrusted) if entrusted else None,
        "sub_entrusting_agreed": False if "not_agreed" in sub else True if sub == {"agreed"} else None,
        "routes": tuple(routes) if len(routes) == 1 and None not in routes else None,
    }


def _abroad(parties: tuple[Party, ...] | None, systems: tuple[System, ...] | None) -> bool | None:
    places = [
        None if ones is None else _any(one.country != HOME if one.country else None for one in ones)
        for ones in (parties, systems)
    ]
    return _any(places)


def _at_home(systems: tuple[System, ...] | None) -> bool | None:
    if not systems or not all(system.country for system in systems):
        return None
    return all(system.country == HOME for system in systems)


def _flat(value: msgspec.Struct, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every plain field of a value by its dotted path."""
    for name in value.__struct_fields__:
        field = getattr(value, name)
        if isinstance(field, msgspec.Struct):
            yield from _flat(field, f"{prefix}{name}.")
        elif not isinstance(field, Mapping):
            yield f"{prefix}{name}", field


def _all(worths: Iterable[bool | None]) -> bool | None:
    found = set(worths)
    return False if False in found else None if None in found else True


def _any(worths: Iterable[bool | None]) -> bool | None:
    found = set(worths)
    return True if True in found else None if None in found else False
