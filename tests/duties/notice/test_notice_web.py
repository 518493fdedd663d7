"""Notices over HTTP and as pages: public to read, refused where they are wrong, escaped whatever they say."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.duties.notice.made_up import PURPOSES, WHOLE, notice, said, with_purpose

Client = TestClient[Litestar]
TOKEN = {"Authorization": "Bearer made-up"}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"
NAMED = HOSTILE.replace("/", "")
"""As far as an address can name it."""


@pytest.fixture
def client(migrated: Engine) -> Iterator[Client]:
    """Talk to the application over a real, empty store."""
    app = create_app(
        Library(register()), host_names=("testserver.local",), api_token="made-up", engine=migrated
    )
    with TestClient(app) as open_client:
        yield open_client


def plain(**changes: Any) -> dict[str, Any]:
    """Return the made-up notice as JSON has it."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(notice(**changes)))
    return found


def published(client: Client, given: dict[str, Any] | None = None, **params: str) -> str:
    """Publish a notice and return its address."""
    answer = client.post("/api/notices", json=given or plain(), params=params, headers=TOKEN)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["checked"]["address"])


def test_an_empty_store_says_what_to_do(client: Client) -> None:
    """The page explains it, the list is empty."""
    assert "shouxin notice publish" in client.get("/notices").text
    assert client.get("/api/notices").json() == []


def test_without_a_store_nothing_breaks() -> None:
    """Notices can be checked; there are none to read."""
    app = create_app(Library(register()), host_names=("testserver.local",), api_token=None)
    with TestClient(app) as bare:
        assert (bare.get("/api/notices").status_code, bare.get("/notices").status_code) == (503, 503)
        assert bare.post("/api/notices/check", json=plain()).json()["complete"] is True


def test_publishing_needs_the_token_and_reading_does_not(client: Client) -> None:
    """A stranger reads everything that was published, and nothing of who did it."""
    assert client.post("/api/notices", json=plain()).status_code == 401
    address = published(client)
    shown = client.get(f"/api/notices/{address}").json()
    assert shown["notice"] == plain()
    assert [form["purpose"] for form in shown["forms"]] == ["health"]
    (line,) = client.get("/api/notices", params={"service": "shop"}).json()
    assert line == shown["version"]
    assert "who" not in line
    assert client.get("/api/notices", params={"service": "other"}).json() == []


def test_a_rehearsal_publishes_nothing(client: Client) -> None:
    """The answer is the same, the list stays empty."""
    rehearsed = client.post("/api/notices", json=plain(), params={"dry_run": "true"}, headers=TOKEN)
    assert rehearsed.json()["new"] is True
    assert client.get("/api/notices").json() == []


def test_what_is_incomplete_is_refused_without_a_reason(client: Client) -> None:
    """The check names the item with its provision; a reason lets it pass."""
    bare = plain(officer=None, processor=None)
    found = client.post("/api/notices/check", json=bare).json()
    assert {one["provision"] for one in found["lacks"]} == {"pipl:art_17__para_1__item_1"}
    refused = client.post("/api/notices", json=bare, headers=TOKEN)
    assert (refused.status_code, refused.json()["code"]) == (400, "notice-incomplete")
    published(client, bare, reason="the address changes tomorrow")


def test_what_the_organisation_recorded_counts(client: Client) -> None:
    """A service that is known to be no internet provider need not tell what Order 24 asks for."""
    less = plain(rights={**WHOLE["rights"], "query": None})
    assert client.post("/api/notices", json=less, headers=TOKEN).status_code == 400
    known = {"facts": {"actor.telecom_or_internet_provider": False}, "name": "shop"}
    kept = client.put("/api/organisation", json={"name": "Made-up", "services": [known]}, headers=TOKEN)
    assert kept.status_code == 200
    published(client, less)


def test_the_page_tells_everything_and_the_bytes_of_its_address(client: Client) -> None:
    """Short and in full, with the SHA-256 that anyone can count again; a beginning leads there."""
    address = published(client)
    page = client.get(f"/notices/{address}", params={"lang": "en"})
    for text in (
        "Example Shop",
        "six months",
        "a clinic",
        "it shows illness",
        "the watch shows the time only",
    ):
        assert text in page.text
    assert address in page.text
    assert "separate consent" in page.text
    assert "Article\u00a029" in page.text
    assert 'id="purpose-health"' in page.text
    original = client.get(f"/notices/{address}/content").content
    assert hashlib.sha256(original).hexdigest() == address
    short = client.get(f"/notices/{address[:8]}", follow_redirects=False)
    assert (short.status_code, short.headers["location"]) == (302, f"/notices/{address}")


