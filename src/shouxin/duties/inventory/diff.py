"""What distinguishes two inventories, part by part: a service, an activity, a system, a dataset, a party."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from shouxin.duties.inventory.model import Organisation
from shouxin.law.base import Shape

Verb = Literal["new", "changed", "taken away"]
Part = tuple[str, str]
PARTS = ("organisation", "service", "activity", "SDK", "system", "dataset", "party", "order")
"""The parts of an inventory in the order in which they are told; the last is the order of the others."""

_GROUPS = {"services": "service", "systems": "system", "parties": "party"}
_WITHIN = {"activities": "activity", "sdks": "SDK", "datasets": "dataset"}
_NAMED = {"datasets": "store"}


class Field(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One field of a part, before and after; null where it was or is not there."""

    field: str
    before: Any
    after: Any


class Change(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One part that is new, changed or taken away; ``fields`` are those in which it changed."""

    part: str
    name: str
    verb: Verb
    fields: tuple[Field, ...] = ()

    def __str__(self) -> str:
        """Return it in words: ``service "shop": changed``."""
        return f'{self.part} "{self.name}": {self.verb}' if self.name else f"{self.part}: {self.verb}"


def plain(organisation: Organisation) -> dict[str, Any]:
    """Return an inventory as plain data without its evidence, as the store keeps it."""
    whole: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(organisation))
    whole.pop("evidence", None)
    return whole


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return how plain inventories differ; an order that alone is another counts as a change of its whole."""
    if before == after:
        return ()
    old = dict(_parts(before)) if before else {}
    new = dict(_parts(after))
    found = [
        _change(part, old, new) for part in sorted({*old, *new}, key=_order) if old.get(part) != new.get(part)
    ]
    return tuple(found) or (Change(part="order", name="", verb="changed"),)


def _parts(whole: Mapping[str, Any]) -> Iterator[tuple[Part, Mapping[str, Any]]]:
    """Yield the parts of an inventory, each without those within it."""
    yield ("organisation", ""), {key: worth for key, worth in whole.items() if key not in _GROUPS}
    for group, kind in _GROUPS.items():
        for item in whole.get(group, ()):
            yield (kind, item["name"]), {key: worth for key, worth in item.items() if key not in _WITHIN}
            for inner, name in _WITHIN.items():
                for one in item.get(inner) or ():
                    yield (name, f"{item['name']} / {one[_NAMED.get(inner, 'name')]}"), one


def _order(part: Part) -> tuple[int, str, str]:
    return PARTS.index(part[0]), *part


def _change(part: Part, old: Mapping[Part, Any], new: Mapping[Part, Any]) -> Change:
    kind, name = part
    if part not in old or part not in new:
        return Change(part=kind, name=name, verb="new" if part in new else "taken away")
    before, after = old[part], new[part]
    fields = (
        Field(field=field, before=before.get(field), after=after.get(field))
        for field in dict.fromkeys((*before, *after))
        if before.get(field) != after.get(field)
    )
    return Change(part=kind, name=name, verb="changed", fields=tuple(fields))
