"""A text as bytes with a margin of zeros, so that looking past an end is looking at nothing."""

import re
from typing import Final

PAD: Final = 64  #: zeros on each side

DIGITS: Final = frozenset(b"0123456789")
UPPER: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
LOWER: Final = frozenset(b"abcdefghijklmnopqrstuvwxyz")
LETTERS: Final = UPPER | LOWER
ALNUM: Final = LETTERS | DIGITS
HAN: Final = frozenset(range(0xE4, 0xEA))  #: the first bytes of the Han characters of the usual plane
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


def mailed(s: bytes, end: int) -> bool:
    """Return whether what ends here is followed by an @ and a domain, or a name that is called."""
    return s[end] == 64 and s[end + 1] in ALNUM


def plus_before(s: bytes, i: int) -> int:
    """Return the length of the plus sign before ``i``, or 0."""
    if s[i - 1] == 43:  # neither C++ nor a sum
        return int(s[i - 2] != 43 and s[i - 2] not in DIGITS)
    return 3 if s[i - 3 : i] == "＋".encode() else 0
