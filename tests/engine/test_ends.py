"""When a case ends, what its end makes pointless is cancelled, and what outlives it stays owed."""

from datetime import date

import pytest

from shouxin.engine.calendar import official
from shouxin.engine.case import Case, Effect, Move, Running
from shouxin.engine.engines import Engines
from shouxin.law.mechanism import Span
from shouxin.law.register import register

ENGINES = Engines(register())
CLOCK = "miit-24:art_12__cl_4"


def walked(procedure: str, *taken: tuple[str, date], **facts: object) -> tuple[Case, tuple[Effect, ...]]:
    """Return a case after steps, each by the first who may take it, and what followed from the last."""
    machine = ENGINES.machines.find(procedure)
    steps = {step.name: step for step in machine.steps}
    case = Case(procedure=procedure)
    effects: tuple[Effect, ...] = ()
    own = {"ecommerce-law:art_56": Span(length=2), "pipl:art_54": Span(length=1, unit="years")}
    for name, day in taken:
        step = steps[name]
        records = tuple(record.name for record in step.records)
        given = {key.replace("__", "."): worth for key, worth in facts.items()} if not case.history else {}
        move = Move(step=name, by=step.by[0], on=day, facts=given, records=records)
        case, effects = machine.advance(case, move, official(), own)
    return case, effects


def complaint(*taken: tuple[str, date]) -> tuple[Case, tuple[Effect, ...]]:
    """Return a complaint after steps."""
    return walked(
        "user-complaint",
        ("complain", date(2025, 6, 3)),
        *taken,
        subject="user_information",
        place__service_in_china=True,
        actor__telecom_or_internet_provider=True,
    )


def clock(case: Case, provision: str) -> Running:
    """Return the last clock of a provision."""
    return [item for item in case.clocks if item.provision == provision][-1]


def test_a_withdrawn_complaint_needs_no_answer() -> None:
    """The fifteen days are cancelled with the withdrawal, which says so."""
    case, effects = complaint(("withdraw", date(2025, 6, 10)))
    ended = clock(case, CLOCK)
    assert (ended.cancelled, ended.stopped, ended.late) == (True, date(2025, 6, 10), False)
    assert Effect("cancel", CLOCK) in effects


def test_an_answer_is_no_cancelling() -> None:
    """What a step meets is met."""
    case, effects = complaint(("accept", date(2025, 6, 4)), ("answer", date(2025, 6, 5)))
    assert (clock(case, CLOCK).cancelled, clock(case, CLOCK).stopped) == (False, date(2025, 6, 5))
    assert all(effect.what != "cancel" for effect in effects)


def test_what_was_missed_before_the_end_stays_missed() -> None:
    """Who withdraws on the sixteenth day does not make good that nobody answered in fifteen."""
    case, _ = complaint(("withdraw", date(2025, 6, 19)))
    assert clock(case, CLOCK).late


def test_no_step_but_the_last_cancels_anything() -> None:
    """Until the case ends its clocks run."""
    case, _ = complaint(("accept", date(2025, 6, 4)))
    assert clock(case, CLOCK).stopped is None


def test_a_time_to_keep_something_outlives_the_case() -> None:
    """The report of an impact assessment is kept for three years although the case is over."""
    case, _ = walked(
        "impact-assessment",
        *((name, date(2025, 6, 3)) for name in ("plan", "assess", "drop")),
        case="sensitive",
    )
    assert ENGINES.machines.find("impact-assessment").states[case.state].final
    kept = clock(case, "pipl:art_56__para_2")
    assert (kept.stopped, kept.due) == (None, date(2028, 6, 3))


def test_a_duty_that_is_said_to_outlive_the_case_stays_owed() -> None:
    """A payment whose error is corrected is still to be confirmed."""
    case, _ = walked(
        "payment",
        *((name, date(2025, 6, 3)) for name in ("check", "instruct", "pay", "report_error")),
        *((name, date(2025, 6, 4)) for name in ("find_cause", "correct")),
    )
    assert case.state == "corrected"
    assert (clock(case, "ecommerce-law:art_56").stopped, clock(case, "ecommerce-law:art_56").due) == (
        None,
        date(2025, 6, 5),
    )


@pytest.mark.parametrize(("last", "late"), [(date(2025, 6, 18), False), (date(2025, 6, 30), False)])
def test_a_time_that_somebody_waited_for_is_never_missed_by_the_end(last: date, late: bool) -> None:
    """Fifteen days in which the owner of the right may complain pass, or the case ends before."""
    waited = Running(
        provision="made-up:art_1",
        began=date(2025, 6, 3),
        due=date(2025, 6, 18),
        direction="at_least",
        waited=True,
        stopped=last,
        cancelled=True,
    )
    assert waited.late is late
