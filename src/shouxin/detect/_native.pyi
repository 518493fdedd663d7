"""What the compiled scanner offers (built from native/ by CMakeLists.txt)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

KINDS: tuple[str, ...]

Ints = npt.NDArray[np.int64]

class Tables:
    """The weights, words and codes of ``kinds``, and the scans that use them."""

    def __init__(
        self,
        scores: npt.NDArray[np.float32],
        words: Sequence[tuple[bytes, int, int]],
        provinces: Sequence[int],
        mobiles: Sequence[int],
        areas: Sequence[int],
        countries: Sequence[int],
        cards: Sequence[tuple[int, int, int]],
        plates: Sequence[str],
        networks: Sequence[int],
    ) -> None: ...
    def scan(
        self, text: bytes, least: float
    ) -> tuple[npt.NDArray[np.uint8], Ints, Ints, npt.NDArray[np.float32], npt.NDArray[np.uint16]]: ...
    def column(
        self, data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int32] | Ints, least: float
    ) -> Ints: ...

def fold(text: bytes) -> tuple[bytes, Ints, Ints] | None: ...
def characters(text: bytes, offsets: Ints) -> Ints: ...

class Lexicon:
    """The tables of the tagger of names; see names/native.py."""

    def __init__(
        self,
        numbers: dict[str, list[int]],
        rows: list[tuple[str, int, int, int]],
        characters: list[tuple[str, int, int, int, int, int]],
        honorifics: list[str],
    ) -> None: ...
    def names(
        self, text: bytes
    ) -> tuple[
        npt.NDArray[np.int64],
        npt.NDArray[np.int64],
        npt.NDArray[np.int64],
        npt.NDArray[np.int64],
        npt.NDArray[np.int32],
    ]: ...
    def pieces(self, text: bytes) -> npt.NDArray[np.int64]: ...
