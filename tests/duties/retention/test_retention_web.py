"""Retention runs over HTTP and as pages, with two people signed in, over stores of SQLite."""

from collections.abc import Callable, Iterator

import pytest
from litestar.testing import TestClient

from shouxin.app.server import create_app
from shouxin.duties.access.service import Access, Principal
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.duties.access.conftest import TOKEN, Client, access, clock, form, person, signed_in
from tests.duties.retention.conftest import RetentionOffice

__all__ = ["access", "clock", "person"]

HOST = "testserver.local"
SYSTEM = {"Authorization": f"Bearer {TOKEN}"}
RUNS, API = "/retention/runs", "/api/retention/runs"


@pytest.fixture
def client(access: Access, office: RetentionOffice) -> Iterator[Client]:
    """Give a client that follows no redirect."""
    app = create_app(
        Library(register()), host_names=(HOST,), api_token=TOKEN, engine=office.engine, access=access,
        retention=office.retention,
    )  # fmt: skip
    with TestClient(app, base_url=f"http://{HOST}") as made:
        made.follow_redirects = False
        yield made


def test_two_people_take_a_run_through_its_pages(client: Client, person: Callable[..., Principal]) -> None:
    """One finds, the other approves, and it is carried out; the pages show it in three languages."""
    person("Finder", "staff")
    person("Approver", "approver")
    signed_in(client, "Finder")
    found = client.post(RUNS, data=form(client, RUNS))
    assert (found.status_code, found.headers["location"]) == (303, f"{RUNS}/1")
    page = client.get(f"{RUNS}/1?lang=en").text
    assert "ecommerce-law:art_31" in page
    assert "2022" in page
    tried = client.post(f"{RUNS}/1/carry?lang=en", data=form(client, f"{RUNS}/1", do="try"))
    assert (tried.status_code, "Dry run" in tried.text) == (200, True)
    early = client.post(f"{RUNS}/1/carry", data=form(client, f"{RUNS}/1", do="run"))
    assert (early.status_code, "retention-approval" in early.text) == (400, True)
    digest = client.get(f"{API}/1", headers=SYSTEM).json()["digest"]
    given = {"digest": digest, "do": "give", "reason": "their time is over", "measures": "no copy is made"}
    assert client.post(f"{RUNS}/1/decision", data=form(client, f"{RUNS}/1", **given)).status_code == 403
    client.cookies.clear()
    signed_in(client, "Approver")
    no_end = client.post(f"{RUNS}/1/decision", data=form(client, f"{RUNS}/1", **given))
    assert (no_end.status_code, "approval-until" in no_end.text) == (400, True)
    given["until"] = "2099-01-01"
    assert client.post(f"{RUNS}/1/decision", data=form(client, f"{RUNS}/1", **given)).status_code == 303
    client.cookies.clear()
    signed_in(client, "Finder")
    assert client.post(f"{RUNS}/1/carry", data=form(client, f"{RUNS}/1", do="run")).status_code == 303
    for language in ("zh", "en", "es"):
        for path in ("", "/1"):
            shown = client.get(f"{RUNS}{path}?lang={language}")
            assert shown.status_code == 200, path
    assert "their time is over" in client.get(f"{RUNS}/1?lang=en").text


def test_a_run_walks_through_the_api_as_far_as_a_key_may(client: Client) -> None:
    """Looked at, found, tried; no key and no system approves it, and nothing runs unapproved."""
    client.headers.update(SYSTEM)
    seen = client.get("/api/retention/overdue").json()
    assert [part["table"] for part in seen["surveys"][0]["parts"]] == ["purchase", "item"]
    found = client.post(API).json()
    assert (found["number"], found["state"], found["rows"]) == (1, "asked", 6)
    assert [one["number"] for one in client.get(API).json()] == [1]
    tried = client.post(f"{API}/1/carry", json={"dry_run": True}).json()
    assert tried["tasks"][0]["outcome"]["deleted"] == {"purchase": 1, "item": 2}
    decision = {"digest": found["digest"], "give": True, "reason": "x"}
    answer = client.post(f"{API}/1/decision", json=decision)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission-missing")
    refused = client.post(f"{API}/1/carry", json={})
    assert (refused.status_code, refused.json()["code"]) == (400, "retention-approval")
    assert client.get(f"{API}/2").status_code == 404
    assert client.get("/api/retention").status_code == 200
    assert client.get("/api/retention/user_log?made=2025-06-03").status_code == 200


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 50_000, b'{"digest": 5}', b'{"dry_run": "x"}'])
def test_bodies_that_cannot_be_used_are_refused(client: Client, content: bytes) -> None:
    """With a code and no traceback, and nothing happens."""
    client.headers.update(SYSTEM)
    client.post(API)
    answer = client.post(f"{API}/1/carry", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400 or (content == b'{"digest": 5}' and answer.json()["code"])
    assert client.get(f"{API}/1").json()["state"] == "asked"
