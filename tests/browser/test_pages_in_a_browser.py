"""The pages as a reader meets them: accessible, within the screen, without scripts, in real glyphs."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import SYSTEM

pytestmark = pytest.mark.browser
Scheme = Literal["light", "dark"]
LANGUAGES = ("zh", "en", "es")
KINDS = {
    "list": "/law",
    "instrument": "/law/capital-market",
    "unit": "/law/pipl/art_29",
    "provision": "/law/pipl/art_66__para_2__cl_1",
    "search": "/law/search?q=同意&mechanism=gate",
    "bad search": "/law/search?q=mechanism:clok",
    "coverage": "/law/coverage",
    "readings": "/law/readings?instrument=cryptography-law",
    "categories": "/law/app-categories",
    "decide": "/decide?act=collect&assume=ordinary-company&explain=1",
    "calculate": "/calculate?id=judicial-interpretation-2019-15:art_4&track=300&accommodation=2000",
    "calculation": "/calculate?id=pipl:art_66__para_1__cl_3&breach=pipl:art_29",
    "clock": "/law/cybersecurity-review/art_11__cl_1",
    "control": "/law/miit-24/art_12__cl_2",
    "record": "/law/ecommerce-law/art_31",
    "clocks": "/due",
    "due": "/due?id=cybersecurity-review:art_11&from=2025-09-22&pause_from=2025-10-10&pause_to=2025-10-15",
    "own time": "/due?id=pipl:art_45__para_2&from=2098-06-03&own=3&unit=working_days",
    "bad day": "/due?id=miit-24:art_12&from=2025-02-30",
    "retention": "/retention",
    "detect": "/detect",
    "protect": "/protect",
    "error": "/law/nothing",
}
SCREENS: list[tuple[int, Scheme]] = [(360, "light"), (1280, "dark")]
AXE = "() => axe.run({resultTypes: ['violations']}).then(found => found.violations)"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
INK = """text => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 40;
  const context = canvas.getContext("2d", {willReadFrequently: true});
  context.font = "32px " + getComputedStyle(document.querySelector("h1")).fontFamily;
  context.fillText(text, 2, 34);
  return Array.from(context.getImageData(0, 0, 40, 40).data.filter((_, at) => at % 4 === 3)).join("");
}"""


def address(path: str, language: str) -> str:
    """Return a path with the language asked for."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.fixture(scope="module")
def watched(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """Open one page and collect what its console says."""
    page = browser.new_page(extra_http_headers=SYSTEM)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page, said
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_is_accessible_and_fits(
    watched: tuple[Page, list[str]], site: str, kind: str, language: str
) -> None:
    """On a phone by day and a desk by night axe finds nothing, nothing sticks out, the console is silent.

    A scheme changes nothing but colours and a width nothing but the layout: two screens hold all four.
    """
    page, said = watched
    said.clear()
    page.goto(site + address(KINDS[kind], language))
    assert [text for text in said if "status of 40" not in text] == []
    page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    page.evaluate(Axe().axe_script)
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(OVERFLOW) <= 0, width
        assert page.evaluate(AXE) == [], (width, scheme)


def test_chinese_is_drawn_in_real_glyphs(browser: Browser, site: str) -> None:
    """Two characters look different from each other and from the box of a missing glyph."""
    page = browser.new_page(extra_http_headers=SYSTEM)
    page.goto(f"{site}/law?lang=zh")
    drawn = {text: page.evaluate(INK, text) for text in ("个", "人", "\U000e0fff")}
    assert len(set(drawn.values())) == 3
    page.close()


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[BrowserContext]:
    """Open a context in which no script runs."""
    context = browser.new_context(java_script_enabled=False, extra_http_headers=SYSTEM)
    yield context
    context.close()


def test_searching_and_reading_work_without_a_script(scriptless: BrowserContext, site: str) -> None:
    """From the list over a search and a filter to a provision, its neighbour, and another language."""
    page = scriptless.new_page()
    page.goto(f"{site}/law?lang=en")
    page.locator("#q").fill("sensitive")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Instrument", exact=True).select_option("pipl")
    page.get_by_role("button", name="Search").click()
    assert page.locator("#q").input_value() == "sensitive"
    page.locator("ol.hits h2 a").first.click()
    first = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Next").click()
    assert page.get_by_role("heading", level=1).inner_text() != first
    page.get_by_role("link", name="Español").click()
    assert page.locator("html").get_attribute("lang") == "es"
    page.get_by_role("link", name="Instrumentos").first.click()
    assert page.locator("html").get_attribute("lang") == "es"


def test_a_time_limit_is_counted_without_a_script(scriptless: BrowserContext, site: str) -> None:
    """From a provision over the form to the day, with a pause, and on with the extension."""
    page = scriptless.new_page()
    page.goto(f"{site}/law/cybersecurity-review/art_11__cl_1?lang=en")
    page.get_by_role("link", name="Count it from a day").click()
    page.get_by_label("Starting day").fill("2025-06-03")
    page.get_by_label("Paused from").fill("2025-06-05")
    page.get_by_label("Until").fill("2025-06-10")
    page.get_by_role("button", name="Count").click()
    assert "18 July 2025" in page.locator("#answer").inner_text()
    page.get_by_label("With the extension that the law allows").check()
    page.get_by_role("button", name="Count").click()
    assert "8 August 2025" in page.locator("#answer").inner_text()
    page.close()


def test_the_plan_of_keeping_times_prints_whole(browser: Browser, site: str) -> None:
    """On paper the form and the navigation are gone, and every kind stands in the table."""
    page = browser.new_page(extra_http_headers=SYSTEM)
    page.goto(f"{site}/retention?lang=zh")
    kinds = page.locator("th[scope=rowgroup]").count()
    page.emulate_media(media="print")
    assert kinds > 30
    assert page.locator("th[scope=rowgroup]:visible").count() == kinds
    assert not page.locator("form").first.is_visible()
    assert page.locator(".main-nav:visible").count() == 0
    page.close()


def test_the_keyboard_reaches_the_content_first(browser: Browser, site: str) -> None:
    """The first stop is the link over the navigation, visible when it has the focus."""
    page = browser.new_page(extra_http_headers=SYSTEM)
    page.goto(f"{site}/law/pipl/art_29?lang=en")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("href") == "#content"
    assert (skip.bounding_box() or {"x": -1})["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.close()


def test_a_click_selects_the_whole_citation(browser: Browser, site: str) -> None:
    """The permanent citation can be copied without a script and without aiming."""
    page = browser.new_page(extra_http_headers=SYSTEM)
    page.goto(f"{site}/law/pipl/art_29__cl_1?lang=en")
    page.locator("code.cite").last.click()
    assert page.evaluate("getSelection().toString()") == "pipl:art_29__cl_1"
    page.close()


def test_source_text_stands_beside_the_summary_on_a_wide_screen(browser: Browser, site: str) -> None:
    """Side by side at 1280 pixels, one under the other at 360."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{site}/law/pipl/art_29?lang=zh")
    places = [page.locator(name).first.bounding_box() for name in (".provisions", ".texts")]
    summary, text = (place or {"x": 0.0, "y": 0.0, "width": 0.0, "height": 0.0} for place in places)
    assert text["x"] > summary["x"] + summary["width"]
    page.set_viewport_size({"width": 360, "height": 800})
    below = page.locator(".texts").first.bounding_box() or {"y": 0.0}
    assert below["y"] > summary["y"]
    page.close()
