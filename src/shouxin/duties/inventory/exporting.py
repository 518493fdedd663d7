"""The forms in which the inventory leaves: the register as CSV, workbook or JSON-LD, and the list of SDKs."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from shouxin.duties.inventory import dpv, processing
from shouxin.duties.inventory.model import Organisation


class Form(NamedTuple):
    """One form: what writes it, its media type, and the name of its file."""

    write: Callable[[Organisation, str], bytes]
    media_type: str
    file: str


def _register(organisation: Organisation, language: str) -> bytes:
    found = processing.lines(organisation, language)
    return processing.to_csv(found, processing.Line, language).encode()


def _sdks(organisation: Organisation, language: str) -> bytes:
    found = processing.sdk_lines(organisation, language)
    return processing.to_csv(found, processing.SdkLine, language).encode()


_TABLE = "text/csv"
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

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
