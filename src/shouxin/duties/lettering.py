"""How much room text takes in a drawing in a font not known beforehand: rather too much than too little."""

import unicodedata
from collections.abc import Iterator

LINE = 16
"""Pixels from one line to the next."""

_SIZE = 13
_SLIM, _BROAD = frozenset("ijlftrI.,;:'|!()[]/- "), frozenset("mwMW@%—")


def width(text: str) -> float:
    """Return the pixels that a line takes at most in any common sans-serif font."""
    return _SIZE * sum(_share(char) for char in text)


def wrapped(text: str, room: float) -> tuple[str, ...]:
    """Return a text in lines of about ``room`` pixels; Chinese breaks anywhere, other words at spaces."""
    lines: list[str] = [""]
    for piece in _pieces(text):
        if lines[-1] and width((lines[-1] + piece).rstrip()) > room:
            lines.append("")
        lines[-1] += piece.lstrip() if not lines[-1] else piece
    return tuple(line.rstrip() for line in lines)


def _share(char: str) -> float:
    """Return the width of a character as a share of its height."""
    if unicodedata.east_asian_width(char) in "WFA":
        return 1.0
    if char in _BROAD:
        return 1.0
    if char in _SLIM:
        return 0.42
    return 0.8 if char.isupper() else 0.66


def _pieces(text: str) -> Iterator[str]:
    """Yield what may not be broken: a word with the space after it, or a Chinese character with its stop."""
    piece = ""
    for char in text:
        closes = unicodedata.category(char) in ("Pe", "Pf", "Po") or char == " "
        if piece and not closes and (_wide(char) or _wide(piece[-1]) or piece[-1] == " "):
            yield piece
            piece = ""
        piece += char
    yield piece


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"
