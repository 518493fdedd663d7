"""Every page that an officer reaches in the demo: found by its links, read by axe, measured, photographed."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from shouxin.app.catalogue import LANGUAGES
from shouxin.duties.access.model import SYSTEM_KEY
from tests.app.made_up import TOKEN
from tests.browser.conftest import serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, address
from tests.crawl import Page, doors, pages, pattern_of
from tests.demo import whole
from tests.demo.whole import Demo

pytestmark = pytest.mark.browser

FIRST_LOAD = 100 * 1024
"""Bytes that a page and all it loads may have, as they are sent."""

NARROW, WIDE = 320, 1280
OF_THE_LAW = ("/api", "/law", "/static", "/health")
"""What has tests of its own over every kind of page."""

BROAD = ("/handbook/architecture", "/handbook/cli")
"""Documents with lines that are broader than a page, beside the one that links lead to."""

NEEDS_MORE = {
    "/first-operator": "gone once there is an account",
    "/sign-in/once/{code}": "a link of the terminal, in the tests of the demo",
    "/sign-in/provider": "leads to the identity provider",
    "/sign-in/provider/return": "comes from the identity provider",
    "/requests/by-hand/{number}": "the demo has no store that people work on by hand",
    "/retention/runs/{number}": "the demo has no run yet",
    "/assessments/{number}": "the demo's assessment is a case",
    "/assessments/{number}/report": "the demo's assessment is a case",
    "/incidents/{number}/notice": "an exercise tells nobody",
    "/inspections/{number}/packs/{pack}/{name}": "a file",
    "/by-hand/{token}": "a link that the office makes, for somebody without an account",
    "/centre/{service}/choices": "who is signed in at the centre, in its own tests",
    "/centre/{service}/code": "where the stores know addresses, in its own tests",
    "/centre/{service}/choices/recommendation": "who is signed in at the centre, in its own tests",
    "/centre/{service}/choices/one": "who is signed in at the centre, in its own tests",
    "/centre/{service}/data": "who is signed in at the centre, in its own tests",
    "/centre/{service}/data/new/{right}": "who is signed in at the centre, in its own tests",
    "/centre/{service}/data/requests/{number}": "who is signed in at the centre, in its own tests",
    "/centre/{service}/data/view": "who is signed in at the centre, in its own tests",
    "/centre/{service}/code/enter": "leads into the centre",
    "/centre/{service}/enter": "leads into the centre",
    "/centre/{service}/look": "remembers large type and leads back",
    "/widget/{name}": "scripts and fragments for the pages of a service",
    "/demo/shop/{name}": "what the made-up shop loads",
    "/opendsr/requests/{key}": "machines of controllers",
    "/opendsr/results/{key}": "machines of controllers",
    "/opendsr/v1/opendsr_requests/{key}": "machines of controllers",
    "/opendsr/v1/opengdpr_requests/{key}": "machines of controllers",
    "/opendsr/v1/requests/{key}": "machines of controllers",
    "/opendsr/v1/results/{key}": "machines of controllers",
    "/ledger/checkpoints/{size}": "a file",
    "/ledger/{number}/path.json": "a file",
    "/centre/{service}/recipients.csv": "a file",
}
"""Pages that no link of the demo leads to, and why."""


class Site:
    """The demo as a browser reaches it: its address, the officer's cookie, the pages there are."""

    def __init__(self, demo: Demo, base: str) -> None:
        self.base, self.app, self.access = base, demo.app, demo.access
        self.token = demo.token("privacy_officer")
        self.asking = httpx.Client(base_url=base, cookies={"session": self.token}, timeout=60)
        self.asking.headers["Accept"] = "text/html"
        self.paths = [path for path, _page in pages(self.app, self.asking.get, 1, OF_THE_LAW)]
        self.paths += [path for path in BROAD if path not in self.paths]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Serve the demo."""
    with whole.demo() as demo, serving(demo.app) as base:
        made = Site(demo, base)
        yield made
        made.asking.close()


def test_links_lead_to_every_page(site: Site) -> None:
    """No page stands where nobody finds it, but for those that need more than the demo has."""
    known = {pattern_of(site.app, path.partition("?")[0]) for path in site.paths}
    patterns = {door.pattern for door in doors(site.app) if door.method == "GET" and door.page}
    shown = {pattern for pattern in patterns if not pattern.startswith(OF_THE_LAW)}
    files = {one for one in shown - known if not _is_page(site, one)}
    assert sorted(shown - known - files - NEEDS_MORE.keys()) == []


def _is_page(site: Site, pattern: str) -> bool:
    """Tell whether an address without places answers with a page; one with places is taken for a page."""
    if "{" in pattern:
        return not pattern.endswith((".zip", "/content", "/receipt"))
    answer = site.asking.get(pattern)
    return answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")


def test_every_page_is_whole_without_a_script_in_three_languages(site: Site) -> None:
    """A title, one heading, its language; a reason for each field; no code within; a light first load."""
    wrong: list[str] = []
    weights: dict[str, int] = {}
    for path in site.paths:
        for code, tag in LANGUAGES.items():
            answer = site.asking.get(address(path, code))
            page = Page(answer.text)
            if answer.status_code != 200:
                wrong.append(f"{path} {code}: {answer.status_code}")
                continue
            wrong += [f"{path} {code}: {one}" for one in [*page.wrong, *page.unexplained()]]
            if (page.headings, page.language) != (1, tag):
                wrong.append(f"{path} {code}: {page.headings} headings, language {page.language}")
            if not re.match(r"\s*\S.* · ", page.title):
                wrong.append(f"{path} {code}: the title is {page.title!r}")
            for one in page.loaded:
                if one not in weights:
                    weights[one] = site.asking.get(one).num_bytes_downloaded
            weight = answer.num_bytes_downloaded + sum(weights[one] for one in set(page.loaded))
            if weight > FIRST_LOAD:
                wrong.append(f"{path} {code}: {weight} bytes")
    assert wrong == []


def test_axe_finds_nothing_and_everything_fits(browser: Browser, site: Site) -> None:
    """In English by day on a desk and by night on the narrowest phone; in the others on the phone."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    context.add_cookies([{"name": "session", "value": site.token, "url": site.base}])
    page, script, wrong = context.new_page(), Axe().axe_script, []
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in site.paths:
        for language in ("es", "zh", "en"):
            page.set_viewport_size({"width": NARROW, "height": 900})
            page.goto(site.base + address(path, language))
            if page.evaluate(OVERFLOW) > 0:
                wrong.append(f"{path} {language}: wider than {NARROW} pixels")
        page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
        page.evaluate(script)
        for width, scheme in ((NARROW, "dark"), (WIDE, "light")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            if page.evaluate(OVERFLOW) > 0:
                wrong.append(f"{path}: opened, it is wider than {width} pixels")
            for found in page.evaluate(AXE):
                places = [node["target"] for node in found["nodes"]][:3]
                wrong.append(f"{path} {width} {scheme}: {found['id']} at {places}")
    context.close()
    assert wrong == []
    assert [text for text in said if "status of 40" not in text] == []


def test_endless_and_reversed_words_leave_a_page_whole(browser: Browser, site: Site) -> None:
    """A word of thousands of letters, and one written from right to left, stay within a narrow screen."""
    endless = "w" * 1500 + "\u202eمرحبا\u2066"
    system = {"Authorization": f"Bearer {TOKEN}"}
    ask = {"operation": "export", "scope": endless, "purpose": endless, "people": 5}
    complaint = {"subject": "user_information", "text": endless, "name": endless[:400]}
    assert httpx.post(f"{site.base}/api/approvals", json=ask, headers=system).status_code == 200
    brought = httpx.post(f"{site.base}/api/v1/complaints", json=complaint).json()
    site.access.operators.add(SYSTEM_KEY, "cli", "w" * 64, password="seven made-up herons")
    context = browser.new_context(viewport={"width": NARROW, "height": 900})
    context.add_cookies([{"name": "session", "value": site.token, "url": site.base}])
    page = context.new_page()
    for path in ("/approvals", "/operators", f"/complaints/{brought['number']}"):
        page.goto(f"{site.base}{path}?lang=en")
        assert page.evaluate(OVERFLOW) <= 0, path
    page.fill("form[action$='/read'] [name=reason]", "it is dealt with")
    page.click("form[action$='/read'] button")
    assert "wwwwwwww" in (page.text_content("main") or "")
    assert page.evaluate(OVERFLOW) <= 0
    context.close()


def test_pictures_of_every_page(browser: Browser, site: Site, request: pytest.FixtureRequest) -> None:
    """Asked for with ``--screenshots``: a file for each page, language and width."""
    folder: Path | None = request.config.getoption("--screenshots")
    if folder is None:
        pytest.skip("pictures are made with --screenshots FOLDER")
    context = browser.new_context()
    context.add_cookies([{"name": "session", "value": site.token, "url": site.base}])
    page = context.new_page()
    for language in LANGUAGES:
        (folder / language).mkdir(parents=True, exist_ok=True)
        for path in site.paths:
            page.goto(site.base + address(path, language))
            for width in (360, WIDE):
                page.set_viewport_size({"width": width, "height": 900})
                name = re.sub(r"[^a-z0-9]+", "-", path.partition("?")[0]).strip("-") or "start"
                page.screenshot(path=folder / language / f"{name}-{width}.png", full_page=True)
    context.close()
