"""A text as bytes with a margin of zeros, so that looking past an end is looking at nothing."""

import re
from typing import Final

PAD: Final = 64  #: zeros on each side

DIGITS: Final = frozenset(b"0123456789")
UPPER: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
LOWER: Final = frozenset(b"abcdefghijklmnopqrstuvwxyz")
LETTERS: Final = UPPER | LOWER
ALNUM: Final = LETTERS | DIGITS
HEX: Final = DIGITS | frozenset(b"abcdefABCDEF")

_digits = re.compile(rb"[0-9]*")


def padded(text: bytes) -> bytes:
    """Return the text inside its margin."""
    margin = bytes(PAD)
    return margin + text + margin


def digits_at(s: bytes, i: int) -> int:
    """Return how many decimal digits begin at ``i``."""
    return _digits.match(s, i).end() - i  # type: ignore[union-attr]


def continues(c: int) -> bool:
    """Return whether a byte continues a character."""
    return c & 0xC0 == 0x80


def opening_before(s: bytes, i: int) -> int:
    """Return the length of the opening parenthesis before ``i``, or 0."""
    return 1 if s[i - 1] == 40 else 3 if s[i - 3 : i] == "（".encode() else 0


def closing_at(s: bytes, i: int) -> int:
    """Return the length of the closing parenthesis at ``i``, or 0."""
    return 1 if s[i] == 41 else 3 if s.startswith("）".encode(), i) else 0


def plus_before(s: bytes, i: int) -> int:
    """Return the length of the plus sign before ``i``, or 0."""
    return 1 if s[i - 1] == 43 else 3 if s[i - 3 : i] == "＋".encode() else 0
