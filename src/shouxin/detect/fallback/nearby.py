"""Words around many candidates at once: the counterpart of ``words.Around``."""

from functools import cache
from typing import Final

import numpy as np

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback.places import CLASSES, Bools, Bytes, Ints, Keys, Places, table
from shouxin.detect.fallback.view import PAD
from shouxin.detect.fallback.words import MOST, PARTS, REACH, STOPS, WIDE_STOPS, Around, begins
from shouxin.detect.kinds import KINDS, words

SMALL: Final = 0x20202020202020  #: the bit of small letters in seven bytes
WINDOW: Final = 4 * REACH  #: bytes
ENDS: Final = Keys(PARTS)
STOP: Final = table(STOPS)
STOP_HAN: Final = Keys(WIDE_STOPS)


def says(places: Places, kind: Ints, start: Ints, end: Ints, behind: Bools) -> Ints:
    """Return the evidence of the nearest word before, else of any word behind, for each candidate."""
    said = np.zeros(len(kind), np.int64)
    window = places.windows(start - WINDOW, WINDOW)
    odd = (start < PAD + WINDOW) | _broken(window)
    for i in np.flatnonzero(odd).tolist():
        around = Around(places.s, int(start[i]), int(end[i]))
        said[i] = around.says(KINDS[kind[i]], behind=bool(behind[i]))
    even = np.flatnonzero(~odd)
    bit = np.left_shift(np.int64(1), kind[even])
    said[even], count = _before(places, bit, start[even], window[even])
    asked = np.flatnonzero(behind[even] & (said[even] == 0))
    said[even[asked]] = _behind(places, bit[asked], end[even[asked]], count[asked])
    return said


def _broken(window: Bytes) -> Bools:
    """Return which rows are no UTF-8: in them more than three bytes continue a character."""
    goes_on = window & 0xC0 == 0x80
    two = goes_on[:, 1:] & goes_on[:, :-1]
    broken: Bools = (two[:, 2:] & two[:, :-2]).any(1)
    return broken


def _before(places: Places, bit: Ints, start: Ints, window: Bytes) -> tuple[Ints, Ints]:
    """Return what the words before say, and how many there are."""
    begins = window & 0xC0 != 0x80
    steps = np.cumsum(begins[:, ::-1], 1, dtype=np.uint8)[:, ::-1]
    stops = (window == 44) | (window == 59)
    for lead in {part[0] for part in PARTS}:
        at = np.flatnonzero(window == lead)
        stops.flat[at] = ENDS.have(places.key(start[at // WINDOW] - WINDOW + at % WINDOW, 3))
    reach = np.where(stops, steps, REACH + 1).min(1, initial=REACH + 1)
    at = np.flatnonzero(begins & (steps < reach[:, None]))
    row = at // WINDOW
    met, announces, against = _words(places, start[row] - WINDOW + at % WINDOW, start[row])
    row = row[met]
    count = np.bincount(row, minlength=len(bit))
    nearer = np.searchsorted(row, row, "right") - 1 - np.arange(len(row))  # how many words are
    says = np.select(
        (announces & bit[row] != 0, against & bit[row] != 0, announces != 0),
        (Evidence.CONTEXT, Evidence.AGAINST, Evidence.OTHER),
    )
    chosen = np.flatnonzero((says > 0) & (nearer < MOST))
    said = np.zeros(len(bit), np.int64)
    said[row[chosen]] = says[chosen]  # the nearest comes last
    return said, np.minimum(count, MOST)


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
    raw = places.key(at, 6)
    some = np.flatnonzero(_first().have(np.where(raw >> 40 < 0x80, raw >> 32 | SMALL & 0xFFFF, raw)))
    first, inside = places.data[at[some]], CLASSES[places.data[at[some] - 1]] == 1
    some = some[~inside | (first < 97) | (first > 122)]
    found = [
        (i, word.announces, word.against)
        for i, place, end in zip(some.tolist(), at[some].tolist(), limit[some].tolist(), strict=True)
        if (word := begins(places.s, place, end))
    ]
    met = np.array(found, np.int64).reshape(-1, 3)
    return met[:, 0], met[:, 1], met[:, 2]


@cache
def _first() -> Keys:
    """Return the first two letters, as if lowered, or the first two Han characters of every word."""
    letters = [small(word[:2]) for word in words() if word[0] < 0x80]
    return Keys([*letters, *(text for word in words() if word[0] >= 0x80 for text in spelled(word[:6]))])


def spelled(head: bytes) -> list[bytes]:
    """Return the heads of a word in which letters of either case follow Han characters."""
    spelled = [b""]
    for c in head:
        spelled = [text + bytes((one,)) for text in spelled for one in {c, c ^ 0x20 if 97 <= c <= 122 else c}]
    return spelled


def small(letters: bytes) -> bytes:
    """Return letters with the bit of small ones, whatever else they may be."""
    return bytes(c | 0x20 for c in letters)
