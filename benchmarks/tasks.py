"""What people come to do, done in a real browser by a script: how many clicks, and how many seconds.

Seconds are those of a hand that needs one second to find each place and types five characters in one.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as Failed

from benchmarks.measure import Row
from benchmarks.served import serving
from shouxin.app.settings import Settings
from shouxin.app.whole import Whole, assembled
from shouxin.demo.place import Mark, contents
from shouxin.duties.days import today
from shouxin.store import StoreConfig, open_store
from shouxin.store.migrate import upgrade

_CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
_WAIT = 4_000
_TEXT = "My order was delivered to somebody else, with my name, my number and my address on the parcel."
_PERSON = "100040"


class Hand:
    """Whoever uses the pages: counts clicks, and what the looking and typing of a person would take."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.clicks, self.spent = 0, 0.0
        page.set_default_timeout(_WAIT)

    def open(self, path: str) -> None:
        """Begin somewhere; that is no click."""
        start = time.perf_counter()
        self.page.goto(self.base + path)
        self.spent += time.perf_counter() - start

    def begin(self) -> None:
        """Count from here: what was done before only led to where the task begins."""
        self.clicks, self.spent = 0, 0.0

    def click(self, place: str) -> None:
        """Find something and click on it."""
        start = time.perf_counter()
        self.page.locator(place).first.click()
        self.page.wait_for_load_state()
        self.clicks += 1
        self.spent += 1 + time.perf_counter() - start

    def type(self, place: str, words: str) -> None:
        """Find a field and type into it; a field is reached with the keyboard, so that is no click."""
        self.page.locator(place).first.fill(words)
        self.spent += 1 + len(words) / 5


def rows() -> Iterator[Row]:
    """Do each task once on the demo; one whose pages are not there says so."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        Path(folder).chmod(0o755)
        with open_store(StoreConfig(dsn=None, data_dir=Path(folder) / "postgres")) as store:
            upgrade(store.engine)
            mark = Mark(made=today(), of=contents())
            with (
                assembled(Settings(data=f"{folder}/data"), store.engine, "t", mark) as whole,
                serving(whole.app) as port,
            ):
                browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
                base = f"http://127.0.0.1:{port}"
                _asked(base)
                for name, goal, who, task in _TASKS:
                    yield _done(browser, whole, base, (name, goal, who, task))
                browser.close()


Task = Callable[[Hand], None]


def _complaint(hand: Hand) -> None:
    hand.open("/complaint?lang=en")
    hand.type("#text", _TEXT)
    hand.click("main form button[type=submit]")
    hand.page.get_by_text("word").first.wait_for()


def _answer(hand: Hand) -> None:
    hand.open("/requests?lang=en")
    hand.click(f"main a[href='/requests/{_numbers[0]}']")
    with hand.page.expect_download():
        hand.click("form[action$='/copy'] button")


def _article(hand: Hand) -> None:
    hand.open("/denials?lang=en")
    hand.click("main a[href^='/denials/']")
    hand.click("main a[href^='/law/']")


def _withdraw(hand: Hand) -> None:
    hand.open("/demo/account?lang=en")
    hand.click("form[action='/centre/shop/enter'] button")
    hand.begin()
    hand.click("main a[href$='/choices']")
    hand.click("main button[value='withdraw']")
    hand.page.locator("#done").wait_for()


_numbers: list[int] = []
_TASKS: tuple[tuple[str, str, str, Task], ...] = (
    ("file a complaint", "1 minute", "", _complaint),
    ("officer gives a copy that was asked for", "5 clicks", "privacy_officer", _answer),
    ("find the article behind a denial", "2 clicks", "auditor", _article),
    ("withdraw one consent, from the start of the centre", "2 clicks", "", _withdraw),
)


def _asked(base: str) -> None:
    """Let somebody ask for a copy whose documents were looked at."""
    headers = {"Authorization": "Bearer t"}
    asked = {
        "right": "copy",
        "service": "shop",
        "person": _PERSON,
        "identities": {"customer_id": _PERSON},
        "request": "a-task-measured",
    }
    made = httpx.post(f"{base}/api/requests", json=asked, headers=headers)
    made.raise_for_status()
    _numbers[:] = [made.json()["number"]]
    seen = {"how": "identity card shown at the counter"}
    httpx.post(f"{base}/api/requests/{_numbers[0]}/documents", json=seen, headers=headers).raise_for_status()


def _done(browser: Browser, whole: Whole, base: str, asked: tuple[str, str, str, Task]) -> Row:
    name, goal, who, task = asked
    context = browser.new_context(accept_downloads=True)
    if who:
        account = whole.access.operators.find(who)
        token = whole.access.links.use(whole.access.links.make(account.id), "127.0.0.1", "", "")
        context.add_cookies([{"name": "session", "value": token, "url": base}])
    hand = Hand(context.new_page(), base)
    try:
        task(hand)
        figure = f"{hand.clicks} clicks, {hand.spent:.0f} s"
    except Failed:
        figure = "not possible: no such page or button"
    context.close()
    return Row(name, figure, goal)
