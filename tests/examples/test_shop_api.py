"""The example of a shop that asks the guard, against the demo's database: what its README shows holds."""

import importlib.util
import json
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from psycopg.conninfo import make_conninfo
from sqlalchemy import text

from shouxin.demo.answered import AGREES, TELLER, WITHDREW
from shouxin.demo.shop.people import CHILD
from shouxin.demo.site import Site
from shouxin.duties.consent.model import How
from shouxin.duties.consent.views import Withdrawal
from tests.demo.made import OFFICE, built

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "shop-api" / "shop_api.py"


@pytest.fixture(scope="module")
def site(shared_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a demo."""
    with built(shared_dsn, tmp_path_factory.mktemp("demo")) as made:
        yield made


@pytest.fixture(scope="module")
def client(site: Site, shared_dsn: str) -> Iterator[httpx.Client]:
    """Talk to the example, which finds the demo by the settings, as a person would start it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for the successor of the httpx that Litestar uses
        from fastapi.testclient import TestClient
    spec = importlib.util.spec_from_file_location("shop_api", EXAMPLE)
    assert spec
    assert spec.loader
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOUXIN_DSN", make_conninfo(shared_dsn, dbname=OFFICE))
        patch.setenv("SHOUXIN_DATA", str(site.folder))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        with module.guard, TestClient(module.app) as made:
            yield made


def who(number: int) -> dict[str, str]:
    """Return the header that stands for a session."""
    return {"X-Customer": str(number)}


def test_who_agreed_sees_recommendations_and_who_took_it_back_does_not(client: httpx.Client) -> None:
    """The denial says by which provisions, and what it was recorded as."""
    assert client.get("/recommendations", headers=who(AGREES)).status_code == 200
    denied = client.get("/recommendations", headers=who(WITHDREW))
    assert (denied.status_code, denied.headers["content-type"]) == (403, "application/problem+json")
    told = denied.json()
    assert any(one.startswith("pipl:art_15") for one in told["provisions"])
    assert len(told["decision"]) == 32
    assert str(WITHDREW) not in json.dumps(told)


def test_a_contract_needs_no_consent(client: httpx.Client) -> None:
    """Orders are shown to both."""
    assert [client.get("/orders", headers=who(one)).status_code for one in (AGREES, WITHDREW)] == [200, 200]


def test_a_number_is_provided_under_a_separate_consent_alone(client: httpx.Client) -> None:
    """The block is entered for the one who agreed."""
    answers = [client.post("/coupons", headers=who(one)).status_code for one in (AGREES, WITHDREW)]
    assert answers == [200, 403]


def test_children_and_strangers_are_not_asked_about(client: httpx.Client) -> None:
    """The shop knows its customers before it asks the guard."""
    assert client.get("/recommendations", headers=who(CHILD)).status_code == 403
    assert client.get("/recommendations", headers=who(1)).status_code == 404
    assert client.get("/recommendations", headers={"X-Customer": "'; drop table"}).status_code == 422


def test_a_denial_is_found_in_the_ledger(client: httpx.Client, site: Site) -> None:
    """By the id that the answer gives."""
    decision = client.get("/recommendations", headers=who(WITHDREW)).json()["decision"]
    kept = text("select count(*) from shouxin.ledger_entry where kind = 'decision' and why = :id")
    for _ in range(100):
        with site.engine.connect() as connection:
            if connection.execute(kept, {"id": decision}).scalar_one() == 1:
                return
        time.sleep(0.05)
    pytest.fail("the ledger does not hold the decision")


def test_a_withdrawal_counts_at_once(client: httpx.Client, site: Site) -> None:
    """Who agreed takes it back in another process, and is refused as soon as that is heard."""
    assert client.get("/recommendations", headers=who(AGREES)).status_code == 200
    asked = Withdrawal(
        service="shop",
        person=str(AGREES),
        purposes=("recommendations",),
        how=How(gesture="switch"),
        request="taken-back",
    )
    site.consents.withdraw(asked, TELLER)
    for _ in range(100):
        if client.get("/recommendations", headers=who(AGREES)).status_code == 403:
            return
        time.sleep(0.05)
    pytest.fail("the withdrawal was not heard")
