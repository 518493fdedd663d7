"""Where the terms of the vocabulary stand in a text: the longest at each place, none inside another."""

import re
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from shouxin.detect import identifiers
from shouxin.detect.categories.vocabulary import AGE, BREAK, vocabulary
from shouxin.detect.kinds import NUMBER, TOLD

Ints = npt.NDArray[np.int64]
EVERY: Final = frozenset({"person_name", *TOLD})  #: the kinds of which the vocabulary tells
WORD: Final = re.compile(r"[0-9A-Za-z\u4e00-\u9fff〇]")
SIGN: Final = re.compile(r"[ -/:-@\[-`{-\x7f：\u3000]")
NUMERALS: Final = "零一二两三四五六七八九十百０１２３４５６７８９0123456789"
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


def find(text: bytes, kinds: frozenset[str] = EVERY) -> Hits:
    """Return the terms of all sentences of UTF-8, broken or not, in which a key of the kinds stands.

    The ends of sentences before them are returned too.
    """
    if identifiers._native is not None:
        return Hits(*native(kinds).find(text))
    return _reference(text, kinds)


@cache
def native(kinds: frozenset[str]) -> Any:
    """Return what finds the terms of these kinds, compiled."""
    return identifiers._native.Terms(vocabulary().terms, roles(kinds).tolist())


@cache
def roles(kinds: frozenset[str]) -> npt.NDArray[np.uint8]:
    """Return the bits of each term: a key, the end of a sentence, a label, an age."""
    words = vocabulary()
    topic, label = (np.isin(held, [NUMBER[kind] for kind in kinds]) for held in (words.topic, words.label))
    aged = bool(kinds & {name for name, held in words.kinds.items() if held.age})
    bits = topic, words.role & BREAK != 0, label, (words.role & AGE != 0) & aged
    made: npt.NDArray[np.uint8] = sum((bit << at for at, bit in enumerate(bits)), np.zeros(1)).astype(
        np.uint8
    )
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


def _reference(data: bytes, kinds: frozenset[str] = EVERY) -> Hits:
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
    role = roles(kinds)[term]
    keys = np.array([_is_key(int(bits), text, row[1], row[2]) for bits, row in zip(role, rows, strict=True)])
    return hits.where(_kept(role & 2 > 0, keys))


def _is_key(role: int, text: str, start: int, end: int) -> bool:
    """Say whether a term is a key here: a label where a sign follows, an age where a number precedes."""
    labels, ages = (
        role & 4 and SIGN.match(text, end),
        role & 8 and text[max(0, start - 1) : start] in NUMERALS,
    )
    return bool(role & 1 or labels or (ages and start))


def _kept(ends: npt.NDArray[np.bool_], keys: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Return which terms stand in a sentence with a key or are the last end before one or of the text."""
    sentence: Ints = np.cumsum(ends) - ends
    count = int(ends.sum())
    keyed = np.bincount(sentence, keys, minlength=count + 1) > 0
    followed = np.append(keyed[1:], True)
    followed[count - 1 : count] = True
    kept: npt.NDArray[np.bool_] = keyed[sentence] | (ends & followed[sentence])
    return kept
