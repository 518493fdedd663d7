"""Denied acts as pages: in figures, one by one, and no further than two clicks from the article."""

import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from shouxin.store.ledger import Entry, append

SEPARATE = "pipl:art_29__cl_1"


def denied(number: int, **what: object) -> Entry:
    """Return the entry of a denial."""
    plain = {
        "act": "collect",
        "service": "shop",
        "activity": "orders",
        "effect": "prohibited",
        "provisions": [SEPARATE],
        "missing": [],
        "assumed": [],
    }
    return Entry(
        kind="decision",
        who="key:1",
        origin="api",
        what=plain | what,
        why=f"{number:032x}",
        outcome="refused",
    )


@pytest.fixture
def client(migrated: Engine) -> Iterator[TestClient[Litestar]]:
    """Talk to an application whose ledger holds three denials and one permit."""
    permit = Entry(kind="decision", who="key:1", origin="api", what={"service": "shop"}, why="f" * 32)
    with migrated.begin() as connection:
        append(
            connection,
            [
                denied(1),
                permit,
                denied(2, activity="push <b>", provisions=[SEPARATE, "pipl:art_13__para_1"]),
                denied(3, effect="undetermined", provisions=[], missing=["consent.separate"]),
            ],
        )
    app = create_app(
        Library(register()),
        host_names=("testserver.local",),
        api_token="made-up",
        engine=migrated,
        ledger=Ledger(migrated),
    )
    with TestClient(app) as open_client:
        open_client.headers.update({"Authorization": "Bearer made-up", "Accept-Language": "en"})
        yield open_client


def test_the_article_behind_a_denial_is_two_clicks_away(client: TestClient[Litestar]) -> None:
    """From the list to the decision, and from there to the article; in the list the article itself is one."""
    page = client.get("/denials").text
    assert f'href="/law/{SEPARATE.replace(":", "/")}"' in page
    assert page.index(f"/denials/{3:032x}") < page.index(f"/denials/{1:032x}")
    assert "f" * 32 not in page
    decision = client.get(f"/denials/{1:032x}").text
    (article,) = set(re.findall(r'href="(/law/pipl/art_29[^"]*)"', decision))
    assert client.get(article).status_code == 200
    assert "consent.separate" in client.get(f"/denials/{3:032x}").text
    assert client.get(f"/denials/{9:032x}").status_code == 404


def test_denials_are_counted_by_day_provision_and_activity(client: TestClient[Litestar]) -> None:
    """Filters leave what they name, and what a service called its activity is text."""
    page = client.get("/denials").text
    assert "3 denials" in page
    assert "push &lt;b&gt;" in page
    assert page.count("<rect") == 1
    assert "1 denial<" in client.get("/denials", params={"activity": "push <b>"}).text
    assert "2 denials" in client.get("/denials", params={"provision": SEPARATE}).text
    assert "Nothing was denied" in client.get("/denials", params={"until": "2020-01-01"}).text
    assert "2 denials" in client.get("/denials", params={"service": "shop", "activity": "orders"}).text
    assert client.get("/denials", params={"since": "0001-01-01"}).text.count('scope="row"') > 366
    assert client.get("/denials", params={"since": "yesterday"}).status_code == 400
