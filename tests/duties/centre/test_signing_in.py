"""The ways in: a token of the service with its every flaw, a code, a session that is nobody else's."""

import base64
import hmac
import json
import re
import time
from secrets import token_hex
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey
from sqlalchemy import text

from shouxin.duties.centre.shown import COOKIE
from shouxin.errors import InputError
from tests.duties.centre.front import ACTOR, Client, Front, fields

ENTER = "/centre/shop/enter"


def entered(client: Client, token: str, where: str = ENTER) -> str:
    """Send a token, and return the code of the problem that its page names, "" where it let somebody in."""
    answer = client.post(where, data={"token": token})
    if answer.status_code == 303:
        return ""
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert "/centre" in answer.text
    found = re.findall(r"<code>(centre-[a-z-]+)</code>", answer.text)
    assert len(found) == 1, answer.text
    return str(found[0])


def signed_with(material: bytes, kid: str) -> str:
    """Return a token whose HMAC is made with any bytes, as a library would not let one."""
    claims = {"sub": "7", "aud": "shop", "exp": int(time.time()) + 60, "jti": token_hex(16)}
    parts = [json.dumps(one).encode() for one in ({"alg": "HS256", "kid": kid}, claims)]
    signed = b".".join(base64.urlsafe_b64encode(one).rstrip(b"=") for one in parts)
    made = hmac.digest(material, signed, "sha256")
    return (signed + b"." + base64.urlsafe_b64encode(made).rstrip(b"=")).decode()


def test_a_token_lets_in_once_with_a_cookie_of_the_centre_only(front: Front, client: Client) -> None:
    """Its session is renewed at each sign-in, kept from scripts, and sent to the centre only."""
    token = front.token(name="安娜")
    first = client.post(ENTER, data={"token": token, "to": "choices"})
    assert first.headers["location"] == "/centre/shop/choices"
    cookie = first.headers["set-cookie"]
    assert all(word in cookie for word in ("Path=/centre;", "HttpOnly", "SameSite=Lax"))
    held = client.cookies[COOKIE]
    assert "安娜" in client.get("/centre/shop").text
    assert entered(client, token) == "centre-token-used"
    assert entered(client, front.token()) == ""
    assert client.cookies[COOKIE] != held
    assert front.centre.seat("shop", held) is None
    assert client.get("/requests").status_code != 200, "it is no session of an operator"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"exp": int(time.time()) - 60}, "centre-token-expired"),
        ({"exp": int(time.time()) + 3600}, "centre-token"),
        ({"exp": "soon"}, "centre-token"),
        ({"aud": "bank"}, "centre-token-elsewhere"),
        ({"aud": ["shop", "bank"]}, "centre-token"),
        ({"jti": "short"}, "centre-token"),
        ({"jti": ""}, "centre-token"),
        ({"use": "widget"}, "centre-token-elsewhere"),
        ({"sub": ""}, "centre-token"),
        ({"sub": "7\0"}, "centre-token"),
        ({"child": "9"}, "centre-token"),
        ({"child": "7", "child_until": "2099-01-01"}, "centre-token"),
        ({"head": {"kid": "two"}}, "centre-token-elsewhere"),
        ({"head": {"kid": "' or 1=1"}}, "centre-token-elsewhere"),
        ({"key": OctKey.import_key(b"x" * 40)}, "centre-token"),
        ({"head": {"alg": "HS512"}}, "centre-token"),
    ],
)
def test_a_token_with_a_flaw_lets_nobody_in(
    front: Front, client: Client, more: dict[str, Any], code: str
) -> None:
    """Each is answered with a whole page that says what to do, and nothing of the token."""
    sub = more.pop("sub", "7")
    assert entered(client, front.token(sub, **dict(more))) == code


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "e30.e30.", "eyJhbGciOiJub25lIn0.e30.", "é" * 90, "x" * 110_000]
)
def test_what_is_no_token_lets_nobody_in(client: Client, token: str) -> None:
    """Neither without a signature nor as any other text."""
    assert entered(client, token) in ("centre-token", "centre-token-elsewhere")


def test_a_key_signs_with_its_own_algorithm_only(front: Front, client: Client) -> None:
    """Key pairs let in; the public half taken for a shared secret does not; a private key is never kept."""
    edwards, curve = OKPKey.generate_key("Ed25519"), ECKey.generate_key("P-256")
    front.centre.keys.add("shop", "ed", "Ed25519", edwards.as_pem(private=True), ACTOR)
    front.centre.keys.add("shop", "ec", "ES256", curve.as_pem(private=False), ACTOR)
    kept = front.centre.keys.find("shop", "ed")
    assert kept and kept.material == edwards.as_pem(private=False)
    for alg, kid, key in (("EdDSA", "ed", edwards), ("Ed25519", "ed", edwards), ("ES256", "ec", curve)):
        assert entered(client, front.token(key=key, head={"alg": alg, "kid": kid})) == ""
    assert entered(client, signed_with(curve.as_pem(private=False), "ec")) == "centre-token"
    with pytest.raises(InputError, match="no key for Ed25519"):
        front.centre.keys.add("shop", "no", "Ed25519", curve.as_pem(private=False), ACTOR)


