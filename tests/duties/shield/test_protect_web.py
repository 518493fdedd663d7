"""Protection over HTTP and on its page: before and after, what it still is, and nothing kept."""

import base64
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.server import create_app
from shouxin.duties.library.service import Library
from shouxin.duties.shield.effects import applied
from shouxin.duties.shield.protecting import LONGEST_POLICY, chosen
from shouxin.law.register import register
from shouxin.protect.policy_file import named_policies, profiles
from shouxin.protect.types import types

TEXT = "请致电 13800138000 或写信至 zhang@example.com\n"
TOKEN = "t" * 20
BEARER = {"Authorization": f"Bearer {TOKEN}"}
KEYED = {"version": 1, "name": "keyed", "default": {"do": "pseudonym"}}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    """Give a client of an application without a store."""
    app = create_app(Library(register(), None), host_names=["testserver.local"], api_token=TOKEN)
    with TestClient(app) as made:
        yield made


def asked(client: TestClient[Litestar], **body: Any) -> Any:
    """Return the answer to a request without a token."""
    return client.post("/api/protect", json=body)


def test_a_text_comes_back_masked_with_what_was_done(client: TestClient[Litestar]) -> None:
    """Places before and after, one line a type with its articles, and the plain statement."""
    answer = asked(client, text=TEXT)
    assert answer.status_code == 200
    done = answer.json()
    assert done["text"] == "请致电 138****8000 或写信至 z***@example.com\n"
    assert "13800138000" not in answer.text
    for change in done["changes"]:
        new = done["text"][change["new_start"] : change["new_end"]]
        assert (len(TEXT[change["start"] : change["end"]]), "*" in new) in ((11, True), (17, True))
    assert {item["type"]: (item["values"], item["action"], item["because"]) for item in done["applied"]} == {
        "email": (1, "mask", "default"), "mobile": (1, "mask", "default"),
    }  # fmt: skip
    assert all("pipl:art_51__item_3" in item["cites"] for item in done["applied"])
    assert done["still_personal"] is False
    assert set(done["statement"]) == {"zh", "en", "es"}
    assert "still personal information" in done["statement"]["en"]


def test_json_keeps_its_shape_and_fields_are_taken_whole(client: TestClient[Litestar]) -> None:
    """Fields that the policy names need no search; numbers and nulls stay; strings are searched."""
    policy = {
        "version": 1,
        "name": "own",
        "default": {"do": "mask"},
        "fields": {"who[*].name": "person_name"},
    }
    given = {"who": [{"name": "王小明", "age": 3}, {"name": None}], "note": TEXT, "ok": True}
    done = asked(client, json=given, policy=policy).json()
    assert done["json"] == {
        "who": [{"name": "王*", "age": 3}, {"name": None}],
        "note": "请致电 138****8000 或写信至 z***@example.com\n", "ok": True,
    }  # fmt: skip
    assert "text" not in done
    assert asked(client, json=None).json()["applied"] == []


def test_what_a_policy_keeps_is_told_as_still_personal(client: TestClient[Litestar]) -> None:
    """A value that stands as it was is counted, in a text and in a field, and the statement applies."""
    policy = {"version": 1, "name": "own", "default": {"do": "keep"}, "fields": {"tel": "mobile"}}
    for body in ({"text": TEXT}, {"json": {"tel": "13800138000", "note": "zhang@example.com"}}):
        done = asked(client, policy=policy, **body).json()
        assert {item["type"]: item["leaves"] for item in done["applied"]} == {
            "email": "kept",
            "mobile": "kept",
        }
        assert done["still_personal"] is True


@pytest.mark.parametrize("name", named_policies())
@pytest.mark.parametrize("profile", profiles())
def test_every_named_policy_protects_without_a_key(
    client: TestClient[Litestar], name: str, profile: str
) -> None:
    """With every profile, and in the language of the labels that is asked for."""
    done = asked(client, text=TEXT, policy=name, profile=profile, language="en").json()
    assert "13800138000" not in done["text"]
    assert ("[mobile number]" in done["text"]) == (name == "redact")
    assert name in client.get("/api/protect/policies").json()


