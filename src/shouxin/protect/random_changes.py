"""Dates moved by a secret constant of each person, and noise on numbers."""

import hmac
import os
import re
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shouxin.errors import InputError
from shouxin.protect.policy import Noise

_DATE = re.compile(r"^(\D*)(\d{4})([-/.年]?)(\d{1,2})([-/.月]?)(\d{1,2})(?!\d)(.*)$", re.DOTALL)


def days_of(person: str, key: bytes, most: int) -> int:
    """Return the constant of a person: from 1 to ``most`` days, either way, never none."""
    number = int.from_bytes(hmac.digest(key, person.encode(), "sha256")[:16], "big") % (2 * most)
    return number - most if number < most else number - most + 1


def shifted_text(value: str, days: int) -> str | None:
    """Return a written date moved by days in its own notation, or None where it is no date."""
    found = _DATE.match(value)
    if not found:
        return None
    before, year, first, month, second, day, after = found.groups()
    try:
        moved = date(int(year), int(month), int(day)) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    wide = len(month) == 2
    return (
        f"{before}{moved.year:04d}{first}{moved.month:0{2 if wide else 1}d}{second}"
        f"{moved.day:0{2 if len(day) == 2 else 1}d}{after}"
    )


def shifted_dates(values: Any, days: npt.NDArray[np.int64]) -> Any:
    """Return a column of dates or times moved by days."""
    if pa.types.is_date(values.type):
        moved = pc.add(values.cast(pa.date32()).cast(pa.int32()), pa.array(days.astype(np.int32)))
        return moved.cast(pa.date32()).cast(values.type)
    span = pa.array(days * 86_400, pa.duration("s")).cast(pa.duration(values.type.unit))
    return pc.add(values, span)


def with_noise(values: Any, action: Noise) -> Any:
    """Return a column of numbers with noise; text that writes numbers stays text.

    The randomness is the operating system's. The Laplace noise is computed in floating point, whose low
    bits can betray the true value to who sees many digits (Mironov 2012): publish it rounded, or count and
    use the geometric one, which is exact. Raises ``InputError`` (protect-noise) where a value is no such
    number.
    """
    whole = action.mechanism == "geometric"
    try:
        numbers = values.cast(pa.int64() if whole else pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise InputError(
            "protect-noise",
            f"the column holds something that is no {'whole ' if whole else ''}number",
            remedy="use noise on counts or sums alone" + (", or mechanism: laplace" if whole else ""),
        ) from None
    scale = action.sensitivity / action.epsilon
    if whole:
        drawn = _geometric(len(values), scale) - _geometric(len(values), scale)
        noisy = pc.add(numbers, pa.array(drawn))
    else:
        uniform = _uniform(len(values)) - 0.5
        noisy = pc.add(numbers, pa.array(-scale * np.sign(uniform) * np.log1p(-2 * np.abs(uniform))))
    return noisy.cast(pa.string()) if pa.types.is_string(values.type) else noisy


def _uniform(count: int) -> npt.NDArray[np.float64]:
    """Return numbers strictly between 0 and 1 from the operating system's randomness."""
    drawn = np.frombuffer(os.urandom(8 * count), np.uint64) >> np.uint64(11)
    uniform: npt.NDArray[np.float64] = (drawn.astype(np.float64) + 0.5) / 2.0**53
    return uniform


def _geometric(count: int, scale: float) -> npt.NDArray[np.int64]:
    return np.floor(np.log(_uniform(count)) * -scale).astype(np.int64)
