"""The console under the fingers: keys, the question before a click, the menu of a phone, paper, and axe."""

from collections.abc import Iterator
from typing import cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.app.setup import Setup
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.browser.conftest import serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, SCREENS, address
from tests.duties.access.conftest import PASSWORD
from tests.duties.overview.conftest import Bureau

pytestmark = pytest.mark.browser
PAGES = ("/", "/work", "/work?duty=complaint&mine=true", "/settings")
FOCUSED = "document.activeElement.closest('li')?.querySelector('a').textContent.trim()"


@pytest.fixture
def console(browser: Browser, migrated: Engine) -> Iterator[tuple[str, BrowserContext, Bureau]]:
    """Serve an office with work in it, and sign the officer in."""
    bureau = Bureau(migrated)
    bureau.fill()
    bureau.person("officer", "privacy_officer")
    app = create_app(
        Library(register()),
        host_names=("127.0.0.1",),
        api_token=None,
        engine=migrated,
        cases=bureau.cases,
        ledger=bureau.ledger,
        access=bureau.access,
        consents=(bureau.consents, None),
        desks=(bureau.front.complaints, bureau.front.contents),
        setup=Setup((), ("shop",), lambda: "k1"),
    )
    with serving(app) as site:
        context = browser.new_context(locale="en")
        page = context.new_page()
        page.goto(f"{site}/sign-in?lang=en")
        page.fill("#name", "officer")
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.close()
        yield site, context, bureau
        context.close()


def test_the_console_is_used_by_keys_clicks_and_without_a_script(
    console: tuple[str, BrowserContext, Bureau], browser: Browser
) -> None:
    """Each in one sitting, over one office: what they need from each other is only that it is there."""
    site, context, bureau = console
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    _pages_fit_and_axe_finds_nothing(page, site)
    _keys_lead_through_lists_and_to_places(page, site)
    _a_click_is_asked_about(page, site, bureau)
    _paper_has_the_work_and_no_navigation(page, site)
    assert said == []
    page.close()
    cookies = cast("list[dict[str, str]]", context.cookies())
    _without_a_script_the_menu_opens_and_a_step_is_confirmed(browser, site, cookies, bureau)


def _pages_fit_and_axe_finds_nothing(page: Page, site: str) -> None:
    for path in PAGES:
        for language in ("zh", "en", "es"):
            page.goto(site + address(path, language))
            page.evaluate("document.querySelectorAll('main details').forEach(item => item.open = true)")
            page.evaluate(Axe().axe_script)
            for width, scheme in (*SCREENS, (320, "dark")):
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                assert page.evaluate(OVERFLOW) <= 0, (path, language, width)
                assert page.evaluate(AXE) == [], (path, language, width)


def _keys_lead_through_lists_and_to_places(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site}/work?lang=en")
    walked = []
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
        walked.append(page.evaluate(FOCUSED))
    assert walked[0] == walked[2] != walked[1]
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    assert page.evaluate(FOCUSED) == walked[2]
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url(f"{site}/law")
    page.go_back()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"{site}/complaints/*")
    page.goto(f"{site}/law/search?q=consent&lang=en")
    page.get_by_role("searchbox").first.focus()
    page.keyboard.type("gl")
    assert page.url.endswith("/law/search?q=consent&lang=en")


def _a_click_is_asked_about(page: Page, site: str, bureau: Bureau) -> None:
    page.goto(f"{site}/work?lang=en")
    take = page.locator(f'form[action="/complaints/{bureau.late}/take"] button')
    take.click()
    page.locator("#sure button[value=no]").click()
    assert take.is_visible()
    take.click()
    page.locator("#sure button[value=yes]").click()
    page.wait_for_url(f"{site}/complaints/{bureau.late}")
    page.goto(f"{site}/work")
    assert page.locator(f'form[action="/complaints/{bureau.late}/take"]').count() == 0


def _paper_has_the_work_and_no_navigation(page: Page, site: str) -> None:
    page.goto(f"{site}/work")
    items = page.locator(".queue > li").count()
    page.emulate_media(media="print")
    assert page.locator(".queue > li:visible").count() == items > 0
    for part in (".side", ".menu", ".toolbar", ".tabs", ".queue form"):
        assert not page.locator(part).first.is_visible(), part
    page.emulate_media(media="screen")


def _without_a_script_the_menu_opens_and_a_step_is_confirmed(
    browser: Browser, site: str, cookies: list[dict[str, str]], bureau: Bureau
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site}/?lang=en")
    assert not page.locator(".side").is_visible()
    page.locator(".menu > summary").click()
    page.locator(".menu a[href='/work']").click()
    assert page.url == f"{site}/work"
    page.locator('form[action="/work-step"] button').click()
    page.get_by_role("button", name="Take the step").click()
    assert page.url == f"{site}/work"
    assert page.locator('form[action="/work-step"]').count() == 0
    assert bureau.cases.show(bureau.assessment, bureau.today).final
    context.close()
