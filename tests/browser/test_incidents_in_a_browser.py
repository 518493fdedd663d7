"""The pages of incidents over a real store, read by axe, on a phone and a desk."""

import io
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.incident.service import Incidents
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.app.made_up import TOKEN
from tests.browser.conftest import SYSTEM, serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, SCREENS
from tests.duties.incident.conftest import DAY, incidents, keeper, people, report
from tests.duties.incident.test_incidents import weighed

__all__ = ["incidents", "keeper", "people"]

pytestmark = pytest.mark.browser


def test_the_pages_of_incidents_are_accessible_and_fit(
    browser: Browser, incidents: Incidents, migrated: Engine
) -> None:
    """The list, an incident at two stages, its form, its notice, and a refusal, in three languages."""
    counts: dict[str, Any] = {"categories": ["whereabouts", "real_name"], "records": {"whereabouts": 500}}
    incidents.record(report(people=1200, **counts), DAY)
    incidents.record(report(exercise=True, **counts), DAY)
    weighed(incidents, 1)
    incidents.issue(1, "department", DAY, reference="letter 12")
    incidents.add_people(1, io.BytesIO(b"u-1\nu-2"))
    incidents.issue(1, "individual", DAY)
    assert incidents._kept
    cases = Cases(incidents._kept[0].keeper, KeptCases(migrated))
    app = create_app(
        Library(register()), host_names=("127.0.0.1",), api_token=TOKEN, engine=migrated, cases=cases,
        incidents=incidents,
    )  # fmt: skip
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
            for path in ("", "/1", "/2", "/1/notice?party=individual"):
                page.goto(f"{site}/incidents{path}{'&' if '?' in path else '?'}lang={language}")
                fits(f"{path} {language}")
            page.goto(f"{site}/incidents/new?lang={language}")
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            fits(f"form {language}")
            page.goto(f"{site}/incidents/2?lang={language}")
            page.click("section.reading button >> nth=0")
            fits(f"refused {language}")
        page.close()
