"""The organisation file: ``read`` and ``write`` are each other's inverse (docs/organisation.md)."""

from shouxin.connect import plain
from shouxin.duties.inventory.model import Organisation

LARGEST = plain.LARGEST
_CODE, _REMEDY = "organisation-unreadable", "see docs/organisation.md"


def read(text: bytes, *, where: str) -> Organisation:
    """Return the organisation that a YAML file describes; raise ``InputError`` (organisation-unreadable)."""
    content, lines = plain.plain(text, where=where, code=_CODE, remedy=_REMEDY)
    return plain.typed(content, lines, Organisation, where=where, code=_CODE, remedy=_REMEDY)


def write(organisation: Organisation) -> str:
    """Return the YAML file that describes an organisation."""
    return plain.written(organisation)
