"""What the finder and the arrays found, put together as if every run had been judged in its turn."""

import numpy as np

from shouxin.detect.fallback.base import Found
from shouxin.detect.fallback.candidates import Best
from shouxin.detect.fallback.finder import Finder
from shouxin.detect.fallback.places import Ints
from shouxin.detect.fallback.runs import Runs


def merged(finder: Finder, hard: Runs, plain: Best, mails: Best) -> Best:
    """Let the finder judge the hard runs, and return all findings in their order.

    What reaches beyond its run keeps the runs inside from being judged, and a mail takes the place of what
    was found in the part before its @; so these go one by one with the hard runs.
    """
    plain = plain.where(~np.isin(plain.run, mails.run))
    far = plain.end > plain.stop
    reaches, mailed = _in_turn(finder, hard, _joined(plain.where(far), mails))
    near = plain.where(~far)
    if len(reaches):
        inside = reaches[np.searchsorted(reaches[:, 0], near.run) - 1]
        near = near.where((inside[:, 0] > near.run) | (inside[:, 1] <= near.run))
    if len(mailed):
        later = np.searchsorted(mailed[:, 0], near.run)
        taken = mailed[np.minimum(later, len(mailed) - 1), 1] < near.end
        near = near.where(~taken | (later == len(mailed)))
    every = _joined(_listed(finder.found), near)
    return every.where(np.argsort(every.end))


def _in_turn(finder: Finder, hard: Runs, far: Best) -> tuple[Ints, Ints]:
    """Return the runs that findings begin with and where these end, and the runs and starts of mails."""
    ahead = list(map(Found, *(column.tolist() for column in far[2:])))
    starts = np.concatenate((hard.start, far.run))
    order = np.argsort(starts)
    ends, digits = hard.end.tolist(), hard.digits.tolist()
    reaches, mailed, skip = list[tuple[int, int]](), list[tuple[int, int]](), 0
    for i, a in zip(order.tolist(), starts[order].tolist(), strict=True):
        if a < skip:
            continue
        if i < len(ends):
            finder.take(a, ends[i], digits[i])
        else:
            finder.put(ahead[i - len(ends)])
        if skip != finder.skip:
            skip = finder.skip
            reaches.append((a, skip))
            if finder.s[a - 1] == 64 and finder.found[-1].start < a:
                mailed.append((a, finder.found[-1].start))
    return np.array(reaches, np.int64), np.array(mailed, np.int64)


def _listed(found: list[Found]) -> Best:
    kind, start, end, _, evidence = np.array(found or np.zeros((0, 5)), np.int64).T
    score = np.array([item.score for item in found], np.float32)
    return Best(start, end, kind, start, end, score, evidence)


def _joined(one: Best, other: Best) -> Best:
    return Best(*(np.concatenate(columns) for columns in zip(one, other, strict=True)))
