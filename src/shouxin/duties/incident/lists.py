"""Lists of people as files and streams bring them: one reference a line, read as it comes. Pure."""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from shouxin.errors import InputError

CHUNK = 2000
"""People that are taken down in one transaction."""

_LONGEST = 512
"""Bytes that a reference may have, as ``store.people`` keeps them."""


def chunks(file: BinaryIO) -> Iterator[list[str]]:
    """Yield the references of a list, some at a time; empty lines are skipped.

    Raises ``InputError`` (incident-list) with the line, and never with what stands in it.
    """
    found = _references(file)
    while chunk := list(islice(found, CHUNK)):
        yield chunk


def _references(file: BinaryIO) -> Iterator[str]:
    number = 0
    while line := file.readline(_LONGEST + 8):
        number += 1
        if len(line) == _LONGEST + 8 and not line.endswith(b"\n"):
            raise _unreadable(number, f"is longer than {_LONGEST} bytes")
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            raise _unreadable(number, "is not in UTF-8") from None
        if any(ord(char) < 32 or char == "\x7f" for char in text):
            raise _unreadable(number, "holds a control character")
        if len(text.encode()) > _LONGEST:
            raise _unreadable(number, f"is longer than {_LONGEST} bytes")
        if text:
            yield text


def _unreadable(number: int, what: str) -> InputError:
    return InputError(
        "incident-list",
        f"line {number:,} of the list {what}",
        where=f"line {number}",
        remedy="write one reference a line, as the service itself calls its people; "
        "mended, the whole list can be given again: nobody is taken down twice",
    )
