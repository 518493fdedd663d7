"""Which runs need the finder: what stands around them is more than a plain number, code or address."""

from functools import cache
from typing import Final

import numpy as np

from shouxin.detect.fallback.labelled import SYMBOLS
from shouxin.detect.fallback.places import CLASSES, Bools, Ints, Keys, table
from shouxin.detect.fallback.runs import Runs
from shouxin.detect.fallback.words import FILLERS, MARKS
from shouxin.detect.kinds import NUMBER, words

LABELLED: Final = sum(
    1 << NUMBER[kind] for kind in ("qq", "wechat", "account_name", "password", "secret", "url_token")
)
QUOTES: Final = table(b":=\"' ")
SKIPPED: Final = table(SYMBOLS | frozenset(b":=\"' \t"))  # between a label and its value, as in "token": "x"
SKIPPED_HAN: Final = Keys(MARKS | FILLERS)
CLOUDS: Final = Keys((b"akia", b"ltai", b"akid"))

SEPARATORS: Final = Keys(c.encode() for c in "‐‑‒–—―−　－﹣")
SPACE: Final = Keys((b"\xc2\xa0",))
YEAR, PLUS, OPENING, CLOSING = (int.from_bytes(c.encode()) for c in "年＋（）")
BEHIND_COUNTRY: Final = table(b" -.)\r\n\xc2\xe2\xe3\xef")
COUNTRIES: Final = Keys((b"86", b"85", b"88"))
PREFIX_IN_USE: Final = table(b"23fF")  #: the first byte of an IPv6 address with a gap
CENTURIES: Final = Keys((b"18", b"19", b"20"))
SERVICES: Final = Keys((b"400", b"800"))

#: The lengths of the first two groups of every number that is written in groups.
ANY: Final = ((3, 4), (3, 7), (3, 8), (4, 4), (4, 6), (4, 7), (4, 8), (6, 10), (6, 13), (7, 4), (8, 8))
FROM_ZERO: Final = ((2, 3), (2, 4), (4, 3))
PAIRS, ZERO_PAIRS, SERVICE_PAIRS = (
    table((32 * one + two for one, two in pairs), 1024) for pairs in (ANY, FROM_ZERO, ((3, 3),))
)


