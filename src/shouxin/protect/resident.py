"""The resident ID number (GB 11643) as a rank among all well-formed ones, and back.

Eighteen characters: six of the place, eight of the date of birth, three of the sequence, one check character
(ISO 7064, MOD 11-2). The rank counts through the places that begin with a province's code, the days from
1900 on, and the sequence; so that a number encrypted within the ranks is again a well-formed one.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Octets = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.uint64]
Marks = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int64]

_PROVINCES = np.array(
    [
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
        83,
    ]
)
_FIRST_WRITTEN = 19_000_101
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.float32)
_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
LENGTH = 18


class Ranks:
    """The ranks of all numbers of people born up to a year, with the place in them unless ``place_stays``."""

    def __init__(self, born_until: int, *, place_stays: bool) -> None:
        self._written, self._day_of = _calendar(born_until)
        self._days = len(self._written)
        self.place_stays = place_stays
        self.count = self._days * 1000 * (1 if place_stays else len(_PROVINCES) * 10_000)

    def rank(self, octets: Octets) -> tuple[Numbers, Marks]:
        """Return the rank of each number, and which of them are well-formed."""
        digits = octets[:, :17] - np.uint8(48)
        good: Marks = np.asarray((digits <= 9).all(axis=1))
        digits[~good] = 0
        date = _number(digits[:, 6:14]) - _FIRST_WRITTEN
        inside = (date >= 0) & (date < len(self._day_of))
        days = np.where(inside, self._day_of[np.where(inside, date, 0)], -1)
        province = np.searchsorted(_PROVINCES, _number(digits[:, :2])).clip(0, len(_PROVINCES) - 1)
        good &= (days >= 0) & (_check(digits) == octets[:, 17])
        rank = days * 1000 + _number(digits[:, 14:])
        if not self.place_stays:
            good &= _PROVINCES[province] == _number(digits[:, :2])
            rank += (province * 10_000 + _number(digits[:, 2:6])) * (self._days * 1000)
        return rank.astype(np.uint64), good

    def spell(self, ranks: Numbers, octets: Octets) -> None:
        """Write the numbers of these ranks over ``octets``, with their check characters."""
        rest, sequence = np.divmod(ranks.astype(np.int64), 1000)
        place, days = np.divmod(rest, self._days)
        if not self.place_stays:
            province, county = np.divmod(place, 10_000)
            _write(_PROVINCES[province] * 10_000 + county, octets[:, :6])
        _write(self._written[days], octets[:, 6:14])
        _write(sequence, octets[:, 14:17])
        octets[:, 17] = _check(octets[:, :17] - np.uint8(48))


def _check(digits: Octets) -> Octets:
    checks: Octets = _CHECKS[(digits.astype(np.float32) @ _WEIGHTS).astype(np.int64) % 11]
    return checks


def _number(digits: Octets) -> npt.NDArray[np.int64]:
    number = digits[:, 0].astype(np.int64)
    for column in digits.T[1:]:
        number *= 10
        number += column
    return number


def _write(number: npt.NDArray[np.int64], octets: Octets) -> None:
    for column in range(octets.shape[1] - 1, -1, -1):
        number, digit = np.divmod(number, 10)
        octets[:, column] = digit + 48


@lru_cache(maxsize=8)
def _calendar(until: int) -> tuple[Days, Days]:
    """Return the dates from 1900 on, written as 19000101, and by such a date its place among them, or -1."""
    days = np.arange("1900-01-01", f"{until + 1}-01-01", dtype="datetime64[D]")
    month = days.astype("datetime64[M]")
    year = month.astype("datetime64[Y]").astype(np.int64) + 1970
    written: Days = (
        year * 10_000 + (month.astype(np.int64) % 12 + 1) * 100 + (days - month).astype(np.int64) + 1
    )
    day_of = np.full(int(written[-1]) - _FIRST_WRITTEN + 1, -1, np.int64)
    day_of[written - _FIRST_WRITTEN] = np.arange(len(written))
    return written, day_of