def test_a_superseded_page_leads_to_its_successor(client: Client) -> None:
    """The old address stays, and says what took its place."""
    old = published(client)
    assert "took its place" not in client.get(f"/notices/{old}", params={"lang": "en"}).text
    new = published(client, plain(title=said("New")))
    page = client.get(f"/notices/{old}", params={"lang": "en"}).text
    assert "took its place" in page
    assert f'href="/notices/{new}"' in page
    assert client.get(f"/api/notices/{old}").json()["version"]["successor"] == new


def test_a_comparison_says_who_is_asked_again(client: Client) -> None:
    """A new method asks again by art. 14; a longer time of keeping is only told."""
    old = published(client)
    told = published(client, msgspec.to_builtins(with_purpose(1, keeping=said("a year"))))
    asked = published(client, msgspec.to_builtins(with_purpose(1, method=said("by hand"))))
    only_told = client.get("/notices/compare", params={"old": old, "new": told, "lang": "en"}).text
    assert "Nobody is asked again" in only_told
    assert ("six months" in only_told, "a year" in only_told) == (True, True)
    again = client.get("/notices/compare", params={"old": old, "new": asked, "lang": "en"}).text
    assert "Consent is asked for again" in again
    assert "/law/pipl/art_14__para_2" in again
    same = client.get("/notices/compare", params={"old": old, "new": old, "lang": "en"}).text
    assert "The two versions are the same" in same


def test_a_purpose_that_came_or_went_is_shown(client: Client) -> None:
    """Whole, with what it is about."""
    old = published(client)
    new = published(client, plain(purposes=PURPOSES[1:]))
    gone = client.get("/notices/compare", params={"old": old, "new": new, "lang": "en"}).text
    come = client.get("/notices/compare", params={"old": new, "new": old, "lang": "en"}).text
    assert ("This purpose is gone" in gone, "This purpose is new" in come) == (True, True)
    assert "kept and printed" in gone


def test_versions_of_two_services_are_not_compared(client: Client) -> None:
    """They have nothing in common."""
    old, new = published(client), published(client, plain(service="forum"))
    answer = client.get("/notices/compare", params={"old": old, "new": new})
    assert (answer.status_code, "notice-services" in answer.text) == (400, True)


@pytest.mark.parametrize("wrong", ["f" * 64, "abc", "%25", "..%2Fetc", "'%20or%201=1--", "%00" * 9])
def test_an_unknown_address_is_not_found(client: Client, wrong: str) -> None:
    """As a page and in the API, whatever is asked for."""
    assert client.get(f"/notices/{wrong}").status_code == 404
    assert client.get(f"/api/notices/{wrong}").status_code == 404


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"service: shop", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"service": "shop", "title": {"zh": " "}}', "application/json"),
        (b'{"service": "shop", "title": {"zh": "\\ud800"}}', "application/json"),
        (b'{"service": "shop", "title": {"zh": "t"}, "extra": 1}', "application/json"),
    ],
)
def test_a_body_that_is_no_notice_is_refused(client: Client, body: bytes, kind: str) -> None:
    """Empty, broken, another shape or type, too deep, blank, not UTF-8, too much."""
    for path in ("/api/notices/check", "/api/notices"):
        answer = client.post(path, content=body, headers={**TOKEN, "Content-Type": kind})
        assert answer.status_code == 400, (path, answer.text)
        assert answer.json()["remedy"]


def test_a_body_of_a_hundred_megabytes_is_refused(client: Client) -> None:
    """Before it is read."""
    answer = client.post("/api/notices/check", content=b" " * 100_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "http-too-large")


@pytest.mark.parametrize(
    "wrong",
    [
        {"service": "a\x00b"},
        {"purposes": [PURPOSES[0]] * 2},
        {"purposes": [{**PURPOSES[0], "key": f"k{number}"} for number in range(201)]},
        {"purposes": [{**PURPOSES[1], "facts": {"no.such.fact": True}}]},
        {"purposes": [{**PURPOSES[1], "facts": {"law.requires_written_consent": "perhaps"}}]},
        {"purposes": [{**PURPOSES[1], "facts": {"act": "sell"}}]},
        {"purposes": [{**PURPOSES[1], "key": "../../etc"}]},
    ],
)
def test_a_notice_that_cannot_be_used_is_refused_and_not_kept(client: Client, wrong: dict[str, Any]) -> None:
    """A null character, a key twice, too many purposes, facts that are none, a key that is a path."""
    answer = client.post("/api/notices", json={**WHOLE, **wrong}, headers=TOKEN)
    assert answer.status_code == 400, answer.text
    assert client.get("/api/notices").json() == []


