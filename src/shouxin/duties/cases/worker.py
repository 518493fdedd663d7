"""The worker that fires deadlines and follows the calendar while the server runs."""

from collections.abc import Callable

from shouxin.duties.cases.service import Cases
from shouxin.duties.rounds import Round

EVERY = 15.0
"""Seconds between two looks at the deadlines."""


class Worker(Round):
    """A round that fires what is over, and counts provisional deadlines again when a notice is loaded.

    A bad notice keeps no deadline from firing.
    """

    def __init__(self, cases: Cases, say: Callable[[str], None], every: float = EVERY) -> None:
        super().__init__("deadlines", self.look, say, every)
        self._cases = cases
        self._to_plan = True

    def look(self) -> None:
        """Do once what there is to do: the first time and after a new notice, count again; then fire.

        Errors of the store and of a notice pass through, those of a notice when everything is fired.
        """
        try:
            self._to_plan = self._cases.keeper.refresh() or self._to_plan
        finally:
            self._plan_and_fire()

    def _plan_and_fire(self) -> None:
        if self._to_plan:
            moved = self._cases.plan_again()
            self._to_plan = False
            if moved:
                self._say(f"the calendar moved {len(moved)} provisional deadlines")
        fired = self._cases.fire()
        if fired:
            self._say(f"{fired} deadlines ran out")
