"""From the link in the terminal to a finished request of the demo, as a newcomer clicks."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from shouxin.app.server import create_app
from shouxin.demo.site import Site
from shouxin.duties.days import today
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.app.made_up import TOKEN
from tests.browser.conftest import serving
from tests.browser.test_pages_in_a_browser import OVERFLOW
from tests.demo.made import built

pytestmark = pytest.mark.browser

MOST = 9
"""Clicks and choices from the link to the finished request."""


@pytest.fixture(scope="module")
def demo(shared_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a demo that was made today."""
    with built(shared_dsn, tmp_path_factory.mktemp("demo"), today()) as made:
        yield made


class Hand:
    """Whoever clicks; ``count`` is how often."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def click(self, place: str) -> None:
        """Click somewhere."""
        self.count += 1
        self.page.click(place)

    def choose(self, place: str, worth: str) -> None:
        """Choose something."""
        self.count += 1
        self.page.select_option(place, worth)


def test_a_newcomer_finishes_a_request_in_a_few_clicks(browser: Browser, demo: Site) -> None:
    """Sign in, open the request, look at picture and plan, answer two questions, approve, run."""
    officer = demo.access.operators.find("privacy_officer")
    app = create_app(
        Library(register()),
        host_names=("127.0.0.1",),
        api_token=TOKEN,
        engine=demo.engine,
        access=demo.access,
        cases=demo.cases,
        rights=demo.rights,
        demo=True,
    )
    (number,) = (one.number for one in demo.rights.list(today()) if one.right == "deletion")
    with serving(app) as site:
        page = browser.new_page()
        hand = Hand(page)
        page.goto(f"{site}/sign-in/once/{demo.access.links.make(officer.id)}?lang=en")
        hand.click("main button")
        hand.click(".side a[href='/requests']")
        hand.click(f"main a[href='/requests/{number}']")
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(OVERFLOW) <= 0
        assert page.locator("svg[aria-labelledby^=reach]").count() == 1
        hand.choose("[name='fact:deletion.due']", "true")
        hand.choose("[name='fact:deletion.technically_hard']", "false")
        page.fill("#reason", "asked for by the customer")
        hand.click("form[action$='/approve'] button")
        hand.click("form[action$='/run'] button[value=run]")
        assert "/requests/" in page.url
        shown = demo.rights.show(number, today())
        assert shown.plan
        assert shown.plan.finished
        assert hand.count <= MOST
        page.close()
