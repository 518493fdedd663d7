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
_PROVINCE_AT = np.full(100, -1)
_PROVINCE_AT[_PROVINCES] = np.arange(len(_PROVINCES))
_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
_FOUR_DIGITS = np.array([f"{number:04}" for number in range(10_000)], "S4").view(np.uint32)
LENGTH = 18


def _fields() -> npt.NDArray[np.float32]:
    """Return what the digits are multiplied by: province, county, year, month and day, sequence, check."""
    fields = np.zeros((17, 6), np.float32)
    for field, (start, end) in enumerate(((0, 2), (2, 6), (6, 10), (10, 14), (14, 17))):
        fields[start:end, field] = 10.0 ** np.arange(end - start - 1, -1, -1)
    fields[:, -1] = _WEIGHTS
    return fields


_FIELDS = _fields()


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
        if not good.all():
            digits[~good] = 0
        fields = (digits.astype(np.float32) @ _FIELDS).astype(np.int64)
        province, county, year, day, sequence, total = np.ascontiguousarray(fields.T)
        date = year * 10_000 + day - _FIRST_WRITTEN
        days = self._day_of.take(date, mode="clip")
        good &= (date >= 0) & (date < len(self._day_of)) & (days >= 0)
        good &= _CHECKS[total % 11] == octets[:, 17]
        rank = days * 1000 + sequence
        if not self.place_stays:
            good &= _PROVINCE_AT[province] >= 0
            rank += (_PROVINCE_AT[province] * 10_000 + county) * (self._days * 1000)
        return rank.astype(np.uint64), good

    def spelt(self, ranks: Numbers, place: Octets) -> Octets:
        """Return the numbers of these ranks with their check characters, behind ``place`` where it stays."""
        octets = np.empty((len(ranks), LENGTH), np.uint8)
        rest, sequence = _divided(ranks.astype(np.int64), 1000)
        both, days = _divided(rest, self._days)
        if self.place_stays:
            octets[:, :6] = place
        else:
            province, county = _divided(both, 10_000)
            octets[:, :2] = _written(_PROVINCES[province])[:, 2:]
            octets[:, 2:6] = _written(county)
        date = self._written[days]
        octets[:, 6:14].view(np.uint64)[:, 0] = date
        octets[:, 14:17] = _written(sequence)[:, 1:]
        total = (octets[:, :17] - np.uint8(48)).astype(np.float32) @ _FIELDS[:, -1]
        octets[:, 17] = _CHECKS[total.astype(np.int64) % 11]
        return octets


def _divided(number: Days, by: int) -> tuple[Days, Days]:
    """Return quotient and rest, quicker for columns than ``divmod``."""
    quotient = number // by
    return quotient, number - quotient * by


def _written(number: Days) -> Octets:
    """Return the four digits of each number."""
    return _FOUR_DIGITS.take(number).view(np.uint8).reshape(-1, 4)


@lru_cache(maxsize=8)
def _calendar(until: int) -> tuple[Numbers, Days]:
    """Return the dates from 1900 on, eight digits each, and by such a date its place or -1."""
    days = np.arange("1900-01-01", f"{until + 1}-01-01", dtype="datetime64[D]")
    month = days.astype("datetime64[M]")
    year = month.astype("datetime64[Y]").astype(np.int64) + 1970
    written: Days = (
        year * 10_000 + (month.astype(np.int64) % 12 + 1) * 100 + (days - month).astype(np.int64) + 1
    )
    day_of = np.full(int(written[-1]) - _FIRST_WRITTEN + 1, -1, np.int64)
    day_of[written - _FIRST_WRITTEN] = np.arange(len(written))
    return written.astype("S8").view(np.uint64), day_of
