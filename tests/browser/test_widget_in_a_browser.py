"""The consent widget in a real browser, every request of which is recorded.

The shop's page, Shouxin and a tracker are three origins. Nothing reaches the tracker before its purpose was
agreed to, nothing is kept before the choice, and a refusal sends nothing at all.
"""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from litestar import Litestar, Request, Response, get
from litestar.params import FromPath
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from shouxin.duties.centre.service import ServiceKeys
from shouxin.duties.widget.service import snippet
from shouxin.store.ledger import Actor
from tests.browser.conftest import serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, Scheme
from tests.duties.widget.made import SECRET, TeaShop, tea_shop, vouched

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tea</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
</head><body>
<main><h1>Tea</h1></main>
<script type="text/plain" data-shouxin-purpose="recommendations" src="{tracker}/recommendations.js"></script>
<script type="text/plain" data-shouxin-purpose="partner-coupons" src="{tracker}/coupons.js"></script>
{snippet}</body></html>"""
KEPT = "() => [document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)]"
SCREENS: list[tuple[int, Scheme]] = [(320, "light"), (1280, "dark")]
SIGNAL = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
SAME = """names => {
  const root = document.querySelector("div[lang]").shadowRoot;
  const all = [...root.querySelectorAll(".buttons button")];
  const meant = all.filter(one => names.includes(one.textContent));
  return new Set(meant.map(one => {
    const is = getComputedStyle(one), box = one.getBoundingClientRect();
    return [is.color, is.backgroundColor, is.borderColor, is.font, box.height, box.width].join();
  })).size;
}"""


class Town:
    """The shop's own server, the tracker's, and Shouxin's; with what a browser asked of each."""

    def __init__(self, shop: TeaShop, privacy: str, tracker: str) -> None:
        self.shop, self.privacy, self.tracker = shop, privacy, tracker
        self.site = self.subject = ""
        self.asked: list[tuple[str, str, str, str]] = []

    def watched(self, browser: Browser, *, signal: bool = False, **options: Any) -> Page:
        """Return a page of a browser that nobody used before, whose requests are recorded."""
        page = browser.new_context(**options).new_page()
        if signal:
            page.add_init_script(SIGNAL)
        self.asked.clear()
        page.on(
            "request",
            lambda one: self.asked.append(
                (one.method, one.url, one.post_data or "", str(one.headers.get("cookie", "")))
            ),
        )
        page.goto(self.site)
        return page

    def beyond_the_page(self) -> list[tuple[str, str]]:
        """Return what was asked of others than the page itself, without the script of the widget."""
        script = self.shop.widgets.script("shop").about.path
        return [
            (method, urlsplit(url).path)
            for method, url, _, _ in self.asked
            if url != f"{self.site}/"
            and url != self.privacy + script
            and not url.startswith(("data:", "blob:"))
        ]


@pytest.fixture
def town(migrated: Engine) -> Iterator[Town]:
    """Give the three servers."""
    shop = tea_shop(migrated)

    @get("/{name:str}", sync_to_thread=False)
    def tracked(name: FromPath[str]) -> Response[bytes]:
        return Response(
            f"window.ran = (window.ran || '') + ' {name}';".encode(), media_type="text/javascript"
        )

    @get("/", sync_to_thread=False)
    def page(request: Request[Any, Any, Any]) -> Response[str]:
        about = shop.widgets.script("shop").about
        line = snippet(about, found.privacy, pinned=True)
        if found.subject:
            line = line.replace("<script ", f'<script data-subject="{found.subject}" ', 1)
        policy = (
            f"default-src 'none'; script-src {found.tracker} '{about.integrity}' {found.privacy}; "
            f"connect-src {found.privacy}; img-src data:"
        )
        text = PAGE.format(tracker=found.tracker, snippet=line)
        return Response(text, media_type="text/html", headers={"Content-Security-Policy": policy})

    with serving(shop.app()) as privacy, serving(Litestar([tracked], openapi_config=None)) as tracker:
        found = Town(shop, privacy, tracker)
        with serving(Litestar([page], openapi_config=None)) as site:
            found.site = site
            shop.served_from(site)
            yield found


