"""What stands at many places of a text, read at once."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

BLOCK: Final = 1 << 16  #: bytes that are read at once, so that what is made of them stays in the cache


def classes(data: Bytes) -> Bytes:
    """Return 0 for neither, 1 for a letter, 2 for a digit; sums are sooner done than a table is read."""
    kind = ((data | 0x20) - 97 < 26).view(np.uint8)
    digit = (data - 48 < 10).view(np.uint8)
    kind += digit
    kind += digit
    return kind


CLASSES: Final = classes(np.arange(256, dtype=np.uint8))


class Places:
    """A text with its margin; whoever looks past an end looks at zeros."""

    def __init__(self, s: bytes) -> None:
        self.s = s
        self.data: Bytes = np.frombuffer(s, np.uint8)
        self._eights = np.ndarray((len(s) - 7,), ">u8", s, strides=(1,))

    def key(self, at: Ints, size: int) -> Ints:
        """Return up to seven bytes from each place on as one number, the first byte the highest."""
        return self._eights[at].astype(np.int64) >> 8 * (8 - size) & (1 << 8 * size) - 1

    def windows(self, at: Ints, size: int) -> Bytes:
        """Return the bytes from each place on as the rows of a matrix."""
        rows = np.ndarray((len(self.s) - size + 1,), f"V{size}", self.s, strides=(1,))
        return rows[at].view(np.uint8).reshape(len(at), size)

    def eights(self, at: Ints, count: int) -> npt.NDArray[np.uint64]:
        """Return so many times eight bytes from each place on, to be compared with others."""
        return self.windows(at, 8 * count).view(np.uint64)


class Keys:
    """Some texts as ``Places.key`` returns them, to ask which of many are among them."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        self._keys = np.array(sorted({int.from_bytes(text) for text in texts}), np.int64)
        self._sieve = np.zeros(1 << 16, np.bool_)
        self._sieve[_hash(self._keys)] = True

    def have(self, keys: Ints) -> Bools:
        """Return which keys are among these."""
        found = self._sieve[_hash(keys)]
        likely = np.flatnonzero(found)
        found[likely] = among(keys[likely], self._keys)
        return found

    def find(self, keys: Ints) -> Ints:
        """Return the place among these, in their order, of keys that are among them."""
        return np.searchsorted(self._keys, keys)


def _hash(keys: Ints) -> npt.NDArray[np.uint16]:
    """Return sixteen bits of each key, well mixed (Fibonacci hashing)."""
    return (keys.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(48)).astype(np.uint16)


def table(members: Iterable[int], size: int = 256) -> Bools:
    """Return a table that is true at the members."""
    members = list(members)
    held = np.zeros(size, np.bool_)
    held[members] = True
    return held


def among(places: Ints, others: Ints) -> Bools:
    """Return which of the places are among others, which ascend."""
    if not len(others):
        return np.zeros(len(places), np.bool_)
    at = np.searchsorted(others[:-1], places)
    found: Bools = others[at] == places
    return found
