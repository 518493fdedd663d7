"""Due dates as people ask for them: days and instants, lengths in words, notices of an operator."""

from datetime import date
from pathlib import Path

import pytest

from shouxin.duties.due.notices import keep, load_all, read
from shouxin.duties.due.service import Timekeeper, length, moment, pause
from shouxin.errors import InputError
from shouxin.law.register import register


@pytest.fixture(scope="module")
def keeper() -> Timekeeper:
    """Give the clocks of the real law."""
    return Timekeeper(register())


def notice(year: int = 2031, rest: int = 25, extra: str = "") -> bytes:
    """Return a notice with so many days of rest in the first months of a year."""
    days = "\n".join(f"  {year}-{1 + n // 28:02}-{1 + n % 28:02}: Holiday" for n in range(rest))
    return f"year: {year}\nrest:\n{days}\n{extra}source: made up\n".encode()


def test_a_review_takes_thirty_working_days_and_may_take_fifteen_more(keeper: Timekeeper) -> None:
    """An article is enough: its clock is found beside the one that extends it."""
    found = keeper.due("cybersecurity-review:art_11", date(2025, 6, 3))
    assert (found.provision, found.due) == ("cybersecurity-review:art_11__cl_1", date(2025, 7, 15))
    assert found.if_extended == date(2025, 8, 5)
    longer = keeper.due("cybersecurity-review:art_11", date(2025, 6, 3), extended=True)
    assert (longer.due, longer.extended_by) == (date(2025, 8, 5), ("cybersecurity-review:art_11__cl_2",))


def test_another_reading_says_what_it_would_give(keeper: Timekeeper) -> None:
    """Fifteen days are calendar days from the next day; both other answers are named with their day."""
    found = keeper.due("miit-24:art_12", date(2025, 6, 3))
    assert found.due == date(2025, 6, 18)
    assert {other.answer: other.due for other in found.otherwise} == {
        "working-days": date(2025, 6, 24),
        "day-of-receipt": date(2025, 6, 17),
    }


def test_promptly_has_no_date_until_the_organisation_sets_one(keeper: Timekeeper) -> None:
    """No figure is invented; with the organisation's own the answer says that it is its own."""
    assert keeper.due("pipl:art_45", date(2025, 6, 3)).due is None
    found = keeper.due("pipl:art_45", date(2025, 6, 3), own=length("3 working days"))
    assert (found.due, found.own) == (date(2025, 6, 6), True)


def test_what_nothing_extends_cannot_be_extended(keeper: Timekeeper) -> None:
    """The refusal names the clock."""
    with pytest.raises(InputError) as refused:
        keeper.due("miit-24:art_12", date(2025, 6, 3), extended=True)
    assert refused.value.code == "clock-extension"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-06-03", date(2025, 6, 3)),
        ("2025-06-03T16:30+00:00", date(2025, 6, 4)),
        ("2025-06-03T23:59:59+08:00", date(2025, 6, 3)),
        ("2025-06-03T23:59", date(2025, 6, 3)),
    ],
)
def test_an_instant_is_taken_to_beijing(text: str, day: date) -> None:
    """Half past four in the afternoon in UTC is the next day in Beijing."""
    assert moment(text) == day


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2025-13-01", "2025-06-03T99:00", "0001-01-01T00:00+14:00"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    """Every refusal has one code."""
    with pytest.raises(InputError) as refused:
        moment(text)
    assert refused.value.code == "day-unreadable"


@pytest.mark.parametrize("text", ["", "3", "three days", "3 working months", "0 days", "-1 days", "³ days"])
def test_what_is_no_length_is_refused(text: str) -> None:
    """Lengths are a number and a unit."""
    with pytest.raises(InputError) as refused:
        length(text)
    assert refused.value.code == "length-unreadable"


def test_a_pause_has_two_days() -> None:
    """Both are days."""
    assert pause("2025-06-05..2025-06-10").ends == date(2025, 6, 10)
    with pytest.raises(InputError):
        pause("2025-06-05")


def test_a_notice_is_kept_and_counts(tmp_path: Path) -> None:
    """What was provisional is certain once the year's notice is loaded."""
    before = Timekeeper(register(), tmp_path)
    guessed = before.due("cybersecurity-review:art_9", date(2031, 1, 6))
    assert guessed.provisional
    before.load(notice(), where="notice")
    after = Timekeeper(register(), tmp_path)
    settled = after.due("cybersecurity-review:art_9", date(2031, 1, 6))
    assert not settled.provisional
    assert settled.due is not None
    assert guessed.due is not None
    assert settled.due > guessed.due


def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    """The file is checked and the folder stays empty."""
    Timekeeper(register(), tmp_path).load(notice(), where="notice", dry_run=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"\xff", "notice-unreadable"),
        (b"", "notice-unreadable"),
        (b"year: [", "notice-unreadable"),
        (b"- " * 60_000, "notice-unreadable"),
        (notice(rest=3), "notice-days"),
        (notice(extra="work: [2031-12-01]\n"), "notice-days"),
        (notice(extra="work: [2032-01-04]\n"), "notice-days"),
        (notice(extra="work: [2031-01-04]\n"), "notice-days"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(text: bytes, code: str) -> None:
    """Make-up days are weekend days of the year that are no holidays."""
    with pytest.raises(InputError) as refused:
        read(text, where="notice")
    assert refused.value.code == code


def test_a_notice_survives_being_kept(tmp_path: Path) -> None:
    """What is read back is what was given."""
    given = read(notice(extra="work: [2031-12-06]\n"), where="notice")
    kept = keep(tmp_path, given)
    assert read(kept.read_bytes(), where="kept") == given
    assert 2031 in load_all(tmp_path).years


def test_a_year_shows_its_notice(keeper: Timekeeper) -> None:
    """2025 had 248 working days and five make-up days."""
    found = keeper.year(2025)
    assert (found.published, found.working_days, len(found.work)) == (True, 248, 5)
    with pytest.raises(InputError):
        keeper.year(1900)
