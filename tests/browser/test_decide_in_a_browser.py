"""The page of the gate as a reader meets it: accessible, within the screen, one press a question."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.app.made_up_law import DAY
from tests.browser.test_pages_in_a_browser import AXE, LANGUAGES, OVERFLOW, SCREENS, address

pytestmark = pytest.mark.browser
BEGIN = f"/decide?act=collect&as_of={DAY}"
STATES = {
    "beginning": "/decide",
    "question": f"{BEGIN}&assume=more&explain=1",
    "number": f"{BEGIN}&a.three=true&ask=b.count",
    "choice": f"{BEGIN}&ask=b.kind",
    "banned": f"{BEGIN}&a.one=true&a.two=false&a.three=false&b.kind=red&b.count=11&explain=1",
    "permitted": f"{BEGIN}&assume=plain&a.one=false&a.three=true&b.kind=red&b.count=3",
    "open": f"/decide?act=sleep&as_of={DAY}",
    "wrong": f"{BEGIN}&a.one=perhaps&a.two=true",
    "rules": "/law/old/art_1",
    "readings of rules": "/law/old/art_3",
}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    """Open one page for all states."""
    return browser.new_page()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible_and_fits(page: Page, law_site: str, state: str, language: str) -> None:
    """On a phone by day and a desk by night axe finds nothing and nothing sticks out; also unfolded."""
    page.goto(law_site + address(STATES[state], language))
    page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    page.evaluate(Axe().axe_script)
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(OVERFLOW) <= 0, width
        assert page.evaluate(AXE) == [], (width, scheme)


def test_a_question_is_put_answered_taken_back_and_copied_without_a_script(
    browser: Browser, law_site: str
) -> None:
    """From the choice of an act over don't-know, yes, no and a number to an answer, and back."""
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{law_site}/decide?lang=en")
    page.get_by_label("Act", exact=True).select_option("collect")
    page.get_by_label("Profile of assumptions").select_option("")
    page.get_by_label("Day", exact=True).fill(DAY)
    page.get_by_role("button", name="Ask").click()
    verdict = page.locator(".verdict h2")
    question = page.locator(".question h2")
    first = question.inner_text()
    page.get_by_role("button", name="I don't know").click()
    assert question.inner_text() != first
    answers = {"a.one?": "no", "a.two?": "no", "a.three?": "no", "b.kind?": "red"}
    while question.count():
        asked = question.inner_text()
        if asked == "b.count?":
            page.get_by_role("spinbutton").fill("11")
            page.get_by_role("button", name="Answer", exact=True).click()
        else:
            page.get_by_role("button", name=answers[asked], exact=True).click()
    assert verdict.inner_text() == "Prohibited"
    copied = page.url
    page.get_by_role("link", name=re.compile(r"Take back ?: b\.count")).click()
    assert verdict.inner_text() == "Not yet determined"
    page.goto(copied)
    assert verdict.inner_text() == "Prohibited"
    page.get_by_role("link", name="Show why").click()
    page.locator("#why").wait_for()
    page.locator("ul.cited a").first.click()
    assert page.get_by_role("heading", name="Rules").count() == 1
    context.close()
