"""The compiled scanner bears with mutated text under the sanitizers; a longer run is ``make fuzz``."""

import random
import shutil
from typing import Any

import numpy as np
import pytest
from fuzz import native


@pytest.mark.skipif(not shutil.which("g++"), reason="there is no compiler")
def test_mutated_text_breaks_nothing() -> None:
    """Five seconds with memory and undefined behaviour watched; the build is kept while its sources stay."""
    assert native.sanitized(native.built(), 5, 1) == 0


class Scanner:
    """A scanner that finds what it is told to."""

    def __init__(self, start: int, end: int) -> None:
        self.found = (0, np.array([start]), np.array([end]), np.ones(1, np.float32), 0)

    def scan(self, text: bytes, least: float) -> Any:
        """Return it, whatever the text."""
        return self.found


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (0, 4)])
def test_a_finding_that_cannot_be_is_noticed(start: int, end: int) -> None:
    """Outside the text, or empty."""
    with pytest.raises(AssertionError):
        native.tried(Scanner(start, end), None, b"abc", 0.5)


def test_the_same_seed_makes_the_same_texts() -> None:
    """What broke once can be made again."""
    known = native.seeds()
    one, other = (native.mutated(random.Random(3), known) for _ in range(2))
    assert one == other
    assert len({native.mutated(random.Random(seed), known) for seed in range(20)}) == 20
