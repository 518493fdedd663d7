"""Many numbers in groups, with a country code, and dates at once: the counterpart of ``grouped.Grouped``."""

from typing import Final

import numpy as np

from shouxin.detect.fallback import checksums
from shouxin.detect.fallback.candidates import Candidates
from shouxin.detect.fallback.chains import HYPHENS, NEWLINE, NO_BREAK, WIDE_SPACE, Links
from shouxin.detect.fallback.grouped import INNER, SPLIT, TABLE
from shouxin.detect.fallback.places import CLASSES, Bools, Bytes, Ints, Keys, table
from shouxin.detect.fallback.runs import Runs
from shouxin.detect.fallback.tables import codes

ONE: Final = table(b" -.")
SERVICES: Final = Keys((b"400", b"800"))

#: The lengths of the first two groups of every number that is written in groups.
ANY: Final = ((3, 4), (3, 7), (3, 8), (4, 4), (4, 6), (4, 7), (4, 8), (6, 10), (6, 13), (7, 4), (8, 8))
FROM_ZERO: Final = ((2, 3), (2, 4), (4, 3))
PAIRS, ZERO_PAIRS, SERVICE_PAIRS = (
    table((32 * one + two for one, two in pairs), 1024) for pairs in (ANY, FROM_ZERO, ((3, 3),))
)
PLUS, CHINA = (int.from_bytes(text) for text in ("＋".encode(), b"86"))
BRACKETS: Final = Keys(c.encode() for c in "（）")
COUNTRIES: Final = Keys((b"86", b"85", b"88"))
BEHIND_COUNTRY: Final = table(b" -.()\r\n\xc2\xe2\xe3\xef")
DATE: Final = table(b"-/.")


class Spaced:
    """Where groups begin as some number does, or make eighteen."""

    def __init__(self, runs: Runs) -> None:
        self.runs, self.places, self.links = runs, runs.places, Links(runs)
        self.size, self.after, self.gap = self.links.size, self.links.after, self.links.gap
        self.number = self.links.number[: len(runs.start)]
        self.country = self._countries()
        #: where groups begin, and where only the finder may judge them
        self.at, self.odd = self._begins()

    def _begins(self) -> tuple[Ints, Ints]:
        size, kind, data = self.size, self.links.kind, self.places.data
        at = np.flatnonzero((kind[: len(self.number)] > 0) & self.number)
        pair = np.minimum(size[at], 31) * 32 + np.minimum(size[at + 1], 31)
        zero = data[self.runs.start[at]] == 48
        found = PAIRS[pair] | (ZERO_PAIRS[pair] & zero)
        found |= SERVICE_PAIRS[pair] & SERVICES.have(self.places.key(self.runs.start[at], 3))
        total = size[at] + size[at + 1]
        found |= (kind[at] == NEWLINE) & (total >= 11)
        linked = np.ones(len(at), np.bool_)
        for n in range(2, 7):
            found |= linked & (total == 18)
            linked &= kind[at + n - 1] > 0
            total += size[at + n]
        found &= (size[at] >= 2) & (size[at] <= 18)
        at = at[found]
        before = data[self.runs.start[at] - 1]
        at = at[~(((before == 45) | (before == 46)) & (CLASSES[data[self.runs.start[at] - 2]] == 2))]
        before = data[self.runs.start[at] - 1]
        odd = (before == 64) | (before == 47) | (self.after[at + 1] == 47)  # a pair may follow on a stroke
        return at[~odd], at[odd]

    def _countries(self) -> Ints:
        """Return which may be or begin with the code of a country."""
        data, before = self.places.data, self.places.data[self.runs.start - 1]
        plus = (before == 43) | (before == PLUS & 255)
        first = data[self.runs.start]
        at = np.flatnonzero(self.number & (plus | (first == ord("0")) | (first == ord("8"))))
        start, size = self.runs.start[at], self.size[at]
        head = self.places.key(start, 3)
        abroad = (data[start - 1] == 43) | (self.places.key(start - 3, 3) == PLUS) | (head == 0x303038)
        short = (size == 2) | (size == 3)
        abroad |= short & COUNTRIES.have(head >> 8) & BEHIND_COUNTRY[self.after[at]]
        abroad |= (size <= 5) & (head >> 8 == 0x3030) & BEHIND_COUNTRY[self.after[at]]
        countries: Ints = at[abroad]
        return countries

    def mobiles(self, of: Candidates, usual: Bools) -> None:
        """Judge +8613800138000 and +86 13800138000."""
        at = self.country[usual[self.country]]
        if not len(at):
            return
        start = self.runs.start
        wide = self.places.key(start[at] - 3, 3) == PLUS
        begin = start[at] - np.where(wide, 3, 1)
        data, before = self.places.data, self.places.data[start[at] - 2]
        plus = (data[start[at] - 1] == 43) & (before != 43) & (CLASSES[before] != 2)
        china = (plus | wide) & ~((self.after[at] == 64) & (CLASSES[data[self.runs.end[at] + 1]] > 0))
        china &= (self.places.key(start[at], 2) == CHINA) & (self.places.data[begin - 1] != 64)
        at, begin = at[china], begin[china]
        split = (self.size[at] == 2) & (self.links.kind[at] > 0) & (self.gap[at] == 1) & ONE[self.after[at]]
        split &= self.size[at + 1] == 11
        last = at + split
        behind = self.places.key(self.runs.end[last], 3)
        goes_on = table(b" -.()")[self.after[last]] | HYPHENS.have(behind)
        goes_on |= (behind == WIDE_SPACE) | (behind >> 8 == NO_BREAK)
        alone = ~goes_on & ~BRACKETS.have(behind) & (self.size[last] == np.where(split, 11, 13))
        at, begin, split, last = at[alone], begin[alone], split[alone], last[alone]
        digits = self.places.windows(self.runs.end[last] - 11, 11) - 48
        listed = codes().mobiles[checksums.number(np.minimum(digits[:, :3], 9))]
        fits = (digits < 10).all(1) & (digits[:, 0] == 1) & (digits[:, 1] >= 3)
        known = np.where(split, INNER | SPLIT, 0) | np.where(listed, TABLE, 0)
        of.add("mobile", self.runs.where(at), fits, known, (begin, self.runs.end[last]))

    def dates(self, of: Candidates, usual: Bools) -> None:
        """Judge 1990-01-02, 1990/1/2: a date of birth only where the words around say so."""
        size, gap, after, number = self.size, self.gap, self.after, np.append(self.number, [False] * 8)
        at = np.flatnonzero(usual & self.number & (size[: len(usual)] == 4) & DATE[after[: len(usual)]])
        for step in (1, 2):
            at = at[number[at + step] & (size[at + step] <= 2) & (gap[at + step - 1] == 1)]
        at = at[after[at + 1] == after[at]]
        runs = self.runs.where(at)
        parts = [
            _two(self.places.windows(self.runs.end[at + step] - 2, 2), size[at + step]) for step in (1, 2)
        ]
        digits = np.hstack((self.places.windows(runs.start, 4) - 48, *parts))
        of.add("birth_date", runs, checksums.day(digits), int(INNER), (runs.start, self.runs.end[at + 2]))


def _two(signs: Bytes, size: Ints) -> Bytes:
    """Return the digits of numbers below a hundred, of which some have but one."""
    digits = signs - 48
    digits[size == 1, 0] = 0
    return digits
