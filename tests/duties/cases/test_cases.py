"""Cases are opened, moved and shown; each step with its events, deadlines and messages in one transaction."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from shouxin.duties.cases.kept import KeptCases, Work
from shouxin.duties.cases.model import Given
from shouxin.duties.cases.service import Cases
from shouxin.duties.due.notices import Notice, with_notice
from shouxin.duties.due.service import Timekeeper
from shouxin.errors import InputError
from shouxin.store.deadlines import case, case_event, deadline, outbox
from tests.duties.cases.conftest import TODAY, short_law

CLOCK = "miit-24:art_12__cl_4"
COMPLAIN = Given(by="complainant", on=TODAY, records={"complaint": "ticket 4711"})


def answer(on: date, **more: Any) -> Given:
    """Return the step with which an operator answers."""
    return Given(step="answer", by="operator", on=on, records={"answer": "letter 12"}, **more)


def rows(engine: Engine, table: sa.Table) -> list[Any]:
    """Return every row of a table in its order."""
    with engine.connect() as connection:
        return list(connection.execute(sa.select(table).order_by(*table.primary_key)))


def test_a_case_opens_with_its_deadline_and_its_messages(cases: Cases, migrated: Engine) -> None:
    """One transaction leaves a case, the event of its first step, the deadline and who is told."""
    opened = cases.open("user-complaint", COMPLAIN, TODAY).case
    assert opened is not None
    (kept,) = rows(migrated, deadline)
    assert (kept.provision, kept.due_on, kept.state) == (CLOCK, date(2025, 6, 18), "open")
    assert [message.topic for message in rows(migrated, outbox)] == ["case.tell"]
    assert [event.records for event in opened.history] == [{"complaint": "ticket 4711"}]
    (clock,) = opened.clocks
    assert (clock.days_left, clock.late) == (15, False)
    assert {step.step for step in opened.next} == {"answer", "withdraw"}


@pytest.mark.parametrize(("on", "state"), [(date(2025, 6, 18), "met"), (date(2025, 6, 19), "missed")])
def test_an_answer_stops_the_deadline_in_time_or_late(
    cases: Cases, migrated: Engine, on: date, state: str
) -> None:
    """The fifteenth day is in time, the day after is not."""
    number = cases.open("user-complaint", COMPLAIN, TODAY).case.id  # type: ignore[union-attr]
    ended = cases.move(number, answer(on), on).case
    assert ended is not None
    assert (ended.state, ended.final, ended.version) == ("answered", True, 2)
    (kept,) = rows(migrated, deadline)
    assert (kept.state, kept.stopped_on) == (state, on)


def test_an_answer_written_down_later_makes_good_what_was_fired(cases: Cases, migrated: Engine) -> None:
    """The worker fired on what it knew; the answer of the last day turns up and the deadline is met."""
    number = cases.open("user-complaint", COMPLAIN, TODAY).case.id  # type: ignore[union-attr]
    assert cases.fire() == 1
    assert cases.list(late=True)[0].id == number
    cases.move(number, answer(date(2025, 6, 18)), date(2025, 6, 30))
    (kept,) = rows(migrated, deadline)
    assert kept.state == "met"
    assert cases.list(late=True) == ()
    assert cases.fire() == 0
    assert [event.kind for event in cases.show(number, TODAY).history] == ["step", "missed", "step"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Given(step="nothing", by="operator"), "step-unknown"),
        (Given(step="answer", by="complainant", records={"answer": "x"}), "step-role"),
        (Given(step="answer", by="operator"), "step-records"),
        (Given(step="answer", by="operator", records={"answer": "x", "more": "y"}), "step-records"),
        (Given(step="answer", by="operator", records={"answer": "x" * 2001}), "record-long"),
        (Given(step="answer", by="operator", records={"answer": " "}), "record-empty"),
        (Given(step="answer", by="operator", on=date(2025, 6, 2), records={"answer": "x"}), "step-date"),
        (Given(step="answer", by="operator", on=date(2025, 7, 2), records={"answer": "x"}), "step-future"),
        (Given(step="answer", by="operator", records={"answer": "x"}, facts={"a": 1}), "fact-unknown"),
        (Given(step="answer", by="operator", records={"answer": "x"}, version=7), "case-version"),
    ],
    ids=lambda worth: worth if isinstance(worth, str) else "",
)
def test_a_refused_step_changes_nothing(cases: Cases, migrated: Engine, given: Given, code: str) -> None:
    """Not one row of any table differs."""
    number = cases.open("user-complaint", COMPLAIN, TODAY).case.id  # type: ignore[union-attr]
    before = [rows(migrated, table) for table in (case, case_event, deadline, outbox)]
    with pytest.raises(InputError) as refused:
        cases.move(number, given, date(2025, 6, 10))
    assert refused.value.code == code
    assert [rows(migrated, table) for table in (case, case_event, deadline, outbox)] == before


def test_of_many_hands_one_moves_the_case(cases: Cases, migrated: Engine) -> None:
    """The others are told that the step cannot be taken any more; one event, one stopped deadline."""
    number = cases.open("user-complaint", COMPLAIN, TODAY).case.id  # type: ignore[union-attr]

    def taken(_: int) -> str:
        try:
            return cases.move(number, answer(TODAY), TODAY).state
        except InputError as refused:
            return refused.code

    with ThreadPoolExecutor(8) as hands:
        ended = Counter(hands.map(taken, range(16)))
    assert ended == {"answered": 1, "step-not-now": 15}
    assert [event.kind for event in rows(migrated, case_event)] == ["step", "step"]
    assert [row.state for row in rows(migrated, deadline)] == ["met"]


@pytest.mark.parametrize("last", ["happened", "deadlines", "tell"])
def test_a_step_that_breaks_off_leaves_nothing_behind(
    cases: Cases, migrated: Engine, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    """Whatever it was writing when it ended, the case is as it was."""
    number = cases.open("user-complaint", COMPLAIN, TODAY).case.id  # type: ignore[union-attr]
    before = [rows(migrated, table) for table in (case, case_event, deadline, outbox)]
    broken = {last: lambda *_: (_ for _ in ()).throw(ConnectionError("cut off"))}
    monkeypatch.setattr(Work, last, broken[last])
    with pytest.raises(ConnectionError):
        cases.move(number, answer(TODAY), TODAY)
    assert [rows(migrated, table) for table in (case, case_event, deadline, outbox)] == before


def test_a_dry_run_says_what_would_follow_and_keeps_nothing(cases: Cases, migrated: Engine) -> None:
    """Of opening and of moving alike."""
    tried = cases.open(
        "user-complaint", Given(by="complainant", records={"complaint": "x"}, dry_run=True), TODAY
    )
    assert (tried.state, tried.case, rows(migrated, case)) == ("received", None, [])
    assert (tried.follows[0].what, tried.follows[0].due) == ("start", date(2025, 6, 18))
    number = cases.open("user-complaint", COMPLAIN, TODAY).case.id  # type: ignore[union-attr]
    moved = cases.move(number, answer(TODAY, dry_run=True), TODAY)
    assert (moved.dry_run, moved.state) == (True, "answered")
    assert cases.show(number, TODAY).state == "received"


def test_where_several_steps_open_a_case_one_is_named(cases: Cases) -> None:
    """The refusal lists them."""
    with pytest.raises(InputError) as refused:
        cases.open("rights-request", Given(by="nobody"), TODAY)
    assert refused.value.code == "step-missing"
    assert "ask_access" in refused.value.remedy


@pytest.mark.parametrize("number", [0, -1, 7, 2**70])
def test_a_case_that_is_not_there_is_named(cases: Cases, number: int) -> None:
    """Whatever number is asked for."""
    for action in (lambda: cases.show(number, TODAY), lambda: cases.move(number, answer(TODAY), TODAY)):
        with pytest.raises(InputError) as refused:
            action()
        assert refused.value.code == "case-unknown"


def test_lists_are_filtered_and_what_is_late_stands_first(cases: Cases) -> None:
    """By procedure, by state, by the time within which something is due."""
    early = Given(by="complainant", on=date(2025, 5, 1), records={"complaint": "x"})
    first = cases.open("user-complaint", COMPLAIN, TODAY).case.id  # type: ignore[union-attr]
    second = cases.open("user-complaint", early, TODAY).case.id  # type: ignore[union-attr]
    cases.move(first, answer(TODAY), TODAY)
    assert [line.id for line in cases.list()] == [second, first]
    assert [line.id for line in cases.list(state="ended")] == [first]
    assert [line.id for line in cases.list(state="open", procedure="user-complaint")] == [second]
    assert [line.id for line in cases.list(state="answered")] == [first]
    assert cases.list(procedure="incident") == ()
    (due,) = cases.due(TODAY)
    assert (due.case, due.late, due.days_left) == (second, True, -18)
    with pytest.raises(InputError) as refused:
        cases.list(state="nowhere")
    assert refused.value.code == "state-unknown"


def test_a_notice_moves_what_was_provisional_and_nothing_else(migrated: Engine) -> None:
    """Working days that reach into a year without a notice are counted again once it is loaded."""
    keeper = Timekeeper(short_law())
    cases = Cases(keeper, KeptCases(migrated))
    machine = keeper.engines.machines.find("cybersecurity-review")
    opening = next(step for step in machine.steps if step.name == "file_listing")
    given = Given(
        step="file_listing",
        by=opening.by[0],
        on=date(2031, 1, 6),
        records={record.name: "file 1" for record in opening.records},
        facts={"kind": "listing", "users_over_million": True, "listing_documents_submitted": False},
    )
    cases.open("user-complaint", COMPLAIN, TODAY)
    opened = cases.open("cybersecurity-review", given, date(2031, 1, 6)).case
    assert opened is not None
    before = [clock for clock in opened.clocks if clock.provisional]
    assert before
    rest = {date(2031, 1, 1 + number): "made up" for number in range(25)}
    keeper.calendar = with_notice(keeper.calendar, Notice(year=2031, rest=rest, source="made up"))
    moved = cases.plan_again()
    assert {item.case for item in moved} == {opened.id}
    after = cases.show(opened.id, date(2031, 1, 6))
    assert not any(clock.provisional for clock in after.clocks)
    assert [item.due for item in moved] == [clock.due for clock in after.clocks if clock.due]
    assert after.history[-1].kind == "planned"
    assert cases.plan_again() == ()


def test_the_end_of_a_case_cancels_what_it_makes_pointless(cases: Cases, migrated: Engine) -> None:
    """A withdrawn complaint leaves no deadline to answer, but an event and a message that say so."""
    number = cases.open("user-complaint", COMPLAIN, TODAY).case.id  # type: ignore[union-attr]
    ended = cases.move(number, Given(step="withdraw", by="complainant", on=TODAY), TODAY)
    assert ("cancel", CLOCK) in [(item.what, item.about) for item in ended.follows]
    (kept,) = rows(migrated, deadline)
    assert (kept.state, kept.stopped_on) == ("cancelled", TODAY)
    assert cases.due(TODAY) == ()
    assert cases.fire() == 0
    shown = cases.show(number, TODAY)
    assert [event.kind for event in shown.history] == ["step", "step", "cancelled"]
    assert (shown.history[-1].provision, shown.history[-1].due_on) == (CLOCK, date(2025, 6, 18))
    assert [clock.state for clock in shown.clocks] == ["cancelled"]
    assert "deadline.cancelled" in [message.topic for message in rows(migrated, outbox)]


def test_a_deadline_that_was_missed_before_the_end_stays_missed(cases: Cases, migrated: Engine) -> None:
    """It is no longer owed, and the record says that it was missed."""
    number = cases.open("user-complaint", COMPLAIN, TODAY).case.id  # type: ignore[union-attr]
    assert cases.fire() == 1
    late = date(2025, 6, 19)
    cases.move(number, Given(step="withdraw", by="complainant", on=late), late)
    (kept,) = rows(migrated, deadline)
    assert (kept.state, kept.stopped_on) == ("missed", late)
    assert cases.due(late) == ()
    assert [event.kind for event in cases.show(number, late).history] == ["step", "missed", "step"]


def test_what_outlives_the_case_stays_owed(cases: Cases, migrated: Engine) -> None:
    """The report of an impact assessment is kept for three years although its plan was dropped."""
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("plan", {"case": "sensitive"}),
        ("assess", {}),
        ("drop", {}),
    )
    number = None
    machine = cases.keeper.engines.machines.find("impact-assessment")
    for name, facts in steps:
        step = next(one for one in machine.steps if one.name == name)
        records = {record.name: "file 7" for record in step.records}
        given = Given(step=name, by=step.by[0], on=TODAY, facts=facts, records=records)
        taken = cases.move(number, given, TODAY) if number else cases.open("impact-assessment", given, TODAY)
        number = taken.case.id if taken.case else None
    (kept,) = [row for row in rows(migrated, deadline) if row.provision == "pipl:art_56__para_2"]
    assert (kept.state, kept.stopped_on, kept.due_on) == ("open", None, date(2028, 6, 3))
    assert [line.provision for line in cases.due(TODAY)] == ["pipl:art_56__para_2"]
