"""The round that takes up requests that wait: held-up runs, and what the law no longer has kept."""

from collections.abc import Callable
from datetime import UTC, datetime

from shouxin.duties.days import today
from shouxin.duties.rights.following import follow
from shouxin.duties.rights.service import Rights
from shouxin.duties.rounds import Round

EVERY = 60.0
"""Seconds between two looks at the requests."""


class Follower(Round):
    """A round that goes on with what was approved, and plans again what a person then has to approve."""

    def __init__(self, rights: Rights, say: Callable[[str], None], every: float = EVERY) -> None:
        super().__init__("requests", self.look, say, every, first=min(every, 20.0))
        self._rights = rights

    def look(self) -> None:
        """Take up once what waits, and say what became of it."""
        for one in follow(self._rights.desk, today(), datetime.now(UTC)):
            if one.became != "waits":
                self._say(f"request {one.request} was taken up again: {one.became}")
