"""Words around many candidates at once: ``words.Around`` step by step for all of them."""

from functools import cache
from typing import Final

import numpy as np

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback.places import Bools, Ints, Keys, Places, table
from shouxin.detect.fallback.view import PAD
from shouxin.detect.fallback.words import MOST, PARTS, REACH, STOPS, WIDE_STOPS, begins
from shouxin.detect.kinds import words

ENDS: Final = table(b",;")
ENDS_HAN: Final = Keys(PARTS)
STOP: Final = table(STOPS)
STOP_HAN: Final = Keys(WIDE_STOPS)


def says(places: Places, kind: Ints, start: Ints, end: Ints, behind: Bools) -> Ints:
    """Return the evidence of the nearest word before, else of any word behind, for each candidate."""
    bit = np.left_shift(np.int64(1), kind)
    said, count = _before(places, bit, start)
    asked = np.flatnonzero(behind & (said == 0))
    said[asked] = _behind(places, bit[asked], end[asked], count[asked])
    return said


def _before(places: Places, bit: Ints, start: Ints) -> tuple[Ints, Ints]:
    """Return what the words before say, and how many there are where they say nothing."""
    data = places.data
    said, count = np.zeros(len(bit), np.int64), np.zeros(len(bit), np.int64)
    at, going = start.copy(), np.arange(len(bit))
    for _ in range(REACH):
        going = going[(at[going] > PAD) & (count[going] < MOST) & (said[going] == 0)]
        if not len(going):
            break
        here = at[going] - 1
        for _ in range(3):
            here -= (data[here] & 0xC0 == 0x80) & (here > PAD)
        c = data[here]
        on = ~ENDS[c] & ((c < 0x80) | ~ENDS_HAN.have(places.key(here, 3)))
        going, here = going[on], here[on]
        at[going] = here
        met, announces, against = _words(places, here, start[going])
        row = going[met]
        count[row] += 1
        said[row] = np.select(
            (announces & bit[row] != 0, against & bit[row] != 0, announces != 0),
            (Evidence.CONTEXT, Evidence.AGAINST, Evidence.OTHER),
        )
    return said, count


def _behind(places: Places, bit: Ints, end: Ints, before: Ints) -> Ints:
    """Return where a word behind announces the candidate, up to a stop or a digit."""
    data, limit = places.data, len(places.s) - PAD
    said, count = np.zeros(len(bit), np.int64), before.copy()
    at, going = end.copy(), np.arange(len(bit))
    for _ in range(REACH):
        going = going[(at[going] < limit) & (count[going] < 2 * MOST) & (said[going] == 0)]
        if not len(going):
            break
        here = at[going]
        on = ~STOP[data[here]] & ~STOP_HAN.have(places.key(here, 3))
        going, here = going[on], here[on]
        met, announces, _ = _words(places, here, np.full(len(here), limit))
        row = going[met]
        count[row] += 1
        said[row[announces & bit[row] != 0]] = Evidence.CONTEXT
        here = here + 1
        for _ in range(3):
            here += data[here] & 0xC0 == 0x80
        at[going] = here
    return said


def _words(places: Places, at: Ints, limit: Ints) -> tuple[Ints, Ints, Ints]:
    """Return at which places words begin, the kinds that these announce, and those they speak against."""
    letters, han = _first()
    raw = places.key(at, 6)
    narrow = raw >> 40 < 0x80
    likely = np.where(narrow, letters.have(raw >> 32 | 0x2020), han.have(raw))
    some = np.flatnonzero(likely)
    found = [
        (i, word.announces, word.against)
        for i, place, end in zip(some.tolist(), at[some].tolist(), limit[some].tolist(), strict=True)
        if (word := begins(places.s, place, end))
    ]
    met = np.array(found, np.int64).reshape(-1, 3)
    return met[:, 0], met[:, 1], met[:, 2]


@cache
def _first() -> tuple[Keys, Keys]:
    """Return the first two letters, as if lowered, and the first two Han characters of every word."""
    letters = Keys(bytes(c | 0x20 for c in word[:2]) for word in words() if word[0] < 0x80)
    return letters, Keys(text for word in words() if word[0] >= 0x80 for text in _spelled(word[:6]))


def _spelled(head: bytes) -> list[bytes]:
    """Return the heads of a word in which letters of either case follow Han characters."""
    spelled = [b""]
    for c in head:
        spelled = [text + bytes((one,)) for text in spelled for one in {c, c ^ 0x20 if 97 <= c <= 122 else c}]
    return spelled
