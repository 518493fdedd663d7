"""The scanner without a compiler, with the answers of the native one."""

import numpy as np
import numpy.typing as npt

from shouxin.detect.fallback.addressed import Mails, ipv4
from shouxin.detect.fallback.candidates import Candidates
from shouxin.detect.fallback.finder import Finder
from shouxin.detect.fallback.fold import fold, unfolded
from shouxin.detect.fallback.gate import Gate
from shouxin.detect.fallback.lettered import lettered
from shouxin.detect.fallback.merge import merged
from shouxin.detect.fallback.numbers import numbers
from shouxin.detect.fallback.places import Places
from shouxin.detect.fallback.plates import plates
from shouxin.detect.fallback.runs import runs
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
    every = runs(s)
    mails = Mails(every)
    hard = Gate(every, every._replace(places=Places(s.lower()))).unusual()
    hard[mails.index[mails.unusual()]] = True
    finder = Finder(s, float(np.float32(least)))
    plain, sent = Candidates(least), Candidates(least)
    mails.judge(sent, hard)
    ipv4(plain, every, ~hard)
    usual = every.where(~hard)
    numbers(plain, usual)
    plates(plain, usual)
    lettered(plain, usual)
    found = merged(finder, every.where(hard), plain.best(every), sent.best(every))
    first, last = found.start - PAD, found.end - PAD
    if folded:
        first, last = unfolded(first, last, *folded[1:])
    return found.kind.astype(np.uint8), first, last, found.score, found.evidence.astype(np.uint16)
