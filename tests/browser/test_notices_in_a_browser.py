"""The public pages of notices over a real store, read by axe and on the smallest phone."""

import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.gate.service import Decider
from shouxin.duties.inventory.file import read
from shouxin.duties.inventory.stored import StoredInventory
from shouxin.duties.library.service import Library
from shouxin.duties.notice.service import Notice, Notices, Publisher
from shouxin.law.register import register
from tests.app.made_up import TOKEN
from tests.browser.conftest import SYSTEM, serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW
from tests.duties.inventory.conftest import AUTHOR, FILE
from tests.duties.notice.made_up import PURPOSES, notice, said, with_purpose

pytestmark = pytest.mark.browser
LONG = {"zh": "كلمة" * 2500, "en": "w" * 10_000, "es": "‮palabra " * 1250}


def published(engine: Engine, given: Notice) -> str:
    """Publish a notice and return its address."""
    keeper = Notices(Decider(register()), register().version, engine)
    return keeper.publish(given, Publisher("operator-1", "cli"), datetime.date(2026, 3, 2))[0].address


def test_notices_are_accessible_and_fit(browser: Browser, migrated: Engine) -> None:
    """Whole, side by side, and with titles of 10,000 letters from right to left; no script is needed."""
    officer = {"name": said("Li Example"), "contact": said("officer.shop.example")}
    first = published(migrated, notice(officer=officer, summary=said("We ask before we use your pulse.")))
    second = published(migrated, with_purpose(1, method=said("by hand"), keeping=said("a year")))
    hostile = published(
        migrated,
        notice(service="x" * 80, title=LONG, purposes=[{**PURPOSES[0], "purpose": LONG, "key": "k" * 80}]),
    )
    StoredInventory(migrated).load(read(FILE.read_bytes(), where="made_up.yaml"), AUTHOR)
    app = create_app(Library(register()), host_names=("127.0.0.1",), api_token=TOKEN, engine=migrated)
    paths = {
        "list": "/notices?",
        "version": f"/notices/{first}?",
        "compared": f"/notices/compare?old={first}&new={second}&",
        "hostile": f"/notices/{hostile}?",
        "draft": "/notices/draft?service=shop&",
    }
    with serving(app) as site:
        page = browser.new_page(extra_http_headers=SYSTEM)
        for name, path in paths.items():
            for language in ("zh", "en", "es"):
                page.goto(f"{site}{path}lang={language}")
                page.evaluate(Axe().axe_script)
                for width, scheme in ((320, "light"), (1280, "dark")):
                    page.set_viewport_size({"width": width, "height": 800})
                    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                    assert page.evaluate(OVERFLOW) <= 0, (name, language, width)
                    assert page.evaluate(AXE) == [], (name, language, width)
        page.close()
        silent = browser.new_context(java_script_enabled=False).new_page()
        silent.goto(f"{site}/notices/{first}?lang=en")
        silent.get_by_role("link", name="to watch the heart").click()
        assert silent.url.endswith("#purpose-health")
        assert silent.get_by_text("it shows illness").is_visible()
        silent.context.close()


def test_from_an_inventory_to_a_published_notice(browser: Browser, migrated: Engine) -> None:
    """By the first hour's link: the draft, what is missing filled in where the check leads, published."""
    StoredInventory(migrated).load(read(FILE.read_bytes(), where="made_up.yaml"), AUTHOR)
    app = create_app(Library(register()), host_names=("127.0.0.1",), api_token=TOKEN, engine=migrated)
    with serving(app) as site:
        page = browser.new_page(extra_http_headers=SYSTEM)
        page.goto(f"{site}/welcome?lang=en")
        page.click("a[href^='/notices/write?service=']")
        for width, scheme in ((320, "light"), (1280, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.evaluate(Axe().axe_script)
            assert page.evaluate(OVERFLOW) <= 0, width
            assert page.evaluate(AXE) == [], width
        missing = page.locator("#check ~ ul a[href^='#']").evaluate_all("all => all.map(one => one.hash)")
        assert missing
        for place in missing:
            field = page.locator(f"[id='{place[1:]}.zh']")
            (field if field.count() else page.locator(f"[id='{place[1:]}'] input").first).fill("views")
        for row in page.locator("[id$='.c0.zh']").all():
            row.fill(row.input_value() or "浏览记录")
        page.click("button[value=look] >> nth=0")
        page.get_by_text("Every item that the law asks for is told").wait_for()
        with page.context.expect_page() as preview:
            page.click("button[formtarget=_blank] >> nth=1")
        preview.value.get_by_text("This is a preview; it is not published.").wait_for()
        page.check("[name=sure]")
        page.click("button[value=publish]")
        page.get_by_text("SHA-256").wait_for()
        page.close()