class Gate:
    """What stands in and around each run."""

    def __init__(self, runs: Runs, lowered: Runs) -> None:
        self.runs, self.places, self.lowered = runs, runs.places, lowered.places
        self.data, self.start, self.end = self.places.data, runs.start, runs.end
        self.length = runs.length
        self.before, self.after = self.data[self.start - 1], self.data[self.end]
        self.next = CLASSES[self.data[self.end + 1]]
        self.number, self.letters = runs.digits == self.length, runs.digits == 0

    def unusual(self) -> Bools:
        """Return which runs only the finder can judge."""
        unusual = self._machine() | self._labelled()
        for kind, questions in (
            (self.number, (self._place, self._date, self._abroad, self._area, self._grouped, self._pair)),
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
        labelled = np.zeros(len(self.start), np.bool_)
        at = self.start[near]
        for _ in range(16):
            if not len(near):
                break
            c = self.data[at - 1]
            tail = self.lowered.key(at - 6, 6)
            ends = np.where(c < 0x80, _letters().have(tail & 0xFFFF), _han().have(tail))
            labelled[near[ends]] = True
            one = SKIPPED[c]
            on = ~ends & (one | SKIPPED_HAN.have(tail & 0xFFFFFF))
            near, at = near[on], (at - np.where(one, 1, 3))[on]
        return labelled

    def _place(self, some: Ints) -> Bools:
        """Return where a decimal of four places or more begins."""
        four = CLASSES[self.places.windows(self.end[some] + 1, 4)] == 2
        decimal: Bools = (self.length[some] <= 3) & (self.after[some] == 46) & four.all(1)
        return decimal

    def _date(self, some: Ints) -> Bools:
        end, after = self.end[some], self.after[some]
        marked = table(b"-/.")[after] & ((self.data[end + 2] == after) | (self.data[end + 3] == after))
        marked |= self.places.key(end, 3) == YEAR
        dated: Bools = (
            (self.length[some] == 4) & marked & CENTURIES.have(self.places.key(self.start[some], 2))
        )
        return dated

    def _abroad(self, some: Ints) -> Bools:
        start, length, head = self.start[some], self.length[some], self.places.key(self.start[some], 3)
        abroad: Bools = (
            (self.before[some] == 43) | (self.places.key(start - 3, 3) == PLUS) | (head == 0x303038)
        )
        short = (length == 2) | (length == 3)
        abroad |= short & COUNTRIES.have(head >> 8) & BEHIND_COUNTRY[self.after[some]]
        return abroad

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

    def _links(self) -> Bools:
        """Return which runs are parted from the next by what may stand inside a number."""
        gap = np.append(self.start[1:], len(self.data)) - self.end
        one = table(b" -.")[self.after] & (gap == 1)
        line = ((self.after == 10) & (gap <= 5)) | ((self.after == 13) & (gap <= 6))
        wide = np.flatnonzero((self.after >= 0x80) & ((gap == 2) | (gap == 3)))
        key = self.places.key(self.end[wide], 3)
        links: Bools = one | line
        links[wide] = np.where(gap[wide] == 2, SPACE.have(key >> 8), SEPARATORS.have(key))
        grouped = self.number | (self.runs.digits == self.length - 1)
        links &= grouped & np.append(grouped[1:], False)
        return links

    def _grouped(self, some: Ints) -> Bools:
        """Return where groups of digits begin as some number does, or make eighteen."""
        links, size = self._links(), np.append(self.length, [0] * 6)
        inside = table(b"-.")[self.before[some]] & (CLASSES[self.data[self.start[some] - 2]] == 2)
        at = np.flatnonzero(links[some] & ~inside)
        run = some[at]
        head = self.places.key(self.start[run], 3)
        pair = np.minimum(size[run], 31) * 32 + np.minimum(size[run + 1], 31)
        found = (
            PAIRS[pair]
            | (ZERO_PAIRS[pair] & (head >> 16 == 48))
            | (SERVICE_PAIRS[pair] & SERVICES.have(head))
        )
        total = size[run] + size[run + 1]
        found |= table(b"\r\n")[self.after[run]] & (total >= 11)
        linked = np.ones(len(run), np.bool_)
        links = np.append(links, [False] * 6)
        for n in range(2, 7):
            found |= linked & (total == 18)
            linked &= links[run + n - 1]
            total = total + size[np.minimum(run + n, len(size) - 1)]
        grouped = np.zeros(len(some), np.bool_)
        grouped[at[found]] = True
        return grouped

    def _glued(self, some: Ints) -> Bools:
        """Return which begin as a word of context does and go on in digits."""
        letters = self.length[some] - self.runs.digits[some]
        start = self.start[some]
        glued: Bools = (letters >= 2) & (letters <= 13) & (CLASSES[self.data[start + letters - 2]] == 1)
        glued &= _first().have(self.lowered.key(start, 2))
        return glued

    def _secret(self, some: Ints) -> Bools:
        """Return which may be a key whose issuer gave it a form."""
        head = self.lowered.key(self.start[some], 4)
        secret: Bools = (self.length[some] >= 16) & CLOUDS.have(head)
        secret |= (self.length[some] >= 36) & (self.before[some] == 95)
        secret |= head >> 8 == int.from_bytes(b"eyj")
        return secret


@cache
def _labels() -> list[bytes]:
    return [word for word, (announces, _) in words().items() if announces & LABELLED]


@cache
def _letters() -> Keys:
    """Return the last two bytes of every label that ends with a letter."""
    return Keys(word[-2:] for word in _labels() if word[-1] < 0x80)


@cache
def _han() -> Keys:
    """Return the last two characters of every label of Han characters."""
    return Keys(["字第".encode(), *(word[-6:] for word in _labels() if word[-1] >= 0x80)])


@cache
def _first() -> Keys:
    """Return the first two letters of every word of context."""
    return Keys(word[:2] for word in words() if word[0] < 0x80)