def test_sensitive_information_is_cited_as_such() -> None:
    """A bank card is sensitive after the profile; every citation of every type resolves."""
    rules = chosen("generalise")
    done = {item.type: item for item in applied(rules, dict.fromkeys(types(), 1))}
    assert "pipl:art_28__para_2" in done["bank_card"].cites
    assert "pipl:art_31__para_2" in done["under_14"].cites
    assert done["minor_age"].cites == ("pipl:art_51__item_3",)
    assert (done["bank_card"].action, done["mobile"].action) == ("redact", "mask")
    for citation in {cite for item in done.values() for cite in item.cites}:
        assert register().find(citation)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "protect-nothing"),
        ({"text": "a", "json": 1}, "protect-nothing"),
        ({"text": TEXT, "policy": "maks"}, "protect-policy-name"),
        ({"text": TEXT, "policy": {}}, "protect-policy"),
        ({"text": TEXT, "policy": {"version": 1, "name": "a" * LONGEST_POLICY}}, "protect-policy"),
        ({"text": TEXT, "profile": "nowhere"}, "protect-profile"),
        ({"text": TEXT, "profile": "../x.yaml"}, "protect-profile"),
        ({"text": TEXT, "policy": KEYED}, "protect-key-missing"),
        ({"json": {"tel": {"a": 1}}, "policy": {
            "version": 1, "name": "a", "default": {"do": "mask"}, "fields": {"tel": "mobile"},
        }}, "protect-column"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_with_its_code(
    client: TestClient[Litestar], body: dict[str, Any], code: str
) -> None:
    """No value and no half result comes back."""
    answer = asked(client, **body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert "13800138000" not in answer.text
    assert answer.json()["remedy"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"text": 1}', b"\xff", b"[" * 5000, b'{"json":' * 900])
def test_what_is_no_request_is_refused(client: TestClient[Litestar], body: bytes) -> None:
    """A broken or bottomless body is a 400 with a code."""
    answer = client.post("/api/protect", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, bool(answer.json()["code"])) == (400, True)


@pytest.mark.parametrize("depth", [100, 400, 900, 5000])
def test_deep_json_is_protected_or_refused(client: TestClient[Litestar], depth: int) -> None:
    """However deep it is nested there is an answer, and never a mistake of the server."""
    body = b'{"json": ' + b"[" * depth + b'"13800138000"' + b"]" * depth + b"}"
    answer = client.post("/api/protect", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (200, 400)
    assert b"13800138000" not in answer.content


def test_the_keys_of_the_server_are_for_those_with_the_token(
    client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may ask for pseudonyms at will can try out whose they are."""
    body = {"text": TEXT, "policy": KEYED}
    assert client.post("/api/protect/keyed", json=body).json()["code"] == "api-token-missing"
    assert (
        client.post("/api/protect/keyed", json=body, headers=BEARER).json()["code"] == "protect-key-missing"
    )
    monkeypatch.setenv("SHOUXIN_PROTECT_KEYS", "k:" + base64.b64encode(b"k" * 32).decode())
    first, second = (client.post("/api/protect/keyed", json=body, headers=BEARER).json() for _ in "ab")
    assert first == second
    assert first["still_personal"] is True
    assert {item["leaves"] for item in first["applied"]} == {"linked"}


@pytest.mark.parametrize(("language", "still"), [("zh", "之后"), ("en", "After"), ("es", "Después")])
def test_the_page_shows_before_and_after(client: TestClient[Litestar], language: str, still: str) -> None:
    """Marked on both sides, escaped, kept nowhere, and nothing of it in a log."""
    assert client.get("/protect", params={"lang": language}).status_code == 200
    words = f"<b>{TEXT}"
    form = {"text": words, "policy": "mask", "profile": profiles()[0], "language": language}
    answer = client.post(f"/protect?lang={language}", files={"none": ("", b"")}, data=form)
    assert answer.status_code == 200
    assert "<mark>13800138000<span" in answer.text
    assert "<mark>138****8000</mark>" in answer.text
    assert f">{still}<" in answer.text
    assert "<b>请致电" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert re.search(r'href="/law/pipl/art_51__item_3"', answer.text)


def test_a_policy_of_one_s_own_on_the_page(client: TestClient[Litestar]) -> None:
    """It is used in place of the named one; what is wrong in it is told beside what was written."""
    own = "version: 1\nname: own\ndefault: {do: redact, text: '<X>'}\n"
    good = client.post("/protect?lang=en", files={"none": ("", b"")}, data={"text": TEXT, "own": own})
    assert "<mark>&lt;X&gt;</mark>" in good.text
    bad = client.post("/protect?lang=en", files={"none": ("", b"")}, data={"text": TEXT, "own": "name: <i>"})
    assert bad.status_code == 400
    assert "13800138000" in bad.text
    assert "<code>protect-policy</code>" in bad.text
    assert "name: &lt;i&gt;" in bad.text


def test_a_policy_of_many_aliases_is_read_in_no_time(client: TestClient[Litestar]) -> None:
    """Lists of lists of aliases, a thousand million of them when written out, are looked at once each."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    form = {"text": TEXT, "own": "\n".join(lines)}
    answer = client.post("/protect?lang=en", files={"none": ("", b"")}, data=form)
    assert "<code>protect-policy</code>" in answer.text


def test_nothing_of_it_reaches_a_log(client: TestClient[Litestar], caplog: pytest.LogCaptureFixture) -> None:
    """Neither where it works nor where it is refused."""
    with caplog.at_level(logging.DEBUG):
        asked(client, text=TEXT)
        asked(client, text=TEXT, policy={"version": 1, "name": "13800138000", "default": {"do": "wipe"}})
    assert "13800138000" not in caplog.text
