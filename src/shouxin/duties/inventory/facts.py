"""The facts that follow from the inventory: what the gate, the controls and the guard read of it.

``facts.yaml`` names the fact of every field. Nothing is guessed: a field that is unknown says nothing, and
what the record states outright under ``facts`` stands, except against what its own fields say is so.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from shouxin.duties.inventory import fields
from shouxin.duties.inventory.model import Activity, Organisation, Service
from shouxin.errors import InputError
from shouxin.law.base import Shape

_FILE = Path(__file__).parent / "facts.yaml"


class Follows(Shape, frozen=True, kw_only=True):
    """The facts that follow from one field."""

    fact: str = ""
    each: dict[str, str] = msgspec.field(default_factory=dict)
    otherwise_false: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return every fact it speaks of."""
        return tuple(filter(None, (self.fact, *self.each.values())))


class Sources(Shape, frozen=True, kw_only=True):
    """The fields with facts: of the organisation, of a service, of an activity."""

    organisation: dict[str, Follows]
    service: dict[str, Follows]
    activity: dict[str, Follows]


@cache
def sources() -> Sources:
    """Return which fact follows from which field."""
    return msgspec.convert(yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), Sources)


def of_organisation(organisation: Organisation) -> dict[str, Any]:
    """Return the facts of the organisation; raise ``InputError`` (fact-contradiction)."""
    follows = _following(sources().organisation, fields.of_organisation(organisation))
    return _stated(organisation.facts, follows, "organisation")


def of_service(organisation: Organisation, service: Service) -> dict[str, Any]:
    """Return the facts of a service with those of the organisation and what its activities make it."""
    around = _around(organisation, service)
    return {**around, **_within(organisation, service, around, service.activities)}


def of_activity(organisation: Organisation, service: Service, activity: Activity) -> dict[str, Any]:
    """Return the facts of an activity with those around it; raise ``InputError`` (fact-contradiction)."""
    around = _around(organisation, service)
    _within(organisation, service, around, [activity])
    return {**around, **_own(organisation, service, activity)}


def _around(organisation: Organisation, service: Service) -> dict[str, Any]:
    follows = _following(sources().service, fields.of_service(service))
    return {**of_organisation(organisation), **_stated(service.facts, follows, f"service {service.name}")}


def _own(organisation: Organisation, service: Service, activity: Activity) -> dict[str, Any]:
    follows = _following(sources().activity, fields.of_activity(organisation, activity))
    return _stated(activity.facts, follows, f"service {service.name}, activity {activity.name}")


def _within(
    organisation: Organisation, service: Service, around: Mapping[str, Any], activities: Iterable[Activity]
) -> dict[str, Any]:
    """Return what activities are, and so their service is too.

    Raises ``InputError`` (fact-contradiction) for what the service or organisation says it never is.
    """
    found = {
        name: one.name
        for one in activities
        for name, worth in _own(organisation, service, one).items()
        if worth is True
    }
    for name, activity in found.items():
        if around.get(name) is False:
            raise InputError(
                "fact-contradiction",
                f'"{name}" is true of the activity "{activity}" and false of its service or the organisation',
                where=f"service {service.name}",
                remedy="a service is what any of its activities is",
            )
    return dict.fromkeys(found, True)


def _following(sources: Mapping[str, Follows], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that follow from fields; what is unknown is left out."""
    return {name: worth for field, source in sources.items() for name, worth in _of(source, known.get(field))}


def _of(source: Follows, value: Any) -> Iterator[tuple[str, Any]]:
    if value is None:
        return
    if source.fact:
        yield source.fact, sorted(value) if isinstance(value, frozenset | tuple) else value
    named = {source.each[one] for one in value} if source.each else set()
    yield from ((name, True) for name in named)
    yield from ((name, False) for name in source.otherwise_false if name not in named)


def _stated(stated: Mapping[str, Any], follows: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return what is stated outright beside what follows; a field that says "so" is not denied beside it."""
    for name, worth in follows.items():
        if worth is True and stated.get(name) is False:
            raise InputError(
                "fact-contradiction",
                f'"{name}" is stated as false, and the fields say it is so',
                where=where,
                remedy="take the fact away, or mend the fields",
            )
    return {**follows, **stated}
