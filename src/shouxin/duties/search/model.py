"""The shapes of the search: what is asked, what was found, and where in its text the words stand. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from shouxin.law.base import Shape
from shouxin.law.search import fold

AROUND = 48
"""Characters of a text that are shown on either side of what was found."""

LONGEST = 200
"""Characters that a query has at most."""

KINDS = (
    *("provision", "reading", "procedure", "page", "guide", "setting", "inventory", "notice", "case"),
    *(
        "request",
        "complaint",
        "content",
        "incident",
        "assessment",
        "retention",
        "ledger",
        "approval",
        "operator",
    ),
)
"""What can be found, in the order in which it is shown."""


class Asked(NamedTuple):
    """A query: its words, the same folded, and the language of the reader."""

    words: tuple[str, ...]
    language: str

    @property
    def text(self) -> str:
        """Return the words in a line."""
        return " ".join(self.words)

    @property
    def number(self) -> int | None:
        """Return the number that is asked for, written ``12`` or ``#12``; None where it is none."""
        text = self.text.removeprefix("#")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    def within(self, text: str) -> bool:
        """Tell whether every word stands in a text, whatever its case, width and accents."""
        folded = fold(text)
        return all(fold(word) in folded for word in self.words)


class Piece(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A piece of a text that is shown; ``hit`` where it is one of the words."""

    text: str
    hit: bool


class Hit(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Something that was found: its address in the console, what it is called, the place in its text."""

    address: str
    title: str
    pieces: tuple[Piece, ...] = ()


class Group(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What was found of one kind; ``more`` where there is more than is shown."""

    kind: str
    hits: tuple[Hit, ...]
    more: bool = False


class Found(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What was found of every kind that the reader may see, in the order of ``KINDS``."""

    groups: tuple[Group, ...]


def pieces(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """Return the part of a text around the first of the words, with each word in it marked."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = text
    places = sorted(
        (at, at + len(word)) for word in {word.lower() for word in words if word} for at in _each(lower, word)
    )
    start = max(0, places[0][0] - AROUND) if places else 0
    end = min(len(text), start + 3 * AROUND)
    found: list[tuple[str, bool]] = [("…", False)] if start else []
    at = start
    for first, last in places:
        if first < at or last > end:
            continue
        found += [(text[at:first], False), (text[first:last], True)]
        at = last
    found += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return tuple(Piece(text=" ".join(part.split("\n")), hit=hit) for part, hit in found if part)


def _each(text: str, word: str) -> list[int]:
    """Return where a word stands in a text, the first fifty places."""
    found: list[int] = []
    at = text.find(word)
    while at >= 0 and len(found) < 50:
        found.append(at)
        at = text.find(word, at + len(word))
    return found
