"""Incidents over HTTP and as pages: forms that come back, permissions that hold, nobody named."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.access.service import SYSTEM_KEY, Access
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.incident.service import Incidents
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from shouxin.store.people import People
from tests.duties.incident.conftest import DAY, FULL, report
from tests.duties.incident.test_incidents import NOT_SPECIAL

Client = TestClient[Litestar]
HOST = "testserver.local"
TOKEN = "a token of the tests"
FORM = {
    "service": "shop",
    "kind-leak": "yes",
    "happened_on": "2025-06-01",
    "known_on": "2025-06-03",
    "touched": "order database / orders / customers",
    "people": "1,200",
    "records-whereabouts": "500",
} | {f"{name}-zh": FULL[name]["zh"] for name in ("what", "cause", "possible_harm", "remedies", "advice")}


@pytest.fixture
def client(
    incidents: Incidents, migrated: Engine, keeper: Timekeeper, people: People, tmp_path: Path
) -> Iterator[Client]:
    """Talk to the application in front of the incidents, with a folder as gateway."""
    cases = Cases(keeper, KeptCases(migrated))
    app = create_app(
        Library(register()),
        host_names=(HOST,),
        api_token=TOKEN,
        engine=migrated,
        cases=cases,
        incidents=Incidents(register(), cases, migrated, people, str(tmp_path)),
        access=Access(migrated, bytes(32)),
    )
    with TestClient(app, base_url=f"http://{HOST}") as made:
        made.follow_redirects = False
        made.headers["Authorization"] = f"Bearer {TOKEN}"
        yield made


def sent(**more: Any) -> Any:
    """Return a report as it is sent."""
    return msgspec.to_builtins(report(**more))


def step(client: Client, name: str, **given: Any) -> Any:
    """Take a step of the first incident on its page; return the answer."""
    return client.post("/incidents/1/steps?lang=en", data={"step": name, "by": "processor", **given})


def test_an_incident_walks_through_the_api(client: Client, tmp_path: Path) -> None:
    """Recorded, amended, moved on, its people listed, the notices given and sent."""
    made = client.post("/api/incidents", json=sent()).json()
    assert (made["number"], made["state"]) == (1, "discovered")
    amended = {"base": 1, "account": sent(people=3)["account"]}
    assert client.post("/api/incidents/1/account", json=amended).json()["people"] == 3
    assert client.post("/api/incidents/1/account", json=amended).status_code == 409
    steps = [
        {"step": "neither_special", "facts": NOT_SPECIAL},
        {"step": "activate_plan", "records": {"activation": "at once"}},
        {"step": "remedy", "records": {"measures": "closed"}},
        {
            "step": "find_not_serious", "records": {"finding": "file 3"},
            "facts": {"serious_consequences": False, "identifies_users": True},
        },
    ]  # fmt: skip
    for one in steps:
        moved = client.post("/api/incidents/1/steps", json={"by": "processor", **one})
        assert moved.status_code == 200, moved.text
    assert client.get("/api/incidents/1/draft", params={"party": "department"}).json()["lacking"] == []
    told = client.post("/api/incidents/1/notices", json={"party": "department", "reference": "letter 1"})
    assert told.status_code == 200
    assert client.post("/api/incidents/1/send").json()["code"] == "incident-not-issued"
    assert client.post("/api/incidents/1/people", content="u-1\nu-2").json()["listed"] == 2
    client.post("/api/incidents/1/notices", json={"party": "individual"})
    assert client.post("/api/incidents/1/send").json()["finished"] is True
    assert len(list(tmp_path.glob("notice-*.json"))) == 1
    shown = client.get("/api/incidents/1").text
    assert "u-1" not in shown
    found = client.get("/api/incidents/figures", params={"since": "2000-01-01"}).json()
    assert (found["incidents"], found["told"]) == (1, 2)
    assert [one["number"] for one in client.get("/api/incidents").json()] == [1]


def test_an_incident_walks_through_its_pages(client: Client) -> None:
    """Complete without JavaScript; what a step asks for stands in its form."""
    made = client.post("/incidents/new", data=FORM)
    assert (made.status_code, made.headers["location"]) == (303, "/incidents/1")
    page = client.get("/incidents/1?lang=en").text
    assert "reached" in page
    assert 'name="fact-actor.ecommerce_platform"' in page
    roles = {"fact-actor.ecommerce_platform": "false", "fact-actor.telecom_or_internet_provider": "false"}
    assert step(client, "neither_special", **roles).status_code == 303
    refused = step(client, "activate_plan")
    assert (refused.status_code, "step-records" in refused.text) == (400, True)
    step(client, "activate_plan", **{"record-activation": "at once"})
    step(client, "remedy", **{"record-measures": "closed"})
    facts = {"fact-serious_consequences": "false", "fact-identifies_users": "true"}
    assert step(client, "find_not_serious", **facts, **{"record-finding": "file 3"}).status_code == 303
    draft = client.get("/incidents/1/notice?party=department&lang=en").text
    assert "Still lacking" in draft
    contact = {"base": "1", "contact-zh": "privacy@shop.example"}
    assert client.post("/incidents/1/account", data={**FORM, **contact}).status_code == 303
    given = client.post("/incidents/1/notice?party=department", data={"reference": "letter 1"})
    assert given.status_code == 303
    assert client.post("/incidents/1/people", data={"people": "u-1\r\nu-2"}).status_code == 303
    assert client.post("/incidents/1/notice?party=individual").status_code == 303
    assert client.post("/incidents/1/send").status_code == 303
    assert client.get("/api/incidents/1").json()["state"] == "individuals_told"
    for language in ("zh", "en", "es"):
        for path in ("", "/new", "/1", "/1/account", "/1/notice?party=individual"):
            mark = "&" if "?" in path else "?"
            assert client.get(f"/incidents{path}{mark}lang={language}").status_code == 200


def test_a_form_that_cannot_be_used_comes_back_as_it_was_filled_in(client: Client) -> None:
    """With the reason, and without markup of the sender's."""
    page = client.post("/incidents/new?lang=en", data={**FORM, "people": "many", "what-zh": "<b>x</b>"})
    assert page.status_code == 400
    assert "form-field" in page.text
    assert "&lt;b&gt;x" in page.text
    assert "<b>x</b>" not in page.text
    for lack in ("known_on", "kind-leak", "service"):
        assert client.post("/incidents/new", data={**FORM, lack: ""}).status_code == 400


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"\xff", "application/json"),
    ],
)
def test_bytes_that_are_no_report_get_a_clear_answer(client: Client, content: bytes, kind: str) -> None:
    """Whatever comes in."""
    answer = client.post("/api/incidents", content=content, headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert answer.json()["code"]


@pytest.mark.parametrize(
    ("path", "body", "permission"),
    [
        ("/api/incidents", {}, "incident.record"),
        ("/api/incidents/1/people", {}, "incident.record"),
        ("/api/incidents/1/notices", {"party": "individual"}, "incident.notify"),
        ("/api/incidents/1/send", {}, "incident.notify"),
    ],
)
def test_a_key_without_the_permission_changes_nothing(
    client: Client, incidents: Incidents, migrated: Engine, path: str, body: Any, permission: str
) -> None:
    """A key that may read incidents may do nothing else with them."""
    incidents.record(report(), DAY)
    until = datetime.now(UTC) + timedelta(days=1)
    key, _ = Access(migrated, bytes(32)).keys.new(SYSTEM_KEY, "cli", "reader", ("incident.read",), until)
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/incidents/1", headers=headers).status_code == 200
    answer = client.post(path, json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission-missing")
    assert permission in answer.json()["message"]


def test_without_a_store_there_is_a_clear_answer() -> None:
    """Nothing is served that could not be kept."""
    app = create_app(Library(register()), host_names=(HOST,), api_token=TOKEN)
    with TestClient(app, base_url=f"http://{HOST}") as made:
        answer = made.get("/api/incidents", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.json()["code"]) == (503, "store-missing")
