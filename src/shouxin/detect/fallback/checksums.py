"""Check digits and days of many numbers at once; a number is a row of digit values or of capitals."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from shouxin.detect.fallback import checks
from shouxin.detect.fallback.places import Bools, Bytes, Ints


def _values(alphabet: dict[int, int]) -> npt.NDArray[np.int16]:
    values = np.full(256, -1, np.int16)
    values[list(alphabet)] = list(alphabet.values())
    return values


DOUBLED: Final = np.array(checks.DOUBLED, np.uint8)
USCC: Final = _values(checks.USCC)
USCC_WEIGHTS: Final = [pow(3, i, 31) for i in range(17)]
VIN: Final = _values(checks.VIN)
ICAO: Final = _values({c: checks.icao(c) for c in (*range(48, 58), *range(65, 91))})
RESIDENT_CHECK, ORGANISATION_CHECK, VIN_CHECK = (
    np.frombuffer(check, np.uint8) for check in (b"10X98765432", b"0X987654321", b"0123456789X")
)
#: How many days a month has, by a number of two digits; February has 28.
DAYS: Final = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, *[0] * 87], np.int64)


def number(digits: Bytes) -> Ints:
    """Return the value of each row of decimal digits."""
    value = np.zeros(len(digits), np.int64)
    for column in digits.T:
        value = value * 10 + column
    return value


def weighed(values: Bytes | npt.NDArray[np.int16], weights: Sequence[int]) -> Ints:
    """Return the weighed sum of each row."""
    total: Ints = (values.astype(np.float32) @ np.array(weights, np.float32)).astype(np.int64)
    return total


def resident(capitals: Bytes) -> Bools:
    """ISO 7064 MOD 11-2 over 17 digits and a check character (GB 11643)."""
    total = weighed(capitals[:, :17] - 48, checks.RESIDENT_WEIGHTS)
    right: Bools = RESIDENT_CHECK[total % 11] == capitals[:, 17]
    return right


def luhn(digits: Bytes) -> Bools:
    """Luhn, ISO/IEC 7812-1 annex B; zeros before a number change nothing."""
    back = digits[:, ::-1]
    right: Bools = (back[:, ::2].sum(1) + DOUBLED[back[:, 1::2]].sum(1)) % 10 == 0
    return right


def uscc(capitals: Bytes) -> Bools:
    """GB 32100: 17 characters of a 31-letter alphabet and their check character."""
    values = USCC[capitals]
    check = -weighed(values[:, :17], USCC_WEIGHTS) % 31
    right: Bools = (values >= 0).all(1) & (check == values[:, 17])
    return right


def organisation(capitals: Bytes) -> Bools:
    """GB 11714: 8 characters and a check character."""
    total = weighed(ICAO[capitals[:, :8]], checks.ORGANISATION_WEIGHTS)
    right: Bools = ORGANISATION_CHECK[total % 11] == capitals[:, 8]
    return right


def vin(capitals: Bytes) -> Bools:
    """GB 16735 (ISO 3779): the ninth of 17 characters."""
    values = VIN[capitals]
    right: Bools = (values >= 0).all(1) & (
        VIN_CHECK[weighed(values, checks.VIN_WEIGHTS) % 11] == capitals[:, 8]
    )
    return right


def check_731(capitals: Bytes) -> Bools:
    """ICAO 9303: weights 7, 3, 1 over 14 letters and digits, and a check digit."""
    right: Bools = weighed(ICAO[capitals[:, :14]], ((7, 3, 1) * 5)[:14]) % 10 == capitals[:, 14] - 48
    return right


def day(digits: Bytes) -> Bools:
    """Return which eight digits are a day between 1850 and 2099."""
    year, month, date = number(digits[:, :4]), number(digits[:, 4:6]), number(digits[:, 6:8])
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = DAYS[month] + (leap & (month == 2))
    right: Bools = (year >= 1850) & (year < 2100) & (date >= 1) & (date <= last)
    return right


def short_day(digits: Bytes) -> Bools:
    """Return which six digits are a day of the twentieth century."""
    return day(np.insert(digits, [0, 0], [1, 9], axis=1))
