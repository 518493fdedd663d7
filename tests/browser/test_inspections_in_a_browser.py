"""The pages of inspections and the page of a pack, read by axe, on a phone and a desk."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import Engine

from shouxin.duties.access.cookies import SESSION
from tests.browser.conftest import serving
from tests.browser.test_pages_in_a_browser import AXE, OVERFLOW, SCREENS
from tests.duties.access.conftest import HERE
from tests.duties.inspection.conftest import OFFICER, PASSWORD, InspectedOffice

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOUXIN_SHOTS", "")
"""A folder for pictures of what is looked at; none are taken without it."""


def test_inspections_are_accessible_and_fit(browser: Browser, migrated: Engine, tmp_path: Path) -> None:
    """The list with its form, one that waits, one that is approved, and the page inside the pack."""
    office = InspectedOffice(migrated, tmp_path / "ledger")
    office.described()
    office.person("staff", "staff")
    approver = office.person("approver", "approver")
    office.person("officer", "privacy_officer")
    first = office.inspections.ask(office.asked(), OFFICER)
    office.inspections.ask(office.asked(kind="social-report", name="2026", authority="", basis=""), OFFICER)
    office.inspections.decide(first.number, approver, OFFICER, give=True, reason="letter seen")
    for language in ("zh", "en"):
        file = io.BytesIO()
        office.inspections.write(first.number, file, language, OFFICER)
        with zipfile.ZipFile(file) as archive:
            archive.extractall(tmp_path / language)
    with serving(office.app()) as site:
        context = browser.new_context()
        session = office.access.sign_in("officer", PASSWORD, "", HERE)
        context.add_cookies([{"name": SESSION, "value": session, "url": site}])
        page = context.new_page()

        def fits(what: str) -> None:
            page.evaluate(Axe().axe_script)
            for width, scheme in SCREENS:
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                if SHOTS:
                    page.screenshot(path=Path(SHOTS) / f"{what}-{width}.png", full_page=True)
                assert page.evaluate(OVERFLOW) <= 0, (what, width)
                assert page.evaluate(AXE) == [], (what, width, scheme)

        for language in ("zh", "en", "es"):
            for path in ("", "/1", "/2"):
                page.goto(f"{site}/inspections{path}?lang={language}")
                fits(f"inspections{path.replace('/', '-')}-{language}")
        for language in ("zh", "en"):
            page.goto((tmp_path / language / "index.html").as_uri())
            fits(f"pack-{language}")
        if SHOTS:
            (Path(SHOTS) / "report.pdf").write_bytes((tmp_path / "zh" / "report.pdf").read_bytes())
        context.close()
