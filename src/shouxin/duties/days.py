"""The day something is asked about: as people write it, and the one it is in Beijing."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shouxin.errors import InputError

BEIJING = ZoneInfo("Asia/Shanghai")
"""The zone of all days and clocks of the law."""


def day(text: str) -> date:
    """Return the day that ``text`` writes as YYYY-MM-DD; raise ``InputError`` (day-unreadable)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            "day-unreadable", f'"{text[:40]}" is no day', remedy="write it like 2025-06-03"
        ) from None


def start_of(first: date) -> datetime:
    """Return when a day begins in Beijing."""
    return datetime.combine(first, time(), BEIJING)


def end_of(text: str) -> datetime | None:
    """Return the end of a day in Beijing, None where none is given; raise ``InputError`` (day-unreadable)."""
    return over(day(text.strip())) if text.strip() else None


def over(last: date) -> datetime:
    """Return when a day is over in Beijing; raise ``InputError`` (day-unreadable) for the last there is."""
    try:
        return datetime.combine(last + timedelta(days=1), time(), BEIJING)
    except OverflowError:
        raise InputError(
            "day-unreadable", "this day is too late", remedy="write it like 2027-06-03"
        ) from None


def today() -> date:
    """Return the day it is in Beijing, whose law this is."""
    return datetime.now(BEIJING).date()
