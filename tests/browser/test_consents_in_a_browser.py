"""The pages of consent over a real store, read by axe, on a phone and a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.consent.intake import Intake
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from shouxin.store.ledger import Writer
from tests.app.made_up import TOKEN
from tests.browser.conftest import SYSTEM, serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, SCREENS
from tests.duties.consent.test_service import Shop

pytestmark = pytest.mark.browser


def test_the_pages_of_consent_are_accessible_and_fit(browser: Browser, migrated: Engine) -> None:
    """The figures, one person for a reason, and the refusal without one, in three languages."""
    shop = Shop(migrated)
    shop.give(
        *(shop.answer(f"request-{number}", person=f"u-{number}") for number in range(9)),
        shop.answer("request-no", "refuse", person="u-no"),
        shop.answer("request-take", "withdraw"),
    )
    assert shop.consents.kept
    with Writer(migrated) as writer:
        kept = (shop.consents, Intake(shop.consents.kept, writer))
        app = create_app(
            Library(register()), host_names=("127.0.0.1",), api_token=TOKEN, engine=migrated, consents=kept
        )
        with serving(app) as site:
            page = browser.new_page(extra_http_headers=SYSTEM)

            def fits(what: str) -> None:
                page.evaluate(Axe().axe_script)
                for width, scheme in SCREENS:
                    page.set_viewport_size({"width": width, "height": 800})
                    page.emulate_media(color_scheme=scheme)
                    assert page.evaluate(OVERFLOW) <= 0, (what, width)
                    assert page.evaluate(AXE) == [], (what, width, scheme)

            for language in ("zh", "en", "es"):
                page.goto(f"{site}/consents?lang={language}")
                fits(f"figures {language}")
                page.fill("#of-service", shop.notice.service)
                page.fill("#person", "u-1")
                page.fill("#reason", "a question by phone")
                page.click(".entry >> nth=0 >> button")
                fits(f"person {language}")
                assert "u-1" not in page.url
            page.close()
