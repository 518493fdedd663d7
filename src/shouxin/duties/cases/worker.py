"""The worker that fires deadlines and follows the calendar while the server runs."""

import threading
from collections.abc import Callable
from types import TracebackType

from sqlalchemy.exc import SQLAlchemyError

from shouxin.duties.cases.service import Cases
from shouxin.errors import ShouxinError

EVERY = 15.0
"""Seconds between two looks at the deadlines."""


class Worker:
    """A thread that fires what is over, and counts provisional deadlines again when a notice is loaded.

    A context manager: it stops between two transactions. A lost connection or a notice that cannot be
    read is said once, and tried again at the next look.
    """

    def __init__(self, cases: Cases, say: Callable[[str], None], every: float = EVERY) -> None:
        self._cases = cases
        self._say = say
        self._every = every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
        self._last_problem = ""

    def __enter__(self) -> "Worker":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def look(self, *, first: bool = False) -> None:
        """Do once what there is to do; errors of the store pass through."""
        if self._cases.keeper.refresh() or first:
            moved = self._cases.plan_again()
            if moved:
                self._say(f"the calendar moved {len(moved)} provisional deadlines")
        fired = self._cases.fire()
        if fired:
            self._say(f"{fired} deadlines ran out")

    def _run(self) -> None:
        first = True
        while not self._stopping.is_set():
            try:
                self.look(first=first)
                first, self._last_problem = False, ""
            except (SQLAlchemyError, ShouxinError) as error:
                problem = f"deadlines wait: {getattr(error, 'code', 'store-unreachable')}"
                if problem != self._last_problem:
                    self._say(problem)
                self._last_problem = problem
            self._stopping.wait(self._every)
