"""Impact assessments over HTTP and as pages, with two people signed in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.access.service import Access, Principal
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.duties.access.conftest import TOKEN, Client, access, clock, form, person, signed_in
from tests.duties.assessment.test_assessments import FULL, inventory, keeper

__all__ = ["access", "clock", "inventory", "keeper", "person"]

HOST = "testserver.local"
SYSTEM = {"Authorization": f"Bearer {TOKEN}"}
TIPS = {"service": "shop", "activity": "recommendations"}
WEIGHED = ("lawful", "proper", "necessary", "safeguards_lawful", "safeguards_effective", "safeguards_fitting")
FORM = dict.fromkeys(WEIGHED, "yes") | {f"{name}-why": "weighed" for name in WEIGHED} | {
    "effect": "unwanted proposals", "processing_record": "inventory version 1", "conclusion": "go_ahead",
    "rows": "2", "risk-0-what": "a leak", "risk-0-likelihood": "low", "risk-0-gravity": "high",
    "risk-0-measures": "encryption", "risk-0-left": "low", "risk-1-likelihood": "low",
}  # fmt: skip


@pytest.fixture
def app(access: Access, inventory: Inventory, migrated: Engine, keeper: Timekeeper) -> Litestar:
    """Give the application over a store with the shop's inventory."""
    assert inventory
    return create_app(
        Library(register()), host_names=(HOST,), api_token=TOKEN, engine=migrated,
        cases=Cases(keeper, KeptCases(migrated)), access=access,
    )  # fmt: skip


@pytest.fixture
def client(app: Litestar) -> Iterator[Client]:
    """Give a client that follows no redirect."""
    with TestClient(app, base_url=f"http://{HOST}") as made:
        made.follow_redirects = False
        yield made


def test_two_people_take_an_assessment_through_its_pages(
    client: Client, person: Callable[..., Principal]
) -> None:
    """One begins and writes, who may not approve it; the other approves."""
    person("Writer", "privacy_officer")
    person("Approver", "approver")
    signed_in(client, "Writer")
    begun = client.post("/assessments", data=form(client, "/assessments", **TIPS))
    assert (begun.status_code, begun.headers["location"]) == (303, "/assessments/1")
    again = client.post("/assessments", data=form(client, "/assessments", **TIPS))
    assert (again.status_code, "assessment-open" in again.text) == (400, True)
    written = client.post("/assessments/1", data=form(client, "/assessments/1", base="1", **FORM))
    assert written.status_code == 303
    own = {"version": "2", "do": "give", "reason": "looked at"}
    refused = client.post("/assessments/1/decision", data=form(client, "/assessments/1", **own))
    assert (refused.status_code, "assessment-own" in refused.text) == (400, True)
    client.cookies.clear()
    signed_in(client, "Approver")
    assert client.post("/assessments", data=form(client, "/approvals", **TIPS)).status_code == 403
    given = client.post("/assessments/1/decision", data=form(client, "/assessments/1", **own))
    assert given.status_code == 303
    for language in ("zh", "en", "es"):
        for path in (
            "",
            "/1",
            "/1?version=1",
            "/1/report",
            "/compare?one=1&one_version=1&other=1&other_version=2",
        ):
            page = client.get(f"/assessments{path}{'&' if '?' in path else '?'}lang={language}")
            assert page.status_code == 200, path
    report = client.get("/assessments/1/report?lang=en").text
    assert "unwanted proposals" in report
    assert "looked at" in report


def test_a_form_that_cannot_be_used_comes_back_as_it_was_filled_in(client: Client) -> None:
    """With the reason, and what was written stays text."""
    client.headers.update(SYSTEM)
    client.post("/assessments", data=TIPS)
    sent = FORM | {"base": "1", "conclusion": "perhaps", "effect": "<b>x</b>"}
    page = client.post("/assessments/1?lang=en", data=sent)
    assert (page.status_code, "form-field" in page.text) == (400, True)
    assert "&lt;b&gt;x" in page.text
    assert "<b>x</b>" not in page.text
    assert client.post("/assessments/1", data=sent | {"rows": "many"}).status_code == 400


def test_an_assessment_walks_through_the_api_as_far_as_a_key_may(client: Client) -> None:
    """Begun, written, compared; no key and no system approves it."""
    client.headers.update(SYSTEM)
    assert client.get("/api/assessments").json()[1]["standing"] == "needed"
    begun = client.post("/api/assessments", json=TIPS).json()
    assert (begun["number"], begun["state"]) == (1, "draft")
    body: dict[str, Any] = {"base": 1, "content": FULL}
    assert client.post("/api/assessments/1/versions", json=body).json()["lacking"] == []
    moved = client.post("/api/assessments/1/versions", json=body)
    assert (moved.status_code, moved.json()["code"]) == (409, "assessment-moved")
    places = {"one": 1, "one_version": 1, "other": 1, "other_version": 2}
    found = client.get("/api/assessments/compare", params=places).json()
    assert "content.conclusion" in {one["field"] for one in found}
    decision = {"version": 2, "give": True, "reason": "looked at"}
    answer = client.post("/api/assessments/1/decision", json=decision)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission-missing")
    assert client.get("/api/assessments/2").status_code == 404


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b'{"base": 1, "content": {"risks": 5}}'])
def test_bytes_that_are_no_version_get_a_clear_answer(client: Client, content: bytes) -> None:
    """Whatever comes in."""
    client.headers.update(SYSTEM)
    client.post("/api/assessments", json=TIPS)
    headers = {"Content-Type": "application/json"}
    answer = client.post("/api/assessments/1/versions", content=content, headers=headers)
    assert (answer.status_code, bool(answer.json()["code"])) == (400, True)


def test_a_store_without_an_inventory_says_so(access: Access, migrated: Engine, keeper: Timekeeper) -> None:
    """The page is no error; the API has its code."""
    app = create_app(
        Library(register()), host_names=(HOST,), api_token=TOKEN, engine=migrated,
        cases=Cases(keeper, KeptCases(migrated)), access=access,
    )  # fmt: skip
    with TestClient(app, base_url=f"http://{HOST}") as made:
        assert made.get("/assessments", headers=SYSTEM).status_code == 200
        answer = made.get("/api/assessments", headers=SYSTEM)
    assert (answer.status_code, answer.json()["code"]) == (400, "organisation-none")
