"""Work in several stores, one transaction each, with a journal between them, resumed where it was cut off.

Before a store is asked to change, the journal says ``doing``; afterwards how it ended. Whoever finds that it
was begun asks the store whether anything is left to do, so that nothing is done twice and nothing half.
"""

from collections.abc import Callable
from typing import Literal, Protocol

from shouxin.connect.survey import Outcome, Survey
from shouxin.errors import InputError, ShouxinError

State = Literal["waiting", "doing", "done", "failed", "unknown"]

ROLLED_BACK = frozenset(
    {"connect-full", "connect-locked", "connect-refused", "connect-slow", "erase-residue"}
)
"""What a store raises when it is as before; where anything else fails, its state is not known."""


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
        as_before = isinstance(error, InputError) or error.code in ROLLED_BACK
        journal.ended(store, "failed" if as_before else "unknown", problem=error.code)
        return
    journal.ended(store, "done", outcome)


def as_planned(survey: Survey) -> Outcome:
    """Return what was planned of a store in which it was done before anybody wrote so down."""
    rows: dict[str, dict[str, int]] = {"deleted": {}, "changed": {}, "kept": {}}
    place = {"delete": "deleted", "anonymise": "changed", "mask": "changed", "keep": "kept"}
    for part in survey.parts:
        counts = rows[place[part.act]]
        counts[part.table] = counts.get(part.table, 0) + part.rows
    return Outcome(store=survey.store, deleted=rows["deleted"], changed=rows["changed"], kept=rows["kept"])
