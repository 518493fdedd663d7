"""Runs of ASCII letters and digits with numpy, and which of them can be anything at all."""

from typing import Final

import numpy as np
import numpy.typing as npt

from shouxin.detect.fallback.view import PAD

CLASS: Final = np.zeros(256, np.uint8)  #: 0 neither, 1 letter, 2 digit
CLASS[np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", np.uint8)] = 1
CLASS[np.frombuffer(b"0123456789", np.uint8)] = 2

Ints = npt.NDArray[np.int64]


def runs(s: bytes) -> tuple[npt.NDArray[np.uint8], Ints, Ints, Ints]:
    """Return the bytes, and the starts, ends and numbers of digits of all runs of a text with its margin."""
    data = np.frombuffer(s, np.uint8)
    classes = CLASS[data]
    edges = np.flatnonzero((classes > 0)[1:] != (classes > 0)[:-1]) + 1
    start, end = edges[::2], edges[1::2]
    digits = np.zeros(len(start), np.int64)
    if len(start):
        digits = np.add.reduceat(classes >> 1, edges, dtype=np.int64)[::2]
    return data, start, end, digits


def promising(data: npt.NDArray[np.uint8], start: Ints, end: Ints, digits: Ints) -> npt.NDArray[np.bool_]:
    """Return which runs are worth a look; the others can be nothing."""
    length = end - start
    before, after = data[start - 1], data[end]
    second = data[start - 2]
    han = before >= 0x80
    mark = (before == 58) | (before == 61) | (before == 34) | (before == 39)
    mark |= (before == 32) & ((second >= 0x80) | (second == 58) | (second == 61))
    symbol = np.isin(before, np.frombuffer(b"!@#$%^&*", np.uint8))
    labelled = han | mark | symbol
    joint = (after == 58) | (after == 45) | (after == 46)
    short = (length <= 4) & joint
    letters = digits == 0
    numbers = digits == length
    worth = letters & (labelled | short)
    parted = (
        (after >= 0x80)
        | (after == 32)
        | (after == 41)
        | (after == 10)
        | (after == 13)
        | joint
        | (after == 47)
    )
    worth |= numbers & ((length >= 7) | labelled | parted | (before == 43))
    worth |= ~letters & ~numbers & ((length >= 8) | labelled | short | (CLASS[data[start]] == 1))
    worth |= before == 64
    inside: npt.NDArray[np.bool_] = worth & (start >= PAD)
    return inside
