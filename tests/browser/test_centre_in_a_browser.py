"""The privacy centre as somebody with a small phone meets it: no script, few clicks, nothing axe finds."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from tests.browser.conftest import serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, Scheme
from tests.duties.centre.front import Front

pytestmark = pytest.mark.browser
LANGUAGES = ("zh", "en", "es")
PAGES = (
    *("", "/choices", "/choices/one?purpose=constitution", "/data", "/data/new/correction"),
    *("/data/new/deletion", "/data/requests/1", "/notice", "/recipients", "/complaint"),
)
SIGN = (
    '<form method="post" action="{0}/centre/shop/enter">'
    '<input name="token" value="{1}"><button>in</button></form>'
)


def enter(page: Page, site: str, front: Front) -> None:
    """Come from a page of the service with its token, as another site does."""
    page.set_content(SIGN.format(site, front.token(name="安娜")))
    page.click("button")


def test_it_takes_few_clicks_on_a_phone_without_a_script(browser: Browser, migrated: Engine) -> None:
    """A consent is withdrawn by two clicks, a copy asked for by three, a complaint written on one page."""
    front = Front(migrated, "127.0.0.1")
    with serving(front.app) as site:
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, java_script_enabled=False, has_touch=True
        )
        page = context.new_page()
        enter(page, site, front)
        assert page.url == f"{site}/centre/shop"
        page.goto(f"{site}/centre/shop/choices?lang=en")
        page.click("button:has-text('Agree') >> nth=0")
        assert "agreed" in page.inner_text("[role=status]")
        page.goto(f"{site}/centre/shop")
        page.click("main a[href$='/choices']")
        page.click("button:has-text('Withdraw') >> nth=0")
        assert "withdrawn" in page.inner_text("[role=status]")
        page.goto(f"{site}/centre/shop")
        page.click("main a[href$='/data']")
        page.click("a[href$='/data/new/copy']")
        page.click("main button")
        assert page.url == f"{site}/centre/shop/data/requests/1"
        with page.expect_download() as taken:
            page.click("main button")
        assert taken.value.suggested_filename == "copy.zip"
        page.click("nav a[href$='/complaint']")
        page.fill("#text", "they sold my number")
        page.click("main button")
        assert page.inner_text(".facts code >> nth=0") == "1"
        context.close()


def test_every_page_is_accessible_and_fits(browser: Browser, migrated: Engine) -> None:
    """In three languages, narrow and wide, light and dark, in large type and strong contrast."""
    front = Front(migrated, "127.0.0.1")
    with serving(front.app) as site:
        page = browser.new_page()
        enter(page, site, front)
        page.goto(f"{site}/centre/shop/data/new/copy")
        page.click("main button")
        for turn, language in enumerate(LANGUAGES):
            for number, path in enumerate(PAGES):
                mark = "&" if "?" in path else "?"
                seen = "large.contrast" if (number + turn) % 2 else "plain"
                page.goto(f"{site}/centre/shop{path}{mark}lang={language}&look={seen}")
                scheme: Scheme = "dark" if (number + turn) % 3 == 1 else "light"
                page.emulate_media(color_scheme=scheme)
                for width in (1280, 320):
                    page.set_viewport_size({"width": width, "height": 800})
                    assert page.evaluate(OVERFLOW) <= 0, (path, language, width)
                page.evaluate(Axe().axe_script)
                assert page.evaluate(AXE) == [], (path, language, scheme)
        page.goto(f"{site}/centre/shop/choices?lang=en")
        sizes = [one.bounding_box() for one in page.query_selector_all(".choice-of >> nth=0 >> .choice")]
        assert len(sizes) == 2
        assert len({(box["width"], box["height"]) for box in sizes if box}) == 1, "equal buttons"
        page.close()


NAME = "\u202eיעל " + "长" * 9000 + "x" * 990
"""Ten thousand characters without a place to break them, right to left in the middle of a line."""


def test_whatever_a_browser_brings_the_page_is_whole_and_says_what_to_do(
    browser: Browser, migrated: Engine
) -> None:
    """At 320 px: 10,000 characters of a name, a guardian, nobody's data, no notice, bad tokens, another's."""
    front = Front(migrated, "127.0.0.1")
    front.office.shop[0]["name"] = NAME

    def whole(what: str) -> None:
        assert page.evaluate(OVERFLOW) <= 0, what
        page.evaluate(Axe().axe_script)
        assert page.evaluate(AXE) == [], what

    def told(what: str, status: int, answer: Any) -> None:
        assert answer is not None
        assert answer.status == status, what
        assert len(page.inner_text("main [role=alert]")) > 20, what
        assert page.locator("main a.button").count() >= 1, what
        whole(what)

    def come(token: str) -> Any:
        page.set_content(SIGN.format(site, token))
        with page.expect_navigation() as arrived:
            page.click("button")
        return arrived.value

    with serving(front.app) as site:
        page = browser.new_page(viewport={"width": 320, "height": 800})
        come(front.token(name=NAME, child="\u202e" + "ילד" * 60, child_until="2030-05-31"))
        page.goto(f"{site}/centre/shop/data/new/copy?lang=en")
        page.click("main button")
        for path in (*PAGES, "/choices/recommendation", "/data/new/transfer", "/changes"):
            page.goto(f"{site}/centre/shop{path}{'&' if '?' in path else '?'}lang=en")
            assert page.locator("bdi.name").count() == 1, path
            whole(path)
        page.goto(f"{site}/centre/shop/data?lang=en")
        page.click("main button >> nth=0")
        assert NAME[-900:] in page.content()
        whole("/data/view")
        page.goto(f"{site}/centre/shop/choices?lang=en")
        page.click("#children ~ .pair button >> nth=0")
        for path in ("/choices", "/data", "/choices/one?purpose=constitution"):
            page.goto(f"{site}/centre/shop{path}{'&' if '?' in path else '?'}lang=en")
            whole(f"as guardian {path}")
        come(front.token("404"))
        page.goto(f"{site}/centre/shop/data?lang=en")
        page.click("main button >> nth=0")
        assert page.locator("main a").count() >= 1
        assert len(page.inner_text("main")) > 60
        whole("nobody's data")
        told("another's request", 404, page.goto(f"{site}/centre/shop/data/requests/1?lang=en"))
        told("no notice", 404, page.goto(f"{site}/centre/bare/notice?lang=en"))
        told("no service", 404, page.goto(f"{site}/centre/nowhere?lang=en"))
        for path in ("", "/recipients", "/complaint", "/sign-in"):
            answer = page.goto(f"{site}/centre/bare{path}?lang=en")
            assert answer
            assert answer.status == 200
            whole(f"without a notice {path}")
        page.context.clear_cookies()
        told("old token", 403, come(front.token(exp=1)))
        told("used token", 403, [come(one) for one in [front.token()] * 2][1])
        page.close()
