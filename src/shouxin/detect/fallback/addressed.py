"""Many addresses of machines and of mail at once: the counterpart of ``network.Network``."""

from typing import Final

import numpy as np

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback.candidates import Candidates
from shouxin.detect.fallback.network import LOCAL, SUFFIXES
from shouxin.detect.fallback.places import CLASSES, Bools, Ints, Keys, table
from shouxin.detect.fallback.runs import Runs
from shouxin.detect.fallback.view import PAD

AGAINST, INNER = map(int, (Evidence.AGAINST, Evidence.INNER))
IS_LOCAL: Final = table(LOCAL)
FILES: Final = Keys(suffix.ljust(4, b"\0") for suffix in SUFFIXES)
MOST: Final = int.from_bytes(b"255")
BASE: Final = np.array([1 << 24, 1 << 16, 1 << 8, 1], np.int64)
LONGEST: Final = 64  #: bytes before and behind an @; the finder judges what is longer
LONGEST_SUFFIX: Final = 24


def ipv4(of: Candidates, runs: Runs, usual: Bools) -> None:
    """Judge four numbers from 0 to 255, each a run; a version or a section has the same form."""
    data, start, end, length = runs.places.data, runs.start, runs.end, runs.length
    part = (runs.digits == length) & (length <= 3) & ((data[start] != 48) | (length == 1))
    tied = part[:-1] & part[1:] & (data[end[:-1]] == 46) & (start[1:] - end[:-1] == 1)
    at = np.flatnonzero(tied[:-2] & tied[1:-1] & tied[2:] & usual[:-3])
    first, last = start[at], end[at + 3]
    at = at[(data[first - 1] != 46) & ~((data[last] == 46) & (CLASSES[data[last + 1]] == 2))]
    small = np.ones(len(at), np.bool_)
    for step in range(4):
        small &= (length[at + step] < 3) | (runs.places.key(start[at + step], 3) <= MOST)
    at = at[small]
    some, last = runs.where(at), end[at + 3]
    before, second = data[some.start - 1], CLASSES[data[some.start - 2]]
    product = ((before == 47) & (second == 1)) | ((before == 45) & (second > 0))
    parts = np.stack([length[at + step] for step in range(4)])
    wide = (parts == 3).any(0) | (last - some.start >= 10)
    of.add("ipv4", some, np.ones(len(at), np.bool_), wide * INNER | product * AGAINST, (some.start, last))


class Mails:
    """Runs behind an @."""

    def __init__(self, runs: Runs) -> None:
        data = runs.places.data
        #: their numbers among all runs
        self.index = np.flatnonzero(data[runs.start - 1] == 64)
        self.index = self.index[CLASSES[data[runs.start[self.index] - 2]] > 0]
        self.runs = runs = runs.where(self.index)
        self.places, self.data, self.sign = runs.places, data, runs.start - 1
        self.start = self._start()
        self.end, self.last, self.long = self._domain()

    def unusual(self) -> Bools:
        """Return which the finder must judge: a password before, or a very long domain."""
        unusual: Bools = self.long | (self.data[self.start - 1] == 58)
        return unusual

    def judge(self, of: Candidates, usual: Bools) -> None:
        """Judge those that are not left to the finder."""
        data, start, end = self.data, self.start, self.end
        size = end - self.last
        fits = usual[self.index] & (self.last > 0) & (size >= 2) & (size <= LONGEST_SUFFIX)
        suffix = self.places.windows(self.last, LONGEST_SUFFIX)
        inside = np.arange(LONGEST_SUFFIX) < size[:, None]
        fits &= ((CLASSES[suffix] == 1) | ~inside).all(1)
        four = (np.where(inside[:, :4], suffix[:, :4] | 0x20, 0) * BASE).sum(1)
        against = (size <= 4) & FILES.have(four)
        against |= (data[end] == 58) & (CLASSES[data[end + 1]] == 1)
        against |= self.places.key(start - 2, 2) == 0x2F2F
        of.add("email", self.runs, fits, against * AGAINST, (start, end))

    def _start(self) -> Ints:
        """Return where the part before the @ begins."""
        start, going = self.sign.copy(), np.arange(len(self.sign))
        for _ in range(LONGEST):
            if not len(going):
                break
            at = start[going]
            going = going[IS_LOCAL[self.data[at - 1]] & (at > PAD)]
            start[going] -= 1
        going = np.arange(len(start))
        while len(going):
            going = going[CLASSES[self.data[start[going]]] == 0]
            start[going] += 1
        return start

    def _domain(self) -> tuple[Ints, Ints, Bools]:
        """Return where the domain ends, where its last label begins or 0, and which go on and on."""
        start, column = self.runs.start, np.arange(LONGEST)
        signs = self.places.windows(start, LONGEST + 1)
        plain = CLASSES[signs] > 0
        dots = (signs[:, :-1] == 46) & plain[:, 1:]
        on = dots | plain[:, :-1] | (signs[:, :-1] == 45)
        long = on.all(1)
        size = np.where(long, LONGEST, on.argmin(1))
        label = np.where(dots & (column < size[:, None]), column + 1, 0).max(1, initial=0)
        end, last = start + size, np.where(label > 0, start + label, 0)
        going = np.flatnonzero(last > 0)
        while len(going):
            going = going[(self.data[end[going] - 1] == 45) & (end[going] > last[going])]
            end[going] -= 1
        return end, last, long
