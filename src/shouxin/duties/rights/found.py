"""What was found by hand, as people have it: CSV with a first line of names, or a JSON list of objects."""

import csv
import io
from typing import Any

import msgspec

from shouxin.errors import InputError


def rows_of(text: str, where: str) -> tuple[dict[str, Any], ...]:
    """Return the rows of a text; raise ``InputError`` (rights-found)."""
    plain = text.removeprefix("\ufeff").strip()
    if not plain:
        return ()
    return _json(plain, where) if plain[0] in "[{" else tuple(_csv(plain, where))


def _json(text: str, where: str) -> tuple[dict[str, Any], ...]:
    try:
        return msgspec.json.decode(text, type=tuple[dict[str, Any], ...])
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        raise _wrong(where, "this is no JSON list of objects") from None


def _csv(text: str, where: str) -> list[dict[str, Any]]:
    try:
        lines = [line for line in csv.reader(io.StringIO(text), strict=True) if line]
    except csv.Error:
        raise _wrong(where, "this is no CSV") from None
    head = lines[0]
    if len(set(head)) < len(head) or not all(name.strip() for name in head):
        raise _wrong(where, "the first line does not name every column, each once")
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(head):
            raise _wrong(where, f"row {number} has {len(line)} columns and the first {len(head)}")
    return [dict(zip(head, line, strict=True)) for line in lines[1:]]


def _wrong(where: str, what: str) -> InputError:
    return InputError(
        "rights-found", what, where=where, remedy="give CSV with a first line of names, or a JSON list"
    )