def test_nothing_leaves_before_the_choice_and_nothing_after_a_refusal(browser: Browser, town: Town) -> None:
    """The page, the script and no third request; no storage; after the refusal only the refusal is kept."""
    page = town.watched(browser)
    expect(page.get_by_role("dialog")).to_be_visible()
    assert town.beyond_the_page() == []
    assert page.evaluate(KEPT) == ["", "{}", "{}"]
    assert page.locator("input:checked").count() == 0
    assert page.evaluate(SAME, ["Refuse all", "Agree to all"]) == 1
    page.get_by_role("button", name="Refuse all").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    cookie, kept, _ = page.evaluate(KEPT)
    assert cookie == ""
    assert '\\"id\\"' not in kept
    page.reload()
    page.wait_for_function("shouxin.ready.then(() => true)")
    assert page.get_by_role("dialog").count() == 0
    assert (town.beyond_the_page(), page.evaluate("window.ran")) == ([], None)
    assert not any(cookie for _, _, _, cookie in town.asked)
    page.context.close()


def test_after_agreement_only_what_was_agreed_to_runs(browser: Browser, town: Town) -> None:
    """One purpose agreed to, one refused: one script runs; taken back, it is gone and the server knows."""
    page = town.watched(browser)
    page.get_by_role("group", name="to show teas").get_by_label("Agree").check()
    for group in page.get_by_role("group").all()[1:]:
        group.get_by_label("Refuse").check()
    page.get_by_role("button", name="Save my choices").click()
    expect(page.get_by_text("Your choices are recorded")).to_be_visible()
    page.wait_for_function("window.ran")
    assert page.evaluate("window.ran") == " recommendations.js"
    assert town.beyond_the_page() == [("POST", "/widget/shop/answers"), ("GET", "/recommendations.js")]
    number = page.evaluate("JSON.parse(localStorage['shouxin:shop']).id")
    assert town.shop.stands(f"widget:{number}")["recommendations"].status == "given"
    assert page.evaluate("[shouxin.may('recommendations'), shouxin.may('partner-coupons')]") == [True, False]
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="My privacy choices").click()
    page.get_by_role("group", name="to show teas").get_by_label("Refuse").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Save my choices").click()
    page.wait_for_function("shouxin.ready.then(() => true)")
    assert page.evaluate("window.ran") is None
    assert town.shop.stands(f"widget:{number}")["recommendations"].status == "withdrawn"
    page.context.close()


def test_a_withdrawal_counts_at_once_and_is_not_lost(browser: Browser, town: Town) -> None:
    """While Shouxin does not answer it holds in the browser; with the next page it reaches the history."""
    page = town.watched(browser)
    page.get_by_role("button", name="Agree to all").click()
    while page.get_by_role("heading", name="Separate consent").count():
        page.get_by_role("button", name="Refuse", exact=True).click()
    expect(page.get_by_text("Your choices are recorded")).to_be_visible()
    number = page.evaluate("JSON.parse(localStorage['shouxin:shop']).id")
    page.get_by_role("button", name="Close").click()
    page.route("**/answers", lambda route: route.abort())
    page.get_by_role("button", name="My privacy choices").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Refuse all").click()
    page.wait_for_function("shouxin.ready.then(() => true)")
    assert page.evaluate("shouxin.may('recommendations')") is False
    assert town.shop.stands(f"widget:{number}")["recommendations"].status == "given"
    page.unroute("**/answers")
    with page.expect_response("**/answers"):
        page.reload()
    assert town.shop.stands(f"widget:{number}")["recommendations"].status == "withdrawn"
    page.context.close()


