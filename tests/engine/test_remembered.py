"""What a machine remembers of clocks and conditions never answers for another day, calendar or length."""

from datetime import date

import pytest

from shouxin.engine.calendar import Calendar, Special, official
from shouxin.engine.case import Case, Move, RefusalError
from shouxin.engine.engines import Engines
from shouxin.law.mechanism import Span
from shouxin.law.register import register

ENGINES = Engines(register())
FILING = ENGINES.machines.find("algorithm-filing")
CLOCK = "algorithm-recommendation:art_24__para_1"


def started(day: date, calendar: Calendar) -> date | None:
    """Return the last day for filing of a provider who begins its service."""
    way = next(way for way in FILING.data.paths if CLOCK in way.due)
    taken = way.takes[0]
    step = next(step for step in FILING.steps if step.name == taken.step)
    records = tuple(record.name for record in step.records)
    move = Move(step=taken.step, by=step.by[0], on=day, facts=taken.facts, records=records)
    after, _ = FILING.advance(Case(procedure="algorithm-filing"), move, calendar)
    return next(clock.due for clock in after.clocks if clock.provision == CLOCK)


def test_each_day_and_each_calendar_has_its_own_end() -> None:
    """The same step on another day, or under another notice, has another end; asked again, the same."""
    closed = {date(2025, 6, day): Special(working=False, why="closed") for day in range(4, 7)}
    other = official().with_notice(2025, closed)
    for _ in range(2):
        assert started(date(2025, 6, 3), official()) == date(2025, 6, 17)
        assert started(date(2025, 6, 9), official()) == date(2025, 6, 23)
        assert started(date(2025, 6, 3), other) == date(2025, 6, 20)


def test_the_length_that_an_organisation_sets_counts_at_once() -> None:
    """Another length of its own gives another end, and none gives none."""
    machine = ENGINES.machines.find("rights-request")
    clock, starts = next((name, step) for step in machine.steps if not step.from_ for name in step.starts)
    way = next(way for way in machine.data.paths if way.takes[0].step == starts.name)
    records = tuple(record.name for record in starts.records)
    taken = way.takes[0]
    move = Move(step=starts.name, by=starts.by[0], on=date(2025, 6, 3), facts=taken.facts, records=records)
    ends = [
        machine.advance(Case(procedure="rights-request"), move, official(), own)[0].clocks[0].due
        for own in ({clock: Span(length=5)}, {clock: Span(length=9)}, {}, {clock: Span(length=5)})
    ]
    assert ends == [date(2025, 6, 8), date(2025, 6, 12), None, date(2025, 6, 8)]


def test_a_condition_met_once_is_not_met_by_other_facts() -> None:
    """A complaint that may be taken with its facts is refused without them, before and after."""
    machine = ENGINES.machines.find("user-complaint")
    known = {
        "subject": "user_information",
        "place.service_in_china": True,
        "actor.telecom_or_internet_provider": True,
    }
    step = Move(step="complain", by="complainant", on=date(2025, 6, 3), records=("complaint",))
    empty = Case(procedure="user-complaint")
    for lacking, code in (("subject", "step-facts"), ("place.service_in_china", "step-facts")):
        assert machine.advance(Case(procedure="user-complaint", facts=dict(known)), step, official())
        with pytest.raises(RefusalError) as refused:
            some = {name: worth for name, worth in known.items() if name != lacking}
            machine.advance(Case(procedure="user-complaint", facts=some), step, official())
        assert refused.value.code == code
    with pytest.raises(RefusalError) as refused:
        away = {**known, "place.service_in_china": False}
        machine.advance(Case(procedure="user-complaint", facts=dict(away)), step, official())
    assert refused.value.code == "step-not-allowed"
    assert empty.facts == {}
