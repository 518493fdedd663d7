"""Runs of ASCII letters and digits with numpy."""

from typing import NamedTuple

import numpy as np

from shouxin.detect.fallback.places import BLOCK, Bools, Ints, Places, classes


class Runs(NamedTuple):
    """Starts, ends and numbers of digits of some runs of a text, in their order."""

    places: Places
    start: Ints
    end: Ints
    digits: Ints

    @property
    def length(self) -> Ints:
        """How many letters and digits each run has."""
        return self.end - self.start

    def where(self, chosen: Bools | Ints) -> "Runs":
        """Return the runs that a mask chooses, or those of these numbers in their order."""
        return Runs(self.places, self.start[chosen], self.end[chosen], self.digits[chosen])


def runs(s: bytes) -> Runs:
    """Return all runs of a text with its margin."""
    data = np.frombuffer(s, np.uint8)
    edges, kinds = [], []
    for begin in range(0, len(data), BLOCK):
        part = classes(data[begin : begin + BLOCK + 1])
        at = np.flatnonzero(part[1:] != part[:-1]) + 1
        kinds.append(part[at])
        edges.append(at + begin)
    edge, kind = np.concatenate(edges), np.concatenate(kinds)
    none = kind == 0
    first = np.flatnonzero(~none & np.append(True, none[:-1]))
    digits = np.diff(edge, append=len(s))
    digits *= kind == 2
    if len(first):
        digits = np.add.reduceat(digits, first)
    return Runs(Places(s), edge[first], edge[none], digits)
