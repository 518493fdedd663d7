"""The day something is asked about: as people write it, and the one it is in Beijing."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shouxin.errors import InputError

BEIJING = ZoneInfo("Asia/Shanghai")
"""The zone of all days and clocks of the law."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MESES = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
PERIODS = {"today": 1, "last_7": 7, "last_30": 30, "last_90": 90, "this_month": 0}
"""The periods that move with the day, by how many days they have; 0 where the month says it."""


def day(text: str) -> date:
    """Return the day that ``text`` writes as YYYY-MM-DD; raise ``InputError`` (day-unreadable)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            "day-unreadable", f'"{text[:40]}" is no day', remedy="write it like 2025-06-03"
        ) from None


def spanned(period: str, since: str, until: str) -> tuple[str, str]:
    """Return the first and the last day of a period as it is today in Beijing; without one, those given.

    Raises ``InputError`` (day-unreadable) for a period that there is not.
    """
    if not period:
        return since, until
    if period not in PERIODS:
        raise InputError(
            "day-unreadable", f'"{period[:40]}" is no period', remedy=f"choose among: {', '.join(PERIODS)}"
        )
    last, days = today(), PERIODS[period]
    first = last - timedelta(days=days - 1) if days else last.replace(day=1)
    return str(first), str(last)


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


def in_words(on: date, language: str) -> str:
    """Return a day as a letter writes it: 2026年11月23日, 23 November 2026, 23 de noviembre de 2026."""
    if language == "zh":
        return f"{on.year}年{on.month}月{on.day}日"
    month, of = (_MESES if language == "es" else _MONTHS)[on.month - 1], " de " if language == "es" else " "
    return f"{on.day}{of}{month}{of}{on.year}"


def today() -> date:
    """Return the day it is in Beijing, whose law this is."""
    return datetime.now(BEIJING).date()
