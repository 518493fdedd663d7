"""Format-preserving tokens: a column of numbers becomes a column of other well-formed numbers, and back.

What stays readable (the BIN of a card, the prefix of a telephone number, letters, spaces, hyphens) is not
encrypted; its digits are the tweak, so that equal bodies behind different heads get different tokens.
"""

from collections.abc import Callable
from math import ceil
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from shouxin.protect.cells import Cells, by_pattern
from shouxin.protect.ff1 import SMALLEST_DOMAIN, Rounds, number, spell
from shouxin.protect.resident import LENGTH, Ranks
from shouxin.protect.types import TokenShape

Octets = npt.NDArray[np.uint8]
Marks = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.uint64]
Allowed = Callable[[Numbers, Numbers], Marks]
_BETWEEN = np.frombuffer(b" -+()", np.uint8)
_TWEAK_OF_BODY = 3
_LONGEST = 32
_LONGEST_PREFIX = 8
_AT_ONCE = 1 << 16
_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9])


class Cut(NamedTuple):
    """How tokens are made: the key of this use, the cipher, and which way."""

    key: bytes
    cipher: Literal["aes", "sm4"]
    decrypt: bool = False


def tokens(
    values: Any, shape: TokenShape, cut: Cut, *, head: int | None, born_until: int, letters: bool
) -> tuple[Any, Marks]:
    """Return the column with a token for each value, and which rows are not of the format (and unchanged).

    ``head`` replaces the shape's own; ``letters`` may stand among the digits. A value whose check digit is
    wrong is not of the format: its token could not be turned back.
    """
    cells = Cells(values)
    unfit = np.zeros(len(values), np.bool_)
    ranks = Ranks(born_until, place_stays=bool(shape.head if head is None else head))
    for rows, octets in cells.groups():
        for at in range(0, len(rows), _AT_ONCE):
            some, part = rows[at : at + _AT_ONCE], octets[at : at + _AT_ONCE]
            if shape.form == "resident":
                good = _resident(part, cut, ranks)
            else:
                good = _digits(part, shape, cut, head, letters=letters)
            unfit[some[~good]] = True
        cells.put(rows, octets)
    return cells.column(), unfit


def _digits(octets: Octets, shape: TokenShape, cut: Cut, head: int | None, *, letters: bool) -> Marks:
    """Replace the digits of each row in place; return which rows are of the format."""
    good = np.zeros(len(octets), np.bool_)
    if not octets.size:
        return good
    marks = (octets >= 48) & (octets <= 57)
    for rows in by_pattern(marks):
        columns = np.flatnonzero(marks[rows[0]])
        ends = len(columns) - shape.luhn
        stays = _head(shape, ends, head)
        if stays < 0 or 10 ** max(ends - stays, 0) < SMALLEST_DOMAIN or ends - stays > _LONGEST:
            continue
        block = octets if len(rows) == len(octets) else octets[rows]
        digits = block[:, columns] - 48
        fit = _plain(np.delete(block, columns, axis=1), letters=letters)
        if shape.luhn:
            fit &= _luhn(digits[:, :-1]) == digits[:, -1]
        leading = shape.leading and not stays
        if leading:
            fit &= digits[:, 0] != 0
        if not fit.all():
            rows, block, digits = rows[fit], block[fit], digits[fit]
        good[rows] = True
        tweak = digits[:, max(stays - _TWEAK_OF_BODY, 0) if shape.body else 0 : stays]
        body = digits[:, stays:ends]
        _encrypt(body, tweak, cut, leading=leading)
        if shape.luhn:
            digits[:, -1] = _luhn(digits[:, :-1])
        block[:, columns] = digits + 48
        if block is not octets:
            octets[rows] = block
    return good


def _head(shape: TokenShape, ends: int, head: int | None) -> int:
    if head is not None:
        return head
    if not shape.body:
        return shape.head
    prefix = ends - shape.body
    return prefix if prefix <= _LONGEST_PREFIX else -1


def _plain(others: Octets, *, letters: bool) -> Marks:
    """Tell which rows have nothing between their digits but separators (and letters where they belong)."""
    lower = others | 32
    between = np.isin(others, _BETWEEN)
    fine = np.where((lower >= ord("a")) & (lower <= ord("z")), letters, between)
    found: Marks = np.asarray(fine.all(axis=1))
    return found


def _luhn(digits: Octets) -> Octets:
    """Return the check digits of numbers that still lack theirs."""
    total = _DOUBLED[digits[:, ::-2]].sum(axis=1) + digits[:, -2::-2].sum(axis=1)
    check: Octets = (-total % 10).astype(np.uint8)
    return check


def _encrypt(body: Octets, tweak: Octets, cut: Cut, *, leading: bool) -> None:
    """Replace digits in place; a number ``leading`` with one from 1 to 9 goes on doing so."""
    middle = body.shape[1] // 2
    rounds = Rounds(body.shape[1], tweak.shape[1], cut.key, cipher=cut.cipher)
    least = np.uint64(10 ** (middle - 1))
    halves = _walked(
        (number(body[:, :middle]), number(body[:, middle:])),
        tweak,
        rounds,
        cut,
        (lambda a, _: a >= least) if leading else None,
    )
    spell(halves[0], body[:, :middle])
    spell(halves[1], body[:, middle:])


def _resident(octets: Octets, cut: Cut, ranks: Ranks) -> Marks:
    """Replace each resident ID in place; return which rows are well-formed."""
    if octets.shape[1] != LENGTH:
        return np.zeros(len(octets), np.bool_)
    octets[:, -1] = np.where(octets[:, -1] == ord("x"), ord("X"), octets[:, -1])
    rank, good = ranks.rank(octets)
    rows = slice(None) if good.all() else np.flatnonzero(good)
    radix = ceil(ranks.count**0.25)
    half = np.uint64(radix**2)
    place = octets[rows, :6] if ranks.place_stays else octets[rows, :0]
    rounds = Rounds(4, place.shape[1], cut.key, radix=radix, cipher=cut.cipher)
    a = rank[rows] // half
    a, b = _walked(
        (a, rank[rows] - a * half), place, rounds, cut, lambda a, b: a * half + b < np.uint64(ranks.count)
    )
    octets[rows] = ranks.spelt(a * half + b, place)
    return good


def _walked(
    halves: tuple[Numbers, Numbers], tweak: Octets, rounds: Rounds, cut: Cut, allowed: Allowed | None
) -> tuple[Numbers, Numbers]:
    """Return halves encrypted, and those that left the format encrypted again until they are back in it."""
    a, b = rounds.run(*halves, tweak, decrypt=cut.decrypt)
    if allowed is None:
        return a, b
    astray = np.flatnonzero(~allowed(a, b))
    while len(astray):
        again = rounds.run(a[astray], b[astray], tweak[astray], decrypt=cut.decrypt)
        a[astray], b[astray] = again
        astray = astray[~allowed(*again)]
    return a, b
