"""What belongs to one is nobody else's, whatever number is sent; and a session is its owner's alone."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from tests.app.made_up import TOKEN
from tests.demo.whole import HOST, Demo
from tests.security.conftest import Client

PASSWORD = "seven made-up herons"
SYSTEM = {"Authorization": f"Bearer {TOKEN}", **HOST}
DESKS = {
    "complaints": {"subject": "user_information", "text": "made up by the one"},
    "content-requests": {
        "location": "https://forum.example/t/1",
        "text": "made up by the one",
        "discloses": "privacy",
    },
}


@pytest.fixture(autouse=True)
def calmed(demo: Demo) -> None:
    """Begin calm: all tests come from one address."""
    calm(demo)


def calm(demo: Demo) -> None:
    """Forget earlier attempts."""
    with demo.engine.begin() as connection:
        connection.execute(text("delete from shouxin.sign_in_attempt"))


def _hold(demo: Demo) -> None:
    """Let the wait that is due now last, however slow the machine is."""
    with demo.engine.begin() as connection:
        waits = (
            "update shouxin.sign_in_attempt set next_at = next_at + interval '1 hour' where next_at > last_at"
        )
        assert connection.execute(text(waits)).rowcount


def bring(client: Client, desk: str) -> dict[str, Any]:
    """Bring a matter; return its number and its word."""
    answer = client.post(f"/api/v1/{desk}", json=DESKS[desk], headers=HOST)
    assert answer.status_code == 200, answer.text
    return {name: answer.json()[name] for name in ("number", "word")}


@pytest.mark.parametrize("desk", DESKS)
def test_the_word_of_one_opens_nothing_of_another(demo: Demo, client: Client, desk: str) -> None:
    """A number that exists, one that does not, another's word and no word get one and the same answer."""
    mine, other = bring(client, desk), bring(client, desk)
    elsewhere = bring(client, next(one for one in DESKS if one != desk))
    wrong = (
        (mine["number"], other["word"]),
        (mine["number"], elsewhere["word"]),
        (mine["number"], ""),
        (999_999_999, mine["word"]),
    )
    for path, more in (("own", {}), ("letter", {"text": "x"})):
        calm(demo)
        for number, word in wrong:
            given = {"number": number, "word": word, **more}
            answer = client.post(f"/api/v1/{desk}/{path}", json=given, headers=HOST)
            assert (answer.status_code, answer.json()["code"]) == (404, "desk-unknown")
    right = client.post(f"/api/v1/{desk}/own", json=mine, headers=HOST)
    assert right.status_code in (200, 429)
    pages = [
        client.get(f"/{desk.removesuffix('s')}/{number}", headers=HOST).text
        for number in (mine["number"], 999_999_999)
    ]
    assert re.sub(r"\d+", "n", pages[0]) == re.sub(r"\d+", "n", pages[1])


def test_an_account_reaches_nothing_of_another(demo: Demo, client: Client) -> None:
    """Sessions, approvals and keys are looked up together with whose they are, or need a right."""
    staff, approver, officer = (demo.signed_in(one) for one in ("staff", "approver", "privacy_officer"))
    (session,) = re.findall(r'name="session" value="(\d+)"', client.get("/account", headers=staff).text)[:1]
    taken = client.post("/account/sessions", data={"session": session}, headers=approver)
    assert (taken.status_code, "session-unknown" in taken.text) == (404, True)
    assert client.get("/account", headers=staff).status_code == 200
    ask = {"operation": "export", "scope": "orders", "purpose": "a figure", "people": 5}
    asked = client.post("/api/approvals", json=ask, headers=officer).json()["id"]
    given = {"give": True, "reason": "fine", "measures": "sealed", "until": "2099-01-01T00:00:00Z"}
    own = client.post(f"/api/approvals/{asked}/decision", json=given, headers=officer)
    assert own.status_code in (400, 403)
    assert "approval" in own.json()["code"]
    others = client.post(f"/api/approvals/{asked}/withdraw", headers=staff)
    assert others.status_code in (400, 403, 404)
    key = client.get("/api/keys", headers=demo.keyed("case.read"))
    assert (key.status_code, key.json()["code"]) == (403, "permission-missing")


def test_nobody_reads_a_person_without_a_reason_that_stays(demo: Demo, client: Client) -> None:
    """The consents of a person and their proof are opened by who may, for a reason, and the ledger has it."""
    staff, auditor = demo.signed_in("staff"), demo.signed_in("auditor")
    asked = {"service": "shop", "person": "100001", "reason": "a call of the customer"}
    for path in ("/consents/person", "/consents/person/proof"):
        assert client.post(path, data=asked, headers=auditor).status_code == 403
        assert client.post(path, data={**asked, "reason": ""}, headers=staff).status_code == 400
        before = _reads(demo)
        assert client.post(path, data=asked, headers=staff).status_code == 200
        assert _reads(demo) == before + 1
        nobody = client.post(path, data={**asked, "person": "nobody at all"}, headers=staff)
        assert nobody.status_code in (200, 400, 404)
        assert "100001" not in nobody.text


