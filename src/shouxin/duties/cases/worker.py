"""The worker that fires deadlines and follows the calendar while the server runs."""

import threading
from collections.abc import Callable
from types import TracebackType

from sqlalchemy.exc import SQLAlchemyError

from shouxin.duties.cases.service import Cases
from shouxin.errors import ShouxinError
from shouxin.store.refusals import REFUSALS, refusal

EVERY = 15.0
"""Seconds between two looks at the deadlines."""


class Worker:
    """A thread that fires what is over, and counts provisional deadlines again when a notice is loaded.

    A context manager: it stops between two transactions. A lost connection or a notice that cannot be
    read is said once, and tried again at the next look; a bad notice keeps no deadline from firing.
    """

    def __init__(self, cases: Cases, say: Callable[[str], None], every: float = EVERY) -> None:
        self._cases = cases
        self._say = say
        self._every = every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
        self._to_plan = True
        self._last_problem = ""

    def __enter__(self) -> "Worker":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

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

    def _run(self) -> None:
        while not self._stopping.is_set():
            problem = ""
            try:
                self.look()
            except (SQLAlchemyError, ShouxinError, OSError) as error:
                problem = f"deadlines are looked at again: {_told(error)}"
                if problem != self._last_problem:
                    self._say(problem)
            self._last_problem = problem
            self._stopping.wait(self._every)


def _told(error: Exception) -> str:
    """Return a problem in words, with its code and without what SQL held."""
    if isinstance(error, REFUSALS):
        error = refusal(error)
    if isinstance(error, ShouxinError):
        return f"{error} [{error.code}]"
    if isinstance(error, OSError):
        return f"{error.filename}: the notice cannot be read: {error.strerror} [notice-unreadable]"
    return f"{type(error).__name__} [internal-error]"
