"""Working days: weekends, the State Council's holidays and make-up days, and what is not published yet.

A year without a notice has weekends only, and every date that depends on it is provisional.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

DAY = timedelta(days=1)


class Special(NamedTuple):
    """A day that a notice changes: a holiday, or a weekend day on which people work."""

    working: bool
    why: str


class Calendar:
    """Which days are working days; ``special`` holds those that notices change, ``years`` those noticed."""

    def __init__(self, special: Mapping[date, Special], years: frozenset[int]) -> None:
        self.special = dict(special)
        self.years = years

    def working(self, day: date) -> bool:
        """Tell whether ``day`` is a working day."""
        found = self.special.get(day)
        return found.working if found else day.weekday() < 5

    def why(self, day: date) -> str:
        """Return what makes ``day`` a day of rest or of work: the holiday's name, make-up day or weekend."""
        found = self.special.get(day)
        if found:
            return found.why
        return "weekend" if day.weekday() >= 5 else ""

    def published(self, day: date) -> bool:
        """Tell whether the notice for the year of ``day`` is known."""
        return day.year in self.years

    def next_working(self, day: date) -> date:
        """Return ``day`` if it is a working day, else the first one after it."""
        while not self.working(day):
            day += DAY
        return day

    def with_notice(self, year: int, special: Mapping[date, Special]) -> "Calendar":
        """Return this calendar with the notice for ``year`` in place of what it knew about that year."""
        kept = {day: item for day, item in self.special.items() if day.year != year}
        return Calendar({**kept, **special}, self.years | {year})


WEEKENDS = Calendar({}, frozenset())
"""The calendar of someone who knows no notice."""


@cache
def official() -> Calendar:
    """Return the calendar with every notice of the State Council that chinesecalendar knows (2004 on)."""
    from chinese_calendar import constants

    rest = {day: Special(working=False, why=name) for day, name in constants.holidays.items()}
    work = {day: Special(working=True, why="make-up day") for day in constants.workdays}
    return Calendar({**rest, **work}, frozenset(day.year for day in constants.holidays))
