"""Every read of somebody's information against the table of what tells of it (``reads.yaml``)."""

import ast
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine, text

import shouxin
from shouxin.demo.shop.database import shop_url
from tests.app.made_up import TOKEN
from tests.crawl import doors
from tests.demo.whole import HOST, Demo
from tests.security.conftest import Client

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("reads.yaml").read_text(encoding="utf-8"))
SOURCE = Path(shouxin.__file__).parent
ABOVE = ("duties", "demo", "app", "sdk")
"""What stands above the store, where people are opened."""

OPENING = frozenset({"unsealed", "reference", "references"})
SYSTEM = {"Authorization": f"Bearer {TOKEN}", **HOST}
REASON = "a made-up case that is looked into"
SENT: dict[str, dict[str, Any]] = {
    "POST /welcome/database": {"address": "postgresql://nobody@127.0.0.1:1/none"},
    "POST /api/incidents/{number}/people/search": {
        "store": "shop",
        "identity": "customer_id",
        "rows": [{"table": "customer"}],
        "dry_run": True,
    },
}


def openers(path: Path) -> set[str]:
    """Return the functions of a module that open what is sealed, or find a reference again."""
    found = set()
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            calls = (one.func for one in ast.walk(function) if isinstance(one, ast.Call))
            if any(isinstance(one, ast.Attribute) and one.attr in OPENING for one in calls):
                found.add(function.name)
    return found


def test_whoever_opens_what_is_sealed_stands_in_the_table() -> None:
    """A new function that reads a person's sealed information is looked at here by somebody else."""
    found = {}
    for path in (one for part in ABOVE for one in sorted((SOURCE / part).rglob("*.py"))):
        if functions := openers(path):
            found[path.relative_to(SOURCE).as_posix()] = functions
    assert found == {name: set(functions) for name, functions in TABLE["opens"].items()}


def test_the_table_names_handlers_that_are_there(demo: Demo) -> None:
    """Each needs a permission, and none that shows people is open to everybody."""
    known = {f"{door.method} {door.pattern}": door.needs for door in doors(demo.app)}
    assert {name: known.get(name, "gone") for name in TABLE["handlers"] if not known.get(name)} == {}


def body(name: str, demo: Demo, reason: str) -> dict[str, Any]:
    """Return what a handler is sent, with somebody of the demo and a reason."""
    if name in SENT:
        return SENT[name] | ({"reason": reason} if "search" in name else {})
    if name.endswith("/{number}/read"):
        return {"reason": reason}
    with demo.engine.connect() as connection:
        query = "select service from shouxin.person where shredded_at is null limit 1"
        service = connection.execute(text(query)).scalar_one()
    return {"service": service, "person": "1", "reason": reason}


def entries(demo: Demo, after: int) -> list[Any]:
    """Return the entries of the ledger from a number on."""
    query = "select kind, what->>'of' as of, why, who from shouxin.ledger_entry where number >= :after"
    with demo.engine.connect() as connection:
        return list(connection.execute(text(query), {"after": after}))


def size(demo: Demo) -> int:
    """Return how far the ledger has grown."""
    with demo.engine.connect() as connection:
        return int(connection.execute(text("select size from shouxin.ledger_head")).scalar_one())


SHOWN = [
    name
    for name, entry in TABLE["handlers"].items()
    if entry["why"] != "request" and "{number}/search" not in name
]


@pytest.mark.parametrize("name", SHOWN)
def test_a_read_is_an_entry_with_its_reason(name: str, demo: Demo, client: Client) -> None:
    """Before the answer goes out, the ledger says who read what, and why; without that nothing is shown."""
    method, pattern = name.split()
    wanted, api = TABLE["handlers"][name], pattern.startswith("/api")
    number = 1
    if name.endswith("/read"):
        matters = "complaints" if wanted["of"] == "complaint" else "content-requests"
        number = client.get(f"/api/v1/{matters}?state=all", headers=SYSTEM).json()[0]["number"]
    path, before = pattern.replace("{number}", str(number)), size(demo)
    headers = SYSTEM if api else demo.signed_in("privacy_officer")
    kind = "json" if api else "data"
    answer = client.request(method, path, headers=headers, **{kind: body(name, demo, REASON)})  # type: ignore[arg-type]
    told = [one for one in entries(demo, before) if (one.kind, one.of) == (wanted["kind"], wanted.get("of"))]
    assert told, f"{answer.status_code} {answer.text[:400]}"
    if wanted["why"] == "given":
        assert {one.why for one in told} == {REASON}
        after = size(demo)
        refused = client.request(method, path, headers=headers, **{kind: body(name, demo, " ")})  # type: ignore[arg-type]
        assert refused.status_code == 400, refused.text[:400]
        assert [one for one in entries(demo, after) if one.kind == wanted["kind"]] == []


def test_a_page_without_an_entry_shows_nobody(demo: Demo, client: Client) -> None:
    """No address that is only looked at holds a number, an address or a name of the shop's customers."""
    engine = create_engine(shop_url(demo.engine))
    with engine.connect() as connection:
        rows = connection.execute(text("select phone, email from customer"))
        people = {value for row in rows for value in row if value}
    engine.dispose()
    assert len(people) > 100
    officer, looked = demo.signed_in("privacy_officer"), 0
    shown: dict[str, list[str]] = defaultdict(list)
    for door in doors(demo.app):
        if door.method != "GET" or not door.needs or f"GET {door.pattern}" in TABLE["handlers"]:
            continue
        page = client.get(door.path, headers=officer if door.page else SYSTEM)
        looked += page.status_code == 200
        shown[door.pattern] += [one for one in people if one in page.text]
    assert {pattern: found for pattern, found in shown.items() if found} == {}
    assert looked > 60
