"""Signing in with an identity provider: the whole way, and every way it must not go."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.duties.access.model import SYSTEM_KEY, Role
from shouxin.duties.access.oidc import Provider
from shouxin.duties.access.service import Access
from shouxin.duties.library.service import Library
from shouxin.errors import InputError
from shouxin.law.register import register
from tests.duties.access.conftest import QUICK, Client, entries

ISSUER = "https://id.example"
KEY = RSAKey.generate_key(2048, {"kid": "k1"}, private=True)
OTHER = RSAKey.generate_key(2048, {"kid": "k1"}, private=True)


class FakeProvider:
    """An identity provider made up: it knows one subject, and lies where a test wants it to."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.key = KEY
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "k1"}
        self.metadata: dict[str, Any] = {}
        self.nonce = self.challenge = ""
        self.down = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer like a provider."""
        if self.down:
            raise httpx.ConnectError("down")
        if request.url.path.endswith("openid-configuration"):
            ends = {
                name: f"{ISSUER}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
            }
            return httpx.Response(200, json={"issuer": ISSUER, **ends, **self.metadata})
        if request.url.path == "/jwks_uri":
            return httpx.Response(200, json={"keys": [KEY.as_dict(private=False)]})
        sent = {name: worth[0] for name, worth in parse_qs(request.content.decode()).items()}
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        right = sent.get("code") == "good" and request.headers["authorization"].startswith("Basic ")
        if not right or create_s256_code_challenge(sent["code_verifier"]) != self.challenge:
            return httpx.Response(400, json={"error": "invalid_grant"})
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": "s-1",
            "aud": "shouxin",
            "exp": now + 60,
            "iat": now,
            "nonce": self.nonce,
        }
        token = jwt.encode(self.header, {**claims, **self.claims}, self.key)
        return httpx.Response(200, json={"id_token": token, "access_token": "a", "token_type": "Bearer"})


@pytest.fixture
def provider() -> FakeProvider:
    """Give a provider."""
    return FakeProvider()


@pytest.fixture
def client(migrated: Engine, provider: FakeProvider) -> Iterator[Client]:
    """Talk to an application that trusts the provider, with one account for a subject."""
    real = Provider(ISSUER, "shouxin", "a-made-up-secret", httpx.MockTransport(provider))
    access = Access(migrated, bytes(32), hasher=QUICK, provider=real)
    access.operators.add(SYSTEM_KEY, "cli", "Ana", subject=(ISSUER, "s-1"), roles=(Role(role="staff"),))
    app = create_app(
        Library(register()), host_names=("testserver.local",), api_token=None, engine=migrated, access=access
    )
    with TestClient(app) as made:
        made.follow_redirects = False
        yield made


def begun(client: Client, provider: FakeProvider) -> str:
    """Go to the provider, and return the state that it sends back."""
    assert "/sign-in/provider" in client.get("/sign-in").text
    away = client.get("/sign-in/provider")
    assert away.status_code == 302
    asked = {name: worth[0] for name, worth in parse_qs(urlsplit(away.headers["location"]).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://testserver.local/sign-in/provider/return"
    provider.nonce, provider.challenge = asked["nonce"], asked["code_challenge"]
    return asked["state"]


def came_back(client: Client, state: str, code: str = "good") -> httpx.Response:
    """Come back from the provider."""
    return client.get("/sign-in/provider/return", params={"state": state, "code": code})


def test_the_whole_way(client: Client, provider: FakeProvider, migrated: Engine) -> None:
    """To the provider with PKCE, state and nonce, and back into a session of one's own."""
    answer = came_back(client, begun(client, provider))
    assert answer.status_code == 200
    assert 'http-equiv="refresh"' in answer.text
    assert client.get("/account").status_code == 200
    assert entries(migrated, "operator.signed_in") == [("operator.signed_in", "operator:1", "done", "{}")]


def test_a_return_counts_once_and_in_this_browser_only(client: Client, provider: FakeProvider) -> None:
    """Replayed, made up, or begun by somebody else: refused."""
    state = begun(client, provider)
    kept = client.cookies["flow"]
    client.cookies.clear()
    assert "oidc-state" in came_back(client, state).text
    client.cookies["flow"] = kept
    assert "oidc-state" in came_back(client, state).text
    client.cookies.clear()
    state = begun(client, provider)
    assert came_back(client, state).status_code == 200
    assert "oidc-state" in came_back(client, state).text
    for wrong in ("", "x", "' or 1=1", "\0", "é"):
        assert "oidc-state" in came_back(client, wrong).text


def _wrong_key(provider: FakeProvider) -> None:
    provider.key = OTHER


def _no_signature(provider: FakeProvider) -> None:
    from joserfc.jwk import OctKey

    provider.header = {"alg": "HS256", "kid": "k1"}
    provider.key = OctKey.import_key("a-made-up-secret" * 3)  # type: ignore[assignment]


LIES: dict[str, Callable[[FakeProvider], None]] = {
    "another issuer": lambda fake: fake.claims.update(iss="https://evil.example"),
    "another audience": lambda fake: fake.claims.update(aud="another"),
    "over": lambda fake: fake.claims.update(exp=int(time.time()) - 3600),
    "another nonce": lambda fake: fake.claims.update(nonce="replayed"),
    "no subject": lambda fake: fake.claims.update(sub=""),
    "a subject that is no text": lambda fake: fake.claims.update(sub=[1]),
    "another key": _wrong_key,
    "a weaker algorithm": _no_signature,
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_right_lets_nobody_in(client: Client, provider: FakeProvider, lie: str) -> None:
    """Each claim and the signature is checked."""
    state = begun(client, provider)
    LIES[lie](provider)
    answer = came_back(client, state)
    assert (answer.status_code, "oidc-refused" in answer.text) == (400, True)
    assert "session" not in client.cookies


def test_who_has_no_account_gets_none(client: Client, provider: FakeProvider) -> None:
    """Being known to the provider is not enough."""
    provider.claims["sub"] = "s-2"
    assert "oidc-nobody" in came_back(client, begun(client, provider)).text
    assert "session" not in client.cookies


def test_a_wrong_code_and_a_provider_that_is_down(client: Client, provider: FakeProvider) -> None:
    """Both are told apart, and neither is a defect."""
    assert "oidc-refused" in came_back(client, begun(client, provider), code="stolen").text
    state = begun(client, provider)
    provider.down = True
    assert "oidc-unreachable" in came_back(client, state).text


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/t"}, {"jwks_uri": None}],
)
def test_a_configuration_of_somebody_else_is_refused(
    client: Client, provider: FakeProvider, metadata: dict[str, Any]
) -> None:
    """The issuer must be the one of the settings, and every end https."""
    provider.metadata = metadata
    answer = client.get("/sign-in/provider")
    assert (answer.status_code, "oidc-unreachable" in answer.text) == (503, True)


@pytest.mark.parametrize("issuer", ["http://id.example", "ftp://x", "", "https://", "http://[", "id.example"])
def test_a_provider_without_tls_is_refused_at_the_start(issuer: str) -> None:
    """Only this machine itself may be reached without."""
    with pytest.raises(InputError, match="https"):
        Provider(issuer, "shouxin", "secret")
    Provider("http://127.0.0.1:9000", "shouxin", "secret")


def test_without_a_provider_the_way_is_closed(migrated: Engine, app: Litestar) -> None:
    """No link, and a clear answer."""
    with TestClient(app) as made:
        assert "/sign-in/provider" not in made.get("/sign-in").text
        answer = made.get("/sign-in/provider")
        assert (answer.status_code, "oidc-none" in answer.text) == (404, True)
