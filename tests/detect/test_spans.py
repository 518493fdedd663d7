"""Spans: kinds and offsets as arrays."""

import numpy as np

from shouxin.detect.kinds import KINDS
from shouxin.detect.spans import characters


def test_byte_offsets_become_character_offsets() -> None:
    """An offset in bytes is turned into the number of characters before it."""
    text = "电话138".encode()
    assert characters(text, np.array([0, 3, 6, 9])).tolist() == [0, 1, 2, 5]


def test_kinds_are_numbered_without_repetition() -> None:
    """Every kind has a number of its own that fits into a byte."""
    assert len(set(KINDS)) == len(KINDS) < 256
