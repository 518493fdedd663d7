"""Digits in groups from many places on: the counterpart of ``groups.Groups``."""

from typing import Final

import numpy as np

from shouxin.detect.fallback.lettered import CAPITAL
from shouxin.detect.fallback.places import Bools, Bytes, Ints, Keys
from shouxin.detect.fallback.runs import Runs

MOST: Final = 8  #: groups
LONGEST: Final = 24  #: digits
SPACE, HYPHEN, DOT, NEWLINE, UNDERSCORE = range(1, 6)
HYPHENS: Final = Keys(c.encode() for c in "‐‑‒–—―−－﹣")
WIDE_SPACE, NO_BREAK = (int.from_bytes(c.encode()) for c in "\u3000\u00a0")
WORD: Final = 5  #: bits that hold the length of a group


class Links:
    """What stands between each run and the next; behind the last there are some that are none."""

    def __init__(self, runs: Runs) -> None:
        last = np.zeros(MOST + 1, np.int64)
        self.runs, self.places = runs, runs.places
        self.start = np.append(runs.start, last)
        self.size = np.append(runs.length, last)
        self.after = np.append(runs.places.data[runs.end], last.astype(np.uint8))
        self.gap = np.append(runs.start[1:] - runs.end[:-1], np.append(last, 0))
        self.number = np.append(runs.digits == runs.length, last > 0)
        self.checked = np.append(self._checked(), last > 0)
        self.kind = np.append(self._kinds(), last.astype(np.uint8))

    def _checked(self) -> Bools:
        """Return which are digits and an X."""
        checked: Bools = (self.runs.digits == self.runs.length - 1) & (self.runs.digits > 0)
        at = np.flatnonzero(checked)
        checked[at] = self.places.data[self.runs.end[at] - 1] & 0xDF == ord("X")
        return checked

    def _kinds(self) -> Bytes:
        """Return what parts each run from the next, where that may stand inside a number."""
        count = len(self.runs.start)
        gap, after, grouped = self.gap[:count], self.after[:count], self.number | self.checked
        kind = np.zeros(count, np.uint8)
        tied = grouped[:count] & grouped[1 : count + 1]
        alone = tied & (gap == 1)
        for sign, meaning in ((32, SPACE), (45, HYPHEN), (46, DOT), (10, NEWLINE), (95, UNDERSCORE)):
            kind[alone & (after == sign)] = meaning
        wide = np.flatnonzero(tied & (after >= 0x80) & (gap <= 3))
        key = self.places.key(self.runs.end[wide], 3)
        space = np.where(gap[wide] == 2, key >> 8 == NO_BREAK, key == WIDE_SPACE)
        kind[wide] = np.where(space, SPACE, np.where(HYPHENS.have(key) & (gap[wide] == 3), HYPHEN, 0))
        line = np.flatnonzero(tied & ((after == 10) | (after == 13)) & (gap > 1) & (gap <= 6))
        between = self.places.windows(self.runs.end[line], 6)
        returned = between[:, 0] == 13
        spaces = (between == 32) | (np.arange(6) >= gap[line, None])
        spaces[:, 0] = ~returned | (between[:, 1] == 10)
        spaces[:, 1] |= returned
        kind[line[spaces.all(1) & (returned | (gap[line] <= 5))]] = NEWLINE
        return kind


class Chains:
    """Up to eight groups from each place on: their lengths, what follows each, and how many there are."""

    def __init__(self, links: Links, at: Ints) -> None:
        self.links, self.at = links, at
        self.size, self.after = np.zeros((2, len(at), MOST), np.int64)
        total, usual = np.zeros((2, len(at)), np.int64)
        broken, checked = np.zeros((2, len(at)), np.bool_)
        on = ~broken
        for step in range(MOST):
            if not on.any():
                break
            size, kind = links.size[at + step], links.kind[at + step]
            taken = on & links.number[at + step] & (total + size <= LONGEST)
            here = on & links.checked[at + step] & (total + size == 18)
            taken, checked = taken | here, checked | here
            self.size[taken, step], self.after[taken, step] = size[taken], kind[taken]
            total += self.size[:, step]
            line = kind == NEWLINE
            on = taken & (kind > 0) & np.where(line, ~broken, (usual == 0) | (usual == kind))
            broken |= on & line
            usual = np.where(on & ~line, kind, usual)
        self.checked = checked
        self.count = (self.size > 0).sum(1)
        self.total = self.size.cumsum(1)
        self.shape = (self.size << WORD * np.arange(MOST)).cumsum(1)
        self.broken = np.logical_or.accumulate(self.after == NEWLINE, 1)
        self.underscored = np.logical_or.accumulate(self.after == UNDERSCORE, 1)

    def text(self, rows: Ints) -> Bytes:
        """Return the digits of each of these, and what may be an X, with zeros behind."""
        size = self.size[rows].reshape(-1)
        start = self.links.start[self.at[rows, None] + np.arange(MOST)].reshape(-1)
        to = (np.arange(len(rows))[:, None] * LONGEST + self.total[rows] - self.size[rows]).reshape(-1)
        group = np.repeat(np.arange(len(size)), size)
        inside = np.arange(len(group)) - np.repeat(np.cumsum(size) - size, size)
        text = np.zeros(len(rows) * LONGEST, np.uint8)
        text[to[group] + inside] = CAPITAL[self.links.places.data[start[group] + inside]]
        return text.reshape(-1, LONGEST)


def shape(sizes: tuple[int, ...]) -> int:
    """Return the number that ``Chains.shape`` has for groups of these lengths."""
    return sum(size << WORD * place for place, size in enumerate(sizes))
