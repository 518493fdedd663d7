"""Maps of other hands taken into the inventory: our own files, drafts of the detector, Fides datasets."""

import msgspec

from shouxin.connect import fides, mapfile, plain
from shouxin.connect.model import DatasetMap
from shouxin.duties.inventory.model import Organisation, System
from shouxin.errors import InputError

_REMEDY = "see docs/dataset-map.md"


def read(text: bytes, *, where: str) -> fides.Imported:
    """Return the maps of a file, whichever of the two forms it has, and what was left of it.

    Raises ``InputError`` (map-unreadable).
    """
    content, _ = plain.plain(text, where=where, code="map-unreadable", remedy=_REMEDY)
    if fides.recognised(content):
        return fides.read(text, where=where)
    return fides.Imported(maps=(mapfile.read(text, where=where),), left=())


def taken(organisation: Organisation, system: str, maps: tuple[DatasetMap, ...]) -> Organisation:
    """Return the organisation with maps in place of those of the same stores in a system.

    Raises ``InputError`` (inventory-name) for a system that there is not.
    """
    found = next((one for one in organisation.systems if one.name == system), None)
    if found is None:
        known = ", ".join(one.name for one in organisation.systems)
        raise InputError(
            "inventory-name",
            f'there is no system "{system[:80]}"',
            remedy=f"those there are: {known or 'none'}",
        )
    new = {one.store: one for one in maps}
    kept = (new.pop(one.store, one) for one in found.datasets)
    changed: System = msgspec.structs.replace(found, datasets=(*kept, *new.values()))
    systems = tuple(changed if one is found else one for one in organisation.systems)
    return msgspec.structs.replace(organisation, systems=systems)
