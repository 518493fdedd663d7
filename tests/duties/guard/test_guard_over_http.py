"""The guard over HTTP: people stand in bodies only, and each denial is found again."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine, text

from shouxin.app.server import create_app
from shouxin.duties.guard.service import Guard
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library
from shouxin.errors import StoreError
from shouxin.law.register import register
from shouxin.store.ledger import Writer
from tests.duties.guard.made_up import Shop, organisation

Client = TestClient[Litestar]
HOST = "testserver.local"
TOKEN = "a token of the tests"
ASKED = {"person": "u-1", "act": "use", "service": "shop", "activity": "tips", "categories": ["views"]}
SLY = "x'); drop table shouxin.person; --"


@pytest.fixture
def shop(migrated: Engine) -> Shop:
    """Give a shop whose inventory and notice are in the store."""
    return Shop(migrated)


@pytest.fixture
def guard(shop: Shop) -> Iterator[Guard]:
    """Give a guard that records every permit as well."""
    with ExitStack() as stack:
        writer = stack.enter_context(Writer(shop.engine))
        yield stack.enter_context(shop.guard(writer, sample=1))


@pytest.fixture
def client(shop: Shop, guard: Guard) -> Iterator[Client]:
    """Talk to the application in front of the shop's store, as the system."""
    app = create_app(
        Library(register()),
        host_names=(HOST,),
        api_token=TOKEN,
        engine=shop.engine,
        ledger=Ledger(shop.engine),
        guard=guard,
    )
    with TestClient(app, base_url=f"http://{HOST}") as made:
        made.headers["Authorization"] = f"Bearer {TOKEN}"
        yield made


def asks(client: Client, *asked: dict[str, Any]) -> Any:
    """Ask one question or, as a list, several."""
    answer = client.post("/api/v1/decisions", json=asked[0] if len(asked) == 1 else list(asked))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_decision_is_found_again_by_its_id(client: Client, shop: Shop) -> None:
    """Permit and denial, in the ledger when the answer is there, with nothing that names whom."""
    shop.says("u-1", "give", "request-1")
    for person, allowed in (("u-1", True), ("u-2", False)):
        ruling = asks(client, ASKED | {"person": person})
        kept = client.get(f"/api/v1/decisions/{ruling['decision']}").json()
        assert (ruling["allowed"], kept["allowed"], kept["effect"]) == (allowed, allowed, ruling["effect"])
        assert kept["provisions"] == list(dict.fromkeys(one["provision"] for one in ruling["violations"]))
        assert (kept["who"], kept["origin"], kept["activity"]) == ("system", "api", "tips")
        assert bool(kept["whose"]) == allowed  # nobody ever heard of the second
        entry = client.get(f"/api/ledger/entries/{kept['entry']}").json()
        assert (entry["why"], entry["kind"]) == (ruling["decision"], "decision")
        assert person not in str(kept) + str(entry)


def test_the_inventory_the_notice_and_the_answers_fill_the_facts_in(client: Client, shop: Shop) -> None:
    """What each says is not repeated by the caller, and a change of each counts."""
    assert {"basis.consent", "consent.given"} & {one["fact"] for one in asks(client, ASKED)["because"]}
    shop.says("u-1", "give", "request-1")
    assert waits_for(client, allowed=True)
    shop.records(organisation(**{"data.minimal": False}))
    assert waits_for(client, allowed=False)
    shop.records(organisation())
    assert waits_for(client, allowed=True)
    shop.says("u-1", "withdraw", "request-2")
    assert waits_for(client, allowed=False)


def waits_for(client: Client, *, allowed: bool) -> bool:
    """Ask until the answer is as it is to become; a change is heard within moments."""
    return any(asks(client, ASKED)["allowed"] is allowed for _ in range(2000))


