"""What many runs may be, and which of it is the best."""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback.base import extended
from shouxin.detect.fallback.nearby import says
from shouxin.detect.fallback.places import Bools, Ints, Keys, Places
from shouxin.detect.fallback.runs import Runs
from shouxin.detect.kinds import NUMBER, scores

CONTEXT: Final = int(Evidence.CONTEXT)
Column = npt.NDArray[Any]


class Best(NamedTuple):
    """The best of what each of some runs may be; ``run`` and ``stop`` are the ends of the run itself."""

    run: Column
    stop: Column
    kind: Column
    start: Column
    end: Column
    score: Column
    evidence: Column

    def where(self, chosen: Bools | Ints) -> "Best":
        """Return those that a mask chooses, or those of these numbers in their order."""
        return Best(*(column[chosen] for column in self))

    def with_others(self, other: "Best") -> "Best":
        """Return both, by their runs."""
        both = Best(*(np.concatenate(columns) for columns in zip(self, other, strict=True)))
        return both.where(np.argsort(both.run, kind="stable"))


_none = np.zeros(0, np.int64)
NONE: Final = Best(_none, _none, _none, _none, _none, np.zeros(0, np.float32), _none)


EXTENSIONS: Final = Keys(word.encode()[:1] for word in " 转分")


def _extended(places: Places, end: Ints) -> Ints:
    """Return where fixed lines end with their extensions."""
    end = end.copy()
    for at in np.flatnonzero(EXTENSIONS.have(places.key(end, 1))).tolist():
        end[at] = extended(places.s, int(end[at]))
    return end


class Candidates:
    """Rows of run, kind, start, end and evidence, each run's in the order in which the finder asks."""

    def __init__(self, least: float) -> None:
        self.least = np.float32(least)
        self._rows: list[tuple[Ints, ...]] = []

    def add(
        self,
        kind: str,
        runs: Runs,
        fits: Bools,
        evidence: Column | int,
        span: tuple[Ints, Ints] | None = None,
        rank: Ints | int = 0,
    ) -> Bools:
        """Take the runs that fit as candidates, and return which could score enough; low ranks go first."""
        number, at = NUMBER[kind], np.flatnonzero(fits)
        possible = np.zeros(len(fits), np.bool_)
        if len(at):
            found = np.broadcast_to(evidence, len(fits))[at]
            enough = scores()[number][found | CONTEXT] >= self.least
            at, found = at[enough], found[enough]
            possible[at] = True
            ends = (column[at] for column in (runs.start, runs.end, *(span or ())))
            run, stop, start, end = ends if span else (*(one := tuple(ends)), *one)
            if kind == "landline":
                end = _extended(runs.places, end)
            ranks = np.broadcast_to(rank, len(fits))[at]
            self._rows.append((run, stop, np.full(len(at), number), start, end, found, ranks))
        return possible

    def best(self, text: Runs) -> Best:
        """Return the best candidate of each run, words around it included, where it scores enough."""
        if not self._rows:
            return NONE
        run, stop, kind, start, end, found, rank = (
            np.concatenate(column) for column in zip(*self._rows, strict=True)
        )
        found = found | self._words(text, kind, start, end, found)
        score = scores()[kind, found]
        enough = np.flatnonzero(score >= self.least)
        order = enough[np.lexsort((-score[enough], rank[enough], run[enough]))]
        first = order[np.diff(run[order], prepend=-1) > 0]
        return Best(run, stop, kind, start, end, score, found).where(first)

    def _words(self, text: Runs, kind: Ints, start: Ints, end: Ints, found: Ints) -> Ints:
        """Return what the words around say, where they could matter."""
        weighed = scores()
        enough = weighed[kind, found] >= self.least
        lowest = np.minimum(weighed[kind, found | Evidence.AGAINST], weighed[kind, found | Evidence.OTHER])
        asked = np.flatnonzero(~enough | (lowest < self.least))
        said = np.zeros(len(kind), np.int64)
        if len(asked):
            said[asked] = says(text.places, kind[asked], start[asked], end[asked], ~enough[asked])
        return said
