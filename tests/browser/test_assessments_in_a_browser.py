"""The pages of impact assessments over a real store, read by axe, on a phone and a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.assessment.service import Assessments
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.app.made_up import TOKEN
from tests.browser.conftest import SYSTEM, serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, SCREENS
from tests.duties.assessment.test_assessments import (
    DAY,
    ORDERS,
    TIPS,
    WRITER,
    assessments,
    content,
    decided,
    inventory,
    keeper,
)

__all__ = ["assessments", "inventory", "keeper"]

pytestmark = pytest.mark.browser


def test_the_pages_of_assessments_are_accessible_and_fit(
    browser: Browser, assessments: Assessments, migrated: Engine, keeper: Timekeeper
) -> None:
    """The list, one approved and one being written, the report, a comparison, in three languages."""
    assessments.begin(*TIPS, DAY, WRITER)
    assessments.write(1, content(), 1, DAY, WRITER)
    decided(assessments)
    assessments.begin(*ORDERS, DAY, WRITER)
    app = create_app(
        Library(register()), host_names=("127.0.0.1",), api_token=TOKEN, engine=migrated,
        cases=Cases(keeper, KeptCases(migrated)),
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

        compared = "/compare?one=1&one_version=1&other=1&other_version=2"
        for language in ("zh", "en", "es"):
            for path in ("", "/1", "/2", "/1/report", compared):
                page.goto(f"{site}/assessments{path}{'&' if '?' in path else '?'}lang={language}")
                page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
                fits(f"{path} {language}")
        page.close()
