"""What is asked of a case, as the engine takes it: the move, and the step that opens a case."""

from datetime import date

from shouxin.duties.cases.model import Given
from shouxin.engine.case import Move
from shouxin.engine.procedure import Machine
from shouxin.errors import InputError

LONGEST_RECORD = 2000
"""Characters that the record of a step may have: a reference or a sentence, not a document."""


def move_of(given: Given, today: date, *, step: str) -> Move:
    """Return the move that is asked for; raise ``InputError`` (step-future, record-empty, record-long)."""
    on = given.on or today
    if on > today:
        raise InputError(
            "step-future", f"{on} has not come yet", remedy="give the day on which the step was taken"
        )
    for name, text in given.records.items():
        if not text.strip():
            raise InputError(
                "record-empty",
                f'the record "{name[:80]}" is empty',
                remedy="write a sentence, or a reference to where the document lies",
            )
        if len(text) > LONGEST_RECORD:
            raise InputError(
                "record-long",
                f'the record "{name[:80]}" has {len(text):,} characters',
                remedy=f"write a reference of at most {LONGEST_RECORD:,} characters",
            )
    return Move(step=step, by=given.by, on=on, facts=given.facts, records=tuple(given.records))


def opening(machine: Machine, by: str) -> str:
    """Return the step that opens a case; raise ``InputError`` (step-missing) where several can."""
    opening = [step for step in machine.steps if not step.from_]
    fitting = [step.name for step in opening if by in step.by] or [step.name for step in opening]
    if len(fitting) > 1:
        raise InputError(
            "step-missing",
            f'several steps open a case of "{machine.data.procedure}"',
            remedy=f"name one of: {', '.join(fitting)}",
        )
    return fitting[0]
