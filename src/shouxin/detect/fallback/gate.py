"""Which runs need the finder: what stands around them is more than a plain number, code or address."""

from functools import cache
from typing import Final

import numpy as np

from shouxin.detect.fallback.labelled import CLOUDS, SYMBOLS
from shouxin.detect.fallback.nearby import SMALL, small, spelled
from shouxin.detect.fallback.places import CLASSES, Bools, Ints, Keys, table
from shouxin.detect.fallback.runs import Runs
from shouxin.detect.fallback.words import FILLERS, MARKS, ends
from shouxin.detect.kinds import NUMBER, words

LABELLED: Final = sum(
    1 << NUMBER[kind] for kind in ("qq", "wechat", "account_name", "password", "secret", "url_token")
)
SKIPPED: Final = table(SYMBOLS | frozenset(b":=\"' \t"))  # between a label and its value, as in "token": "x"
SKIPPED_HAN: Final = Keys(MARKS | FILLERS)
ISSUERS: Final = Keys(head for head, _, _ in CLOUDS)

TOKEN: Final = int.from_bytes(b"eyJ")
NUMBERED, YEAR, OPENING, CLOSING = (int.from_bytes(c.encode()) for c in ("字第", "年", "（", "）"))
PREFIX_IN_USE: Final = table(b"23fF")  #: the first byte of an IPv6 address with a gap
CENTURIES: Final = Keys((b"18", b"19", b"20"))
DECIMALS: Final = 48  #: bytes in which the second of two coordinates begins


def unusual(runs: Runs) -> Bools:
    """Return which runs only the finder can judge; ``Spaced`` speaks of groups."""
    return _Gate(runs).unusual()


class _Gate:
    """What stands in and around each run."""

    def __init__(self, runs: Runs) -> None:
        self.runs, self.places = runs, runs.places
        self.data, self.start, self.end = self.places.data, runs.start, runs.end
        self.length = runs.length
        self.before, self.after = self.data[self.start - 1], self.data[self.end]
        self.next = CLASSES[self.data[self.end + 1]]
        self.number, self.letters = runs.digits == self.length, runs.digits == 0

    def unusual(self) -> Bools:
        """Return them."""
        unusual = self._machine() | self._labelled()
        for kind, questions in (
            (self.number, (self._place, self._date, self._area, self._pair)),
            (~self.number & ~self.letters, (self._glued, self._secret)),
        ):
            some = np.flatnonzero(kind)
            for question in questions:
                unusual[some[question(some)]] = True
        return unusual

    def _machine(self) -> Bools:
        """Return where the address of a machine may begin: pairs, three groups of four, IPv6."""
        data, start, after = self.data, self.start, self.after
        pairs = (self.length == 2) & (data[start + 5] == after) & (data[start + 8] == after)
        machine: Bools = pairs & ((after == 58) | (after == 45))
        machine |= (self.length == 4) & (after == 46) & (data[start + 9] == 46)
        colon = np.append(after == 58, (False, False))
        grouped = (data[start + 4] == 58) & PREFIX_IN_USE[data[start]]
        machine |= colon[:-2] & (grouped | (colon[1:-1] & colon[2:]))
        return machine

    def _labelled(self) -> Bools:
        """Return where a label may stand that says by itself what its value is."""
        before = self.before
        second = self.data[self.start - 2]
        skipped = SKIPPED[before] & ((before != 32) | (second >= 0x80) | (second == 58) | (second == 61))
        near = np.flatnonzero((skipped | (before >= 0x80)) & ~(self.number & (self.length < 4)))
        labelled: Bools = self.places.key(self.start - 6, 6) == NUMBERED
        at = self.start[near]
        for _ in range(16):
            if not len(near):
                break
            c = self.data[at - 1]
            tail = self.places.key(at - 6, 6)
            likely = _tails().have(np.where(c < 0x80, (tail | SMALL) & 0xFFFF, tail))
            word = np.zeros(len(near), np.bool_)
            for i in np.flatnonzero(likely).tolist():
                label = ends(self.places.s, int(at[i]))
                word[i] = label is not None
                labelled[near[i]] |= bool(label and label.announces & LABELLED)
            one = SKIPPED[c]
            on = ~word & (one | SKIPPED_HAN.have(tail & 0xFFFFFF))
            near, at = near[on], (at - np.where(one, 1, 3))[on]
        return labelled

    def _place(self, some: Ints) -> Bools:
        """Return where a decimal of four places or more begins, and another may follow."""
        decimal: Bools = (self.length[some] <= 3) & (self.after[some] == 46)
        behind = self.places.windows(self.end[some[decimal]] + 1, DECIMALS)
        decimal[decimal] = (CLASSES[behind[:, :4]] == 2).all(1) & (behind == 46).any(1)
        return decimal

    def _date(self, some: Ints) -> Bools:
        dated: Bools = (self.length[some] == 4) & (self.places.key(self.end[some], 3) == YEAR)
        dated &= CENTURIES.have(self.places.key(self.start[some], 2))
        return dated

    def _area(self, some: Ints) -> Bools:
        """Return which stand in parentheses."""
        end, start = self.end[some], self.start[some]
        opened = (self.before[some] == 40) | (self.places.key(start - 3, 3) == OPENING)
        area: Bools = opened & ((self.after[some] == 41) | (self.places.key(end, 3) == CLOSING))
        return area

    def _pair(self, some: Ints) -> Bools:
        """Return where two numbers of Hong Kong or Macao may stand with a stroke between."""
        pair: Bools = (self.length[some] == 8) & (self.after[some] == 47) & (self.next[some] == 2)
        return pair

    def _glued(self, some: Ints) -> Bools:
        """Return which begin as a word of context does and go on in digits."""
        start, end = self.start[some], self.end[some]
        letters = self.length[some] - self.runs.digits[some]
        letters -= (letters > 2) & ((self.data[end - 1] | 0x20) == 120)
        word = (self.places.key(start, 7) | SMALL) >> 8 * np.maximum(7 - letters, 0)
        glued: Bools = (letters >= 2) & (letters <= 12) & (CLASSES[self.data[start + letters]] == 2)
        glued &= _first().have(word)
        return glued

    def _secret(self, some: Ints) -> Bools:
        """Return which may be a key whose issuer gave it a form."""
        head = self.places.key(self.start[some], 4)
        secret: Bools = (self.length[some] >= 16) & ISSUERS.have(head)
        secret |= (self.length[some] >= 36) & (self.before[some] == 95)
        secret |= head >> 8 == TOKEN
        return secret


@cache
def _tails() -> Keys:
    """Return the last two letters, as if lowered, or the last two Han characters of every label."""
    labels = [word for word, (announces, _) in words().items() if announces & LABELLED]
    letters = [small(word[-2:]) for word in labels if word[-1] < 0x80]
    return Keys([*letters, *(tail for word in labels if word[-1] >= 0x80 for tail in spelled(word[-6:]))])


@cache
def _first() -> Keys:
    """Return the first seven letters of every word of context."""
    return Keys(small(word[:7]) for word in words() if word[0] < 0x80)
