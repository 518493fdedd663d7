"""The pages of the inventory over a real store, read by axe and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.inventory.file import read
from shouxin.duties.inventory.stored import StoredInventory
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.app.made_up import TOKEN
from tests.browser.conftest import SYSTEM, serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, SCREENS
from tests.duties.inventory.conftest import AUTHOR, FILE

pytestmark = pytest.mark.browser

PLACES = (
    "",
    "/register",
    "/sdks",
    "/flows",
    "/history?before=1",
    "/service?name=shop",
    "/activity?service=shop&name=recommendations",
    "/party?name=Far%20Analytics",
    "/edit?kind=activity&service=shop&name=orders",
    "/edit?kind=party&name=Far%20Analytics",
    "/edit?kind=sdk&service=shop",
)


def test_the_inventory_is_accessible_and_fits(browser: Browser, migrated: Engine) -> None:
    """On a phone by day and a desk by night, each page, each in one of the three languages in turn."""
    StoredInventory(migrated).load(read(FILE.read_bytes(), where="made_up.yaml"), AUTHOR)
    app = create_app(Library(register()), host_names=("127.0.0.1",), api_token=TOKEN, engine=migrated)
    with serving(app) as site:
        page = browser.new_page(extra_http_headers=SYSTEM)
        for number, place in enumerate(PLACES):
            language = ("zh", "en", "es")[number % 3]
            page.goto(f"{site}/inventory{place}{'&' if '?' in place else '?'}lang={language}")
            page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
            page.evaluate(Axe().axe_script)
            for width, scheme in SCREENS:
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                assert page.evaluate(OVERFLOW) <= 0, (place, width)
                assert page.evaluate(AXE) == [], (place, width, scheme)
        page.close()
