"""The pages of access in a real browser: from the first account to an approval, without a script."""

from collections.abc import Iterator

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.access.model import SYSTEM_KEY, Role
from shouxin.duties.access.service import Access
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.browser.conftest import serving
from tests.browser.test_pages_in_a_browser import AXE, LANGUAGES, OVERFLOW, Scheme
from tests.duties.access.conftest import PASSWORD, QUICK

pytestmark = pytest.mark.browser
SCREENS: list[tuple[int, Scheme]] = [(320, "light"), (1280, "dark")]
Site = tuple[str, Access]


@pytest.fixture
def site(migrated: Engine) -> Iterator[Site]:
    """Serve an application that nobody has an account of yet."""
    access = Access(migrated, bytes(32), hasher=QUICK)
    app = create_app(
        Library(register()), host_names=("127.0.0.1",), api_token=None, engine=migrated, access=access
    )
    with serving(app) as address:
        yield address, access


def send(page: Page, action: str) -> None:
    """Press the first button of a form that changes something."""
    page.locator(f"form[action='{action}'][method='post'] button").first.click()


def looked_at(page: Page, address: str) -> None:
    """Read a page in three languages on a phone and a desk, everything unfolded."""
    for language in LANGUAGES:
        page.goto(f"{address}?lang={language}")
        page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
        page.evaluate(Axe().axe_script)
        for width, scheme in SCREENS:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(OVERFLOW) <= 0, (address, language, width)
            assert page.evaluate(AXE) == [], (address, language, width, scheme)


def test_from_the_first_account_to_the_second_pair_of_eyes(browser: Browser, site: Site) -> None:
    """Made, signed in with a code, asked, decided by another; every page accessible and within the screen."""
    address, access = site
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    looked_at(page, f"{address}/sign-in")
    looked_at(page, f"{address}/first-operator")
    page.fill("#code", access.first_code() or "")
    page.fill("#name", "Ana with a name that is rather long and has no end")
    page.fill("#password", PASSWORD)
    send(page, "/first-operator")
    assert page.url == f"{address}/account"
    looked_at(page, f"{address}/account")
    seed = page.locator("input[name=seed]").input_value()
    page.fill("#codes-code", pyotp.TOTP(seed).now())
    page.fill("#codes-password", PASSWORD)
    send(page, "/account/codes")
    assert page.locator(".codes li").count() == 10
    role = Role(role="staff")
    access.operators.add(SYSTEM_KEY, "cli", "Ben", password=PASSWORD, roles=(role,))
    looked_at(page, f"{address}/operators")
    other = browser.new_context(java_script_enabled=False).new_page()
    other.goto(f"{address}/approvals")
    assert other.url == f"{address}/sign-in?next=%2Fapprovals"
    other.fill("#name", "Ben")
    other.fill("#password", PASSWORD)
    send(other, "/sign-in")
    assert other.url == f"{address}/approvals"
    other.fill("#scope", "orders-of-a-year-in-one-word-that-does-not-break" * 3)
    other.fill("#purpose", "audit")
    other.fill("#people", "5000")
    send(other, "/approvals")
    assert other.locator(".controls li .posture.unknown").count() == 1
    looked_at(page, f"{address}/approvals")
    page.fill("#reason-1", "needed by law")
    page.fill("#measures-1", "encrypted disk")
    page.fill("#until-1", "2099-06-30")
    send(page, "/approvals/1")
    assert access.approvals.one(1).state == "given"
    send(page, "/sign-out")
    assert page.url == f"{address}/sign-in"
    page.go_back()
    page.reload()
    assert page.url.startswith(f"{address}/sign-in")
    assert said == []
    other.context.close()
    page.close()
