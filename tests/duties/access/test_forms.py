"""The pages: forms with their token, cookies as they must be, and every attack on them that we know."""

import re
from collections.abc import Callable

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine, text

from shouxin.duties.access.model import SYSTEM_KEY, Principal
from shouxin.duties.access.service import Access
from tests.duties.access.conftest import PASSWORD, Client, Clock, entries, form, signed_in

Person = Callable[..., Principal]


def test_signing_in_and_out(client: Client, person: Person) -> None:
    """The cookie is hidden from scripts and other sites; signing out ends the session for good."""
    person("Ana", "staff")
    fields = form(client, "/sign-in", name="Ana", password=PASSWORD, next="/cases?late=true")
    answer = client.post("/sign-in", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases?late=true")
    baked = next(item for item in answer.headers.get_list("set-cookie") if item.startswith("session="))
    assert "HttpOnly" in baked
    assert "SameSite=strict" in baked
    assert "Secure" not in baked
    assert "Path=/" in baked
    assert client.get("/cases").status_code == 200
    token = client.cookies["session"]
    page = client.get("/account")
    assert page.headers["cache-control"] == "no-store"
    assert client.post("/sign-out", data=form(client, "/account")).status_code == 303
    client.cookies["session"] = token
    assert client.get("/cases").headers["location"] == "/sign-in?next=%2Fcases"


def test_behind_tls_the_cookie_is_secure(app: Litestar, person: Person) -> None:
    """Where the browser came by https, the cookie goes by https alone."""
    person("Ana")
    with TestClient(app, base_url="https://testserver.local") as made:
        made.follow_redirects = False
        answer = made.post("/sign-in", data=form(made, "/sign-in", name="Ana", password=PASSWORD))
        assert all("Secure" in item for item in answer.headers.get_list("set-cookie") if "=;" not in item)


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/a\nb", ""]
)
def test_signing_in_never_leads_to_another_site(client: Client, person: Person, elsewhere: str) -> None:
    """An address given along is followed only inside."""
    person("Ana")
    fields = form(client, "/sign-in", name="Ana", password=PASSWORD, next=elsewhere)
    assert client.post("/sign-in", data=fields).headers["location"] == "/account"


def test_a_wrong_attempt_shows_the_form_again_without_what_was_typed(client: Client, person: Person) -> None:
    """Neither the password nor the name comes back, and the status says no."""
    person("Ana")
    fields = form(client, "/sign-in", name="Ana-typed", password="typed-made-up-secret", code="123456")
    answer = client.post("/sign-in", data=fields)
    assert answer.status_code == 403
    assert "sign-in-refused" in answer.text
    assert not re.search("Ana-typed|typed-made-up-secret|123456", answer.text)
    assert "session" not in client.cookies


@pytest.mark.parametrize(
    "path", ["/account/password", "/operators", "/approvals", "/sign-out", "/account/codes"]
)
def test_a_form_without_its_token_changes_nothing(
    client: Client, person: Person, migrated: Engine, path: str
) -> None:
    """Left out, made up, or another session's: refused before anything is read."""
    person("Ana", "privacy_officer")
    person("Ben", "privacy_officer")
    signed_in(client, "Ben")
    other = form(client, "/account")["form_token"]
    client.cookies.clear()
    signed_in(client, "Ana")
    before = entries(migrated)
    for token in ({}, {"form_token": ""}, {"form_token": "0" * 64}, {"form_token": other}):
        answer = client.post(path, data={"name": "Eve", **token})
        assert (answer.status_code, "form-token" in answer.text) == (403, True)
    assert entries(migrated) == before


@pytest.mark.parametrize("path", ["/sign-in", "/first-operator"])
def test_even_the_doors_want_the_token_of_their_form(client: Client, path: str) -> None:
    """Nobody is signed in from a page elsewhere."""
    assert client.post(path, data={"name": "Ana"}).status_code == 403
    fields = form(client, path, name="Ana")
    for site in ("cross-site", "same-site"):
        answer = client.post(path, data=fields, headers={"Sec-Fetch-Site": site})
        assert (answer.status_code, "form-elsewhere" in answer.text) == (403, True)
    assert client.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin"}).status_code != 303


def test_the_first_account_is_made_with_the_code_of_the_terminal(client: Client, access: Access) -> None:
    """Once: a wrong code is refused, and after it the page is gone."""
    assert "/first-operator" in client.get("/sign-in").text
    code = access.first_code()
    assert code
    wrong = form(client, "/first-operator", code="wrong", name="Ana", password=PASSWORD)
    assert "first-operator-code" in client.post("/first-operator", data=wrong).text
    assert not access.operators.any()
    right = form(client, "/first-operator", code=code, name="Ana", password=PASSWORD)
    answer = client.post("/first-operator", data=right)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert client.get("/operators").status_code == 200
    assert client.get("/first-operator").status_code == 404
    again = client.post("/first-operator", data={**form(client, "/account"), "code": code, "name": "Eve"})
    assert (again.status_code, "first-operator-done" in again.text) == (404, True)
    assert access.first_code() is None
    assert [item.name for item in access.operators.all()] == ["Ana"]


