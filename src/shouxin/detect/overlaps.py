"""Which of the places that overlap is reported."""

import numpy as np
import numpy.typing as npt

from shouxin.detect.spans import Spans


def kept(spans: Spans, first: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which of the spans stay, so that no two overlap; the starts must ascend.

    Those of ``first`` (identifiers) stay before all others, then the longer before the shorter, then the
    surer, then the earlier.
    """
    keep = np.ones(len(spans.start), np.bool_)
    reach = np.maximum.accumulate(spans.end)
    for begin, end in _groups(spans.start[1:] < reach[:-1]):
        rank = sorted(
            range(begin, end),
            key=lambda i: (not first[i], spans.start[i] - spans.end[i], -spans.score[i], i),
        )
        taken: list[int] = []
        for i in rank:
            keep[i] = all(spans.end[i] <= spans.start[k] or spans.end[k] <= spans.start[i] for k in taken)
            taken += [i] if keep[i] else []
    return keep


def _groups(joined: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the stretches in which each place overlaps one before it; ``joined`` leaves out the first."""
    edges = np.flatnonzero(np.diff(joined, prepend=False, append=False)).reshape(-1, 2)
    return [(begin, end + 1) for begin, end in edges.tolist()]