def test_a_revoked_key_and_the_key_of_another_service_let_nobody_in(front: Front, client: Client) -> None:
    """The next key goes on; another service's token is for another service."""
    _, secret = front.centre.keys.add("bare", "one", "HS256", None, ACTOR)
    foreign = front.token(key=OctKey.import_key(secret.encode()))
    assert entered(client, foreign) == "centre-token"
    assert entered(client, front.token(), "/centre/bare/enter") == "centre-token"
    front.centre.keys.revoke("shop", "one", ACTOR)
    assert entered(client, front.token()) == "centre-token-elsewhere"
    lines = {one.service: one.revoked_at is None for one in front.centre.keys.list()}
    assert lines == {"shop": False, "bare": True}


def test_a_session_holds_at_its_own_service_and_can_be_left(front: Front, client: Client) -> None:
    """At another service the same cookie is nobody's; forms without the session's token are refused."""
    front.enter(client)
    assert client.get("/centre/shop/choices").status_code == 200
    assert client.get("/centre/bare/choices").headers["location"] == "/centre/bare/sign-in"
    page = client.get("/centre/shop").text
    assert "centre-form" in client.post("/centre/shop/leave", data={}).text
    assert "centre-form" in client.post("/centre/shop/leave", data={"form_token": "é" * 64}).text
    assert client.post("/centre/shop/leave", data=fields(page, action="/leave")).status_code == 303
    assert client.get("/centre/shop/data").headers["location"] == "/centre/shop/sign-in"


def test_a_session_ends_with_idleness_and_with_the_person(front: Front, client: Client) -> None:
    """Nothing opens once it is over, nor once the person's key was destroyed."""
    front.enter(client)
    seat = front.centre.seat("shop", client.cookies[COOKIE])
    assert seat
    with front.engine.begin() as connection:
        connection.execute(text("update shouxin.centre_session set seen_at = now() - interval '31 minutes'"))
    assert front.centre.seat("shop", seat.token) is None
    front.enter(client)
    with front.engine.begin() as connection:
        front.office.people.shred(connection, [seat.person])
    assert client.get("/centre/shop/data").headers["location"] == "/centre/shop/sign-in"


def test_a_code_goes_to_the_owner_of_today_and_the_answer_tells_nothing(front: Front, client: Client) -> None:
    """Known and unknown addresses are answered alike; a number finds who has it now; five tries are all."""
    pages = {}
    for address in ("13800000001", "nobody@shop.example"):
        answer = client.post("/centre/shop/code", data={"address": address})
        pages[address] = (answer.status_code, re.sub(r'value="[^"]*"', "", answer.text))
        ticket = fields(answer.text, action="/code/enter")["ticket"]
        wrong = client.post("/centre/shop/code/enter", data={"ticket": ticket, "code": "1"})
        assert (wrong.status_code, "set-cookie" in wrong.headers) == (400, False)
        if address == "13800000001":
            (sent,) = front.office.sent
            right = client.post("/centre/shop/code/enter", data={"ticket": ticket, "code": f" {sent.code} "})
            assert right.status_code == 303
            seat = front.centre.seat("shop", client.cookies[COOKIE])
            assert seat and (seat.known.reference, seat.method) == ("7", "code")
            client.cookies.clear()
            again = client.post("/centre/shop/code/enter", data={"ticket": ticket, "code": sent.code})
            assert again.status_code == 400
    assert len(front.office.sent) == 1
    assert len(set(pages.values())) == 1
    answer = client.post("/centre/shop/code", data={"address": "bo@shop.example"})
    ticket = fields(answer.text, action="/code/enter")["ticket"]
    for _ in range(5):
        client.post("/centre/shop/code/enter", data={"ticket": ticket, "code": "0"})
    late = {"ticket": ticket, "code": front.office.sent[-1].code}
    assert client.post("/centre/shop/code/enter", data=late).status_code == 400


def test_codes_are_slowed_down_and_offered_only_where_they_work(front: Front, client: Client) -> None:
    """Many attempts at one address wait; a service whose accounts no identity calls has no codes."""
    found = [client.post("/centre/shop/code", data={"address": "x@y.example"}).status_code for _ in range(7)]
    assert found[0] == 200
    assert found[-1] == 429
    none = client.post("/centre/bare/code", data={"address": "x@y.example"})
    assert (none.status_code, "centre-codes-none" in none.text) == (400, True)
    assert "/code" not in client.get("/centre/bare/sign-in").text


def test_a_form_from_elsewhere_lets_in_and_does_nothing_else(front: Front, client: Client) -> None:
    """The service's page is another site; only its token may come from there."""
    there = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(ENTER, data={"token": front.token()}, headers=there).status_code == 303
    page = client.get("/centre/shop").text
    left = client.post("/centre/shop/leave", data=fields(page, action="/leave"), headers=there)
    assert left.status_code == 403
    assert client.get("/centre/shop/data").status_code == 200
    assert (
        client.post("/centre/shop/complaint", data={"text": token_hex(4)}, headers=there).status_code == 403
    )
