"""Words around many candidates at once: the counterpart of ``words.Around``."""

from collections.abc import Iterable
from functools import cache
from typing import Final, Literal

import numpy as np

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback.lexicon import Eights, lexicon, spelled
from shouxin.detect.fallback.places import Bools, Bytes, Ints, Keys, Places, among
from shouxin.detect.fallback.view import PAD
from shouxin.detect.fallback.words import MOST, PARTS, REACH, STOPS, WIDE_STOPS, Around, denied, unit_heads
from shouxin.detect.kinds import KINDS

WINDOW: Final = 4 * REACH  #: bytes, and so many bits: the lowest is that of the nearest byte
COMMA: Final = b",;"
ONE: Final = np.uint64(1)
WORDS: Final = 2 * MOST  #: on both sides


def says(places: Places, kind: Ints, start: Ints, end: Ints, behind: Bools) -> Ints:
    """Return the evidence of the nearest word before, else of any word behind, for each candidate."""
    bit = np.left_shift(np.int64(1), kind)
    window = places.windows(start - WINDOW, WINDOW)
    begins = _bits(window & 0xC0 != 0x80, "big")
    odd = (start < PAD + WINDOW) | _broken(begins)
    near = _near(begins, _bits(_stops(window, COMMA, PARTS), "big"))
    near[odd] = 0
    said, count = _before(places, bit, start, near)
    _deny(places, bit, start, end, said)
    asked = np.flatnonzero(behind & (said == 0) & ~odd)
    said[asked], odd[asked] = _behind(places, bit[asked], end[asked], count[asked])
    for i in np.flatnonzero(odd).tolist():
        around = Around(places.s, int(start[i]), int(end[i]))
        said[i] = around.says(KINDS[kind[i]], behind=bool(behind[i]))
    return said


def _bits(marks: Bools, order: Literal["big", "little"]) -> Eights:
    """Return each row of 64 as the bits of a number, its first the highest (big) or the lowest."""
    packed = np.packbits(marks.reshape(-1), bitorder=order)
    bits: Eights = packed.view(">u8" if order == "big" else "<u8").astype(np.uint64)
    return bits


def _marks(bits: Eights, order: Literal["big", "little"]) -> Ints:
    """Return where in rows of 64 the bits stand."""
    packed = bits.astype(">u8" if order == "big" else "<u8").view(np.uint8)
    return np.flatnonzero(np.unpackbits(packed, bitorder=order).view(np.bool_))


def _broken(begins: Eights) -> Bools:
    """Return which rows are no UTF-8: in them more than three bytes continue a character."""
    goes_on = ~begins
    two = goes_on & goes_on >> ONE
    broken: Bools = two & two >> np.uint64(2) > 0
    return broken


def _stops(window: Bytes, signs: Iterable[int], wide: Iterable[bytes]) -> Bools:
    """Return where one of the signs stands, or one of three bytes begins."""
    row = window.reshape(-1)
    stops, third = np.zeros((2, len(row)), np.bool_)
    for sign in signs:
        stops |= row == sign
    for sign in {part[2] for part in wide}:
        third |= row == sign
    at = np.flatnonzero(third[2:])
    key = row[at].astype(np.int64) << 16 | row[at + 1].astype(np.int64) << 8 | row[at + 2]
    at = at[among(key, np.array(sorted(map(int.from_bytes, wide))))]
    stops[at[at % WINDOW < WINDOW - 2]] = True
    return stops


def _near(begins: Eights, stops: Eights) -> Eights:
    """Return the bits of the nearest characters, up to a stop."""
    farther = begins.copy()
    for _ in range(REACH):
        farther &= farther - ONE
    near: Eights = begins & ~farther & ((stops & ~stops + ONE) - ONE)
    return near


def _before(places: Places, bit: Ints, start: Ints, near: Eights) -> tuple[Ints, Ints]:
    """Return what the words before say, and how many there are."""
    at = _marks(near, "big")
    row = at // WINDOW
    met, ends, announces, against = lexicon().begin(places, start[row] - WINDOW + at % WINDOW, start[row])
    row = row[met]
    count = np.bincount(row, minlength=len(bit))
    nearer = np.searchsorted(row, row, "right") - 1 - np.arange(len(row))  # how many words are
    says = np.select(
        (announces & bit[row] != 0, against & bit[row] != 0, announces != 0),
        (Evidence.CONTEXT, Evidence.AGAINST, Evidence.OTHER),
    )
    longer = np.append(False, (row[1:] == row[:-1]) & (ends[:-1] >= ends[1:]) & (nearer[:-1] < MOST))
    says[longer[: len(says)] & (says != Evidence.CONTEXT)] = 0  # 会员卡号 speaks, not 卡号
    chosen = np.flatnonzero((says > 0) & (nearer < MOST))
    said = np.zeros(len(bit), np.int64)
    said[row[chosen]] = says[chosen]  # the nearest comes last
    return said, np.minimum(count, MOST)


def _deny(places: Places, bit: Ints, start: Ints, end: Ints, said: Ints) -> None:
    """Let a unit right behind a candidate speak against it where no word before announces it."""
    at = end + (places.data[end] == 32)
    asked = np.flatnonzero((said != Evidence.CONTEXT) & _heads().have(places.key(at, 2)))
    spans = zip(start[asked].tolist(), end[asked].tolist(), strict=True)
    against = np.array([denied(places.s, *span) for span in spans], np.int64)
    said[asked[against & bit[asked] != 0]] = Evidence.AGAINST


@cache
def _heads() -> Keys:
    return Keys(spelt for head in unit_heads() for spelt in spelled(head))


def _behind(places: Places, bit: Ints, end: Ints, before: Ints) -> tuple[Ints, Bools]:
    """Return where a word behind announces the candidate, up to a stop or a digit; and what is no UTF-8."""
    window = places.windows(end, WINDOW)
    begins = _bits(window & 0xC0 != 0x80, "little")
    odd = _broken(begins) | (begins & ONE == 0)
    near = _near(begins, _bits(_stops(window, STOPS, WIDE_STOPS), "little"))
    at = _marks(near, "little")
    row = at // WINDOW
    place = end[row] + at % WINDOW
    met, _, announces, _ = lexicon().begin(places, place, np.full(len(at), len(places.s) - PAD))
    row = row[met]
    nth = np.arange(len(row)) - np.searchsorted(row, row)
    announced = (announces & bit[row] != 0) & (before[row] + nth < WORDS)
    said = np.zeros(len(bit), np.int64)
    said[row[announced]] = Evidence.CONTEXT
    return said, odd
