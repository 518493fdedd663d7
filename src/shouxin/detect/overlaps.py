"""Which of the places that overlap is reported."""

import numpy as np
import numpy.typing as npt

from shouxin.detect.spans import Spans


def kept(spans: Spans, rank: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return which of the spans stay, so that no two overlap; the starts must ascend, no span be empty.

    Those of a lower rank stay before all others, then the longer before the shorter, then the surer, then
    the earlier.
    """
    keep = np.ones(len(spans.start), np.bool_)
    joined = spans.start[1:] < np.maximum.accumulate(spans.end)[:-1]
    at = np.flatnonzero(np.append(joined, False) | np.insert(joined, 0, False))
    if not len(at):
        return keep
    _, start, end, score = spans.where(at)
    order = np.lexsort((-score, start - end, rank[at]))
    taken = bytearray(int(end.max()))
    for i, begin, stop in zip(at[order].tolist(), start[order].tolist(), end[order].tolist(), strict=True):
        if taken.find(1, begin, stop) < 0:
            taken[begin:stop] = b"\1" * (stop - begin)
        else:
            keep[i] = False
    return keep