def test_many_acts_are_ruled_in_their_order(client: Client, shop: Shop) -> None:
    """A list of a thousand, of people who agreed and who did not."""
    shop.says("u-1", "give", "request-1")
    people = ["u-1" if number % 3 else f"u-{number + 2}" for number in range(1000)]
    made = asks(client, *(ASKED | {"person": person} for person in people))
    assert [one["allowed"] for one in made] == [person == "u-1" for person in people]
    assert len({one["decision"] for one in made}) == 1000


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "decision-number"),
        ([ASKED] * 1001, "decision-number"),
        (ASKED | {"activity": "dancing"}, "activity-unknown"),
        (ASKED | {"service": SLY}, "service-unknown"),
        (ASKED | {"act": "fly"}, "act-unknown"),
        (ASKED | {"facts": {"consent.given": True}}, "guard-facts"),
        (ASKED | {"facts": {"no.such": True}}, "fact-unknown"),
        (ASKED | {"person": ""}, "http-parameter"),
        (ASKED | {"person": "字" * 200}, "person-reference"),
        (ASKED | {"persno": "u-1"}, "http-parameter"),
        ([ASKED, ASKED | {"activity": "dancing"}], "activity-unknown"),
        ("u-1", "http-parameter"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_ruled_on_is_refused_and_nothing_is_recorded(
    client: Client, shop: Shop, body: Any, code: str
) -> None:
    """One shape of error, with a code, and without the person in it."""
    answer = client.post("/api/v1/decisions", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.text
    assert answer.json()["remedy"]
    assert "u-1" not in answer.text
    with shop.engine.connect() as connection:
        kept = "select count(*) from shouxin.ledger_entry where kind = 'decision'"
        assert connection.execute(text(kept)).scalar_one() == 0


def test_one_bad_act_of_several_is_named(client: Client) -> None:
    """The caller sees which of a list it was."""
    asked = [ASKED, ASKED | {"activity": "dancing"}]
    assert "act 2" in client.post("/api/v1/decisions", json=asked).json()["where"]


def test_sly_people_are_strangers(client: Client, shop: Shop) -> None:
    """What looks like SQL is a reference that nobody bears."""
    assert asks(client, ASKED | {"person": SLY})["allowed"] is False
    with shop.engine.connect() as connection:
        assert connection.execute(text("select count(*) from shouxin.person")).scalar_one() == 0


@pytest.mark.parametrize("name", ["0" * 32, "x", SLY, "0" * 5000])
def test_an_unknown_decision_is_a_clear_answer(client: Client, name: str) -> None:
    """Whatever the id looks like."""
    answer = client.get(f"/api/v1/decisions/{name}")
    assert (answer.status_code, answer.json()["code"]) == (404, "decision-unknown")


def test_nobody_asks_without_the_permission(client: Client) -> None:
    """Neither a stranger nor somebody with a wrong key."""
    for header in ("", "Bearer wrong"):
        answer = client.post("/api/v1/decisions", json=ASKED, headers={"Authorization": header})
        assert answer.status_code == 401


def test_a_ledger_that_cannot_be_written_leaves_a_denial_without_an_id(
    client: Client, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is still no, and promises nothing that is not kept."""

    def stopped(*_: object) -> None:
        raise StoreError("ledger-stopped", "the writer of the ledger does not run")

    monkeypatch.setattr(guard, "_record", stopped)
    ruling = asks(client, ASKED)
    assert (ruling["allowed"], ruling["decision"]) == (False, "")


def test_a_store_that_is_down_closes_the_guard(
    client: Client, shop: Shop, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even for somebody it allowed a moment ago, once the line no longer stands."""
    shop.says("u-1", "give", "request-1")
    assert waits_for(client, allowed=True)

    def down(*_: object, **__: object) -> None:
        raise StoreError("store-unreachable", "the store does not answer")

    monkeypatch.setattr(guard, "_stands", lambda: False)
    monkeypatch.setattr(guard._memory, "_read", down)
    ruling = asks(client, ASKED)
    assert (ruling["allowed"], ruling["blind"]) == (False, True)
