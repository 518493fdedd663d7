"""Changing the inventory in the console: nothing is lost, and everything is looked at first."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.inventory import editing
from shouxin.duties.inventory.diff import plain
from shouxin.duties.inventory.editing import FIELDS, Place
from shouxin.duties.inventory.model import Organisation
from shouxin.duties.inventory.stored import StoredInventory
from shouxin.duties.library.service import Library
from shouxin.errors import InputError
from shouxin.law.register import register
from tests.duties.inventory.conftest import AUTHOR

TOKEN = {"Authorization": "Bearer made-up"}
HOSTILE = '"><script>alert(1)</script>{{ 7*7 }}'


def places(shop: Organisation) -> Iterator[Place]:
    """Yield every part that can be edited."""
    for service in shop.services:
        yield Place("service", "", service.name)
        yield from (Place("activity", service.name, one.name) for one in service.activities)
        yield from (Place("sdk", service.name, one.name) for one in service.sdks or ())
    yield from (Place("party", "", one.name) for one in shop.parties)


def filled(held: dict[str, list[str]], place: Place) -> dict[str, list[str]]:
    """Return what a browser sends back of a form: lists of names as lines."""
    lines = {one.path for one in FIELDS[place.kind] if one.widget in ("names", "maybe_names")}
    return {path: ["\n".join(texts)] if path in lines else texts for path, texts in held.items()}


def test_a_form_that_is_sent_back_as_it_was_changes_nothing(shop: Organisation) -> None:
    """Of every part; what has no field stays too, and unknown stays unknown."""
    for place in places(shop):
        sent = filled(editing.values(shop, place), place)
        made = editing.changed(shop, place, lambda path, sent=sent: sent.get(path, []))  # type: ignore[misc]
        assert isinstance(made, Organisation), (place, made)
        assert plain(made) == plain(shop), place


@pytest.mark.parametrize(
    ("place", "path", "texts", "wrong"),
    [
        (Place("service", "", "shop"), "users", ["many"], "users"),
        (Place("service", "", "shop"), "users", ["9" * 16], "users"),
        (Place("service", "", "shop"), "roles", ["king"], "roles"),
        (Place("service", "", "shop"), "name", [""], "name"),
        (Place("party", "", "Swift Parcels"), "country", ["China"], "country"),
        (Place("party", "", "Swift Parcels"), "contract.until", ["soon"], "contract.until"),
        (Place("party", "", "Swift Parcels"), "name", ["Far Analytics"], ""),
        (Place("activity", "shop", "orders"), "retention.time.length", [""], "retention.time.length"),
        (Place("activity", "shop", "orders"), "published", ["perhaps"], "published"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    shop: Organisation, place: Place, path: str, texts: list[str], wrong: str
) -> None:
    """Whatever a browser sends."""
    sent = {**filled(editing.values(shop, place), place), path: texts}
    made = editing.changed(shop, place, lambda name: sent.get(name, []))
    assert isinstance(made, list)
    assert [one.path for one in made] == [wrong]


@pytest.mark.parametrize(
    ("text", "worth"),
    [("", None), ("-", ()), ("account_id", ("account_id",)), ("a，b、c\nd", ("a", "b", "c", "d"))],
)
def test_nothing_is_unknown_and_a_dash_is_none(
    shop: Organisation, text: str, worth: Sequence[str] | None
) -> None:
    """Names are lines, or stand between commas."""
    place = Place("activity", "shop", "orders")
    sent = {**filled(editing.values(shop, place), place), "categories": [text]}
    made = editing.changed(shop, place, lambda name: sent.get(name, []))
    assert isinstance(made, Organisation)
    assert made.services[0].activities[0].categories == worth


@pytest.mark.parametrize("place", [Place("activity", "nowhere", "x"), Place("party", "", "nobody")])
def test_what_is_not_there_cannot_be_edited(shop: Organisation, place: Place) -> None:
    """It says so."""
    with pytest.raises(InputError):
        editing.values(shop, place)


@pytest.fixture
def client(migrated: Engine, shop: Organisation) -> Iterator[TestClient[Litestar]]:
    """Talk to the application over a store that holds the shop."""
    StoredInventory(migrated).load(shop, AUTHOR)
    app = create_app(
        Library(register()), host_names=("testserver.local",), api_token="made-up", engine=migrated
    )
    with TestClient(app) as open_client:
        yield open_client


def send(client: TestClient[Litestar], place: str, do: str, base: str = "1", **fields: str) -> Any:
    """Send a form and return the answer, without following where it leads."""
    data = {"do": do, "base": base, **fields}
    return client.post(f"/inventory/edit?{place}", data=data, headers=TOKEN, follow_redirects=False)


def keep(client: TestClient[Litestar], place: str, do: str = "save", base: str = "1", **fields: str) -> Any:
    """Look at a change and keep it, as a person does; return the last answer."""
    looked = send(client, place, "remove" if do == "removed" else "preview", base, **fields)
    seal = re.search(r'name="seal" value="(\w*)"', looked.text)
    assert seal, looked.text
    return send(client, place, do, base, seal=seal[1], **fields)


def versions(client: TestClient[Litestar]) -> int:
    """Return how many versions there are."""
    return len(client.get("/api/inventory/versions", headers=TOKEN).json())


def test_a_party_is_added_looked_at_first_and_taken_away(client: TestClient[Litestar]) -> None:
    """A preview keeps nothing; saving leads to the page of the party."""
    new = {"name": HOSTILE, "kind": "processor", "country": "CN"}
    looked = send(client, "kind=party&lang=en", "preview", **new)
    assert (looked.status_code, versions(client)) == (200, 1)
    assert "What would change" in looked.text
    assert "<script>alert" not in looked.text
    saved = keep(client, "kind=party", why="a new one", **new)
    assert (saved.status_code, versions(client)) == (303, 2)
    shown = client.get(saved.headers["location"], headers=TOKEN)
    assert (shown.status_code, "<script>alert" in shown.text) == (200, False)
    place = f"kind=party&{saved.headers['location'].partition('?')[2]}"
    assert "Remove" in client.get(f"/inventory/edit?{place}&lang=en", headers=TOKEN).text
    assert versions(client) == 2 and send(client, place, "remove", "2").status_code == 200
    assert (keep(client, place, "removed", "2").headers["location"], versions(client)) == ("/inventory", 3)


def test_what_the_checks_refuse_stands_beside_its_field(client: TestClient[Litestar]) -> None:
    """And what was typed is still there."""
    place = "kind=sdk&service=shop&lang=en"
    for fields, field in (({"categories": "dreams"}, "categories"), ({"party": "nobody"}, "party")):
        answer = send(client, place, "save", name="typed-sdk", **fields)
        assert answer.status_code == 400
        assert f'id="f-{field}-wrong"' in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert "typed-sdk" in answer.text
    assert versions(client) == 1


def test_who_was_faster_is_not_overwritten(client: TestClient[Litestar]) -> None:
    """The form says that the inventory moved on."""
    assert keep(client, "kind=service", name="forum").status_code == 303
    late = keep(client, "kind=service", name="blog")
    assert (late.status_code, versions(client)) == (400, 2)
    assert "has moved on" in late.text


def test_only_what_was_looked_at_is_kept(client: TestClient[Litestar]) -> None:
    """Who types on after the preview, or sends the form without one, sees it again."""
    assert send(client, "kind=service", "save", name="forum").status_code == 200
    looked = send(client, "kind=service", "preview", name="forum")
    seal = re.search(r'name="seal" value="(\w+)"', looked.text)
    assert seal
    assert send(client, "kind=service", "save", name="other", seal=seal[1]).status_code == 200
    assert versions(client) == 1
    assert send(client, "kind=service", "save", name="forum", seal=seal[1]).status_code == 303


def test_a_stranger_edits_nothing(client: TestClient[Litestar]) -> None:
    """Neither sees the form nor sends one."""
    for answer in (
        client.get("/inventory/edit?kind=party", follow_redirects=False),
        client.post("/inventory/edit?kind=party", data={"do": "save", "name": "x"}, follow_redirects=False),
    ):
        assert answer.status_code in (302, 303, 401, 403)
    assert versions(client) == 1


@pytest.mark.parametrize("query", ["kind=dragon", "", "kind=party&name=nobody", "kind=sdk&service=nowhere"])
def test_an_address_that_leads_nowhere_is_a_clear_error(client: TestClient[Litestar], query: str) -> None:
    """Not a failure of the server."""
    assert client.get(f"/inventory/edit?{query}", headers=TOKEN).status_code in (400, 404)


@pytest.mark.parametrize("base", ["", "one", "-1", "9" * 5000, "٣"])
def test_a_form_without_its_version_is_refused(client: TestClient[Litestar], base: str) -> None:
    """Whatever stands where the number of the version should."""
    answer = send(client, "kind=service", "preview", base, name="forum")
    assert (answer.status_code, versions(client)) == (400, 1)