def test_one_time_codes_are_set_up_on_the_page(client: Client, person: Person, clock: Clock) -> None:
    """A picture, a seed, ten recovery codes shown once; the next sign-in wants a code."""
    person("Ana")
    signed_in(client, "Ana")
    page = client.get("/account").text
    seed = re.findall(r'name="seed" value="([A-Z2-7]{32})"', page)[0]
    assert "<svg" in page
    fields = form(client, "/account", seed=seed, code="000000", password=PASSWORD)
    assert "codes-wrong" in client.post("/account/codes", data=fields).text
    fields["code"] = clock.code(seed)
    shown = client.post("/account/codes", data=fields)
    assert len(re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", shown.text)) == 10
    assert seed not in client.get("/account").text
    clock.now += 30
    client.cookies.clear()
    refused = client.post("/sign-in", data=form(client, "/sign-in", name="Ana", password=PASSWORD))
    assert refused.status_code == 403
    signed_in(client, "Ana", code=clock.code(seed))
    off = form(client, "/account", password=PASSWORD)
    assert client.post("/account/codes/off", data=off).status_code == 303
    assert "<svg" in client.get("/account").text


def test_own_sessions_are_listed_and_ended(client: Client, person: Person) -> None:
    """One ends another of one's own, and nobody else's."""
    person("Ana")
    person("Ben")

    def browser(name: str) -> str:
        client.cookies.clear()
        return signed_in(client, name).cookies["session"]

    def sessions(token: str) -> list[str]:
        client.cookies["session"] = token
        return re.findall(r'name="session" value="(\d+)"', client.get("/account").text)

    bens, first, second = browser("Ben"), browser("Ana"), browser("Ana")
    (theirs,) = sessions(bens)
    newest, oldest = sessions(first)
    assert client.post("/account/sessions", data=form(client, "/account", session=theirs)).status_code == 404
    assert client.post("/account/sessions", data=form(client, "/account", session=newest)).status_code == 303
    assert (sessions(second), sessions(bens), sessions(first)) == ([], [theirs], [oldest])


def test_an_officer_lets_people_in_on_the_page(client: Client, person: Person, access: Access) -> None:
    """An account, a role, an inspector with an end, a key shown once, all taken away again."""
    person("Ana", "privacy_officer")
    signed_in(client, "Ana")
    client.post("/operators", data=form(client, "/operators", name="Ben", password=PASSWORD, role="staff"))
    assert [role.role for role in access.operators.find("ben").roles] == ["staff"]
    inspector = form(client, "/operators", name="Ben", role="inspector", do="give")
    assert "role-until" in client.post("/operators/roles", data=inspector).text
    client.post("/operators/roles", data={**inspector, "until": "2099-06-30"})
    client.post("/operators/roles", data=form(client, "/operators", name="Ben", role="staff", do="take"))
    assert [role.role for role in access.operators.find("Ben").roles] == ["inspector"]
    fields = form(client, "/operators", name="orders", until="2099-06-30", scope="case.read")
    shown = client.post("/operators/keys", data=fields).text
    key = re.findall(r"sx_[0-9a-f]{12}_[\w-]{43}", shown)[0]
    assert key not in client.get("/operators").text
    assert client.get("/api/cases", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    refused = client.get("/api/posture", headers={"Authorization": f"Bearer {key}"})
    assert (refused.status_code, refused.json()["code"]) == (403, "permission-missing")
    gone = form(client, "/operators", prefix=key.split("_")[1])
    assert client.post("/operators/keys/revoke", data=gone).status_code == 303
    answer = client.get("/api/cases", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "api-token-wrong")
    last = client.post("/operators/standing", data=form(client, "/operators", name="Ana", do="disable"))
    assert "operator-last" in last.text


NASTY = ["'; drop table shouxin.operator; --", "\0", "\ud7ff\U0010ffff", "<script>x</script>", "x" * 5000,
         "{{ 7 * 7 }}", "%00", "../../etc", "-1", "9" * 20, "1e9", "２０２７-01-01"]  # fmt: skip


def test_nothing_typed_into_any_field_breaks_a_page(client: Client, person: Person, migrated: Engine) -> None:
    """SQL, markup, null characters, endless and wrong values in every field of every form: a clear answer."""
    person("Ana", "privacy_officer", "staff")
    signed_in(client, "Ana")
    token = form(client, "/account")
    for path in ("/account", "/operators", "/approvals", "/sign-in"):
        page = client.get(path).text
        for action, inner in re.findall(
            r'<form[^>]* action="([^"]+)" method="post">(.*?)</form>', page, re.DOTALL
        ):
            if action == "/sign-out":
                continue
            names = set(re.findall(r' name="([a-z_]+)"', inner)) - {"form_token"}
            for nasty in NASTY:
                fields = dict.fromkeys(names, nasty)
                answer = client.post(action, data={**token, **fields})
                assert answer.status_code in {303, 400, 403, 404, 429}, (action, nasty, answer.text)
                assert "<script>x" not in answer.text
    with migrated.connect() as connection:
        assert connection.scalar(text("select count(*) from shouxin.operator where name = 'Ana'")) == 1


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data", "application/xml", ""]
)
def test_a_body_of_another_kind_is_refused(client: Client, person: Person, kind: str) -> None:
    """What is no form has no token, whatever it holds."""
    person("Ana", "privacy_officer")
    signed_in(client, "Ana")
    for body in (b"", b"{", b"\xff\xfe\xff", b"name=%FF%FE&form_token=%FF", b'{"form_token": "x"}'):
        answer = client.post("/operators", content=body, headers={"Content-Type": kind})
        assert answer.status_code in {400, 403}, (kind, body)


PART = b'--x\r\nContent-Disposition: form-data; name="name"%s\r\n\r\n%s\r\n--x--\r\n'


@pytest.mark.parametrize(
    "body",
    [
        PART % (b"", b"\xff"),
        PART % (b"\r\nContent-Type: text/plain; charset=nonsense", b"Ana"),
        PART % (b"\r\nContent-Type: text/plain; charset=utf-16", b"Ana"),
        PART.replace(b'"name"', b'"\xff"') % (b"", b"Ana"),
        PART[:20],
        b"--x",
    ],
)
def test_parts_that_are_no_text_are_a_clear_error(client: Client, person: Person, body: bytes) -> None:
    """At the doors that anybody may knock at, and behind them; never a mistake of the server."""
    for path in ("/sign-in", "/first-operator"):
        answer = client.post(path, content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
        assert answer.status_code in {400, 403}, (path, answer.text)
    person("Ana", "privacy_officer")
    signed_in(client, "Ana")
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data; boundary=", "multipart/form-data"):
        answer = client.post("/operators", content=body, headers={"Content-Type": kind})
        assert answer.status_code in {400, 403}, (kind, answer.text)


def test_a_form_that_is_too_large_is_refused_unread(client: Client) -> None:
    """A hundred megabytes at any door: refused by the length they announce, or on the way."""
    for path in ("/sign-in", "/first-operator"):
        fields = form(client, path)
        announced = client.post(
            path,
            content=b"x",
            headers={"Content-Length": str(100_000_000), "Content-Type": "application/x-www-form-urlencoded"},
        )
        assert announced.status_code == 413
        assert client.post(path, data={**fields, "name": "x" * 100_000}).status_code == 413


def test_reading_leaves_its_reason_in_the_ledger(access: Access, person: Person, migrated: Engine) -> None:
    """Who, whose, why; without a reason nothing is read."""
    who = person("Ana", "staff")
    access.reading(who, b"c" * 32, "request 12 of the person", origin="console")
    assert entries(migrated, "read") == [("read", who.id, "done", "{}")]
    with pytest.raises(Exception, match="is read for a reason"):
        access.reading(who, b"c" * 32, "  ", origin="console")
    assert len(entries(migrated, "read")) == 1


def test_the_ledger_knows_every_change_and_no_name(
    client: Client, person: Person, access: Access, migrated: Engine
) -> None:
    """Accounts, roles, keys and sessions leave entries with ids; no name, password or token is among them."""
    person("Ana Made-Up", "privacy_officer")
    signed_in(client, "Ana Made-Up")
    client.post(
        "/operators", data=form(client, "/operators", name="Ben Made-Up", password=PASSWORD, role="staff")
    )
    access.operators.disable(SYSTEM_KEY, "cli", "Ben Made-Up")
    client.post("/sign-in", data=form(client, "/account", name="Ana Made-Up", password="wrong" * 4))
    kinds = [item[0] for item in entries(migrated)]
    for kind in ("operator.added", "role.given", "operator.signed_in", "operator.disabled"):
        assert kind in kinds
    assert ("operator.signed_in", "operator:1", "failed", "{}") in entries(migrated)
    everything = str(entries(migrated))
    assert not re.search(r"Made-Up|herons|wrong", everything)
