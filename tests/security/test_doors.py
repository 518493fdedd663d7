"""Every handler of the running application against the table of who may use it (``doors.yaml``)."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from shouxin.app.security import HEADERS
from shouxin.duties.access.permissions import permissions
from tests.app.made_up import TOKEN
from tests.crawl import Door, doors
from tests.demo.whole import HOST, Demo
from tests.security.conftest import Client

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("doors.yaml").read_text(encoding="utf-8"))
MAY: dict[str, set[str]] = {name: set(roles) for name, roles in TABLE["permissions"].items()}
OPERATORS = ("privacy_officer", "staff", "approver", "auditor", "inspector")
SAFE = {"GET", "HEAD"}
GUARDING = {name.lower(): worth for name, worth in HEADERS.items() if name != "Content-Security-Policy"}


def known(pattern: str, listed: list[str]) -> bool:
    """Tell whether a list names an address; ``/law/…`` names all that is under it."""
    return any(
        pattern == one or (one.endswith("/…") and pattern.startswith(one.removesuffix("…"))) for one in listed
    )


def test_the_table_names_every_permission_and_its_roles() -> None:
    """A change of ``permissions.yaml`` is one of the table too: two people look at it."""
    assert {name: set(roles) for name, roles in permissions().items()} == MAY


def test_what_is_public_is_public_on_purpose(demo: Demo) -> None:
    """Each handler without a permission stands in the table, and the table names none that needs one."""
    found = defaultdict(set)
    for door in doors(demo.app):
        found[f"{door.method} {door.pattern}" if door.method not in SAFE else door.pattern].add(door.needs)
    listed = [*TABLE["public"]["read"], *TABLE["public"]["send"]]
    unlisted = sorted(name for name, needs in found.items() if "" in needs and not known(name, listed))
    assert unlisted == [], "add them to doors.yaml if anybody at all may use them"
    exact = [one for one in listed if not one.endswith("/…")]
    assert [one for one in exact if "" not in found.get(one, {"gone"})] == []


@pytest.fixture(scope="module")
def askers(demo: Demo) -> dict[str, dict[str, str]]:
    """Give what each kind of asker sends; ``key`` has a scope that opens ``case.read`` alone."""
    return {
        "stranger": HOST,
        "system": {"Authorization": f"Bearer {TOKEN}", **HOST},
        "key": demo.keyed("case.read"),
        **{name: demo.signed_in(name) for name in OPERATORS},
    }


def opens(door: Door, asker: str) -> bool:
    """Tell by the table whether someone may use a handler."""
    if asker == "key":
        return not door.needs or door.needs == "case.read"
    mine = {asker, "operator"} if asker in OPERATORS else {asker}
    return not door.needs or bool(MAY[door.needs] & mine)


def test_every_door_opens_to_whom_the_table_names(
    demo: Demo, client: Client, askers: dict[str, dict[str, str]]
) -> None:
    """All handlers times all askers, over HTTP: a stranger is asked to sign in, the others are refused."""
    wrong = []
    for door in doors(demo.app):
        if door.pattern == "/sign-out":  # it would end the session that the others need
            continue
        asking = askers if door.needs else {"stranger": HOST, "key": askers["key"]}
        for asker, headers in asking.items():
            path = door.path if door.method in SAFE else door.path.replace("/1", "/999999999")
            answer = client.request(door.method, path, headers=headers)
            refused = answer.status_code == 401 or "permission-missing" in answer.text
            refused |= answer.headers.get("location", "").startswith("/sign-in?next=")
            if refused == opens(door, asker) or answer.status_code == 500:
                wrong.append((door.method, path, asker, answer.status_code))
    assert wrong == []


def test_no_form_is_taken_from_elsewhere(demo: Demo, client: Client) -> None:
    """Everything that changes something wants the token of this very session, and no page of another site."""
    mine, other = demo.signed_in("privacy_officer"), demo.signed_in("privacy_officer")
    bare = {name: value for name, value in mine.items() if name != "X-Form-Token"}
    tokens: tuple[dict[str, str], ...] = ({}, {"X-Form-Token": ""}, {"X-Form-Token": other["X-Form-Token"]})
    wrong, before = [], entries(demo)
    for door in doors(demo.app):
        if door.method in SAFE:
            continue
        for site in ("cross-site", "same-site"):
            headers = {**(mine if door.needs else HOST), "Sec-Fetch-Site": site}
            answer = client.request(door.method, door.path, headers=headers)
            elsewhere = known(f"{door.method} {door.pattern}", TABLE["from_elsewhere"])
            if not elsewhere and (answer.status_code != 403 or "form-elsewhere" not in answer.text):
                wrong.append((door.method, door.path, site, answer.status_code))
        for token in tokens if door.needs else ():
            answer = client.request(door.method, door.path, headers={**bare, **token})
            if answer.status_code != 403 or "form-token" not in answer.text:
                wrong.append((door.method, door.path, str(token), answer.status_code))
    assert wrong == []
    assert entries(demo) == before


def entries(demo: Demo) -> int:
    """Return how much the ledger holds."""
    with demo.engine.connect() as connection:
        return int(connection.scalar(text("select count(*) from shouxin.ledger_entry")) or 0)


def test_every_answer_is_guarded_and_what_is_personal_is_kept_nowhere(demo: Demo, client: Client) -> None:
    """The security headers on every page and answer; no frame around any; no copy of what one signed in sees.

    A place that may be embedded stands in the table, with no permission.
    """
    officer = demo.signed_in("privacy_officer")
    wrong = []
    for door in doors(demo.app):
        if door.method not in SAFE:
            continue
        for who, headers in (("stranger", HOST), ("officer", officer)):
            answer = client.get(door.path, headers={**headers, "Accept": "text/html"})
            policy = answer.headers["content-security-policy"]
            if known(door.pattern, TABLE["embedded"]):
                assert not door.needs
                continue
            wrong += [
                (door.path, who, one) for one, worth in GUARDING.items() if answer.headers.get(one) != worth
            ]
            if "frame-ancestors 'none'" not in policy or "unsafe" in policy or "*" in policy:
                wrong.append((door.path, who, policy))
            if "script-src" in policy and "script-src 'self'" not in policy:
                wrong.append((door.path, who, policy))
            if who == "officer" and answer.headers.get("cache-control") != "no-store" and not static(door):
                wrong.append((door.path, who, answer.headers.get("cache-control")))
    assert wrong == []


def static(door: Door) -> bool:
    """Tell whether an address is that of a file that names nobody."""
    return door.pattern.startswith("/static")
