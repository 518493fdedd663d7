"""The scanner without a compiler, with the answers of the native one."""

from typing import Final

import numpy as np
import numpy.typing as npt

from shouxin.detect.fallback.candidates import NONE
from shouxin.detect.fallback.finder import Finder
from shouxin.detect.fallback.fold import fold, unfolded
from shouxin.detect.fallback.many import many
from shouxin.detect.fallback.merge import merged
from shouxin.detect.fallback.runs import runs
from shouxin.detect.fallback.view import PAD, padded

__all__ = ["scan"]

FEW: Final = 200  #: runs that are sooner judged one by one than many at once

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
    every = runs(s)
    judged = many(every, least) if len(every.start) > FEW else (every, NONE, NONE)
    found = merged(Finder(s, float(np.float32(least))), *judged)
    first, last = found.start - PAD, found.end - PAD
    if folded:
        first, last = unfolded(first, last, *folded[1:])
    return found.kind.astype(np.uint8), first, last, found.score, found.evidence.astype(np.uint16)
