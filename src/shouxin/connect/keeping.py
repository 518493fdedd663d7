"""The days on which rows are kept."""

from datetime import date, timedelta

from shouxin.engine.clock import add_months
from shouxin.law.mechanism import Span


def first_kept(time: Span, today: date) -> date:
    """Return the earliest day from which a time still runs today."""
    day = today - timedelta(days=time.length) if time.unit == "days" else add_months(today, -_months(time))
    while time.unit != "days" and add_months(day, _months(time)) < today:
        day += timedelta(days=1)
    return day


def last_kept(time: Span, since: date) -> date:
    """Return the last day of a time that begins on a day."""
    return since + timedelta(days=time.length) if time.unit == "days" else add_months(since, _months(time))


def _months(time: Span) -> int:
    return time.length * (12 if time.unit == "years" else 1)