def test_hostile_text_in_every_field_is_only_text(client: Client) -> None:
    """No mark-up of a notice reaches a page, on none of them."""

    def spoilt(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: spoilt(one, name) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [spoilt(one, key) for one in value]
        return HOSTILE if key in ("zh", "en", "es") else value

    officer = {"officer": {"name": said("x"), "contact": said("x")}, "complaint": said("x")}
    whole = {**WHOLE, **officer, "summary": said("x"), "further": [said("x")], "service": NAMED}
    old, new = published(client, whole), published(client, spoilt(whole))
    for path in (f"/notices/{new}?", f"/notices/compare?old={old}&new={new}&", "/notices?"):
        for language in ("zh", "en", "es"):
            answer = client.get(f"{path}lang={language}")
            assert answer.status_code == 200
            assert "&lt;script&gt;" in answer.text
            assert "<script" not in answer.text
            assert "<img" not in answer.text
            assert "{{ 7*7 }}" in answer.text
    assert "<script" not in client.get("/notices", params={"service": NAMED}).text


def test_an_unknown_language_is_answered_in_chinese(client: Client) -> None:
    """A language that is none of ours is passed over."""
    address = published(client)
    answer = client.get(f"/notices/{address}", params={"lang": "xx"}, headers={"Accept-Language": "xx"})
    assert (answer.status_code, 'lang="zh-CN"' in answer.text) == (200, True)


def test_one_address_always_leads_to_the_version_in_force(client: Client) -> None:
    """For links that stay, with the language that was asked for; a service without a notice has none."""
    first = published(client)
    second = published(client, plain(title={"zh": "新的规则"}))
    assert first != second
    for lang, end in (("", ""), ("es", "?lang=es")):
        params = {"service": "shop", **({"lang": lang} if lang else {})}
        led = client.get("/notices/in-force", params=params, follow_redirects=False)
        assert (led.status_code, led.headers["location"]) == (302, f"/notices/{second}{end}")
        assert led.headers["cache-control"] == "no-cache"
    assert (
        client.get("/api/notices/in-force", params={"service": "shop"}).json()["version"]["address"] == second
    )
    assert "/notices/in-force?service=shop" in client.get(f"/notices/{first}").text
    assert client.get("/api/notices/in-force", params={"service": "nobody"}).json()["code"] == "notice-none"
    assert client.get("/notices/in-force", params={"service": "nobody"}).status_code == 404
    assert client.get("/notices/in-force").status_code == 404


def test_a_draft_is_shown_to_those_who_may_read_the_inventory(client: Client) -> None:
    """Item by item with its article; a stranger does not see it."""
    stranger = client.get("/notices/draft", params={"service": "shop"}, follow_redirects=False)
    assert stranger.headers["location"].startswith("/sign-in")
    activity = {
        "name": "orders",
        "purpose": "to <b>deliver</b>",
        "basis": ["contract"],
        "categories": ["consignee_name"],
        "recipients": [{"party": "Swift", "categories": ["consignee_name"]}],
    }
    shop = {"name": "shop", "activities": [activity]}
    swift = {"name": "Swift", "kind": "processor", "country": "SG", "contact": "swift.example"}
    organisation = {"name": "Made-up", "services": [shop], "parties": [swift]}
    kept = client.put("/api/organisation", json=organisation, headers=TOKEN)
    assert kept.status_code == 200, kept.text
    assert "/notices/draft?service=shop" in client.get("/notices/draft", headers=TOKEN).text
    page = client.get("/notices/draft", params={"service": "shop", "lang": "en"}, headers=TOKEN)
    assert page.status_code == 200
    for words in (
        "to &lt;b&gt;deliver&lt;/b&gt;",
        "still to be written",
        "Article\u00a017",
        "swift.example",
        "<code>consignee_name</code>",
        "STILL TO BE WRITTEN",
    ):
        assert words in page.text
    nobody = client.get("/notices/draft", params={"service": "nobody"}, headers=TOKEN)
    assert nobody.status_code == 400
