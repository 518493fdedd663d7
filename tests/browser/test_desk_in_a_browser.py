"""The pages of complaints and content requests over a real store, read by axe, on a phone and a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.days import today
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.app.made_up import TOKEN
from tests.browser.conftest import SYSTEM, serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, SCREENS
from tests.duties.desk.conftest import Front

pytestmark = pytest.mark.browser


def fits(page: Page, what: str) -> None:
    """Hold a page to axe and to the width of each screen."""
    page.evaluate(Axe().axe_script)
    for width, scheme in (*SCREENS, (320, "light")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(OVERFLOW) <= 0, (what, width)
        assert page.evaluate(AXE) == [], (what, width, scheme)


def test_the_pages_of_the_desk_are_accessible_and_fit(browser: Browser, migrated: Engine) -> None:
    """A stranger brings, looks up and adds; the office lists, reads and answers; in three languages."""
    front = Front(migrated)
    front.complain(today())
    asked, _ = front.ask(today())
    app = create_app(
        Library(register()),
        host_names=("127.0.0.1",),
        api_token=TOKEN,
        engine=migrated,
        cases=front.complaints.cases,
        desks=(front.complaints, front.contents),
    )
    with serving(app) as site:
        for language in ("zh", "en", "es"):
            stranger = browser.new_page()
            stranger.goto(f"{site}/complaint?lang={language}")
            fits(stranger, f"intake {language}")
            stranger.fill("#text", "they shared my number with a shop I never heard of")
            stranger.click("button[type=submit]")
            fits(stranger, f"receipt {language}")
            word = stranger.inner_text("code.cite")
            stranger.click("main a")
            fits(stranger, f"ask {language}")
            stranger.fill("#word", word)
            stranger.click("main button")
            fits(stranger, f"own {language}")
            stranger.fill("#text", "and my address")
            stranger.click("button[value='']")
            assert "and my address" in stranger.inner_text("main")
            assert word not in stranger.url
            stranger.goto(f"{site}/content-request?lang={language}")
            fits(stranger, f"content intake {language}")
            stranger.close()
            office = browser.new_page(extra_http_headers=SYSTEM)
            for path in ("/complaints", "/complaints/statistics", f"/content-requests/{asked}"):
                office.goto(f"{site}{path}?lang={language}")
                fits(office, f"{path} {language}")
            office.goto(f"{site}/complaints/1?lang={language}")
            office.fill("#reason", "to answer it")
            office.click("main form button >> nth=0")
            fits(office, f"read {language}")
            office.close()
