"""Finding and protecting as a reader meets it: without a script, marked, side by side, accessible."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, SCREENS

pytestmark = pytest.mark.browser
TEXT = "收件人：王小明，电话 13800138000，卡号 6222021234567890128，邮箱 zhang@example.com"


@pytest.fixture
def protected(browser: Browser, site: str) -> Iterator[Page]:
    """Paste a text into a page without scripts, and protect it."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}/protect?lang=en")
        page.get_by_label("Text", exact=True).fill(TEXT)
        page.get_by_label("Policy", exact=True).select_option("mask")
        page.get_by_role("button", name="De-identify").click()
        yield page


def test_a_text_is_protected_without_a_script(protected: Page) -> None:
    """The result stands beside the text, and beneath it what was done with its articles."""
    after = protected.get_by_role("region", name="After")
    assert "138****8000" in after.inner_text()
    assert "13800138000" not in after.inner_text()
    before = protected.get_by_role("region", name="Before")
    assert before.locator("mark").count() == after.locator("mark").count() > 2
    protected.get_by_role("link", name="Article 51").first.click()
    assert "/law/pipl/art_51" in protected.url


def test_before_and_after_stand_beside_each_other_on_a_wide_screen(protected: Page) -> None:
    """And one under the other on a phone."""
    places = {}
    for width in (1280, 390):
        protected.set_viewport_size({"width": width, "height": 900})
        boxes = [protected.get_by_role("region", name=name).bounding_box() for name in ("Before", "After")]
        places[width] = [(box["x"], box["y"]) for box in boxes if box]
    (wide_before, wide_after), (before, after) = places[1280], places[390]
    assert wide_before[1] == wide_after[1]
    assert wide_before[0] < wide_after[0]
    assert before[0] == after[0]
    assert before[1] < after[1]


@pytest.mark.parametrize("language", ["zh", "en", "es"])
def test_the_result_is_accessible_and_fits(browser: Browser, site: str, language: str) -> None:
    """Axe finds nothing on a phone by day and a desk by night, with a result and with a wrong policy."""
    page = browser.new_page()
    page.goto(f"{site}/protect?lang={language}")
    page.locator("#text").fill(TEXT * 5)
    for own in ("", "name: x"):
        page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
        page.locator("#own").fill(own)
        page.locator("main button").click()
        page.evaluate(Axe().axe_script)
        for width, scheme in SCREENS:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(OVERFLOW) <= 0, width
            assert page.evaluate(AXE) == [], (width, scheme)
    page.close()


def test_a_click_selects_the_whole_result(browser: Browser, site: str) -> None:
    """What is copied is the text and nothing of the page."""
    page = browser.new_page()
    page.goto(f"{site}/protect?lang=en")
    page.locator("#text").fill("tel 13800138000 !")
    page.locator("main button").click()
    page.get_by_role("region", name="After").click()
    assert page.evaluate("getSelection().toString()") == "tel 138****8000 !"
    page.close()
