"""What the law's procedure says of incidents: its opening step, who is told by which step, since when."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from shouxin.duties.cases.model import Given, NextStep
from shouxin.duties.cases.service import Cases
from shouxin.duties.incident.model import Account, Party
from shouxin.engine.expression import names
from shouxin.engine.procedure import Machine
from shouxin.errors import InputError
from shouxin.law import citation
from shouxin.law.procedure import Needed, Step
from shouxin.law.register import Register
from shouxin.store.ledger.entry import Actor

if TYPE_CHECKING:
    from sqlalchemy import Connection

PROCEDURE = "incident"
OURS = "processor"
"""The party that works with this system, as the procedure names it."""


def machine(cases: Cases) -> Machine:
    """Return the procedure."""
    return cases.procedures.machine(PROCEDURE)


def cases_of(cases: Cases, connection: "Connection", number: int, *, exercise: bool) -> Cases:
    """Return the cases that keep the case of an incident: those of the store, or the exercise's own."""
    if not exercise:
        return cases.within(connection)
    from shouxin.duties.incident.exercise import KeptExercise

    return Cases(cases.keeper, KeptExercise(connection, number))


def opening(of: Machine) -> Step:
    """Return the step that opens a case."""
    return next(step for step in of.steps if not step.from_ and OURS in step.by)


def in_force(of: Machine, register: Register, known_on: date) -> None:
    """Raise ``InputError`` (incident-before-law) for a day on which the first duties did not hold yet."""
    step = opening(of)
    laws = {citation.parse(one).instrument for one in of.provisions(step.name)}
    for law in sorted(laws, key=lambda one: register.instrument(one).effective, reverse=True):
        since = register.instrument(law).effective
        if known_on < since:
            raise InputError(
                "incident-before-law",
                f'"{law}" is in force since {since}, and the incident was known on {known_on}',
                where="known_on",
                remedy="an earlier incident is handled by the law of its day; keep it elsewhere",
            )


def opened(
    cases: Cases, account: Account, known: Mapping[str, Any], reference: str, today: date, actor: Actor
) -> int:
    """Open the case on the day it was known; where the facts leave one step that asks nothing, take it.

    Returns the number of the case.
    """
    of = machine(cases)
    step = opening(of)
    read = {name for one in of.steps for name in names(of.condition(one.name))}
    facts = {name: worth for name, worth in known.items() if name in read}
    facts |= {"happened_on": account.happened_on.isoformat(), "known_on": account.known_on.isoformat()}
    given = Given(
        step=step.name,
        by=OURS,
        on=account.known_on,
        facts=facts,
        records={one.name: reference for one in step.records if not one.optional},
    )
    case = cases.open(PROCEDURE, given, today, actor).case
    if case is None:
        raise AssertionError(reference)
    plain = [one for one in case.next if OURS in one.by and _asks_nothing(one)]
    if len(case.next) == len(plain) == 1:
        cases.move(case.id, Given(step=plain[0].step, by=OURS, on=account.known_on), today, actor)
    return case.id


def notice_to(of: Machine, party: Party) -> tuple[Step, tuple[Needed, ...]]:
    """Return the step by which a party is told, and the items of the notice.

    They are the records of that step, or where it has one for the whole report only, those of the step
    with the most.
    """
    telling = [step for step in of.steps if OURS in step.by and step.records]
    step = next(one for one in telling if party in one.tells)
    fullest = max((one for one in telling if one.tells), key=lambda one: len(one.records))
    return step, (step if len(step.records) > 1 else fullest).records


def _asks_nothing(step: NextStep) -> bool:
    return not step.records and not step.unknown
