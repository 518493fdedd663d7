"""What the page of a request shows: who is waited for, what changed, what is explained."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine, text

from shouxin.app.server import create_app
from shouxin.connect.model import Identity, MappedColumn, MappedTable
from shouxin.duties.days import today
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.library.service import Library
from shouxin.duties.rights.service import Rights
from shouxin.law.register import register
from tests.duties.consent.test_service import Shop
from tests.duties.rights.made_up import ACTOR
from tests.duties.rights.test_by_hand import PaperOffice, paper
from tests.duties.rights.test_over_http import HOST, TOKEN
from tests.duties.rights.test_tags import PROVIDER


@pytest.fixture
def office(migrated: Engine) -> PaperOffice:
    """Give the desk with a cupboard behind it that holds tags."""
    columns = (MappedColumn(column="word", categories=("preferences",)), MappedColumn(column="of"))
    named = (Identity(identity="customer_id", column="of"),)
    table = MappedTable(table="letters", columns=columns, identities=named)
    found = msgspec.structs.replace(paper(), tables=(table,))
    return PaperOffice(migrated, found)


@contextmanager
def web(office: PaperOffice, rights: Rights) -> Iterator[TestClient[Litestar]]:
    """Talk to the application in front of the desk."""
    parts = {"engine": office.engine, "cases": office.desk.cases, "rights": rights}
    app = create_app(Library(register()), host_names=(HOST,), api_token=TOKEN, **parts)  # type: ignore[arg-type]
    with TestClient(app, base_url=f"http://{HOST}") as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        client.headers["Accept-Language"] = "en"
        yield client


def test_who_is_waited_for_and_what_changed_is_shown(office: PaperOffice) -> None:
    """In the list, at the terminal and on the page: the store, how long, and rows before and now."""
    number = office.ready()
    office.rights.run(number, today(), ACTOR)
    with office.engine.begin() as connection:
        connection.execute(text("update shouxin.rights_errand set made_at = now() - interval '40 days'"))
    (line,) = office.rights.list(today())
    assert line.waits == ("paper",)
    assert line.waits_since
    office.shop.append({"customer_id": "7", "name": "another order", "keep": today() + timedelta(days=9)})
    office.rights.plan(number, today(), ACTOR)
    changed = office.rights.show(number, today()).changed
    assert [(one.part, one.before, one.now) for one in changed] == [("kept", 0, 1), ("own", 1, 0)]
    other = office.ready(person="7", request="again")
    office.rights.run(other, today(), ACTOR)
    with office.engine.begin() as connection:
        connection.execute(text("update shouxin.rights_errand set made_at = now() - interval '40 days'"))
    with web(office, office.rights) as client:
        page = client.get(f"/requests/{number}").text
        assert "What changed since the plan of" in page
        assert "for 40 days" in client.get(f"/requests/{other}").text
        assert "for 40 days" in client.get("/requests").text


def test_an_explanation_is_shown_before_and_after_it_is_given(office: PaperOffice) -> None:
    """And where there is no notice, the page says what is missing and stays a page."""
    rights = Rights(office.desk, Inventory(register(), None, office.engine))
    published = Shop(office.engine).notice
    bare = office.ask("explanation", identities={}, service="bare")
    number = office.ask("explanation", identities={}, service=published.service, person="9")
    for one in (bare, number):
        office.rights.vouch(one, today(), ACTOR)
    with web(office, rights) as client:
        missing = client.get(f"/requests/{bare}")
        assert (missing.status_code, "notice-none" in missing.text) == (200, True)
        assert published.address[:16] in client.get(f"/requests/{number}").text
        rights.settle(number, "", {}, today(), ACTOR)
        assert published.address[:16] in client.get(f"/requests/{number}").text


def test_a_category_alone_goes_by_hand(office: PaperOffice) -> None:
    """The queue says that only this category goes, and the answer ends the request."""
    number = office.ask("recommendation_tags", facts=PROVIDER)
    office.rights.vouch(number, today(), ACTOR)
    plan = office.rights.plan(number, today(), ACTOR)
    assert plan.problems == ()
    office.rights.approve(number, plan.digest, "asked for", {}, today(), ACTOR)
    office.rights.run(number, today(), ACTOR)
    (task,) = office.rights.by_hand(today())
    assert task.only == "preferences"
    office.tell(number, deleted={"letters": 2})
    assert office.rights.show(number, today()).state == "applied"