def _reads(demo: Demo) -> int:
    with demo.engine.connect() as connection:
        asked = "select count(*) from shouxin.ledger_entry where why = 'a call of the customer'"
        return int(connection.scalar(text(asked)) or 0)


def test_the_plan_of_one_request_approves_no_other(demo: Demo, client: Client) -> None:
    """An approval names what was read: the digest of another person's plan is refused."""
    lines = client.get("/api/requests", params={"state": ""}, headers=SYSTEM).json()
    plans = {
        line["number"]: client.get(f"/api/requests/{line['number']}", headers=SYSTEM).json().get("plan")
        for line in lines
    }
    planned = {number: plan["digest"] for number, plan in plans.items() if plan}
    assert planned
    for number in plans:
        for digest in (digest for other, digest in planned.items() if other != number):
            answer = client.post(
                f"/api/requests/{number}/approve", json={"digest": digest, "reason": "x"}, headers=SYSTEM
            )
            assert answer.status_code in (400, 409), answer.text


def _entering(client: Client, path: str, session: str, **fields: str) -> Any:
    """Send a form as a browser that came with a session's cookie."""
    shown = client.get(path, headers={**HOST, "Cookie": f"session={session}", "Accept": "text/html"})
    visit = re.findall(r"visit=([^;]+)", shown.headers.get("set-cookie", ""))
    token = shown.text.split('name="form_token" value="')[1].split('"')[0]
    cookies = f"session={session}" + (f"; visit={visit[0]}" if visit else "")
    fields |= {"form_token": token}
    return client.post(path.split("?")[0], data=fields, headers={**HOST, "Cookie": cookies})


def _given(answer: Any, name: str = "session") -> str:
    found = re.findall(rf"(?:^|[ ,]){name}=([^;]*)", answer.headers.get("set-cookie", ""))
    return str(found[0]) if found else ""


def test_a_session_has_a_new_id_after_each_change_of_what_it_may(demo: Demo, client: Client) -> None:
    """Signing in over a planted id, a new password, new rights: what was known before is worth nothing."""
    officer = demo.signed_in("privacy_officer")
    made = {"name": "Dora", "password": PASSWORD, "role": "staff"}
    assert client.post("/operators", data=made, headers=officer).status_code == 303
    planted = "planted-by-somebody-else"
    answer = _entering(client, "/sign-in", planted, name="Dora", password=PASSWORD)
    first = _given(answer)
    assert answer.status_code == 303
    assert first not in ("", planted)
    flags = [one for one in answer.headers.get_list("set-cookie") if one.startswith("session=")]
    assert all("httponly" in one.lower() and "samesite=strict" in one.lower() for one in flags)
    assert demo.access.sessions.find(planted) is None
    second = _given(_entering(client, "/sign-in", first, name="Dora", password=PASSWORD))
    assert demo.access.sessions.find(first) is None
    changed = {"password": PASSWORD, "wanted": "nine made-up geese"}
    page = client.get("/account", headers={**HOST, "Cookie": f"session={second}"})
    changed["form_token"] = page.text.split('name="form_token" value="')[1].split('"')[0]
    cookie = {**HOST, "Cookie": f"session={second}"}
    third = _given(client.post("/account/password", data=changed, headers=cookie))
    assert third not in ("", second)
    assert demo.access.sessions.find(second) is None
    more = {"name": "Dora", "role": "auditor", "do": "give"}
    assert client.post("/operators/roles", data=more, headers=officer).status_code == 303
    assert demo.access.sessions.find(third) is None


def test_every_cookie_is_kept_from_scripts_and_other_sites(demo: Demo, client: Client) -> None:
    """Over TLS each that counts is Secure; none names a domain, and those of a visit end with the browser."""
    tls = {**HOST, "X-Forwarded-Proto": "https", "Accept": "text/html"}
    for path in ("/sign-in", "/complaint", "/law?lang=es", f"/sign-in/once/{demo.access.links.make(1)}"):
        for cookie in client.get(path, headers=tls).headers.get_list("set-cookie"):
            flags = cookie.lower()
            assert "httponly" in flags
            assert "samesite=" in flags
            assert "domain=" not in flags
            assert ("max-age" in flags) == cookie.startswith("lang=")


def test_whether_there_is_an_account_is_not_told(client: Client, demo: Demo) -> None:
    """A wrong password for one that exists and for one that does not: the same page, and both are slowed."""
    pages = []
    for name in ("auditor", "nobody-of-this-name"):
        calm(demo)
        seen = []
        for turn in range(7):
            if turn == 5:
                _hold(demo)
            answer = _entering(client, "/sign-in", "", name=name, password="wrong made-up words")
            seen.append((answer.status_code, re.sub(r'value="[0-9a-f]{64}"|\d+', "n", answer.text)))
        pages.append(seen)
    assert pages[0] == pages[1]
    assert [status for status, _ in pages[0]] == [403] * 5 + [429] * 2
