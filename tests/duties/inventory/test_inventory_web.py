"""The inventory over HTTP and as pages: the whole round, refusals, names with marks in them."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.inventory.file import read
from shouxin.duties.inventory.model import Organisation
from shouxin.duties.library.service import Library
from shouxin.law.register import register

from .conftest import FILE

Client = TestClient[Litestar]
TOKEN = {"Authorization": "Bearer made-up"}
PLACES = (
    "",
    "/register",
    "/sdks",
    "/flows",
    "/reach",
    "/history?before=1",
    "/service?name=a%20%3Cb%3E%20%26%20c",
)


def body(shop: Organisation) -> dict[str, Any]:
    """Return the shop as JSON."""
    plain: dict[str, Any] = json.loads(msgspec.json.encode(shop))
    return plain


@pytest.fixture
def client(migrated: Engine) -> Iterator[Client]:
    """Talk to the application over a real, empty store."""
    app = create_app(
        Library(register()), host_names=("testserver.local",), api_token="made-up", engine=migrated
    )
    with TestClient(app) as open_client:
        open_client.headers.update(TOKEN)
        yield open_client


@pytest.fixture
def full(client: Client, shop: Organisation) -> Client:
    """Give a store that holds the shop under a name with marks."""
    service = msgspec.structs.replace(shop.services[0], name="a <b> & c")
    named = msgspec.structs.replace(shop, services=(service,))
    assert client.put("/api/inventory", json=body(named), headers=TOKEN).status_code == 200
    return client


def test_the_whole_round_over_http(client: Client, shop: Organisation) -> None:
    """Put, read, change against a base, compare, bring back."""
    assert client.get("/api/inventory").json()["code"] == "organisation-none"
    stranger = {"Authorization": "Bearer wrong"}
    assert client.put("/api/inventory", json=body(shop), headers=stranger).status_code == 401
    tried = client.put("/api/inventory", json=body(shop), params={"dry_run": True}, headers=TOKEN)
    assert len(tried.json()["changes"]) > 5
    assert client.get("/api/inventory/versions").json() == []
    client.put("/api/inventory", json=body(shop), params={"why": "first"}, headers=TOKEN)
    assert msgspec.convert(client.get("/api/inventory").json(), Organisation) == shop
    other = body(shop) | {"name": "Other Shop"}
    client.put("/api/inventory", json=other, params={"base": 1}, headers=TOKEN)
    late = client.put("/api/inventory", json=body(shop), params={"base": 1}, headers=TOKEN)
    assert (late.status_code, late.json()["code"]) == (409, "inventory-moved")
    (change,) = client.get("/api/inventory/diff", params={"before": 1}).json()
    assert change["fields"] == [{"field": "name", "before": "Made-up Shop", "after": "Other Shop"}]
    client.post("/api/inventory/versions/1/undo", headers=TOKEN)
    assert client.get("/api/inventory").json()["name"] == "Made-up Shop"
    assert client.get("/api/inventory/versions/2").json()["name"] == "Other Shop"
    listed = client.get("/api/inventory/versions").json()
    assert [(one["number"], one["undoes"], one["origin"]) for one in listed] == [
        (3, 1, "api"),
        (2, None, "api"),
        (1, None, "api"),
    ]
    assert listed[2]["why"] == "first"


def test_what_cannot_be_is_refused_and_nothing_is_kept(client: Client, shop: Organisation) -> None:
    """Unknown names and categories, wrong types, marks that the database cannot keep, numbers beyond it."""
    good = body(shop)
    wrong: list[tuple[dict[str, Any], str]] = [
        (good | {"systems": []}, "inventory-name"),
        (good | {"services": [{"name": "x" * 10_000}]}, "http-parameter"),
        (good | {"sevices": []}, "http-parameter"),
        (good | {"incident_plan": "a\x00b"}, "value-unkeepable"),
    ]
    for given, code in wrong:
        answer = client.put("/api/inventory", json=given, headers=TOKEN)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert client.get("/api/inventory/versions").json() == []
    client.put("/api/inventory", json=good, headers=TOKEN)
    for path in ("/versions/9", "/versions/99999999999999999999", "/diff?before=9"):
        assert client.get(f"/api/inventory{path}").status_code in (400, 404), path
    for asked in ({"service": "x", "activity": "y"}, {"service": "shop", "activity": "y"}):
        assert client.get("/api/inventory/facts", params=asked).status_code == 400


def test_findings_facts_and_flows_are_told(full: Client) -> None:
    """With provisions, in plain JSON."""
    found = full.get("/api/inventory/check", params={"as_of": "2025-06-03"}).json()
    assert {
        "check": "agreement_ended",
        "state": "wrong",
        "provisions": ["pipl:art_21__para_2__cl_2"],
    }.items() <= next(one for one in found if one["check"] == "agreement_ended").items()
    told = full.get("/api/inventory/facts", params={"service": "a <b> & c", "activity": "orders"}).json()
    assert told["facts"]["basis.contract"] is True
    assert "consignee_name" in told["facts"]["data.items"]
    assert {one["act"] for one in told["follows"]["acts"]} >= {"collect", "entrust"}
    flows = full.get("/api/inventory/flows").json()
    assert {(one["to"], one["abroad"]) for one in flows} == {
        ("order database", False),
        ("Swift Parcels", False),
        ("Far Analytics", True),
    }


def test_a_map_is_taken_into_a_system(full: Client) -> None:
    """A Fides file replaces the store of its name; what is left of it is listed; a wrong one is refused."""
    text = (
        "dataset: [{fides_key: orders, collections: [{name: people, fields: "
        "[{name: mail, data_categories: [user.contact.email], fides_meta: {identity: email, length: 9}}]}]}]"
    )
    taken = full.post(
        "/api/inventory/maps", json={"system": "order database", "text": text}, headers=TOKEN
    ).json()
    assert [one["key"] for one in taken["left"]] == ["length"]
    (system,) = full.get("/api/inventory").json()["systems"]
    assert [one["table"] for one in system["datasets"][0]["tables"]] == ["people"]
    for given, code in (
        ({"system": "cellar", "text": text}, "inventory-name"),
        ({"system": "order database", "text": "a: &a [*a]"}, "map-unreadable"),
    ):
        assert full.post("/api/inventory/maps", json=given, headers=TOKEN).json()["code"] == code


@pytest.mark.parametrize("form", ["csv", "xlsx", "dpv", "sdks"])
@pytest.mark.parametrize("lang", ["zh", "en", "es"])
def test_the_register_leaves_in_every_form(full: Client, form: str, lang: str) -> None:
    """Each is a file to keep, of the type it says."""
    answer = full.get("/api/inventory/export", params={"format": form, "lang": lang})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert len(answer.content) > 200
    if form == "csv":
        head, first, _ = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
        assert (len(head), first[:2]) == (14, ["a <b> & c", "orders"])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("lang", ["zh", "en", "es"])
def test_every_page_shows_names_as_text(full: Client, place: str, lang: str) -> None:
    """Marks in names are escaped, and every page says its words in three languages."""
    page = full.get(f"/inventory{place}", params={"lang": lang} if "?" not in place else None)
    assert page.status_code == 200
    assert "a <b>" not in page.text
    if not place.startswith(("/history", "/reach")):
        assert "a &lt;b&gt; &amp; c" in page.text


def test_activity_and_party_have_pages(full: Client) -> None:
    """They show what follows, the terms of the agreement and what is received."""
    asked = {"service": "a <b> & c", "name": "recommendations", "lang": "en"}
    page = full.get("/inventory/activity", params=asked).text
    assert 'href="/law/pipl/art_24__para_1"' in page
    assert "without a specific purpose" in page
    party = full.get("/inventory/party", params={"name": "Far Analytics", "lang": "en"}).text
    assert "rights and duties of both sides" in party
    assert "the agreement has ended" in party
    for place in ("/service?name=x", "/activity?service=x&name=y", "/party?name=x"):
        assert full.get(f"/inventory{place}").status_code == 400
        assert full.get(f"/inventory{place}", headers={"Accept": "text/html"}).status_code == 400


def test_without_an_inventory_the_page_says_how_to_begin(client: Client) -> None:
    """It names the command."""
    assert "shouxin inventory load" in client.get("/inventory").text
    assert client.get("/inventory/history").status_code == 200


def test_every_route_names_the_permission_it_needs(client: Client) -> None:
    """What reads needs to read; what changes, and the form for it, needs to change."""
    for route in client.app.routes:
        if route.path.startswith(("/inventory", "/api/inventory")):
            for handler in getattr(route, "route_handlers", ()):
                changes = {"PUT", "POST", "DELETE"} & {str(method) for method in handler.http_methods}
                form = route.path.startswith("/inventory/edit")
                wanted = "inventory.change" if changes or form else "inventory.read"
                if "OPTIONS" not in {str(method) for method in handler.http_methods}:
                    assert handler.opt.get("needs") == wanted, (route.path, handler)


def test_the_made_up_file_is_what_the_tests_take_it_for() -> None:
    """Its dates lie around the day of the tests."""
    found = read(FILE.read_bytes(), where="made_up.yaml")
    ends = [one.contract.until for one in found.parties if one.contract]
    assert ends == [date(2030, 12, 31), date(2024, 12, 31)]


@pytest.mark.parametrize("lang", ["zh", "en", "es"])
def test_what_identities_reach_is_drawn_with_names_as_text(client: Client, lang: str) -> None:
    """A picture and a table for each store; without a map the page says so."""
    client.put("/api/inventory", json={"name": "x"})
    assert 'id="reach-' not in client.get("/inventory/reach", params={"lang": lang}).text
    marks = ("a <b> & c", "d <u>", "id <i>")
    table = {
        "table": marks[0],
        "columns": [{"column": marks[2], "categories": ["user_identifier"]}],
        "identities": [{"identity": "u", "column": marks[2]}],
    }
    system = {"name": "s", "datasets": [{"store": marks[1], "tables": [table]}]}
    assert client.put("/api/inventory", json={"name": "x", "systems": [system]}).status_code == 200
    page = client.get("/inventory/reach", params={"lang": lang})
    assert page.status_code == 200
    assert 'id="reach-1-title"' in page.text
    assert not [mark for mark in marks if mark in page.text]
    assert page.text.count("a &lt;b&gt; &amp; c") >= 2
