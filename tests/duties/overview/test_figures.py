"""The figures of the start page: each what the list behind it holds, and nothing the reader may not see."""

import datetime
import re

import msgspec
import pytest
from sqlalchemy import Connection, text

from shouxin.duties.growing import Growing
from shouxin.duties.overview.model import WEEKS
from shouxin.duties.overview.remembered import Remembered
from shouxin.duties.overview.service import banded
from shouxin.duties.rights.model import AGES
from shouxin.store.ledger import SYSTEM, append
from tests.duties.overview.conftest import DAY, Bureau

_ANSWER = text(
    "insert into shouxin.consent_transaction (person, action, purpose, channel, notice, scope, kinds, "
    "categories, recipients, how, informed, at, evidence, request, source) values "
    "(1, :action, 'p', '', '', '', '{}', '{}', '{}', '{}', true, :at, '', :request, '')"
)


def test_ages_fall_into_bands() -> None:
    """A bound belongs to its band, and what is older than all of them to the last one."""
    assert banded({}) == (0,) * (len(AGES) + 1)
    assert banded({0: 1, 3: 2, 4: 4, 7: 8, 15: 16, 30: 32, 31: 64, 900: 128}) == (3, 12, 16, 32, 192)


def test_clocks_and_cases_are_counted_as_their_lists_hold_them(bureau: Bureau) -> None:
    """One complaint is late, one due in two days, three cases are open; the calendar shows the same."""
    who = bureau.person("officer", "privacy_officer")
    tally = bureau.overview.figures(who, bureau.today).tally
    assert tally
    assert (tally.owed["overdue"], tally.owed["three"]) == (1, 1)
    assert {one.procedure: one.open for one in tally.cases} == {"user-complaint": 2, "impact-assessment": 1}
    with bureau.client("officer") as client:
        page = client.get("/").text
        for near, count in tally.owed.items():
            listed = client.get(f"/calendar?urgency={near}").text
            assert len(re.findall(r'<a href="/law/[^"]+" title=', listed)) == count, near
            assert (f'href="/calendar?urgency={near}"' in page) == bool(count) or near == "overdue"


def test_answers_and_denials_are_counted_by_the_week_in_beijing(bureau: Bureau) -> None:
    """What was answered an hour before a Monday in Beijing belongs to the week before it."""
    who = bureau.person("officer", "privacy_officer")
    monday = bureau.today - bureau.today.weekday() * DAY
    start = datetime.datetime.combine(monday, datetime.time(), datetime.timezone(8 * DAY / 24))
    hour = datetime.timedelta(hours=1)
    given = [
        ("give", start),
        ("give", start - hour),
        ("withdraw", start - hour),
        ("refuse", start - 100 * 7 * DAY),
    ]
    with bureau.engine.begin() as connection:
        for number, (action, at) in enumerate(given):
            connection.execute(_ANSWER, {"action": action, "at": at, "request": str(number)})
        entry = SYSTEM.did("decision")
        append(connection, [entry, msgspec.structs.replace(entry, outcome="refused")])
    figures = bureau.overview.figures(who, bureau.today)
    assert figures.answers
    assert figures.denials
    assert len(figures.answers) == len(figures.denials) == WEEKS
    assert figures.answers[-1].counts == {"give": 1}
    assert figures.answers[-2].counts == {"give": 1, "withdraw": 1}
    assert [week.counts for week in figures.denials[:-1]] == [{}] * (WEEKS - 1)
    assert figures.denials[-1].counts == {"denied": 1}
    assert (figures.answers[-1].first, figures.answers[-1].last) == (monday, monday + 6 * DAY)


@pytest.mark.parametrize(
    ("role", "hidden"), [("privacy_officer", set()), ("auditor", set()), ("approver", {"denials"})]
)
def test_what_a_role_may_not_see_is_not_counted_for_it(bureau: Bureau, role: str, hidden: set[str]) -> None:
    """The figure is not there, which is something else than nothing."""
    found = bureau.overview.figures(bureau.person(role, role), bureau.today)
    assert {name for name in ("tally", "denials", "answers") if getattr(found, name) is None} == hidden
    assert found.stands is None
    assert found.ages is None


def test_the_page_says_nothing_to_a_stranger_and_all_to_who_may_see_it(bureau: Bureau) -> None:
    """A stranger is sent to the law; each figure has a table, and each chart a name."""
    with bureau.client("") as client:
        answer = client.get("/")
        assert (answer.status_code // 100, answer.headers["location"]) == (3, "/law")
    bureau.person("officer", "privacy_officer")
    with bureau.client("officer") as client:
        for language in ("zh", "en", "es"):
            page = client.get(f"/?lang={language}")
            assert page.status_code == 200
            assert page.headers["cache-control"] == "no-store"
            assert page.text.count("<svg") >= 8
            assert page.text.count("<caption>") + page.text.count("<figcaption>") >= 4
            assert not re.search(r"\son[a-z]+=|style=", page.text)


def test_an_answer_is_remembered_until_something_is_done(bureau: Bureau) -> None:
    """As long as the ledger does not grow nothing is asked again; after an entry it is."""
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    known = Remembered(bureau.ledger)
    assert [known.of("a", make), known.of("a", make), known.of("b", make)] == [1, 1, 2]
    with bureau.engine.begin() as connection:
        append(connection, [SYSTEM.did("test")])
    assert [known.of("a", make), known.of("a", make)] == [3, 3]
    assert [Remembered(None).of("a", make), Remembered(None).of("a", make)] == [4, 5]


def test_what_only_grows_is_counted_once(bureau: Bureau) -> None:
    """After the first time only new numbers are looked at; another first day begins anew."""
    asked: list[tuple[int, int]] = []

    def count(_connection: Connection, _since: datetime.datetime, after: int, top: int) -> dict[str, int]:
        asked.append((after, top))
        return {"all": top - after}

    grown, day = Growing(count), datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
    with bureau.engine.connect() as connection:
        assert [grown.of(connection, day, top)["all"] for top in (9, 9, 12)] == [10, 10, 13]
        assert grown.of(connection, day + 7 * DAY, 12) == {"all": 13}
    assert asked == [(-1, 9), (9, 12), (-1, 12)]
