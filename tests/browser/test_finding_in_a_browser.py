"""Search, denials, exports, parties and the ledger over a real store, read by axe, on a phone and a desk."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.access.service import Access
from shouxin.duties.incident.service import Incidents
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from shouxin.store.ledger import append
from tests.app.made_up import TOKEN
from tests.browser.conftest import SYSTEM, serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, SCREENS
from tests.duties.guard.test_denials import denied
from tests.duties.incident.conftest import DAY, incidents, keeper, people, report
from tests.store.ledger.conftest import WRAPPER

__all__ = ["incidents", "keeper", "people"]

pytestmark = pytest.mark.browser


def test_what_is_found_and_proved_is_accessible_and_fits(
    browser: Browser, incidents: Incidents, migrated: Engine, tmp_path: Path
) -> None:
    """Each page in three languages, and the search with its words marked and a person refused."""
    incidents.record(report(), DAY)
    with migrated.begin() as connection:
        append(connection, [denied(number, activity="orders") for number in range(1, 30)])
    ledger = Ledger(migrated, tmp_path / "ledger", lambda: WRAPPER)
    ledger.checkpoint()
    app = create_app(
        Library(register()), host_names=("127.0.0.1",), api_token=TOKEN, engine=migrated, ledger=ledger,
        access=Access(migrated, bytes(32)), incidents=incidents, cases=incidents._whole[0],
    )  # fmt: skip
    with serving(app) as site:
        page = browser.new_page(extra_http_headers=SYSTEM)

        def fits(what: str) -> None:
            page.evaluate(Axe().axe_script)
            for width, scheme in SCREENS:
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                assert page.evaluate(OVERFLOW) <= 0, (what, width)
                assert page.evaluate(AXE) == [], (what, width, scheme)

        addresses = (
            *("/denials", f"/denials/{1:032x}", "/ledger/7", "/ledger/checkpoints", "/inventory/parties"),
            *("/inventory/edit?kind=activity&service=shop&name=orders", "/posture"),
        )
        for address in addresses:
            for language in ("zh", "en", "es"):
                page.goto(f"{site}{address}{'&' if '?' in address else '?'}lang={language}")
                fits(f"{address} {language}")
        for language, words in (("zh", "同意"), ("en", "bucket"), ("es", "13800138000")):
            page.goto(f"{site}/search?lang={language}")
            page.fill("#q", words)
            page.click(".query button")
            assert words not in page.url
            fits(f"search {words}")
        page.goto(f"{site}/denials?lang=en")
        page.fill("#find", "consent")
        page.press("#find", "Enter")
        page.wait_for_selector("main mark")
        assert page.url == f"{site}/search"
        page.close()
