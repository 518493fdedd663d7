"""The scanner without a compiler, with the answers of the native one."""

import numpy as np
import numpy.typing as npt

from shouxin.detect.fallback.finder import Finder
from shouxin.detect.fallback.fold import fold, unfolded
from shouxin.detect.fallback.runs import promising, runs
from shouxin.detect.fallback.view import PAD, padded

__all__ = ["scan"]

Arrays = tuple[
    npt.NDArray[np.uint8],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.float32],
    npt.NDArray[np.uint16],
]


def scan(text: bytes, least: float) -> Arrays:
    """Return kind, start, end, score and evidence of every identifier, by byte offsets."""
    folded = fold(text)
    s = padded(folded[0] if folded else text)
    start, end, digits = runs(s)
    chosen = promising(s, start, end, digits)
    finder = Finder(s, float(np.float32(least)))
    take = finder.take
    for run in zip(start[chosen].tolist(), end[chosen].tolist(), digits[chosen].tolist(), strict=True):
        take(*run)
    found = finder.found
    first = np.array([item.start - PAD for item in found], np.int64)
    last = np.array([item.end - PAD for item in found], np.int64)
    if folded:
        first, last = unfolded(first, last, *folded[1:])
    return (
        np.array([item.kind for item in found], np.uint8),
        first,
        last,
        np.array([item.score for item in found], np.float32),
        np.array([item.evidence for item in found], np.uint16),
    )
