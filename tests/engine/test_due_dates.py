"""Last days worked out by hand on the text of the notices agree with the clocks, and so do both calendars."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import holidays
import pytest
import yaml

from shouxin.engine.calendar import Calendar, Special, official
from shouxin.engine.clock import Timer, run
from shouxin.engine.engines import Engines
from shouxin.law.mechanism import Pause, Span
from shouxin.law.register import register

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "due_dates.yaml").read_text(encoding="utf-8"))
NOTICES = yaml.safe_load((HERE / "holiday_notices.yaml").read_text(encoding="utf-8"))
FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)


def days(first: date, last: date) -> Iterator[date]:
    """Yield every day from the first to the last."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


@cache
def noticed() -> Calendar:
    """Return the calendar that the text of the notices makes."""
    off = {
        day: Special(working=False, why=item["why"])
        for notice in NOTICES
        for item in notice["rest"]
        for day in days(item["from"], item["to"])
    }
    work = {day: Special(working=True, why="make-up day") for notice in NOTICES for day in notice["work"]}
    assert not off.keys() & work.keys()
    return Calendar({**off, **work}, frozenset(notice["year"] for notice in NOTICES))


@cache
def engines(readings: tuple[tuple[str, str], ...]) -> Engines:
    """Return the engines under some answers to readings."""
    return Engines(register(), dict(readings))


def span(text: str) -> Span:
    """Return a length of time as the table writes it: "30 working days"."""
    found = re.fullmatch(r"(\d+) (working|calendar) (days|months|years)", text)
    assert found, text
    return Span(length=int(found[1]), kind=found[2], unit=found[3])  # type: ignore[arg-type]


def last_day(case: Mapping[str, Any], calendar: Calendar) -> date | None:
    """Return the last day of a case as the engine counts it."""
    own = span(case["length"]) if "length" in case else None
    pauses = [Pause(**item) for item in case.get("pauses", ())]
    if "clock" in case:
        extended_by = [case["extended_by"]] if "extended_by" in case else []
        clocks = engines(tuple(case.get("readings", {}).items())).clocks
        found = clocks.due(
            case["clock"], case["start"], calendar, own=own, pauses=pauses, extended_by=extended_by
        )
        assert found.own == (own is not None)
        return found.due
    plain = Timer(
        provision="made-up:art_1",
        direction=case.get("direction", "within"),
        span=own,
        at_once=False,
        word="",
        first_day="next",
        past_rest_days=False,
        year_end=False,
        extends=(),
        pauses=(),
        readings=(),
    )
    return run(plain, case["start"], calendar, pauses=pauses).due


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.get('clock', case.get('length'))}-{case['start']}"
)
def test_the_last_day_is_the_one_counted_by_hand(case: dict[str, Any]) -> None:
    """The engine agrees with the working, on its own calendar and on that of the notices."""
    assert last_day(case, official()) == case["due"], case["counted"]
    assert last_day(case, noticed()) == case["due"], case["counted"]


def test_the_table_is_wide_enough() -> None:
    """At least sixty cases, no two the same, in every year from 2019 to 2026, each with its working."""
    assert len(CASES) >= 60
    assert len({str({**case, "counted": ""}) for case in CASES}) == len(CASES)
    assert {case["due"].year for case in CASES} >= set(range(2019, 2027))
    assert all(case["counted"] for case in CASES)
    assert any((case["start"], case["due"]) == (date(2025, 6, 1), date(2025, 7, 14)) for case in CASES)


def test_a_make_up_day_lies_on_a_weekend_and_a_weekend_needs_no_notice() -> None:
    """The table of notices is copied well: who works on a working day or names another year erred."""
    for notice in NOTICES:
        assert all(day.weekday() >= 5 for day in notice["work"])
        named = {item[end].year for item in notice["rest"] for end in ("from", "to")}
        assert named <= {notice["year"] - 1, notice["year"]}


def test_the_calendar_is_that_of_the_notices() -> None:
    """The package's days of rest and work from 2019 to 2026 are those the State Council published."""
    wrong = [day for day in days(FIRST, LAST) if official().working(day) != noticed().working(day)]
    assert wrong == []


def test_two_packages_agree_day_by_day() -> None:
    """The data of `holidays` has the same working days; where a release differs, the notices decide."""
    china = holidays.country_holidays("CN", years=range(FIRST.year, LAST.year + 1))
    differing = [day for day in days(FIRST, LAST) if official().working(day) != china.is_working_day(day)]
    assert differing == []
