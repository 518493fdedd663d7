"""Runs of ASCII letters and digits with numpy."""

from typing import NamedTuple

import numpy as np

from shouxin.detect.fallback.places import CLASS, Bools, Ints, Places


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
    classes = np.frombuffer(s.translate(CLASS), np.uint8)
    edges = np.flatnonzero(classes[1:] != classes[:-1]) + 1
    kind = classes[edges]
    size = np.diff(edges, append=len(s))
    first = np.flatnonzero((kind > 0) & (np.concatenate(([0], kind[:-1])) == 0))
    digits = np.add.reduceat(size * (kind == 2), first) if len(first) else first
    return Runs(Places(s), edges[first], edges[kind == 0], digits)
