"""Which runs need the finder: what stands around them is more than a plain number, code or address."""

from functools import cache
from typing import Final

import numpy as np

from shouxin.detect.fallback.labelled import CLOUDS, SYMBOLS
from shouxin.detect.fallback.lexicon import SMALL, small, spelled
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
ISSUED: Final = table((*(head[0] for head, _, _ in CLOUDS), *b"e"))
TOKEN: Final = int.from_bytes(b"eyJ")

BEFORE_BLANK: Final = table(b":=rRcC")  #: the end of what a blank may part from its value, as in `Bearer x`
EMBASSY, DOT = (int.from_bytes(c.encode()) for c in "使·")
APART: Final = 11  #: the digits of the shortest number whose digits may each stand apart
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
        self.number = runs.digits == self.length
        self.mixed = ~self.number & (runs.digits > 0)

    def unusual(self) -> Bools:
        """Return them."""
        unusual = np.zeros(len(self.start), np.bool_)
        for found in (
            *(self._pairs(), self._fours(), self._colons(), self._labelled(), self._decimals()),
            *(self._dates(), self._areas(), self._halves(), self._glued(), self._secrets()),
            *(self._apart(), self._coded(), self._embassies()),
        ):
            unusual[found] = True
        return unusual

    def _pairs(self) -> Ints:
        """Return where pairs may begin that are the address of a machine."""
        after, data = self.after, self.data
        at = np.flatnonzero(((after == 58) | (after == 45)) & (self.length == 2))
        start, after = self.start[at], after[at]
        found: Ints = at[(data[start + 5] == after) & (data[start + 8] == after)]
        return found

    def _fours(self) -> Ints:
        """Return where three groups of four may begin that are the address of a machine."""
        at = np.flatnonzero((self.after == 46) & (self.length == 4))
        found: Ints = at[self.data[self.start[at] + 9] == 46]
        return found

    def _colons(self) -> Ints:
        """Return where an IPv6 address may begin."""
        colon = np.append(self.after == 58, (False, False))
        at = np.flatnonzero(colon)
        start = self.start[at]
        grouped = (self.data[start + 4] == 58) & PREFIX_IN_USE[self.data[start]]
        found: Ints = at[grouped | (colon[at + 1] & colon[at + 2])]
        return found

    def _labelled(self) -> Ints:
        """Return where a label may stand that says by itself what its value is."""
        before, second = self.before, self.data[self.start - 2]
        skipped = SKIPPED[before] & ((before != 32) | (second >= 0x80) | BEFORE_BLANK[second])
        skipped |= (before >= 0x80) & _last()[second, before]
        near = np.flatnonzero(skipped & ~(self.number & (self.length < 4)))
        labelled = [near[self.places.key(self.start[near] - 6, 6) == NUMBERED]]
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
                likely[i] = bool(label and label.announces & LABELLED)
            labelled.append(near[likely])
            one = SKIPPED[c]
            on = ~word & (one | SKIPPED_HAN.have(tail & 0xFFFFFF))
            near, at = near[on], (at - np.where(one, 1, 3))[on]
        return np.concatenate(labelled)

    def _decimals(self) -> Ints:
        """Return where a decimal of four places or more begins, and another may follow."""
        at = np.flatnonzero((self.number & (self.length <= 3) & (self.after == 46))[:-1])
        at = at[(self.start[at + 1] - self.end[at] == 1) & (self.length[at + 1] >= 4)]
        behind = self.places.windows(self.end[at] + 1, DECIMALS)
        found: Ints = at[(CLASSES[behind[:, :4]] == 2).all(1) & (behind == 46).any(1)]
        return found

    def _dates(self) -> Ints:
        at = np.flatnonzero((self.after == YEAR >> 16) & (self.length == 4) & self.number)
        at = at[self.places.key(self.end[at], 3) == YEAR]
        found: Ints = at[CENTURIES.have(self.places.key(self.start[at], 2))]
        return found

    def _areas(self) -> Ints:
        """Return which stand in parentheses."""
        opened = (self.before == 40) | (self.before == OPENING & 255)
        at = np.flatnonzero(opened & ((self.after == 41) | (self.after == CLOSING >> 16)) & self.number)
        opened = (self.before[at] == 40) | (self.places.key(self.start[at] - 3, 3) == OPENING)
        found: Ints = at[opened & ((self.after[at] == 41) | (self.places.key(self.end[at], 3) == CLOSING))]
        return found

    def _halves(self) -> Ints:
        """Return where two numbers of Hong Kong or Macao may stand with a stroke between."""
        at = np.flatnonzero((self.after == 47) & (self.length == 8) & self.number)
        found: Ints = at[CLASSES[self.data[self.end[at] + 1]] == 2]
        return found

    def _apart(self) -> Ints:
        """Return where a row of single digits begins that may be a number."""
        single = self.number & (self.length == 1)
        if np.count_nonzero(single) < APART:
            return np.zeros(0, np.int64)
        near = np.append(single[:-1] & single[1:] & (self.start[1:] - self.end[:-1] <= 3), False)
        total = np.append(0, np.cumsum(near))
        at = np.flatnonzero(near[: 1 - APART])
        at = at[total[at + APART - 1] - total[at] == APART - 1]
        goes_on = near[at - 1] & (at > 0) & (self.start[at] - self.end[at - 1] == 1)
        goes_on &= self.before[at] == self.after[at]
        found: Ints = at[~goes_on]
        return found

    def _coded(self) -> Ints:
        """Return the numbers of mobile lines that may be a part of a longer code."""
        size = (self.length == 11) | (self.length == 13) | (self.length == 15)
        found: Ints = np.flatnonzero((self.before == 45) & (self.after == 45) & self.number & size)
        return found

    def _embassies(self) -> Ints:
        """Return which may be the plate of an embassy."""
        size = (self.length == 3) | (self.length == 6)
        at = np.flatnonzero((self.before >= 0x80) & self.number & size)
        dot = self.places.key(self.start[at] - 2, 2) == DOT
        found: Ints = at[self.places.key(self.start[at] - np.where(dot, 5, 3), 3) == EMBASSY]
        return found

    def _glued(self) -> Ints:
        """Return which begin as a word of context does and go on in digits."""
        letters = self.length - self.runs.digits
        at = np.flatnonzero(self.mixed & (letters >= 2) & (letters <= 13))
        start, end, letters = self.start[at], self.end[at], letters[at]
        letters -= (letters > 2) & ((self.data[end - 1] | 0x20) == 120)
        on = (CLASSES[self.data[start + letters]] == 2) & (CLASSES[self.data[start + 1]] == 1)
        at, start, letters = at[on], start[on], letters[on]
        word = (self.places.key(start, 7) | SMALL) >> 8 * np.maximum(7 - letters, 0)
        found: Ints = at[(letters <= 12) & _first().have(word)]
        return found

    def _secrets(self) -> Ints:
        """Return which may be a key whose issuer gave it a form."""
        first = self.data[self.start]
        line = self.before == 10
        at = np.flatnonzero(self.mixed & (ISSUED[first] | ((self.before == 95) & (self.length >= 36)) | line))
        head, length = self.places.key(self.start[at], 4), self.length[at]
        secret = (length >= 16) & ISSUERS.have(head)
        secret |= (length >= 36) & (self.before[at] == 95)
        above = self.data[self.start[at] - 2]
        above = np.where(above == 13, self.data[self.start[at] - 3], above)
        secret |= line[at] & (above == 45)  # a private key below the dashes of its heading
        found: Ints = at[secret | (head >> 8 == TOKEN)]
        return found


@cache
def _last() -> Bools:
    """Return by two bytes whether a label, or what stands between a label and its value, may end in them."""
    last = np.zeros((256, 256), np.bool_)
    labels = (word for word, (announces, _) in words().items() if announces & LABELLED)
    for end in (*labels, *MARKS, *FILLERS, "第".encode()):
        last[end[-2], end[-1]] = True
    return last


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
