"""When a clock runs out and how long records are kept, as pages: all from the address, nothing by script."""

from collections.abc import Iterator
from datetime import date

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.server import create_app
from shouxin.duties.due.pages import Stretch, stretches
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.library.service import Library
from shouxin.engine.clock import Skipped
from shouxin.law.mechanism import Pause
from shouxin.law.register import register

Client = TestClient[Litestar]
REVIEW = "/due?id=cybersecurity-review:art_11"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Talk to the application over the installed law."""
    app = create_app(Library(register()), host_names=("testserver.local",), api_token="made-up")
    with TestClient(app) as open_client:
        open_client.headers.update({"Authorization": "Bearer made-up"})
        yield open_client


def test_without_an_id_it_lists_every_clock(client: Client) -> None:
    """Each with its length or the word of the text, and a link."""
    text = client.get("/due?lang=en").text
    for line in Timekeeper(register()).clocks():
        assert f'href="/due?id={line.provision.replace(":", "%3A")}"' in text
    assert "<strong>within 15 days, counted from: " in text
    assert "<strong>promptly</strong>" in text
    assert '<a href="/due" aria-current="page">Time limits</a>' in text


def test_with_an_id_it_asks_for_the_day_and_what_else_the_clock_is_told(client: Client) -> None:
    """Pauses and extensions where the law has them, an own length where the text has no figure."""
    review = client.get(f"{REVIEW}&lang=en").text
    assert 'name="from" type="date" required' in review
    assert 'name="pause_from"' in review
    assert 'name="extended"' in review
    assert 'name="own"' not in review
    assert 'id="answer"' not in review
    answer = client.get("/due?id=pipl:art_45__para_2&lang=en").text
    assert 'name="own"' in answer
    assert 'name="pause_from"' not in answer
    assert "Day of the event" in client.get("/due?id=ecommerce-law:art_16&lang=en").text


def test_the_answer_shows_the_day_and_every_day_that_was_skipped_or_made_up(client: Client) -> None:
    """Over the National Day of 2025: holidays, weekends, and the Sunday that was worked."""
    text = client.get(f"{REVIEW}&from=2025-09-22&lang=en").text
    assert 'No later than <strong><time datetime="2025-11-07">7 November 2025</time></strong>' in text
    assert "the day the written notice is sent to the party" in text
    assert '<td class="figure">5</td><td>National Day</td>' in text
    assert '<td>make-up day <span class="badge">counted</span></td>' in text
    assert 'If it is extended, no later than <time datetime="2025-11-28">' in text
    assert 'href="/law/cybersecurity-review/art_11__cl_1"' in text
    assert 'href="/api/due/cybersecurity-review:art_11__cl_1?from=2025-09-22"' in text


def test_pauses_and_extensions_of_the_address_count(client: Client) -> None:
    """A pause moves the day as many working days as it holds; the extension adds its own."""
    paused = f"{REVIEW}&from=2025-06-03&pause_from=2025-06-05&pause_to=2025-06-10&pause_from=&pause_to="
    assert '<time datetime="2025-07-18">' in client.get(paused).text
    assert client.get(paused).text.count('name="pause_from"') == 2
    both = client.get(f"{paused}&extended=true&lang=en").text
    assert "Extended by" in both
    assert 'No later than <strong><time datetime="2025-08-08">' in both


def test_a_year_without_a_notice_is_marked_provisional(client: Client) -> None:
    """With what that means; a year with one is not."""
    assert "the day may move once they are" in client.get(f"{REVIEW}&from=2098-06-03&lang=en").text
    assert "Provisional" not in client.get(f"{REVIEW}&from=2025-06-03&lang=en").text


def test_the_readings_it_rests_on_say_what_another_answer_gives(client: Client) -> None:
    """Fifteen days of the calendar by the register; working days under the other answer."""
    text = client.get("/due?id=miit-24:art_12&from=2025-06-03&lang=en").text
    assert 'href="/law/readings?instrument=miit-24#miit-24.complaint-days-kind"' in text
    assert 'Under another reading <time datetime="2025-06-24">' in text


def test_an_own_length_gives_a_day_where_the_text_has_none(client: Client) -> None:
    """Without it the page says so and gives no day."""
    address = "/due?id=pipl:art_45__para_2&from=2025-06-03&lang=en"
    assert '<h2 id="answer">promptly</h2>' in client.get(address).text
    counted = client.get(f"{address}&own=3&unit=working_days").text
    assert '<time datetime="2025-06-06">' in counted
    assert "by the organisation’s own length" in counted


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/due?id=pipl:art_999", "law-unknown-provision"),
        ("/due?id=%3Cscript%3E", "law-unknown-instrument"),
        ("/due?id=pipl:art_1", "clock-unknown"),
        (f"{REVIEW}&from=2025-02-30", "day-unreadable"),
        (f"{REVIEW}&from=9999-12-31", "clock-too-long"),
        (f"{REVIEW}&from=2025-06-03&pause_from=2025-06-10&pause_to=2025-06-05", "clock-pause"),
        (f"{REVIEW}&from=2025-06-03&pause_from=2025-06-10&pause_to=", "day-unreadable"),
        ("/due?id=pipl:art_45__para_2&from=2025-06-03&own=many", "length-unreadable"),
        ("/due?id=pipl:art_45__para_2&from=2025-06-03&extended=true", "clock-extension"),
        ("/retention?as_of=yesterday", "day-unreadable"),
    ],
)
def test_a_refusal_is_a_notice_with_its_code(client: Client, address: str, code: str) -> None:
    """What cannot be counted is said on the page, and nothing of it is markup."""
    answer = client.get(address)
    assert answer.status_code == 400
    assert f"<code>{code}</code>" in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("language", "word", "reason"),
    [
        ("zh", "最迟", "国庆节"),
        ("en", "No later than", "National Day"),
        ("es", "A más tardar el", "Día Nacional"),
    ],
)
def test_it_speaks_every_language(client: Client, language: str, word: str, reason: str) -> None:
    """The holidays too."""
    text = client.get(f"{REVIEW}&from=2025-09-22&lang={language}").text
    assert f"{word} <strong>" in text
    assert f"<td>{reason}</td>" in text


def test_every_clock_of_the_law_has_its_page(client: Client) -> None:
    """The form and an answer, in the language of the reader."""
    for line in Timekeeper(register()).clocks():
        for rest in ("", "&from=2025-06-03"):
            assert client.get(f"/due?id={line.provision}{rest}&lang=es").status_code == 200, line.provision


def test_days_in_a_row_for_one_reason_are_one_stretch() -> None:
    """A holiday after a weekend is another stretch, and so is a day that counted."""
    skipped = [
        Skipped(date=date(2025, 6, day), why=why)
        for day, why in ((1, "weekend"), (2, "Dragon Boat Festival"), (7, "weekend"), (8, "weekend"))
    ]
    made_up = [Skipped(date=date(2025, 6, 9), why="weekend")]
    assert stretches(skipped, made_up) == [
        Stretch(date(2025, 6, 1), date(2025, 6, 1), "weekend", counted=False),
        Stretch(date(2025, 6, 2), date(2025, 6, 2), "Dragon Boat Festival", counted=False),
        Stretch(date(2025, 6, 7), date(2025, 6, 8), "weekend", counted=False),
        Stretch(date(2025, 6, 9), date(2025, 6, 9), "weekend", counted=True),
    ]
    assert stretches([], []) == []


def test_a_pause_before_the_extension_does_not_stop_the_count() -> None:
    """What was paused in the first time is not counted twice; a pause in the second still counts."""
    keeper = Timekeeper(register())
    early = Pause(begins=date(2025, 6, 5), ends=date(2025, 6, 10))
    late = Pause(begins=date(2025, 7, 21), ends=date(2025, 7, 22))
    found = keeper.due("cybersecurity-review:art_11", date(2025, 6, 3), pauses=[early], extended=True)
    assert found.due == date(2025, 8, 8)
    more = keeper.due("cybersecurity-review:art_11", date(2025, 6, 3), pauses=[early, late], extended=True)
    assert more.due == date(2025, 8, 11)


def test_the_plan_shows_each_kind_with_its_time_and_its_provision(client: Client) -> None:
    """A minimum in figures first, where it applies, what it must hold; one anchor for each kind."""
    text = client.get("/retention?lang=en").text
    kinds = [kept.kind for kept in Timekeeper(register()).retention({}, date(2026, 1, 1)) if kept.periods]
    assert all(text.count(f'id="{kind}"') == 1 for kind in kinds)
    assert "for at least 3 years, counted from:" in text
    assert 'href="/law/microblog/art_16__para_2"' in text
    assert text.index('id="user_log"') < text.index('id="merchant_file"')
    assert "It must hold: identity" in text


def test_the_plan_is_that_of_the_day_of_the_law(client: Client) -> None:
    """Before the Personal Information Protection Law there was no impact assessment to keep."""
    assert 'id="impact_assessment_report"' in client.get("/retention?as_of=2021-11-01").text
    assert 'id="impact_assessment_report"' not in client.get("/retention?as_of=2021-10-31").text
    assert "No provision was in force" in client.get("/retention?as_of=1999-01-01&lang=en").text
