"""The privacy centre as somebody with a small phone meets it: no script, few clicks, nothing axe finds."""

from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from tests.browser.conftest import serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, Scheme
from tests.duties.centre.front import Front
from tests.duties.centre.test_choosing import LATER

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


class Phone(NamedTuple):
    """A small phone in front of a centre."""

    page: Page
    site: str

    def whole(self, what: str) -> None:
        """Hold that nothing runs out of the page, and that axe finds nothing."""
        assert self.page.evaluate(OVERFLOW) <= 0, what
        self.page.evaluate(Axe().axe_script)
        assert self.page.evaluate(AXE) == [], what

    def come(self, token: str) -> Any:
        """Come from the service with a token; return the answer."""
        self.page.set_content(SIGN.format(self.site, token))
        with self.page.expect_navigation() as arrived:
            self.page.click("button")
        return arrived.value

    def look(self, path: str) -> Any:
        """Open a page of the centre in English; return the answer."""
        return self.page.goto(f"{self.site}/centre{path}{'&' if '?' in path else '?'}lang=en")

    def told(self, what: str, status: int, answer: Any) -> None:
        """Hold that a page says what went wrong and leads on."""
        assert answer.status == status, what
        assert len(self.page.inner_text("main [role=alert]")) > 20, what
        assert self.page.locator("main a.button").count() >= 1, what
        self.whole(what)


def test_a_name_of_any_length_and_direction_leaves_every_page_whole(
    browser: Browser, migrated: Engine
) -> None:
    """At 320 px, 10,000 characters from right to left: greeted, held in the stores, called a child."""
    front = Front(migrated, "127.0.0.1")
    front.office.shop[0]["name"] = NAME
    with serving(front.app) as site:
        phone = Phone(browser.new_page(viewport={"width": 320, "height": 800}), site)
        phone.come(front.token(name=NAME, child="\u202e" + "ילד" * 60, child_until=LATER))
        phone.look("/shop/data/new/copy")
        phone.page.click("main button")
        for path in (*PAGES, "/choices/recommendation", "/data/new/transfer"):
            phone.look(f"/shop{path}")
            assert phone.page.locator("bdi.name").count() == 1, path
            phone.whole(path)
        phone.look("/shop/data")
        phone.page.click("main form[action$='/data/view'] button")
        assert NAME[-900:] in phone.page.content()
        phone.whole("/data/view")
        phone.look("/shop/choices")
        phone.page.click("form[action$='/for'] button >> nth=0")
        for path in ("/choices", "/data", "/choices/one?purpose=constitution"):
            phone.look(f"/shop{path}")
            phone.whole(f"as guardian {path}")
        phone.page.close()


def test_what_goes_wrong_has_a_page_that_says_what_to_do(browser: Browser, migrated: Engine) -> None:
    """Nobody's data, no notice, no service, tokens that are no good, another's request."""
    front = Front(migrated, "127.0.0.1")
    with serving(front.app) as site:
        phone = Phone(browser.new_page(viewport={"width": 320, "height": 800}), site)
        phone.come(front.token("8"))
        phone.look("/shop/data/new/copy")
        phone.page.click("main button")
        phone.come(front.token("404"))
        phone.look("/shop/data")
        phone.page.click("main form[action$='/data/view'] button")
        assert phone.page.locator("main a").count() >= 1
        assert len(phone.page.inner_text("main")) > 60
        phone.whole("nobody's data")
        phone.told("another's request", 404, phone.look("/shop/data/requests/1"))
        phone.told("no notice", 404, phone.look("/bare/notice"))
        phone.told("no service", 404, phone.look("/nowhere"))
        for path in ("", "/recipients", "/complaint", "/sign-in"):
            assert phone.look(f"/bare{path}").status == 200
            phone.whole(f"without a notice {path}")
        phone.page.context.clear_cookies()
        phone.told("old token", 403, phone.come(front.token(exp=1)))
        used = front.token()
        assert phone.come(used).status == 200
        phone.told("used token", 403, phone.come(used))
        phone.page.close()
