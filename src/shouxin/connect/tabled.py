"""Rows as people and other systems write them: CSV with a first line of names, or JSON."""

import csv
import io
from typing import Any

import msgspec


class NoRowsError(ValueError):
    """A text that holds no rows; it says why, and nothing of what the text holds."""


def rows_of(text: str) -> tuple[dict[str, Any], ...]:
    """Return the rows of a text, none of an empty one; raise ``NoRowsError``."""
    plain = text.removeprefix("\ufeff").strip()
    if not plain:
        return ()
    return from_json(plain) if plain[0] in "[{" else tuple(from_csv(plain))


def from_json(text: str) -> tuple[dict[str, Any], ...]:
    """Return the rows of a JSON list of objects; raise ``NoRowsError``."""
    try:
        return msgspec.json.decode(text, type=tuple[dict[str, Any], ...])
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        raise NoRowsError("this is no JSON list of objects") from None


def from_csv(text: str) -> list[dict[str, Any]]:
    """Return the rows of CSV; raise ``NoRowsError``."""
    try:
        lines = [line for line in csv.reader(io.StringIO(text), strict=True) if line]
    except csv.Error:
        raise NoRowsError("this is no CSV") from None
    if not lines:
        return []
    head = lines[0]
    if len(set(head)) < len(head) or not all(name.strip() for name in head):
        raise NoRowsError("the first line does not name every column, each once")
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(head):
            raise NoRowsError(f"row {number} has {len(line)} columns and the first {len(head)}")
    return [dict(zip(head, line, strict=True)) for line in lines[1:]]
