"""The forms in which the inventory leaves: the register as CSV, workbook or JSON-LD, and the list of SDKs."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from shouxin.duties.inventory import dpv, processing
from shouxin.duties.inventory.model import Organisation
from shouxin.duties.sheets import MEDIA_TYPES


class Form(NamedTuple):
    """One form: what writes it, its media type, and the name of its file."""

    write: Callable[[Organisation, str], bytes]
    media_type: str
    file: str


def _register(organisation: Organisation, language: str) -> bytes:
    found = processing.lines(organisation, language)
    return processing.to_csv(found, processing.Line, language)


def _sdks(organisation: Organisation, language: str) -> bytes:
    found = processing.sdk_lines(organisation, language)
    return processing.to_csv(found, processing.SdkLine, language)


_TABLE, _BOOK = MEDIA_TYPES["csv"], MEDIA_TYPES["xlsx"]

FORMS: Mapping[str, Form] = {
    "csv": Form(_register, _TABLE, "register.csv"),
    "xlsx": Form(processing.to_xlsx, _BOOK, "register.xlsx"),
    "dpv": Form(
        lambda organisation, _: dpv.write(organisation).encode(), "application/ld+json", "register.jsonld"
    ),
    "sdks": Form(_sdks, _TABLE, "sdks.csv"),
}
"""Every form by its name."""


def exported(organisation: Organisation, form: str, language: str) -> bytes:
    """Return the inventory in one of the forms."""
    return FORMS[form].write(organisation, language)
