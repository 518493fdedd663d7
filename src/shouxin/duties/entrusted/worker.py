"""The round that goes on with requests of controllers, and tells them what became of those."""

from collections.abc import Callable

from shouxin.duties.days import today
from shouxin.duties.entrusted import kept
from shouxin.duties.entrusted.calls import Caller, call_all
from shouxin.duties.entrusted.service import Entrusted
from shouxin.duties.rounds import Round
from shouxin.errors import ShouxinError

EVERY = 15.0
"""Seconds between two looks at the requests of controllers."""

_AT_ONCE = 500


class Teller(Round):
    """A round over all requests of controllers that go on; a problem of one keeps no other."""

    def __init__(
        self,
        entrusted: Entrusted,
        say: Callable[[str], None],
        caller: Caller | None = None,
        every: float = EVERY,
    ) -> None:
        super().__init__("requests of controllers", self.look, say, every)
        self._entrusted, self._caller = entrusted, caller or Caller()

    def look(self) -> None:
        """Go on with each, write new states down, call whoever waits for them, clear what is over."""
        desk, problems = self._entrusted.rights.desk, []
        with desk.begin() as connection:
            rows = kept.every(connection, _AT_ONCE, only_open=True)
            kept.clear(connection)
        for row in rows:
            try:
                self._entrusted.carry(row, today())
            except ShouxinError as error:
                problems.append(error)
            self._entrusted.look_after(row, today())
        call_all(self._entrusted, self._caller, today())
        if problems:
            raise problems[0]
