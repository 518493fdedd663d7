"""Many places in one text as arrays: what scanners hand to each other instead of an object for each match."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Spans(NamedTuple):
    """Kinds (numbers, see ``kinds.KINDS``), byte offsets and scores, in the order of their starts."""

    kind: npt.NDArray[np.uint8]
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    score: npt.NDArray[np.float32]

    def where(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> "Spans":
        """Return the spans that a mask chooses, or those of these numbers in their order."""
        return Spans(self.kind[chosen], self.start[chosen], self.end[chosen], self.score[chosen])


def characters(text: bytes, offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return for each byte offset how many characters of the UTF-8 ``text`` begin before it."""
    begins = (np.frombuffer(text, np.uint8) & 0xC0) != 0x80
    return np.concatenate(([0], np.cumsum(begins, dtype=np.int64)))[offsets]
