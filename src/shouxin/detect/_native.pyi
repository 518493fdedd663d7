"""What the compiled scanner offers (built from native/ by CMakeLists.txt)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from shouxin.detect.finding import Finding

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
        units: Sequence[tuple[bytes, int, bool]],
    ) -> None: ...
    def scan(
        self, text: bytes, least: float
    ) -> tuple[npt.NDArray[np.uint8], Ints, Ints, npt.NDArray[np.float32], npt.NDArray[np.uint16]]: ...
    def column(
        self, data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int32] | Ints, least: float
    ) -> Ints: ...

def fold(text: bytes) -> tuple[bytes, Ints, Ints] | None: ...
def characters(text: bytes, offsets: Ints) -> Ints: ...
def packed(alphabet: str, rows: Sequence[tuple[str, int, int, int]]) -> bytes: ...

Column = tuple[Ints, Ints, npt.NDArray[np.int32]]

class Lexicon:
    """The tables of the reader of names and addresses; see compiled.py."""

    def __init__(
        self,
        numbers: dict[str, list[int]],
        alphabet: str,
        characters: Sequence[tuple[str, int, int, int, int, int]],
        honorifics: Sequence[str],
        endings: dict[str, list[str]],
        nodes: bytes,
    ) -> None: ...
    def read(
        self, text: bytes, starts: Ints, ends: Ints, names: bool, addresses: bool
    ) -> tuple[Column, Column]: ...

class Terms:
    """The terms of a vocabulary; see categories/terms.py."""

    def __init__(self, terms: Sequence[str], roles: Sequence[int]) -> None: ...
    def find(self, text: bytes) -> tuple[npt.NDArray[np.int32], Ints, Ints, Ints]: ...

class Detector:
    """All that a scanner looks for, found in one call; see detector.py."""

    def __init__(
        self,
        tables: Tables,
        wants: dict[str, Any],
        prose: dict[str, Any],
        told: dict[str, Any],
        made: dict[str, Any],
    ) -> None: ...
    def findings(self, text: bytes) -> list[Finding]: ...
    def many(self, texts: list[bytes]) -> list[list[Finding]]: ...
    def spans(self, text: bytes) -> tuple[npt.NDArray[np.uint8], Ints, Ints, npt.NDArray[np.float32]]: ...
