"""Hostile text in every field of every form and of the API: refused, or kept and shown as text."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import text

from shouxin.duties.days import today
from tests.app.made_up import TOKEN
from tests.crawl import MARK, Answer, Field, Page, Sent, pages, pattern_of
from tests.demo.whole import HOST, Demo
from tests.security.conftest import Client

ALIVE = f"<{MARK}>"
TEMPLATE, RAN = "{{ 7919 * 104729 }}", str(7919 * 104729)
"""What a template engine would compute; more digits than chance puts into a digest."""
HOSTILE = {
    "markup": f"\"'></textarea></title>{ALIVE}<a on{MARK}=1 href=javascript:{MARK}()>{TEMPLATE}<!--",
    "right to left": f"\u202eمرحبا \u2066{ALIVE}\u2069\u200f",
    "long": f"{ALIVE}字" + "w" * 10_000,
    "null": f"a\0{ALIVE}",
    "half a character": f"\ud800{ALIVE}",
    "address": f"javascript:{MARK}()",
}
KEEPS = frozenset({"/sign-out", "/account/sessions", "/operators/standing", "/operators/keys/revoke"})
"""Where sending a form would end what the other forms need."""

STORED = frozenset(
    {
        "approval",
        "assessment_version",
        "case_event",
        "incident_exercise",
        "inventory_version",
    }
)
"""Tables of the store that must have kept some of it, or this test asks nothing."""

UNTOUCHED = ("/api", "/law", "/procedures", "/calculate", "/decide", "/due", "/static")
"""Where nothing stored is shown: the API in JSON, and what answers from the law alone."""

EVERYWHERE = ("markup", "half a character")
"""What is sent in hidden fields and choices too."""

TYPED = frozenset({"text", "search", "email", "tel", "url", "textarea"})
CHOSEN = frozenset({"hidden", "select", "radio", "checkbox"})
PLAIN = {"date": today().isoformat(), "number": "3", "password": "seven made-up herons"}


def reached(
    demo: Demo, client: Client, headers: Mapping[str, str], each: int = 2
) -> Iterator[tuple[str, Page]]:
    """Yield the pages that an account can reach."""

    def ask(path: str) -> Answer:
        answer = client.get(path, headers={**headers, "Accept": "text/html"})
        assert answer.status_code < 500, path
        return answer

    return pages(demo.app, ask, each, UNTOUCHED)


def filled(form: Sent, hostile: str, *, everywhere: bool) -> list[tuple[str, str]]:
    """Return a form as a visitor sends it, with hostile text in what is typed, or in every field."""

    def worth(field: Field) -> str:
        if everywhere or field.kind in TYPED:
            return hostile
        return PLAIN.get(field.kind, field.value)

    pressed = [field for field in form.fields if field.kind == "button"][:1]
    chosen = {field.name for field in form.fields if field.kind == "radio"}
    first = {field.name: field for field in reversed(form.fields) if field.kind == "unradio"}
    open_choice = [field for name, field in first.items() if name not in chosen]
    sent = [f for f in form.fields if f.kind in TYPED | CHOSEN | PLAIN.keys()] + open_choice + pressed
    return [(f.name, f.value if f in pressed else worth(f)) for f in sent if f.name != "form_token"]


def wrong_in(where: str, answer: Any) -> list[str]:
    """Return what is wrong with an answer."""
    found = [f"{where}: {answer.status_code}"] if answer.status_code >= 500 else []
    if "Traceback (most recent" in answer.text:
        found.append(f"{where}: a traceback")
    if answer.headers.get("content-type", "").startswith("text/html"):
        found += [f"{where}: {one}" for one in Page(answer.text).wrong]
        if RAN in answer.text:
            found.append(f"{where}: a template ran")
    return found


def _through_forms(demo: Demo, client: Client) -> list[str]:
    """Send markup, other directions, endless words, NUL, half characters; return what failed or lived."""
    officer = demo.signed_in("privacy_officer")
    wrong: list[str] = []
    done: set[tuple[str, tuple[str, ...]]] = set()
    for _path, page in list(reached(demo, client, officer, each=1)):
        for form in page.forms:
            shape = (pattern_of(demo.app, form.action), tuple(sorted({field.name for field in form.fields})))
            if form.action in KEEPS or form.action.startswith("/account") or shape in done:
                continue
            done.add(shape)
            for name, hostile in HOSTILE.items():
                for everywhere in (False, True)[: 1 + (name in EVERYWHERE)]:
                    body = urlencode(filled(form, hostile, everywhere=everywhere), errors="surrogatepass")
                    answer = client.post(
                        form.action,
                        content=body,
                        headers={**officer, "Content-Type": "application/x-www-form-urlencoded"},
                    )
                    wrong += wrong_in(f"{form.action} {name}", answer)
    assert len(done) > 20
    return wrong


def _through_calls(client: Client) -> list[str]:
    """Send bodies made from the description, hostile wherever it takes any text, to every address."""
    described = client.get("/api/openapi.json", headers=HOST).json()
    wrong: list[str] = []
    for path, item in described["paths"].items():
        for method in ("post", "put"):
            content = item.get(method, {}).get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            for name, hostile in HOSTILE.items() if schema else ():
                body = json.dumps(made(schema, described, hostile)).encode()
                address = path.replace("{number}", "1").replace("{provision}", "pipl:art_29")
                headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", **HOST}
                answer = client.request(method, address, content=body, headers=headers)
                wrong += wrong_in(f"{address} {name}", answer)
    return wrong


def _through_descriptions(client: Client) -> None:
    """Have the inventory and a notice taken and kept as they stand, with markup in every sentence."""
    headers = {"Authorization": f"Bearer {TOKEN}", **HOST}
    inventory = client.get("/api/inventory", headers=headers).json()
    version = client.get("/api/inventory/versions", headers=headers).json()[0]["number"]
    body = said(inventory, HOSTILE["markup"])
    put = client.put("/api/inventory", params={"base": version}, json=body, headers=headers)
    assert put.status_code == 200, put.text
    (known, *_) = client.get("/api/notices", headers=headers).json()
    content = client.get(f"/notices/{known['address']}/content", headers=headers).json()
    given = said(content, HOSTILE["markup"])
    published = client.post("/api/notices", json=given, headers=headers)
    assert published.status_code in (200, 201), published.text


def said(value: Any, hostile: str) -> Any:
    """Return a body with hostile text behind everything in it that is a sentence and no name or address."""
    if isinstance(value, dict):
        return {name: said(part, hostile) for name, part in value.items()}
    if isinstance(value, list):
        return [said(part, hostile) for part in value]
    prose = isinstance(value, str) and (" " in value or any("\u3400" <= char <= "\u9fff" for char in value))
    return value + hostile if prose else value


def made(schema: Any, described: Any, hostile: str, depth: int = 0, name: str = "") -> Any:
    """Return a value that a schema takes, with hostile text where it takes any text."""
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return made(schema[several][0], described, hostile, depth, name)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object" and depth < 6:
        known = schema.get("properties", {})
        return {key: made(part, described, hostile, depth + 1, key) for key, part in known.items()}
    if kind == "array":
        return [made(schema["items"], described, hostile, depth + 1, name)] if schema.get("items") else []
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    return _text(schema, hostile, name)


def _text(schema: Any, hostile: str, name: str) -> str:
    stands = {"date": today().isoformat(), "date-time": f"{today()}T00:00:00Z"}.get(schema.get("format", ""))
    known = {"service": "shop", "subject": "user_information", "person": "100001", "language": "zh"}.get(name)
    return stands or known or hostile[: schema.get("maxLength", len(hostile))]


def test_text_stays_text_whichever_way_it_comes_and_wherever_it_is_shown(demo: Demo, client: Client) -> None:
    """No form and no call lets it become part of a page; afterwards each is whole, with nothing alive."""
    assert [*_through_forms(demo, client), *_through_calls(client)] == []
    _through_descriptions(client)
    with demo.engine.connect() as connection:
        tables = connection.scalars(
            text("select table_name from information_schema.tables where table_schema = 'shouxin'")
        ).all()
        kept = {
            name
            for name in tables
            if connection.scalar(
                text(f'select exists (select from shouxin."{name}" as t where t::text like :mark)'),
                {"mark": f"%{MARK}%"},
            )
        }
    wrong = [
        f"{path}: {one}"
        for path, page in reached(demo, client, demo.signed_in("privacy_officer"), each=4)
        for one in page.wrong
    ]
    assert wrong == []
    assert kept >= STORED, sorted(kept)
