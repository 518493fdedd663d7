"""Runs of ASCII letters and digits with numpy, and which of them can be anything at all."""

from collections.abc import Iterable
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from shouxin.detect.fallback.view import PAD
from shouxin.detect.kinds import lists, words

CLASS: Final = np.zeros(256, np.uint8)  #: 0 neither, 1 letter, 2 digit
CLASS[np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", np.uint8)] = 1
CLASS[np.frombuffer(b"0123456789", np.uint8)] = 2

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

CLOSING, PLUS, TOKEN = (int.from_bytes(text) for text in ("）".encode(), "＋".encode(), b"eyj"))


def _keys(texts: Iterable[bytes]) -> Ints:
    """Return each text as ``_key`` returns the bytes at a place."""
    return np.array(sorted({int.from_bytes(text) for text in texts}), np.int64)


#: What may stand between a label and its value, between groups of digits, and at the head of a country code.
LABEL_MARKS: Final = _keys(c.encode() for c in "：是为号码")
SEPARATORS: Final = _keys(c.encode() for c in "‐‑‒–—―−　－﹣年")
COUNTRIES: Final = _keys((b"00", b"86", b"85", b"88"))


def runs(s: bytes) -> tuple[Ints, Ints, Ints]:
    """Return the starts, ends and numbers of digits of all runs of a text with its margin."""
    data = np.frombuffer(s, np.uint8)
    classes = CLASS[data]
    edges = np.flatnonzero((classes > 0)[1:] != (classes > 0)[:-1]) + 1
    start, end = edges[::2], edges[1::2]
    digits = np.zeros(len(start), np.int64)
    if len(start):
        digits = np.add.reduceat(classes >> 1, edges, dtype=np.int64)[::2]
    return start, end, digits


class Gate:
    """What stands in and around each run, enough to say that it can be nothing."""

    def __init__(self, s: bytes, start: Ints, end: Ints, digits: Ints) -> None:
        self.s = np.frombuffer(s.lower(), np.uint8)
        self.start, self.end, self.digits = start, end, digits
        self.length = end - start
        self.before, self.after, self.next = self.s[start - 1], self.s[end], self.s[end + 1]
        self.behind = _key(self.s, end, 3)

    def worth(self) -> Bools:
        """Return which runs are worth a look."""
        letters, numbers = self.digits == 0, self.digits == self.length
        mixed = ~letters & ~numbers
        labelled, machine, plate = self.labelled(), self.machine(), self.plate()
        worth: Bools = letters & (labelled | machine | (plate & (self.length == 1)))
        worth |= numbers & (self.number() | machine | (labelled & (self.length >= 4)))
        worth |= mixed & (self.code() | labelled | machine | plate | self.glued())
        worth |= self.before == 64
        return worth

    def labelled(self) -> Bools:
        """Return whether a label may stand before it."""
        second, word = self.s[self.start - 2], _key(self.s, self.start - 6, 6)
        mark = _one_of(self.before, b":=\"'!@#$%^&*")
        mark |= (self.before == 32) & ((second >= 0x80) | _one_of(second, b":="))
        han = np.isin(word, _last_words()) | np.isin(word & 0xFFFFFF, LABEL_MARKS)
        labelled: Bools = mark | ((self.before >= 0x80) & han)
        return labelled

    def machine(self) -> Bools:
        """Return whether it may begin an address of a machine or a place."""
        hexadecimal = (CLASS[self.s[self.start]] == 2) | (self.s[self.start] < 103)
        goes_on = _one_of(self.after, b":-.") & (CLASS[self.next] > 0)
        goes_on |= (self.after == 58) & (self.next == 58)
        machine: Bools = (self.length <= 4) & hexadecimal & goes_on
        return machine

    def plate(self) -> Bools:
        """Return whether the character of a province stands before it."""
        return np.isin(_key(self.s, self.start - 3, 3), _plates())

    def number(self) -> Bools:
        """Return whether its digits may be a number, alone, with groups behind or as a country code."""
        behind = CLASS[self.s[self.end + 3]] == 2
        parted = _one_of(self.after, b" -./") & (CLASS[self.next] == 2)
        parted |= (_one_of(self.after, b"\n\r")) & ((CLASS[self.next] == 2) | _one_of(self.next, b"\n "))
        parted |= (self.after == 0xC2) & (CLASS[self.s[self.end + 2]] == 2)
        parted |= np.isin(self.behind, SEPARATORS) & behind
        parted |= (self.after == 41) | (self.behind == CLOSING)
        abroad = (self.before == 43) | (_key(self.s, self.start - 3, 3) == PLUS)
        two = _key(self.s, self.start, 2)
        abroad |= np.isin(two, COUNTRIES)
        number: Bools = ((self.length >= 7) & (self.length <= 20)) | parted | abroad
        return number

    def code(self) -> Bools:
        """Return whether some code has its length and make-up."""
        first = CLASS[self.s[self.start]] == 1
        permit = (self.length >= 8) & (self.length <= 11) & first & (self.digits >= self.length - 2)
        card = (self.length == 15) & (self.digits == 12)
        vehicle = (self.length == 17) & (self.digits >= 5)
        secret = ((self.length >= 16) & first) | (self.length >= 36) | (_key(self.s, self.start, 3) == TOKEN)
        code: Bools = permit | card | vehicle | (self.length == 18) | secret
        return code

    def glued(self) -> Bools:
        """Return whether it begins as a word of context does."""
        return np.isin(_key(self.s, self.start, 2), _first_words())


def promising(s: bytes, start: Ints, end: Ints, digits: Ints) -> Bools:
    """Return which runs are worth a look; the others can be nothing."""
    inside: Bools = Gate(s, start, end, digits).worth() & (start >= PAD)
    return inside


def _key(s: npt.NDArray[np.uint8], at: Ints, size: int) -> Ints:
    """Return the bytes at each place as one number, the first byte the highest."""
    key = np.zeros(len(at), np.int64)
    for k in range(size):
        key = key << 8 | s[at + k]
    return key


def _one_of(column: npt.NDArray[np.uint8], members: bytes) -> Bools:
    table = np.zeros(256, np.bool_)
    table[list(members)] = True
    return table[column]


@cache
def _last_words() -> Ints:
    """Return the last two characters of every word of Han characters."""
    return _keys(["字第".encode(), *(word[-6:] for word in words() if word[-1] >= 0x80 and len(word) >= 6)])


@cache
def _first_words() -> Ints:
    """Return the first two characters of every word of letters."""
    return _keys(word[:2] for word in words() if word[0] < 0x80)


@cache
def _plates() -> Ints:
    return _keys(character.encode() for character in lists().plates)
