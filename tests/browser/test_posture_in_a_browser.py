"""The page of the posture over a real store, read by axe and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.inventory.service import Organisation, Service
from shouxin.duties.library.service import Library
from shouxin.duties.posture.service import Judge
from shouxin.duties.posture.stored import StoredOrganisation
from shouxin.law.register import register
from tests.app.made_up import TOKEN
from tests.browser.conftest import SYSTEM, serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, SCREENS
from tests.duties.posture.conftest import DAY, complaints

pytestmark = pytest.mark.browser


def test_the_posture_is_accessible_and_fits(browser: Browser, migrated: Engine) -> None:
    """With every control open, on a phone by day and a desk by night, in three languages."""
    shop = Organisation(
        name="Made-up Shop",
        facts={"actor.telecom_or_internet_provider": True, "actor.ecommerce_platform": True},
        services=(Service(name="a-service-with-a-rather-long-name-that-has-no-spaces"),),
        evidence=(complaints(reference="a-file-with-a-long-name" * 4),),
    )
    StoredOrganisation(migrated).load(Judge(register()), shop, DAY)
    app = create_app(Library(register()), host_names=("127.0.0.1",), api_token=TOKEN, engine=migrated)
    with serving(app) as site:
        page = browser.new_page(extra_http_headers=SYSTEM)
        for language in ("zh", "en", "es"):
            page.goto(f"{site}/posture?instrument=miit-24&lang={language}")
            page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
            page.evaluate(Axe().axe_script)
            for width, scheme in SCREENS:
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                assert page.evaluate(OVERFLOW) <= 0, (language, width)
                assert page.evaluate(AXE) == [], (language, width, scheme)
        page.close()
