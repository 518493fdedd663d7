"""Posture over HTTP and as a page: writes need the token, filters stand in the address."""

import html
import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.library.service import Library
from shouxin.law.register import register

Client = TestClient[Litestar]
TOKEN = {"Authorization": "Bearer made-up"}
NOBODY = {"Authorization": ""}
SHOP = {
    "name": "Made-up <Shop>",
    "facts": {"actor.telecom_or_internet_provider": True, "place.service_in_china": True},
    "services": [{"name": "shop & forum"}],
}
COMPLAINTS = {
    "provision": "miit-24:art_12__cl_1",
    "element": "mechanism",
    "kind": "document",
    "on": "2025-01-05",
}


@pytest.fixture
def client(migrated: Engine) -> Iterator[Client]:
    """Talk to the application over a real, empty store."""
    app = create_app(
        Library(register()), host_names=("testserver.local",), api_token="made-up", engine=migrated
    )
    with TestClient(app) as open_client:
        open_client.headers.update(TOKEN)
        yield open_client


def test_an_empty_store_says_what_to_do(client: Client) -> None:
    """The page explains it, the API refuses with a code."""
    assert "shouxin organisation load" in client.get("/posture").text
    assert client.get("/api/posture").json()["code"] == "organisation-none"


def test_without_a_store_nothing_breaks() -> None:
    """A server without a store answers that there is none."""
    app = create_app(Library(register()), host_names=("testserver.local",), api_token=None)
    with TestClient(app) as bare:
        assert (bare.get("/api/posture").status_code, bare.get("/posture").status_code) == (503, 503)


def test_the_whole_round_over_http(client: Client) -> None:
    """Put the organisation, add evidence, see it counted, withdraw it, see it gone."""
    assert client.put("/api/organisation", json=SHOP, headers=NOBODY).status_code == 401
    assert client.put("/api/organisation", json=SHOP, headers=TOKEN).status_code == 200
    number = client.post("/api/evidence", json=COMPLAINTS, headers=TOKEN).json()["number"]
    asked = {"instrument": "miit-24", "state": "met"}
    (item,) = client.get("/api/posture", params=asked).json()["items"]
    assert item["provision"] == "miit-24:art_12__cl_1"
    gone = client.delete(f"/api/evidence/{number}", params={"why": "out of date"}, headers=TOKEN)
    assert gone.status_code == 200
    assert client.get("/api/posture", params=asked).json()["items"] == []
    assert client.get("/api/evidence").json()[0]["withdrawn"] == "out of date"


def test_wrong_evidence_is_refused_and_nothing_is_kept(client: Client) -> None:
    """The answer names the provision and what it takes."""
    client.put("/api/organisation", json=SHOP, headers=TOKEN)
    for wrong, code in (
        ({"kind": "test_result"}, "evidence-kind"),
        ({"on": "2025-02-30"}, "http-parameter"),
        ({"reference": "x" * 2001}, "http-parameter"),
        ({"reference": "a\x00b"}, "value-unkeepable"),
    ):
        answer = client.post("/api/evidence", json={**COMPLAINTS, **wrong}, headers=TOKEN)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert client.get("/api/evidence").json() == []


def test_a_filter_without_a_match_is_refused(client: Client) -> None:
    """Over the API and on the page alike."""
    client.put("/api/organisation", json=SHOP, headers=TOKEN)
    for asked, status in (({"service": "shoop"}, 400), ({"instrument": "gdpr"}, 404), ({"state": "x"}, 400)):
        assert client.get("/api/posture", params=asked).status_code == status
        assert client.get("/posture", params=asked).status_code == 400


@pytest.mark.parametrize("language", ["zh", "en", "es"])
@pytest.mark.parametrize("by", ["urgency", "instrument", "responsible", "nonsense"])
def test_the_page_shows_every_group(client: Client, language: str, by: str) -> None:
    """Names with marks in them are text, whatever the grouping."""
    client.put("/api/organisation", json=SHOP, headers=TOKEN)
    page = client.get("/posture", params={"by": by, "lang": language})
    assert page.status_code == 200
    assert "Made-up &lt;Shop&gt;" in page.text
    assert "shop &amp; forum" in page.text
    assert client.get("/posture", params={"as_of": "soon"}).status_code == 400


def test_a_long_list_is_folded_by_instrument_with_a_page_for_each(client: Client) -> None:
    """What a reader loads stays small; every control stands one step away, on the page that a link names."""
    client.put("/api/organisation", json=SHOP, headers=TOKEN)
    items = client.get("/api/posture").json()["items"]
    for by in ("urgency", "instrument", "responsible"):
        folded = client.get("/posture", params={"by": by})
        assert len(folded.content) <= 100 * 1024
        links = {html.unescape(link) for link in re.findall(r'href="(/posture\?[^"]+)"', folded.text)}
        shown = _cited(folded.text)
        for link in links:
            page = client.get(link)
            assert len(page.content) <= 100 * 1024, link
            shown |= _cited(page.text)
        assert shown >= {item["provision"].replace(":", "/") for item in items}


def _cited(text: str) -> set[str]:
    """Return the provisions that a page links to."""
    return set(re.findall(r'href="/law/([^"#?]+/[^"#?]+)"', text))


def test_the_table_is_a_spreadsheet(client: Client) -> None:
    """Every control has a line, in UTF-8 with a mark that spreadsheets know."""
    client.put("/api/organisation", json=SHOP, headers=TOKEN)
    table = client.get("/posture.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.startswith("\ufeffprovision,")
