"""Many numbers in groups at once: the counterpart of ``grouped.Grouped.grouped``."""

from typing import Final

import numpy as np

from shouxin.detect.fallback import checksums
from shouxin.detect.fallback.base import AGAINST
from shouxin.detect.fallback.candidates import Candidates
from shouxin.detect.fallback.chains import DOT, HYPHEN, MOST, UNDERSCORE, Chains, Links, shape
from shouxin.detect.fallback.checksums import number
from shouxin.detect.fallback.eighteen import residents
from shouxin.detect.fallback.grouped import (
    BROKEN,
    CARDS,
    FOURS,
    LINES,
    MOBILES,
    SPLIT,
    TABLE,
    UNDERSCORED,
    after_fours,
    further_fours,
)
from shouxin.detect.fallback.numbers import CHECKSUM, issued
from shouxin.detect.fallback.places import Bools, Bytes, Ints, among, table
from shouxin.detect.fallback.tables import codes

ZERO, ONE, TWO, EIGHT = b"0128"
LANDLINE: Final = table(b"048")  #: how one begins, or a service


def _shapes(held: frozenset[tuple[int, ...]] | tuple[tuple[int, ...], ...]) -> Ints:
    return np.array(sorted(map(shape, held)), np.int64)


CARD_SHAPES, MOBILE_SHAPES, LINE_SHAPES, TIED_SHAPES = map(_shapes, (CARDS, MOBILES, LINES, UNDERSCORED))
SERVICE_SHAPES: Final = _shapes(((3, 3, 4), (3, 4, 3)))
FOUR_FOURS: Final = shape(FOURS)
HALVES: Final = shape((4, 4))
TAIWAN_SHAPES: Final = _shapes(((4, 3, 3), (4, 6)))
ABROAD_SHAPES: Final = _shapes(((2, 4, 4), (2, 3, 4)))


class Chained:
    """The first groups of chains, by each number of groups that may be a number, most groups first."""

    def __init__(self, of: Candidates, links: Links, at: Ints) -> None:
        chains = Chains(links, at)
        count, after = chains.count[:, None], chains.after[:, 1:]
        groups = np.arange(2, MOST + 1)
        ends = (groups == count) | ((after != HYPHEN) & (after != DOT))
        data, end = links.places.data, links.runs.end
        tied = chains.underscored[:, : MOST - 1]
        at_end = np.minimum(at[:, None] + groups - 1, len(end) - 1)
        behind = data[end[at_end]]
        ends &= ~tied | (
            among(chains.shape[:, 1:], TIED_SHAPES) & (behind != ord("_")) & (behind != ord("@"))
        )
        tied = (chains.after[:, 0] == UNDERSCORE) & (data[links.runs.start[at] - 1] == ord("_"))
        ends &= ~tied[:, None]
        self.row, place = np.nonzero((groups <= count) & ends)
        self.of, self.chains, self.last = of, chains, place + 1
        self.total, self.shape = chains.total[self.row, self.last], chains.shape[self.row, self.last]
        self.broken = chains.broken[self.row, self.last - 1]
        self.pair = self.broken & (self.last == 1)
        self.runs = links.runs.where(at[self.row])
        self.end = links.runs.end[at[self.row] + self.last]
        self.first = links.places.data[self.runs.start]
        self.known = SPLIT | self.broken * BROKEN

    def judge(self) -> None:
        """Judge them all, each kind in the order in which the finder asks."""
        card = (among(self.shape, CARD_SHAPES) | self.pair) & (self.total >= 13) & (self.total <= 19)
        resident = (self.total == 18) & (self.last < 6)
        some = np.flatnonzero(card | resident)
        text = self.chains.text(self.row[some])
        at = some[resident[some]]
        first = text[resident[some], :18]
        residents(self.of, self.runs.where(at), first, self.known[at], self.end[at], self._rank(at))
        decimal = (self.total[some] < 18) | (text[:, 17] < 58)
        for size in range(13, 20):
            chosen = card[some] & decimal & (self.total[some] == size)
            self._cards(some[chosen], text[chosen, :size] - 48)
        checked = (self.total > 17) & (self.chains.checked[self.row] > 0)
        whole = ~checked
        decimal = (self.last == 1) & (self.chains.after[self.row, 0] == DOT)
        mobile = among(self.shape, MOBILE_SHAPES) & ~decimal | self.pair & (self.total == 11)
        self._mobiles(np.flatnonzero(whole & mobile & (self.first == ONE)))
        self._landlines(whole)
        self._hong_kong(whole)

    def _rank(self, at: Ints) -> Ints:
        return MOST - self.last[at]

    def _add(self, kind: str, at: Ints, fits: Bools, evidence: Ints | int) -> None:
        runs = self.runs.where(at)
        span = (runs.start, self.end[at])
        self.of.add(kind, runs, fits, self.known[at] | evidence, span, self._rank(at))

    def _cards(self, at: Ints, digits: Bytes) -> None:
        if len(at):
            right, against = checksums.luhn(digits), np.zeros(len(at), np.int64)
            s, starts, ends = self.runs.places.s, self.runs.start[at], self.end[at]
            for i in np.flatnonzero(right & (self.shape[at] == FOUR_FOURS)).tolist():
                right[i] = further_fours(s, int(ends[i])) in (0, 4)
                against[i] = AGAINST * after_fours(s, int(starts[i]))
            self._add("bank_card", at, right, CHECKSUM | issued(digits) | against)

    def _mobiles(self, at: Ints) -> None:
        digits = self.chains.text(self.row[at])[:, :3] - 48
        listed = codes().mobiles[number(digits)]
        fits = (digits[:, 0] == 1) & (digits[:, 1] >= 3)
        self._add("mobile", at, fits, np.where(listed, TABLE, 0))

    def _landlines(self, whole: Bools) -> None:
        size, shapes = self.chains.size, self.chains.shape
        extension = (self.last > 1) & (self.chains.after[self.row, self.last - 1] == HYPHEN)
        extension &= size[self.row, self.last] <= 6
        for groups, asked in ((self.last, whole), (self.last - 1, whole & extension)):
            formed = shapes[self.row, groups]
            at = np.flatnonzero(asked & LANDLINE[self.first])
            at = at[among(formed[at], SERVICE_SHAPES) | among(formed[at], LINE_SHAPES)]
            text, formed = self.chains.text(self.row[at]), formed[at]
            head = number(text[:, :3] - 48)
            service = among(formed, SERVICE_SHAPES) & ((head == 400) | (head == 800))
            self._add("landline", at, service, TABLE)
            first = size[self.row[at], 0]
            local = text[np.arange(len(at)), first]
            line = (
                among(formed, LINE_SHAPES)
                & (text[:, 0] == ZERO)
                & (text[:, 1] > ZERO)
                & (local >= TWO)
                & (local <= EIGHT)
            )
            area = np.where(first == 3, head, number(text[:, :4] - 48))
            self._add("landline", at, line, np.where(codes().areas[area], TABLE, 0))

    def _hong_kong(self, whole: Bools) -> None:
        """Judge Hong Kong, Macao and Taiwan."""
        formed, data = self.shape, self.runs.places.data
        one, other = self.first, data[self.runs.start + 1]
        halves = (formed == HALVES) & (one >= TWO)
        taiwan = among(formed, TAIWAN_SHAPES) & (one == ZERO) & (other == ord("9"))
        abroad = among(formed, ABROAD_SHAPES) & (one == ZERO) & (other >= TWO)
        at = np.flatnonzero(whole & (halves | taiwan | abroad))
        self._add("phone_hmt", at, np.ones(len(at), np.bool_), np.where(taiwan[at], TABLE, 0))
