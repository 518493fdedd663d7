"""The pages of work by hand, read by axe, on a phone and a desk."""

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.days import today
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.app.made_up import TOKEN
from tests.browser.conftest import SYSTEM, serving
from tests.browser.test_desk_in_a_browser import fits
from tests.duties.rights.made_up import ACTOR
from tests.duties.rights.test_by_hand import PaperOffice, paper

pytestmark = pytest.mark.browser


def test_the_pages_of_work_by_hand_are_accessible_and_fit(browser: Browser, migrated: Engine) -> None:
    """The queue, an answer to give, one to confirm, a look-up for a copy; in three languages."""
    office = PaperOffice(migrated, paper(four_eyes=True))
    erased, copied = office.ready(), office.ask("access", person="8", identities={"customer_id": "8"})
    office.rights.run(erased, today(), ACTOR)
    office.rights.vouch(copied, today(), ACTOR)
    office.rights.plan(copied, today(), ACTOR)
    app = create_app(
        Library(register()),
        host_names=("127.0.0.1",),
        api_token=TOKEN,
        engine=migrated,
        cases=office.desk.cases,
        rights=office.rights,
    )
    with serving(app) as site:
        page = browser.new_page(extra_http_headers=SYSTEM)
        for language in ("zh", "en", "es"):
            page.goto(f"{site}/requests/by-hand?lang={language}")
            fits(page, f"queue {language}")
            for number in (erased, copied):
                page.goto(f"{site}/requests/by-hand/{number}?store=paper&lang={language}")
                fits(page, f"task {number} {language}")
        office.tell(erased, deleted={"letters": 4})
        page.goto(f"{site}/requests/by-hand/{erased}?store=paper&lang=zh")
        assert page.inner_text("#told")
        fits(page, "told")
