"""The page of the ledger over a real store, read by axe and on a phone."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.app.made_up import TOKEN
from tests.browser.conftest import SYSTEM, serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, SCREENS
from tests.store.ledger.conftest import WRAPPER, damage, write

pytestmark = pytest.mark.browser


def test_the_ledger_is_accessible_and_fits(browser: Browser, migrated: Engine, tmp_path: Path) -> None:
    """The entries and both answers of the verification, on a phone and a desk, in three languages."""
    ledger = Ledger(migrated, tmp_path / "ledger", lambda: WRAPPER)
    write(migrated, range(60))
    ledger.checkpoint()
    app = create_app(Library(register()), host_names=("127.0.0.1",), api_token=TOKEN, ledger=ledger)
    with serving(app) as site:
        page = browser.new_page(extra_http_headers=SYSTEM)
        for language, address in (
            ("zh", "/ledger"),
            ("en", "/ledger"),
            ("es", "/ledger"),
            ("zh", "/ledger/verify"),
        ):
            page.goto(f"{site}{address}?lang={language}")
            page.evaluate(Axe().axe_script)
            for width, scheme in SCREENS:
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                assert page.evaluate(OVERFLOW) <= 0, (language, address, width)
                assert page.evaluate(AXE) == [], (language, address, width, scheme)
        damage(migrated, "delete from shouxin.ledger_entry where number = 3")
        page.goto(f"{site}/ledger?lang=en")
        page.click("text=Read everything back")
        page.wait_for_selector('[role="alert"]')
        assert "entry 3" in page.inner_text('[role="alert"]')
        page.evaluate(Axe().axe_script)
        assert page.evaluate(AXE) == []
        page.close()
