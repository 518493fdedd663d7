"""Where the terms of the vocabulary stand in a text: the longest at each place, none inside another."""

import re
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from shouxin.detect import identifiers
from shouxin.detect.categories.vocabulary import AGE, BREAK, NOTHING, vocabulary

Ints = npt.NDArray[np.int64]
WORD: Final = re.compile(r"[0-9A-Za-z\u4e00-\u9fff〇]")
ALNUM: Final = re.compile(r"[0-9A-Za-z]")


class Hits(NamedTuple):
    """Terms by number with their bytes, in order; ``run`` is where the unbroken word they end began."""

    term: npt.NDArray[np.int32]
    start: Ints
    end: Ints
    run: Ints

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Hits":
        """Return the hits that a mask chooses."""
        return Hits(self.term[chosen], self.start[chosen], self.end[chosen], self.run[chosen])


def find(text: bytes) -> Hits:
    """Return the terms of all sentences of UTF-8, broken or not, in which a key stands.

    The ends of sentences before them are returned too.
    """
    if identifiers._native is not None:
        return Hits(*_native().find(text))
    return _reference(text)


@cache
def _native() -> Any:
    return identifiers._native.Terms(vocabulary().terms, roles().tolist())


@cache
def roles() -> npt.NDArray[np.uint8]:
    """Return for each term whether it is a key (1) and whether it ends a sentence (2)."""
    words = vocabulary()
    key = (words.topic != NOTHING) | (words.label != NOTHING) | (words.role & AGE != 0)
    ends: npt.NDArray[np.bool_] = words.role & BREAK != 0
    made: npt.NDArray[np.uint8] = (key + 2 * ends).astype(np.uint8)
    return made


@cache
def _by_first() -> dict[str, tuple[int, dict[str, int]]]:
    """Return for each first character the longest length and the terms with their numbers."""
    made: dict[str, tuple[int, dict[str, int]]] = {}
    for number, term in enumerate(vocabulary().terms):
        longest, terms = made.setdefault(term[0], (0, {}))
        made[term[0]] = (max(longest, len(term)), terms)
        terms[term] = number
    return made


def _reference(data: bytes) -> Hits:
    text, begins = data.decode("utf-8", "surrogateescape"), _by_first()
    rows: list[tuple[int, int, int, int]] = []
    at = run = 0
    while at < len(text):
        first, end = text[at], at + 1
        run = run if WORD.match(first) else end
        if first in begins and not (at and ALNUM.match(text[at - 1]) and ALNUM.match(first)):
            longest, terms = begins[first]
            for size in range(min(longest, len(text) - at), 0, -1):
                whole = not (ALNUM.match(text[at + size - 1]) and ALNUM.match(text, at + size))
                if whole and (number := terms.get(text[at : at + size])) is not None:
                    rows.append((number, at, end := at + size, run))
                    break
        at = end
    sizes = [len(character.encode("utf-8", "surrogateescape")) for character in text]
    byte = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))).astype(np.int64)
    term, *places = np.array(rows, np.int64).reshape(-1, 4).T
    hits = Hits(term.astype(np.int32), *(byte[place] for place in places))
    return hits.where(_kept(roles()[term]))


def _kept(role: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Return which terms stand in a sentence with a key or are the last end before one or of the text."""
    ends: npt.NDArray[np.bool_] = role & 2 > 0
    sentence: Ints = np.cumsum(ends) - ends
    count = int(ends.sum())
    keyed = np.bincount(sentence, role & 1, minlength=count + 1) > 0
    followed = np.append(keyed[1:], True)
    followed[count - 1 : count] = True
    kept: npt.NDArray[np.bool_] = keyed[sentence] | (ends & followed[sentence])
    return kept
