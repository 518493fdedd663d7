"""The pages of retention runs over real stores, read by axe, on a phone and a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from shouxin.app.server import create_app
from shouxin.duties.access.service import Access
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.app.made_up import TOKEN
from tests.browser.conftest import SYSTEM, serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, SCREENS
from tests.duties.retention.conftest import ACTOR, DAY, STAFF, RetentionOffice, office

__all__ = ["office"]

pytestmark = pytest.mark.browser


def test_the_pages_of_retention_runs_are_accessible_and_fit(
    browser: Browser, office: RetentionOffice
) -> None:
    """The list, a run that is done and one that waits, in three languages."""
    office.retention.run(office.approved().number, DAY, ACTOR)
    del office.addresses["b"]
    office.retention.find(DAY.replace(year=2029), STAFF, "console")
    app = create_app(
        Library(register()), host_names=("127.0.0.1",), api_token=TOKEN, engine=office.engine,
        retention=office.retention, access=Access(office.engine, bytes(32)),
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

        for language in ("zh", "en", "es"):
            for path in ("", "/1", "/2"):
                page.goto(f"{site}/retention/runs{path}?lang={language}")
                fits(f"{path} {language}")
        page.close()
