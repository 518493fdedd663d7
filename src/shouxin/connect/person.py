"""Whom a question to a store is about: the identities that were shown to be theirs, with their days."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from shouxin.connect.model import Identity, MappedTable
from shouxin.law.base import Shape

MOST = 2_000
"""Values of one identity that a person may have: more is a mistake in a map."""


class Held(Shape, frozen=True, kw_only=True):
    """A value and the days on which it is the person's, from ``since`` until the day before ``until``."""

    value: str
    since: date | None = None
    until: date | None = None

    @property
    def now(self) -> bool:
        """Tell whether it still is the person's."""
        return self.until is None

    @property
    def never(self) -> bool:
        """Tell whether there is no day on which it is."""
        return self.since is not None and self.until is not None and self.since >= self.until


Person = Mapping[str, tuple[Held, ...]]
"""The values of each identity of the map, such as ``customer_id`` or ``email``."""


def joined(people: Iterable[Person]) -> Person:
    """Return everything that several answers tell of one person, each value once, in order."""
    found: dict[str, dict[Held, None]] = {}
    for one in people:
        for name, held in one.items():
            found.setdefault(name, {}).update(dict.fromkeys(held))
    return {name: tuple(sorted(values, key=_order)) for name, values in sorted(found.items())}


def known(table: MappedTable, person: Person) -> dict[str, list[Identity]]:
    """Return the identities of a table, by name, that are known of a person."""
    found: dict[str, list[Identity]] = {}
    for one in table.identities:
        if person.get(one.identity):
            found.setdefault(one.identity, []).append(one)
    return found


def ways(value: str) -> tuple[str, ...]:
    """Return the ways in which a value stands in text: a UUID with hyphens or without."""
    found = uuid_of(value) if len(value) in (32, 36) else None
    return (value,) if found is None else tuple(dict.fromkeys((value, str(found), found.hex)))


def uuid_of(text: str) -> UUID | None:
    """Return a text as a UUID, None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _order(held: Held) -> tuple[str, date, date]:
    return held.value, held.since or date.min, held.until or date.max
