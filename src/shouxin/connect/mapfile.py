"""The dataset map as a file of its own: ``read`` and ``write`` are each other's inverse."""

from shouxin.connect import plain
from shouxin.connect.model import DatasetMap

_REMEDY = "see docs/dataset-map.md"


def read(text: bytes, *, where: str) -> DatasetMap:
    """Return the map that a YAML file writes; raise ``InputError`` (map-unreadable)."""
    content, lines = plain.plain(text, where=where, code="map-unreadable", remedy=_REMEDY)
    return plain.typed(content, lines, DatasetMap, where=where, code="map-unreadable", remedy=_REMEDY)


def write(found: DatasetMap) -> str:
    """Return the file of a map."""
    return plain.written(found)