def test_separate_consent_has_its_own_step_and_a_new_notice_asks_again(browser: Browser, town: Town) -> None:
    """Agreeing to all asks once more for each that needs it; only an older scope is asked for anew."""
    town.shop.publish(0)
    page = town.watched(browser)
    page.get_by_role("button", name="Agree to all").click()
    while page.get_by_role("heading", name="Separate consent").count():
        assert page.evaluate(SAME, ["Refuse", "Agree"]) == 1
        page.get_by_role("button", name="Agree", exact=True).click()
    expect(page.get_by_text("Your choices are recorded")).to_be_visible()
    number = page.evaluate("JSON.parse(localStorage['shouxin:shop']).id")
    stands = town.shop.stands(f"widget:{number}")
    assert {one.status for one in stands.values()} == {"given"}
    assert stands["constitution"].kinds == ("separate",)
    page.reload()
    page.wait_for_function("shouxin.ready.then(() => true)")
    assert page.get_by_role("dialog").count() == 0
    town.shop.publish(1)
    page.reload()
    expect(page.get_by_role("dialog")).to_be_visible()
    asked = [one.get_attribute("aria-label") or one.inner_text() for one in page.locator("legend").all()]
    again = sorted(name for name, one in town.shop.stands(f"widget:{number}").items() if one.ask_again)
    assert again == ["recommendations"]
    assert len(asked) == 2, asked
    page.context.close()


def test_two_who_share_a_browser_have_answers_of_their_own(browser: Browser, town: Town) -> None:
    """With a token of the service the answers are the person's; who comes next is asked, and not told."""
    keys = ServiceKeys(town.shop.engine, SECRET)
    _, secret = keys.add("shop", "one", "HS256", None, Actor("uid:0", "cli"))
    first, second = vouched(secret), vouched(secret, sub="u-8")
    town.subject = first
    page = town.watched(browser)
    page.get_by_role("group", name="to show teas").get_by_label("Agree").check()
    for group in page.get_by_role("group").all()[1:]:
        group.get_by_label("Refuse").check()
    page.get_by_role("button", name="Save my choices").click()
    expect(page.get_by_text("Your choices are recorded")).to_be_visible()
    assert town.shop.stands("u-7")["recommendations"].status == "given"
    town.subject = second
    page.reload()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("shouxin.may('recommendations')") is False
    page.get_by_role("button", name="Refuse all").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert town.shop.stands("u-7")["recommendations"].status == "given"
    town.subject = vouched(secret, exp=int(time.time()) + 300)
    page.reload()
    page.wait_for_function("shouxin.ready.then(() => true)")
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("shouxin.may('recommendations')") is True
    page.context.close()


def test_the_browser_s_signal_counts_as_a_refusal(browser: Browser, town: Town) -> None:
    """With Global Privacy Control recommendations are not asked about; who wants them still can agree."""
    page = town.watched(browser, signal=True)
    assert "to show teas" not in " ".join(page.locator("legend").all_inner_texts())
    page.get_by_role("button", name="Refuse all").click()
    assert page.evaluate("shouxin.may('recommendations')") is False
    page.get_by_role("button", name="My privacy choices").click()
    expect(page.get_by_text("Your browser signals a refusal")).to_be_visible()
    page.context.close()


def test_the_widget_is_accessible_small_and_worked_by_keys(browser: Browser, town: Town) -> None:
    """Axe finds nothing at 320 pixels and at a desk, in light and dark; Escape leaves all as it was."""
    page = town.watched(browser, reduced_motion="reduce")
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 640})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate("document.querySelector('div[lang]').shadowRoot.activeElement.id") == "t"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate(KEPT) == ["", "{}", "{}"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.context.close()
    for language in ("zh", "en", "es"):
        page = browser.new_context(bypass_csp=True).new_page()
        page.goto(f"{town.privacy}/demo/shop?lang={language}")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.evaluate(Axe().axe_script)
        for width, scheme in SCREENS:
            page.set_viewport_size({"width": width, "height": 640})
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(OVERFLOW) <= 0, (language, width)
            assert page.evaluate(AXE) == [], (language, width)
        page.context.close()
