"""Words around many candidates at once: the counterpart of ``words.Around``."""

from typing import Final

import numpy as np

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback.lexicon import Eights, lexicon
from shouxin.detect.fallback.places import Bools, Bytes, Ints, Keys, Places, table
from shouxin.detect.fallback.view import PAD
from shouxin.detect.fallback.words import MOST, PARTS, REACH, STOPS, WIDE_STOPS, Around
from shouxin.detect.kinds import KINDS

WINDOW: Final = 4 * REACH  #: bytes, and so many bits: the lowest is that of the nearest byte
ENDS: Final = Keys(PARTS)
STOP: Final = table(STOPS)
STOP_HAN: Final = Keys(WIDE_STOPS)
ONE: Final = np.uint64(1)


def says(places: Places, kind: Ints, start: Ints, end: Ints, behind: Bools) -> Ints:
    """Return the evidence of the nearest word before, else of any word behind, for each candidate."""
    said = np.zeros(len(kind), np.int64)
    if not len(kind):
        return said
    window = places.windows(start - WINDOW, WINDOW)
    begins = _bits(window & 0xC0 != 0x80)
    odd = (start < PAD + WINDOW) | _broken(begins)
    for i in np.flatnonzero(odd).tolist():
        around = Around(places.s, int(start[i]), int(end[i]))
        said[i] = around.says(KINDS[kind[i]], behind=bool(behind[i]))
    even = np.flatnonzero(~odd)
    bit = np.left_shift(np.int64(1), kind[even])
    said[even], count = _before(places, bit, start[even], _near(window, begins)[even])
    asked = np.flatnonzero(behind[even] & (said[even] == 0))
    said[even[asked]] = _behind(places, bit[asked], end[even[asked]], count[asked])
    return said


def _bits(marks: Bools) -> Eights:
    """Return each row of 64 as the bits of a number."""
    bits: Eights = np.packbits(marks.reshape(-1)).view(">u8").astype(np.uint64)
    return bits


def _broken(begins: Eights) -> Bools:
    """Return which rows are no UTF-8: in them more than three bytes continue a character."""
    goes_on = ~begins
    two = goes_on & goes_on >> ONE
    broken: Bools = two & two >> np.uint64(2) > 0
    return broken


def _near(window: Bytes, begins: Eights) -> Eights:
    """Return the bits of the nearest characters, up to a stop."""
    row = window.reshape(-1)
    stops, wide = (row == 44) | (row == 59), np.zeros(len(row), np.bool_)
    for third in {part[2] for part in PARTS}:
        wide |= row == third
    at = np.flatnonzero(wide[2:])
    key = row[at].astype(np.int64) << 16 | row[at + 1].astype(np.int64) << 8 | row[at + 2]
    at = at[ENDS.have(key)]
    stops[at[at % WINDOW < WINDOW - 2]] = True
    stop = _bits(stops)
    farther = begins.copy()
    for _ in range(REACH):
        farther &= farther - ONE
    near: Eights = begins & ~farther & ((stop & ~stop + ONE) - ONE)
    return near


def _before(places: Places, bit: Ints, start: Ints, near: Eights) -> tuple[Ints, Ints]:
    """Return what the words before say, and how many there are."""
    at = np.flatnonzero(np.unpackbits(near.astype(">u8").view(np.uint8)).view(np.bool_))
    row = at // WINDOW
    met, announces, against = lexicon().begin(places, start[row] - WINDOW + at % WINDOW, start[row])
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
        met, announces, _ = lexicon().begin(places, here, np.full(len(here), limit))
        row = going[met]
        count[row] += 1
        said[row[announces & bit[row] != 0]] = Evidence.CONTEXT
        here = here + 1
        for _ in range(3):
            here += data[here] & 0xC0 == 0x80
        at[going] = here
    return said
