"""The page of the demo and the links of the terminal, read by axe, on a phone and at a desk."""

import pytest
from argon2 import PasswordHasher
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.access.model import SYSTEM_KEY, Role
from shouxin.duties.access.service import Access
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.app.made_up import TOKEN
from tests.browser.conftest import serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, SCREENS

pytestmark = pytest.mark.browser


def test_a_link_leads_into_the_demo(browser: Browser, migrated: Engine) -> None:
    """The first page is the demo's, a link of the terminal signs in by one button, and all of it fits."""
    access = Access(migrated, bytes(32), hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    roles = (Role(role="auditor"),)
    auditor = access.operators.add(SYSTEM_KEY, "cli", "auditor", password="seven made-up herons", roles=roles)
    app = create_app(
        Library(register()),
        host_names=("127.0.0.1",),
        api_token=TOKEN,
        engine=migrated,
        access=access,
        demo=True,
    )
    with serving(app) as site:
        page = browser.new_page()
        places = ("/?", f"/sign-in/once/{access.links.make(auditor.id)}?")
        for place, language in ((place, language) for place in places for language in ("es", "zh", "en")):
            page.goto(f"{site}{place}lang={language}")
            page.evaluate(Axe().axe_script)
            for width, scheme in SCREENS:
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                assert page.evaluate(OVERFLOW) <= 0, (place, width)
                assert page.evaluate(AXE) == [], (place, width, scheme)
        page.click("main button")
        assert (page.url, page.text_content(".reader a")) == (f"{site}/demo", "auditor")
        page.click(".tour a[href='/ledger?kind=decision']")
        assert page.url.startswith(f"{site}/ledger")
        page.close()
