"""What the finder and the arrays found, put together as if every run had been judged in its turn."""

from typing import Final

import numpy as np

from shouxin.detect.fallback.base import Found
from shouxin.detect.fallback.candidates import NONE, Best
from shouxin.detect.fallback.finder import Finder
from shouxin.detect.fallback.places import Bools, Bytes, Ints, among
from shouxin.detect.fallback.runs import Runs

ROUNDS: Final = 4


def merged(finder: Finder, hard: Runs, first: Best, second: Best) -> Best:
    """Let the finder judge the hard runs, and return all findings in their order.

    What was found first of a run stays before what else it may be. What reaches beyond its run keeps the
    runs inside from being judged, and a mail takes the place of what was found in the part before its @.
    """
    second = second.where(~among(second.run, first.run))
    beyond = second.end > second.stop
    near, far = second.where(~beyond), second.where(beyond).with_others(first)
    apart = _apart(far)
    found = in_turn(finder, hard.where(~_inside(hard.start, apart)))
    if _tangled(found, apart):
        finder.forget()
        found = in_turn(finder, hard, far)
    else:
        found = found.with_others(apart)
    return _unmailed(found.with_others(near.where(~_inside(near.run, found))), hard.places.data)


def in_turn(finder: Finder, hard: Runs, far: Best = NONE) -> Best:
    """Let the finder judge the runs, and take what reaches beyond its run where it comes."""
    ahead = [Found(*row) for row in zip(*(column.tolist() for column in far[2:]), strict=True)]
    runs = np.concatenate((hard.start, far.run))
    order = np.argsort(runs)
    ends, digits = hard.end.tolist(), hard.digits.tolist()
    rows, last = list[tuple[int, Found]](), None
    for i, a in zip(order.tolist(), runs[order].tolist(), strict=True):
        if i < len(ends):
            finder.take(a, ends[i], digits[i])
        elif a >= finder.skip:
            finder.put(ahead[i - len(ends)])
        if finder.found and finder.found[-1] is not last:
            last = finder.found[-1]
            rows.append((a, last))
    return _listed(rows)


def _listed(rows: list[tuple[int, Found]]) -> Best:
    numbers = [(a, item.end, item.kind, item.start, item.end, item.evidence) for a, item in rows]
    run, stop, kind, start, end, evidence = np.array(numbers, np.int64).reshape(-1, 6).T
    score = np.array([item.score for _, item in rows], np.float32)
    return Best(run, stop, kind, start, end, score, evidence)


def _inside(places: Ints, found: Best) -> Bools:
    """Return which places lie behind the run that a finding begins with and before its end."""
    reach = np.maximum.accumulate(np.append(0, found.end))
    inside: Bools = reach[np.searchsorted(found.run, places)] > places
    return inside


def _apart(far: Best) -> Best:
    """Return what does not begin inside an earlier one that stays; long chains keep some that do."""
    for _ in range(ROUNDS):
        reach = np.maximum.accumulate(np.append(0, far.end))[:-1]
        inside = far.run < reach
        if not inside.any():
            break
        far = far.where(~inside | ~_inside(far.run, far.where(~inside)))
    return far


def _tangled(found: Best, far: Best) -> bool:
    """Return whether any of the findings far beyond their runs overlap others."""
    reach = np.maximum.accumulate(far.end)
    if (far.start[1:] < reach[:-1]).any():
        return True
    begins = np.append(far.start, np.iinfo(np.int64).max)
    return bool((begins[np.searchsorted(far.end, found.start, "right")] < found.end).any())


def _unmailed(found: Best, data: Bytes) -> Best:
    """Return what does not reach into the part before the @ of a later mail."""
    mails = found.where((data[found.run - 1] == 64) & (found.start < found.run))
    begins = np.append(mails.start, np.iinfo(np.int64).max)
    return found.where(found.end <= begins[np.searchsorted(mails.run, found.run, "right")])
