"""What was found by hand, as people have it: CSV with a first line of names, or a JSON list of objects."""

from typing import Any

from shouxin.connect import tabled
from shouxin.errors import InputError


def rows_of(text: str, where: str) -> tuple[dict[str, Any], ...]:
    """Return the rows of a text; raise ``InputError`` (rights-found)."""
    try:
        return tabled.rows_of(text)
    except tabled.NoRowsError as error:
        raise InputError(
            "rights-found",
            str(error),
            where=where,
            remedy="give CSV with a first line of names, or a JSON list",
        ) from None
