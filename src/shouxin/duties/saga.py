"""Work in several stores, one transaction each, with a journal between them, resumed where it was cut off.

Before a store is asked to change, the journal says ``doing``; afterwards how it ended. Whoever finds that it
was begun asks the store whether anything is left to do, so that nothing is done twice and nothing half.
"""

import datetime
from collections.abc import Callable
from typing import Literal, Protocol

from shouxin.connect.survey import Outcome
from shouxin.errors import InputError, ShouxinError
from shouxin.law.base import Shape

State = Literal["waiting", "doing", "elsewhere", "done", "failed", "unknown"]
"""``elsewhere``: somebody else was asked to do it, and has not said yet that they have."""

ROLLED_BACK = frozenset(
    {"connect-full", "connect-locked", "connect-refused", "connect-slow", "erase-residue"}
)
"""What a store raises when it is as before; where anything else fails, its state is not known."""


class Task(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The work in one store: where it stands, what it did, the entry of the ledger that says so.

    ``since`` is when somebody else was asked to do it.
    """

    store: str
    state: State
    outcome: Outcome | None = None
    problem: str = ""
    entry: int | None = None
    since: datetime.datetime | None = None


class Journal(Protocol):
    """Where it is written down how the work in each store stands, in a transaction of its own each time."""

    def begun(self, store: str) -> None:
        """Write down that a store is about to be changed."""

    def ended(self, store: str, state: State, outcome: Outcome | None = None, problem: str = "") -> None:
        """Write down how it ended: what was done, or the code of what stood in the way."""


def carry(
    journal: Journal,
    store: str,
    state: State,
    work: Callable[[], Outcome],
    before: Callable[[], Outcome | None],
) -> None:
    """Do the work in one store; ``before`` returns what a run that was cut off had done, if it had."""
    journal.begun(store)
    try:
        outcome = (before() if state != "waiting" else None) or work()
    except ShouxinError as error:
        journal.ended(store, after(error), problem=error.code)
        return
    journal.ended(store, "done", outcome)


def after(error: ShouxinError) -> State:
    """Return how a store stands after an error: as before, or nobody knows."""
    return "failed" if isinstance(error, InputError) or error.code in ROLLED_BACK else "unknown"
