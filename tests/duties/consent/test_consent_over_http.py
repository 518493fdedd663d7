"""Consent over HTTP: people stand in bodies only, and whatever comes in gets a clear answer."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine, text

from shouxin.app.server import create_app
from shouxin.duties.consent.intake import Intake
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from shouxin.store.ledger import Writer
from tests.duties.consent.test_service import Shop

Client = TestClient[Litestar]
HOST = "testserver.local"
TOKEN = "a token of the tests"
SLY = "x'); drop table shouxin.person; --"


@pytest.fixture
def shop(migrated: Engine) -> Shop:
    """Give a shop with a published notice."""
    return Shop(migrated)


@pytest.fixture
def client(shop: Shop) -> Iterator[Client]:
    """Talk to the application in front of the shop's store."""
    assert shop.consents.kept
    with Writer(shop.engine) as writer:
        app = create_app(
            Library(register()),
            host_names=(HOST,),
            api_token=TOKEN,
            engine=shop.engine,
            consents=(shop.consents, Intake(shop.consents.kept, writer)),
        )
        with TestClient(app, base_url=f"http://{HOST}") as made:
            made.headers["Authorization"] = f"Bearer {TOKEN}"
            yield made


def sent(shop: Shop, request: str = "request-1", **more: Any) -> dict[str, Any]:
    """Return an answer as it is sent."""
    plain: dict[str, Any] = msgspec.to_builtins(shop.answer(request))
    return plain | more


def asked(shop: Shop, **more: Any) -> dict[str, Any]:
    """Return a question about the first customer."""
    return {"service": shop.notice.service, "person": "u-1", "reason": "a test"} | more


def test_an_answer_is_taken_shown_withdrawn_and_receipted(client: Client, shop: Shop) -> None:
    """The walk of a service through the API."""
    taken = client.post("/api/consents", json=sent(shop)).json()
    again = client.post("/api/consents", json=sent(shop)).json()
    assert (taken["new"], again["new"], taken["number"]) == (True, False, again["number"])
    assert client.post("/api/consents/standing", json=asked(shop)).json()[0]["status"] == "given"
    back = {"service": shop.notice.service, "person": "u-1", "how": {"gesture": "switch"}}
    ended = client.post("/api/consents/withdraw", json=back | {"request": "request-2"}).json()
    assert [one["action"] for one in ended] == ["withdraw"]
    past = client.post("/api/consents/history", json=asked(shop)).json()
    assert [one["action"] for one in past] == ["give", "withdraw"]
    receipt = client.post("/api/consents/receipt", json=asked(shop)).json()
    assert [one["shouxin:proof"]["entry"] for one in receipt["dct:hasPart"]] == [1, 3]
    counted = client.get("/api/consents/statistics", params={"service": shop.notice.service}).json()
    assert counted["now"][0]["status"] == "withdrawn"


def test_a_child_s_guardian_is_linked_and_ended(client: Client, shop: Shop) -> None:
    """Both by their references in bodies."""
    service = shop.notice.service
    pair = {"service": service, "child": "u-1", "guardian": "g-1"}
    linked = client.post("/api/consents/guardians", json=pair | {"verified_by": "x", "until": "2999-01-01"})
    assert linked.json()["number"] == 1
    refused = client.post("/api/consents", json=sent(shop))
    assert refused.json()["code"] == "consent-not-guardian"
    assert client.post("/api/consents/guardians/end", json=pair | {"reason": "of age"}).json() == {
        "number": 1
    }
    assert (
        client.post("/api/consents/guardians/end", json=pair | {"reason": "of age"}).json()["code"]
        == "guardian-unknown"
    )


def test_a_bulk_keeps_the_sound_lines_and_lists_the_others(client: Client, shop: Shop) -> None:
    """Under its own content type, and under no other."""
    body = b"\n".join((msgspec.json.encode(sent(shop)), b"{", msgspec.json.encode(sent(shop, "request-2"))))
    taken = client.post(
        "/api/consents/bulk", content=body, headers={"Content-Type": "application/x-ndjson"}
    ).json()
    assert (taken["recorded"], [one["line"] for one in taken["refused"]]) == (2, [2])
    wrong = client.post("/api/consents/bulk", content=body, headers={"Content-Type": "text/csv"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "consent-lines")


@pytest.mark.parametrize(
    "change",
    [
        {"notice": "f" * 64},
        {"notice": SLY},
        {"purpose": SLY},
        {"channel": SLY},
        {"categories": [SLY]},
        {"at": "2999-01-01T00:00:00Z"},
        {"at": "2001-01-01T00:00:00Z"},
        {"at": SLY},
        {"action": "withdraw"},
        {"action": SLY},
        {"guardian": SLY, "kinds": ["guardian"]},
        {"evidence": "a\0b"},
        {"how": {"gesture": "button", "place": "a\0b"}},
        {"how": {"gesture": "button", "preticked": True}},
        {"after": 77},
        {"unknown": 1},
    ],
)
def test_what_cannot_be_true_is_refused_and_nothing_is_kept(
    client: Client, shop: Shop, change: dict[str, Any]
) -> None:
    """Unknown versions, other times, strangers, and statements in every field."""
    answer = client.post("/api/consents", json=sent(shop, **change))
    assert answer.status_code == 400, answer.text
    assert answer.json()["remedy"]
    with shop.engine.connect() as connection:
        assert connection.execute(text("select count(*) from shouxin.consent_transaction")).scalar_one() == 0
        assert shop.kinds() == ["notice.published"]


@pytest.mark.parametrize("address", ["/api/consents", "/api/consents/bulk", "/api/consents/withdraw"])
def test_a_body_of_a_hundred_megabytes_is_refused(client: Client, address: str) -> None:
    """Before it is read to its end."""
    headers = {"Content-Type": "application/x-ndjson" if "bulk" in address else "application/json"}
    answer = client.post(address, content=b" " * (100 * 1024 * 1024), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "http-too-large")


def test_without_a_store_it_says_so() -> None:
    """A server that shows the law alone keeps no consents."""
    app = create_app(Library(register()), host_names=(HOST,), api_token=TOKEN)
    with TestClient(app, base_url=f"http://{HOST}") as bare:
        question = {"service": "shop", "person": "u-1", "reason": "a test"}
        answer = bare.post(
            "/api/consents/standing", json=question, headers={"Authorization": f"Bearer {TOKEN}"}
        )
    assert (answer.status_code, answer.json()["code"]) == (503, "store-missing")
