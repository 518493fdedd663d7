"""The keys of the privacy centre on the console: made, shown once, revoked, each with its entry."""

import re
from collections.abc import Iterator

import pytest
from litestar.testing import TestClient
from sqlalchemy import Engine, text

from shouxin.app.server import create_app
from shouxin.duties.access.model import SYSTEM_KEY, Role
from shouxin.duties.access.service import Access
from shouxin.duties.access.tokens import form_token
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.crawl import Page
from tests.duties.access.conftest import PASSWORD, QUICK
from tests.duties.centre.front import HERE, Client, Front

PAGE = "/centre-keys?lang=en"


@pytest.fixture
def office(migrated: Engine) -> Iterator[tuple[Client, Front, Access]]:
    """Give a client, the centre behind it, and who may come in."""
    front = Front(migrated)
    access = Access(migrated, bytes(32), hasher=QUICK)
    app = create_app(
        Library(register()),
        host_names=(HERE,),
        api_token=None,
        engine=migrated,
        centre=front.centre,
        access=access,
    )
    with TestClient(app) as client:
        client.follow_redirects = False
        yield client, front, access


def enter(client: Client, access: Access, role: str) -> None:
    """Sign an account of a role in, with the token of its forms."""
    access.operators.add(SYSTEM_KEY, "cli", role, password=PASSWORD, roles=(Role(role=role),))
    found = access.operators.find(role)
    token = access.links.use(access.links.make(found.id), "127.0.0.1", "tests", "")
    client.cookies.set("session", token)
    client.headers["X-Form-Token"] = form_token(token)


def test_a_key_is_made_shown_once_and_revoked(office: tuple[Client, Front, Access]) -> None:
    """The secret stands on the page once; each change is an entry of the one who did it."""
    client, front, access = office
    enter(client, access, "privacy_officer")
    made = client.post(PAGE, data={"service": "shop", "name": "2027-01", "algorithm": "HS256", "public": ""})
    found = re.search(r'<code class="whole">([\w-]{40,})</code>', made.text)
    assert found
    registered = front.centre.keys.find("shop", "2027-01")
    assert registered
    assert registered.material == found[1].encode()
    again = client.get(PAGE)
    assert again.headers["cache-control"] == "no-store"
    assert found[1] not in again.text
    assert "2027-01" in again.text
    assert Page(again.text).unexplained() == []
    unsure = client.post("/centre-keys/revoke", data={"service": "shop", "name": "2027-01"})
    assert (unsure.status_code, front.centre.keys.find("shop", "2027-01") is None) == (400, False)
    sure = client.post("/centre-keys/revoke", data={"service": "shop", "name": "2027-01", "sure": "yes"})
    assert sure.headers["location"] == "/centre-keys"
    assert front.centre.keys.find("shop", "2027-01") is None
    with front.engine.connect() as connection:
        asked = "select kind, origin from shouxin.ledger_entry where what->>'key' = '2027-01' order by number"
        rows = [tuple(row) for row in connection.execute(text(asked))]
    assert rows == [("centre.key_added", "console"), ("centre.key_revoked", "console")]


def test_what_cannot_be_used_is_said_and_stays_in_the_form(office: tuple[Client, Front, Access]) -> None:
    """A name of other signs, a public key that is none, a pair without one, no service."""
    client, _front, access = office
    enter(client, access, "privacy_officer")
    for changes, code in (
        ({"name": "no good"}, "centre-key-name"),
        ({"algorithm": "Ed25519", "public": "no key"}, "centre-key"),
        ({"algorithm": "ES256"}, "centre-key"),
        ({"public": "a secret of their own"}, "centre-key"),
        ({"service": " "}, "form-field"),
        ({"algorithm": "none"}, "form-field"),
    ):
        data = {"service": "<b>shop", "name": "2027-02", "algorithm": "HS256", "public": "", **changes}
        answer = client.post(PAGE, data=data)
        assert (answer.status_code, f"<code>{code}</code>" in answer.text) == (400, True), changes
        assert "<b>shop" not in answer.text
        assert f'value="{data["name"]}"' in answer.text


def test_who_may_only_read_sees_no_form(office: tuple[Client, Front, Access]) -> None:
    """An auditor reads the list and changes nothing; a stranger is asked to sign in."""
    client, _front, access = office
    assert client.get(PAGE).headers["location"].startswith("/sign-in")
    enter(client, access, "auditor")
    page = client.get(PAGE)
    assert (page.status_code, 'action="/centre-keys' in page.text) == (200, False)
    data = {"service": "shop", "name": "x", "algorithm": "HS256"}
    assert client.post("/centre-keys", data=data).status_code == 403
