"""The documentation site from a folder, as a reader opens it: on a phone and at a desk, and searched."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from website.build import build

from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW

pytestmark = pytest.mark.browser

LOOKED_AT = (
    "index",
    "cli",
    "glossary",
    "reference/api",
    "reference/law/pipl",
    "reference/procedures/user-complaint",
    "search",
)


def test_the_site_is_accessible_and_is_searched_without_a_network(browser: Browser, tmp_path: Path) -> None:
    """Each kind of page fits a narrow screen and pleases axe by day and night; a search finds the article."""
    assert build(tmp_path / "site") == []
    page = browser.new_page()
    for name in LOOKED_AT:
        page.goto((tmp_path / "site" / f"{name}.html").as_uri())
        page.evaluate(Axe().axe_script)
        page.set_viewport_size({"width": 320, "height": 900})
        page.emulate_media(color_scheme="dark")
        assert page.evaluate(OVERFLOW) <= 0, name
        assert page.evaluate(AXE) == [], name
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        assert page.evaluate(AXE) == [], name
    page.fill("#q", "dataset map")
    page.click("header button")
    page.wait_for_selector("#hits li a")
    page.fill("#q", "单独同意")
    page.click("header button")
    page.wait_for_selector("#hits li a")
    assert page.locator("#hits a[href^='glossary.html']").count() >= 1
    page.close()
