"""Clocks run out on the day that a hand-made table says, on working days, and never earlier for more time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shouxin.engine.calendar import WEEKENDS, Special, official
from shouxin.engine.clock import Timer, add_months, run
from shouxin.errors import InputError
from shouxin.law.mechanism import Pause, Span

DAYS = some.dates(date(2004, 1, 1), date(2026, 6, 30))


def timer(direction: str = "within", **changes: object) -> Timer:
    """Return a clock without a figure of its own."""
    plain = {
        "provision": "made-up:art_1",
        "span": None,
        "at_once": False,
        "word": "",
        "first_day": "next",
        "past_rest_days": False,
        "year_end": False,
        "extends": (),
        "pauses": (),
        "readings": (),
    }
    return Timer(**{**plain, "direction": direction, **changes})  # type: ignore[arg-type]


def due(
    start: date, length: int, unit: str = "days", kind: str = "calendar", **changes: object
) -> date | None:
    """Return when a clock of one length runs out."""
    span = Span(length=length, unit=unit, kind=kind)  # type: ignore[arg-type]
    return run(timer(**changes), start, official(), own=span).due  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "length", "last"),
    [
        (date(2025, 6, 1), 30, date(2025, 7, 14)),
        (date(2025, 1, 24), 3, date(2025, 2, 5)),  # 26 January is a make-up Sunday, then Spring Festival
        (date(2024, 2, 2), 5, date(2024, 2, 8)),  # 4 February is a make-up Sunday
        (date(2024, 2, 8), 1, date(2024, 2, 9)),  # a working day until the notice's holiday begins
        (date(2023, 9, 28), 2, date(2023, 10, 8)),  # 7 and 8 October are make-up days
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2019, 4, 30), 1, date(2019, 5, 5)),  # make-up Sunday after the lengthened Labour Day
    ],
)
def test_working_days_follow_the_notices(start: date, length: int, last: date) -> None:
    """Holidays are skipped and make-up weekend days count."""
    assert due(start, length, kind="working") == last


def test_a_month_ends_on_the_same_number_or_the_last_day() -> None:
    """31 January and one month is 28 February, and 29 February and one year too."""
    assert due(date(2025, 1, 31), 1, "months") == date(2025, 2, 28)
    assert due(date(2024, 2, 29), 1, "years") == date(2025, 2, 28)
    assert due(date(2025, 8, 31), 6, "months", direction="before") == date(2025, 2, 28)


def test_the_first_day_counts_only_where_the_clock_says_so() -> None:
    """The day on which a time begins is left out unless a reading counts it."""
    assert due(date(2025, 6, 3), 15) == date(2025, 6, 18)
    assert due(date(2025, 6, 3), 15, first_day="same") == date(2025, 6, 17)


def test_a_last_day_of_rest_moves_only_where_the_clock_says_so() -> None:
    """1 October is a holiday: the last day stays there, or moves to the first working day."""
    assert due(date(2025, 9, 1), 30) == date(2025, 10, 1)
    assert due(date(2025, 9, 1), 30, past_rest_days=True) == date(2025, 10, 9)


def test_days_of_a_pause_do_not_count() -> None:
    """From the day after the request to the day the material arrives the clock stands still."""
    pause = Pause(begins=date(2025, 6, 4), ends=date(2025, 6, 10))
    found = run(timer(), date(2025, 6, 3), official(), own=Span(length=5), pauses=(pause,))
    assert found.due == date(2025, 6, 14)
    assert [item.why for item in found.skipped] == ["pause"] * 6


def test_the_day_on_which_a_pause_begins_still_counts() -> None:
    """Supplements asked for on the last day come too late to move it; a day earlier they do."""
    last, day = date(2025, 6, 8), timedelta(days=1)
    for begins, moved in ((last, 0), (last - day, 3)):
        pause = Pause(begins=begins, ends=begins + 3 * day)
        found = run(timer(), date(2025, 6, 3), official(), own=Span(length=5), pauses=(pause,))
        assert found.due == last + moved * day


@given(DAYS, some.integers(1, 24), some.lists(some.integers(0, 120), max_size=4))
def test_months_stand_still_in_a_pause_as_days_do(start: date, months: int, gaps: list[int]) -> None:
    """A pause moves the end of months by what it moves the end of as many days."""
    edges = [start + timedelta(days=sum(gaps[: number + 1])) for number in range(len(gaps))]
    pauses = [Pause(begins=a, ends=b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    days = (add_months(start, months) - start).days
    by_months, by_days = (
        run(timer(), start, official(), own=own, pauses=pauses)
        for own in (Span(length=months, unit="months"), Span(length=days))
    )
    assert (by_months.due, by_months.skipped) == (by_days.due, by_days.skipped)


def test_a_pause_before_the_clock_is_refused() -> None:
    """A pause must lie within the time that runs."""
    pause = Pause(begins=date(2025, 6, 1), ends=date(2025, 6, 10))
    with pytest.raises(InputError) as refused:
        run(timer(), date(2025, 6, 3), official(), own=Span(length=5), pauses=(pause,))
    assert refused.value.code == "clock-pause"


def test_a_year_without_a_notice_is_provisional() -> None:
    """Beyond the published years only weekends are known, and a loaded notice settles it."""
    start, span = date(2030, 9, 27), Span(length=5, kind="working")
    guessed = run(timer(), start, official(), own=span)
    assert (guessed.due, guessed.provisional) == (date(2030, 10, 4), True)
    rest = {date(2030, 10, day): Special(working=False, why="National Day") for day in range(1, 8)}
    settled = run(timer(), start, official().with_notice(2030, rest), own=span)
    assert (settled.due, settled.provisional) == (date(2030, 10, 11), False)


def test_a_word_without_a_figure_has_no_date() -> None:
    """The word "promptly" is no number of days, and none is invented."""
    found = run(timer(word="promptly"), date(2025, 6, 3), official())
    assert (found.due, found.word) == (None, "promptly")


def test_at_once_is_the_day_itself() -> None:
    """What must happen at once is due on the day."""
    found = run(timer(at_once=True), date(2025, 6, 3), official())
    assert (found.due, found.at_once) == (date(2025, 6, 3), True)


def test_a_date_outside_the_calendar_is_refused() -> None:
    """No clock overflows."""
    for start in (date.min, date.max):
        with pytest.raises(InputError) as refused:
            due(start, 10)
        assert refused.value.code == "clock-too-long"


@given(DAYS, some.integers(1, 120), some.sampled_from(["within", "before"]))
def test_a_working_day_clock_ends_on_a_working_day(start: date, length: int, direction: str) -> None:
    """No clock that counts working days ever lands on a day of rest."""
    last = due(start, length, kind="working", direction=direction)
    assert last is not None
    assert official().working(last)


@given(DAYS, some.integers(1, 90), some.sampled_from(["days", "months"]), some.booleans())
def test_more_time_never_ends_earlier(start: date, length: int, unit: str, working: bool) -> None:
    """One more day or month never brings the end forward, nor does a later start."""
    kind = "working" if working and unit == "days" else "calendar"
    first = due(start, length, unit, kind)
    assert first is not None
    assert first <= (due(start, length + 1, unit, kind) or date.min)
    assert first <= (due(start + timedelta(days=1), length, unit, kind) or date.min)


@given(DAYS, some.integers(1, 60))
def test_counting_back_and_forth_agrees_on_working_days(start: date, length: int) -> None:
    """So many working days before the end of a clock is the working day it began on."""
    begin = official().next_working(start)
    last = due(begin, length, kind="working")
    assert last is not None
    assert due(last, length, kind="working", direction="before") == begin


def test_someone_without_notices_knows_weekends() -> None:
    """The bare calendar has Saturdays and Sundays only."""
    assert WEEKENDS.working(date(2025, 10, 1))
    assert not WEEKENDS.working(date(2025, 10, 4))
