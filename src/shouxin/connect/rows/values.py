"""Values of whatever store as text and as days, so that they can be compared."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from shouxin.connect.model import Only, Reference
from shouxin.connect.rows import paths
from shouxin.errors import InputError

BEIJING = ZoneInfo("Asia/Shanghai")

_WRITTEN = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?!\d)(.*)", re.DOTALL)
_SECONDS, _MILLISECONDS = 10**8, 10**11
"""From these on a number is a time since 1970 in seconds, or in milliseconds."""

Combination = tuple[str, ...]


def text(value: Any) -> str | None:
    """Return a value as it is compared, None where there is none."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float | Decimal) and isfinite(value) and value == int(value):
        return str(int(value))
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value)


def texts(values: Mapping[str, Any], column: str) -> list[str]:
    """Return what stands in a column as text: several where its path leads to several places."""
    if column in values:  # as nearly every one is
        only = text(values[column])
        return [] if only is None else [only]
    found = (text(one) for one in paths.read(values, column))
    return [one for one in found if one is not None]


def combinations(values: Mapping[str, Any], columns: tuple[str, ...]) -> set[Combination]:
    """Return what columns say together; none where one of them says nothing."""
    if len(columns) == 1:
        return {(one,) for one in texts(values, columns[0])}
    return set(product(*(texts(values, column) for column in columns)))


def says(values: Mapping[str, Any], only: Only | None) -> bool:
    """Tell whether a reference holds in a row."""
    if only is None:
        return True
    wanted = text(only.value)
    ways = {wanted, *(_BOOLS.get(str(wanted), ()) if isinstance(only.value, bool) else ())}
    return any(one in ways for one in texts(values, only.column))


def refers(reference: Reference, values: Mapping[str, Any]) -> set[Combination]:
    """Return what a row refers to by a reference."""
    return combinations(values, reference.columns) if says(values, reference.only) else set()


def day(values: Mapping[str, Any], column: str, where: str) -> date | None:
    """Return the day in Beijing that a column says, None where it is empty.

    Read are days and times of ISO 8601, with slashes or 年月日, and numbers since 1970 in seconds or
    milliseconds. Raises ``InputError`` (row-day).
    """
    found = paths.read(values, column) if column else []
    days = [_day(value, f"{where}.{column}") for value in found if value != ""]
    return days[0] if days else None


def _day(value: Any, where: str) -> date:
    try:
        if isinstance(value, str):
            value = _read(value)
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            value = _counted(value)
    except (ValueError, OverflowError, OSError):
        value = None
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(BEIJING)).date()
    if isinstance(value, date):
        return value
    raise InputError(
        "row-day",
        "a cell that has to be a day is none",
        where=where,
        remedy="write it like 2027-06-03, or take the column out of the map",
    )


def _read(written: str) -> date:
    if found := _WRITTEN.fullmatch(written.strip()):
        year, month, number, rest = found.groups()
        written = f"{year}-{int(month):02}-{int(number):02}{rest}"
    return datetime.fromisoformat(written.strip())


def _counted(number: float | Decimal) -> date:
    if number < _SECONDS:
        return datetime.fromisoformat(str(int(number)))
    return datetime.fromtimestamp(float(number) / (1000 if number >= _MILLISECONDS else 1), UTC)


_BOOLS = {"true": ("True", "TRUE", "1", "t", "yes"), "false": ("False", "FALSE", "0", "f", "no")}
