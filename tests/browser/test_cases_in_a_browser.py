"""The pages of procedures, cases and what is due over a real store; the drawings in real letters."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.cases import diagram
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.model import Given
from shouxin.duties.cases.procedures import Procedures
from shouxin.duties.cases.service import Cases
from shouxin.duties.days import today
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.app.made_up import TOKEN
from tests.browser.conftest import SYSTEM, serving
from tests.browser.test_pages_in_a_browser import AXE, LANGUAGES, OVERFLOW, SCREENS, address
from tests.duties.cases.conftest import short_law
from tests.duties.cases.test_cases import answer

pytestmark = pytest.mark.browser

PAGES = (
    "/procedures",
    "/procedures/cybersecurity-review",
    "/cases",
    "/cases?late=true&state=open",
    "/cases/1",
    "/cases/2",
    "/calendar",
    "/calendar?by=month&within=92+days",
)
STICKING_OUT = """() => [...document.querySelectorAll("text")].filter(text => {
  const [inner, frame] = [text.getBBox(), text.previousElementSibling.getBBox()];
  return inner.x < frame.x || inner.y < frame.y || inner.x + inner.width > frame.x + frame.width
    || inner.y + inner.height > frame.y + frame.height;
}).map(text => text.textContent)"""


@pytest.fixture
def site(migrated: Engine) -> Iterator[str]:
    """Serve one case that was answered, one that is late, and one that is due; records are long words."""
    cases = Cases(Timekeeper(short_law()), KeptCases(migrated))
    for day in (date(2025, 6, 3), date(2025, 6, 4), today()):
        record = {"complaint": "a-reference-without-any-space" * 8}
        cases.open("user-complaint", Given(by="complainant", on=day, records=record), today())
    cases.move(1, answer(date(2025, 6, 10)), today())
    cases.fire()
    app = create_app(
        Library(register()), host_names=("127.0.0.1",), api_token=TOKEN, engine=migrated, cases=cases
    )
    with serving(app) as found:
        yield found


def test_pages_of_cases_are_accessible_and_fit(browser: Browser, site: str) -> None:
    """On a phone by day and a desk by night, in three languages; the console is silent."""
    page = browser.new_page(extra_http_headers=SYSTEM)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PAGES:
        for language in LANGUAGES:
            answered = page.goto(site + address(path, language))
            assert answered is not None
            assert answered.status == 200, path
            page.evaluate(Axe().axe_script)
            for width, scheme in SCREENS:
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                assert page.evaluate(OVERFLOW) <= 0, (path, language, width)
                assert page.evaluate(AXE) == [], (path, language, width, scheme)
    assert said == []
    page.close()


def test_a_case_is_found_and_read_without_a_script(browser: Browser, site: str) -> None:
    """From what is due over the case to its procedure and the provision behind a step."""
    context = browser.new_context(java_script_enabled=False, extra_http_headers=SYSTEM)
    page = context.new_page()
    page.goto(f"{site}/calendar?lang=en")
    page.locator("main a[href='/cases/2']").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Case 2"
    page.locator(".lead a").click()
    assert page.url.partition("?")[0] == f"{site}/procedures/user-complaint"
    page.locator("table.steps a").first.click()
    assert "/law/" in page.url
    context.close()


def test_labels_fit_their_frames_in_a_real_font(browser: Browser) -> None:
    """What the layout takes a text to be wide is enough for the letters that a browser draws."""
    procedures = Procedures(Timekeeper(register()))
    page = browser.new_page(extra_http_headers=SYSTEM)
    for line in procedures.all():
        found = procedures.show(line.procedure)
        drawings = "".join(diagram.svg(found, language) for language in LANGUAGES)
        page.goto(f"data:text/html;charset=utf-8,{quote(drawings)}")
        assert page.evaluate(STICKING_OUT) == [], line.procedure
    page.close()
