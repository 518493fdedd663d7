"""The round that asks how far others are with what they were asked to do for a request."""

from collections.abc import Callable

from shouxin.duties.days import today
from shouxin.duties.rights import kept_errands, running
from shouxin.duties.rights.errands import LATEST
from shouxin.duties.rights.service import Rights
from shouxin.duties.rounds import Round
from shouxin.errors import ShouxinError
from shouxin.store.ledger.entry import Actor

EVERY = 15.0
"""Seconds between two looks at what others were asked to do."""

BY = Actor("system", "system")


class Asker(Round):
    """A round that goes on with every request whose answer is due; one that cannot go on waits an hour."""

    def __init__(self, rights: Rights, say: Callable[[str], None], every: float = EVERY) -> None:
        super().__init__("errands", self.look, say, every)
        self._rights = rights

    def look(self) -> None:
        """Ask for every answer that is due; a problem of one request keeps no other from being asked for."""
        desk = self._rights.desk
        with desk.begin() as connection:
            numbers = kept_errands.due(connection)
        problems = []
        for number in numbers:
            try:
                running.run(desk, number, today(), BY)
            except ShouxinError as error:
                problems.append(error)
            with desk.begin() as connection:
                kept_errands.later(connection, number, LATEST)
        if problems:
            raise problems[0]
