"""The round that opens a retention run when it is time; it carries none out."""

from collections.abc import Callable
from datetime import date

from shouxin.duties.access.service import SYSTEM_KEY
from shouxin.duties.days import today
from shouxin.duties.retention.service import Retention
from shouxin.duties.rounds import Round

EVERY = 600.0
"""Seconds between two looks whether it is time."""


class Finder(Round):
    """A round that looks every ``days`` days for what is past its keeping time; with 0 it never looks."""

    def __init__(
        self, retention: Retention, days: int, say: Callable[[str], None], every: float = EVERY
    ) -> None:
        super().__init__("retention runs", self.look, say, every, first=min(every, 30.0))
        self._retention, self._days = retention, days

    def look(self, on: date | None = None) -> None:
        """Open a run where it is time for one; errors as ``Retention.find``."""
        day = on or today()
        if not self._days or not self._retention.due(day, self._days):
            return
        run = self._retention.find(day, SYSTEM_KEY, "system")
        if run.state == "asked":
            self._say(f"{run.rows:,} rows are past their keeping time: retention run {run.number} waits")
