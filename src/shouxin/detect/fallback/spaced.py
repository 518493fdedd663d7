"""Many numbers in groups at once: the usual forms; what is not sure of them is left to the finder."""

from typing import Final

import numpy as np

from shouxin.detect.fallback import checksums
from shouxin.detect.fallback.candidates import Candidates
from shouxin.detect.fallback.eighteen import residents
from shouxin.detect.fallback.grouped import BROKEN, CARDS, INNER, SPLIT, TABLE
from shouxin.detect.fallback.lettered import CAPITAL
from shouxin.detect.fallback.numbers import CHECKSUM, issued
from shouxin.detect.fallback.places import CLASSES, Bools, Bytes, Ints, Keys, table
from shouxin.detect.fallback.runs import Runs
from shouxin.detect.fallback.tables import codes

SEPARATORS: Final = Keys(c.encode() for c in "‐‑‒–—―−　－﹣")
SPACE: Final = Keys((b"\xc2\xa0",))
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

MOBILE: Final = (3, 4, 4)
#: The usual forms; that of two groups has a line break between.
FORMS: Final = (MOBILE, (6, 8, 4), (4, 4, 4, 4), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3), (10, 8))

#: Where the digits of each form stand.
COLUMNS: Final[dict[tuple[int, ...], Ints]] = {
    form: np.delete(np.arange(sum(form) + len(form) - 1), np.cumsum(np.add(form, 1))[:-1] - 1)
    for form in FORMS
}


class Spaced:
    """Where groups begin as some number does, or make eighteen."""

    def __init__(self, runs: Runs) -> None:
        self.runs, self.places = runs, runs.places
        self.size = np.append(runs.length, [0] * 8)
        self.after = np.append(self.places.data[runs.end], [0] * 8)
        self.gap = np.append(runs.start[1:] - runs.end[:-1], [0] * 9)
        self.number = runs.digits == runs.length
        self.links = np.append(self._links(), [False] * 8)
        self.country = self._countries()
        self.at = np.concatenate((self._begins(), self.country))

    def _links(self) -> Bools:
        """Return which runs are parted from the next by what may stand inside a number."""
        count = len(self.runs.start)
        gap, after = self.gap[:count], self.after[:count]
        links: Bools = ONE[after] & (gap == 1)
        links |= ((after == 10) & (gap <= 5)) | ((after == 13) & (gap <= 6))
        wide = np.flatnonzero((after >= 0x80) & ((gap == 2) | (gap == 3)))
        key = self.places.key(self.runs.end[wide], 3)
        links[wide] = np.where(gap[wide] == 2, SPACE.have(key >> 8), SEPARATORS.have(key))
        grouped = self.number | (self.runs.digits == self.runs.length - 1)
        links &= grouped & np.append(grouped[1:], False)
        return links

    def _begins(self) -> Ints:
        size, links, data = self.size, self.links, self.places.data
        at = np.flatnonzero(links[: len(self.number)] & self.number)
        start = self.runs.start[at]
        inside = ((data[start - 1] == 45) | (data[start - 1] == 46)) & (CLASSES[data[start - 2]] == 2)
        at = at[~inside]
        head = self.places.key(self.runs.start[at], 3)
        pair = np.minimum(size[at], 31) * 32 + np.minimum(size[at + 1], 31)
        found = PAIRS[pair] | (ZERO_PAIRS[pair] & (head >> 16 == 48))
        found |= SERVICE_PAIRS[pair] & SERVICES.have(head)
        total = size[at] + size[at + 1]
        found |= ((self.after[at] == 10) | (self.after[at] == 13)) & (total >= 11)
        linked = np.ones(len(at), np.bool_)
        for n in range(2, 7):
            found |= linked & (total == 18)
            linked &= links[at + n - 1]
            total += size[at + n]
        begins: Ints = at[found]
        return begins

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
        countries: Ints = at[abroad]
        return countries

    def judge(self, of: Candidates, usual: Bools) -> None:
        """Judge the usual forms."""
        self._mobiles(of, self.country[usual[self.country]])
        others = np.zeros(len(usual), np.bool_)
        others[self.at] = True
        others[self.country] = False
        at = np.flatnonzero(others & usual)
        at = at[self.gap[at] == 1]
        head = self.places.key(self.runs.start[at], 3)
        alone = (self.size[at] == 10) & ((head >> 16 == 48) | SERVICES.have(head))  # a number by itself
        at = at[(self.places.data[self.runs.start[at] - 1] != 64) & ~alone]
        for form in FORMS:
            self._judge(of, at, form)

    def _judge(self, of: Candidates, at: Ints, form: tuple[int, ...]) -> None:
        count = len(form)
        at = at[self.size[at] == form[0]]
        at = at[self.after[at] == 10 if count == 2 else ONE[self.after[at]]]
        for step, size in enumerate(form):
            at = at[self.size[at + step] == size]
            if step < count - 1:
                tied = self.links[at + step] & (self.gap[at + step] == 1)
                at = at[tied & (self.after[at + step] == self.after[at])]
            if not len(at):
                return
        last = at + count - 1
        after = self.after[last]
        open_end = (after == 45) | (after == 46) | SEPARATORS.have(self.places.key(self.runs.end[last], 3))
        at = at[~self.links[last] & ~open_end]
        if not len(at):
            return
        total, runs, end = sum(form), self.runs.where(at), self.runs.end[at + count - 1]
        capitals = CAPITAL[self.places.windows(runs.start, total + count - 1)[:, COLUMNS[form]]]
        known = SPLIT | (BROKEN if count == 2 else 0)
        span, digits = (runs.start, end), capitals - 48
        decimal = (digits < 10).all(1)
        if form == MOBILE:
            listed = np.where(codes().mobiles[checksums.number(np.minimum(digits[:, :3], 9))], TABLE, 0)
            of.add("mobile", runs, decimal & (digits[:, 0] == 1) & (digits[:, 1] >= 3), known | listed, span)
        if total == 18:
            residents(of, runs, capitals, known, end)
        if form in CARDS or count == 2:
            card = decimal & checksums.luhn(np.minimum(digits, 9))
            of.add("bank_card", runs, card, known | CHECKSUM | issued(np.minimum(digits, 9)), span)

    def _mobiles(self, of: Candidates, at: Ints) -> None:
        """Judge +8613800138000 and +86 13800138000."""
        if not len(at):
            return
        start = self.runs.start
        wide = self.places.key(start[at] - 3, 3) == PLUS
        begin = start[at] - np.where(wide, 3, 1)
        china = (self.places.data[start[at] - 1] == 43) | wide
        china &= (self.places.key(start[at], 2) == CHINA) & (self.places.data[begin - 1] != 64)
        at, begin = at[china], begin[china]
        split = (self.size[at] == 2) & self.links[at] & (self.gap[at] == 1) & ONE[self.after[at]]
        split &= self.size[at + 1] == 11
        last = at + split
        behind = self.places.key(self.runs.end[last], 3)
        goes_on = table(b" -.()")[self.after[last]] | SEPARATORS.have(behind) | SPACE.have(behind >> 8)
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
