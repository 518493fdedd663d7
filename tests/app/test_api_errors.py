"""What the API says when it cannot answer: one shape, the right status, and never a traceback."""

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.server import BODY_LIMIT
from shouxin.duties.library.service import Library
from shouxin.duties.problem import Problem
from tests.app.made_up import TOKEN, FallenTexts, served

Client = TestClient[Litestar]
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/law/instruments/pip", 404, "law-unknown-instrument"),
        ("/api/law/provisions/pipl:art_999", 404, "law-unknown-provision"),
        ("/api/law/provisions/nothing:art_1", 404, "law-unknown-instrument"),
        ("/api/law/readings?instrument=nothing", 404, "law-unknown-instrument"),
        ("/api/law/export/akn/nothing", 404, "law-unknown-instrument"),
        ("/api/law/diff?old=1&new=99", 404, "text-unknown"),
        ("/api/law/search", 400, "search-empty"),
        ("/api/law/search?q=mechanism:clok", 400, "search-filter"),
        ("/api/law/search?q=" + "a" * 401, 400, "search-too-long"),
        ("/api/law/search?q=a&limit=0", 400, "http-parameter"),
        ("/api/law/search?q=a&limit=many", 400, "http-parameter"),
        ("/api/law/diff?old=1", 400, "http-parameter-missing"),
        ("/api/law/diff?old=1&new=99999999999999999999", 400, "http-parameter"),
        ("/api/law/export/pdf/pipl", 400, "http-parameter"),
        ("/api/nothing", 404, "http-not-found"),
        ("/api", 404, "http-not-found"),
    ],
)
def test_every_error_names_its_code_and_what_to_do(client: Client, path: str, status: int, code: str) -> None:
    """The body is a ``Problem`` whose status is that of the answer."""
    answer = client.get(path)
    told = msgspec.json.decode(answer.content, type=Problem)
    assert (answer.status_code, told.status, told.code) == (status, status, code)
    assert told.message
    assert told.remedy
    assert answer.headers["cache-control"] == "no-store"


def test_a_method_that_an_address_does_not_take_is_named(client: Client) -> None:
    """405 comes with the header Allow."""
    answer = client.delete("/api/law/texts", headers=BEARER)
    assert answer.status_code == 405
    assert answer.json()["code"] == "http-method-not-allowed"
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic eA=="}, {"Authorization": "Bearer "}])
def test_writing_needs_a_token(client: Client, header: dict[str, str]) -> None:
    """Without a bearer token nothing is imported, and the answer says which header is wanted."""
    answer = client.post("/api/law/texts", content=b"x", headers=header)
    assert answer.status_code == 401
    assert answer.json()["code"] == "api-token-missing"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("token", [f"{TOKEN}x", TOKEN[:-1], "x", "é"])
def test_a_wrong_token_is_refused_and_not_repeated(client: Client, token: str) -> None:
    """A token that is nearly right is wrong, and the answer does not hold it."""
    header = {b"Authorization": f"Bearer {token}".encode()}
    answer = client.post("/api/law/texts", content=b"x", headers=header)
    assert answer.status_code == 401
    assert answer.json()["code"] == "api-token-wrong"
    assert TOKEN[:-1] not in answer.text


def test_a_server_without_a_token_takes_no_changes() -> None:
    """Where no token is configured, none can be guessed: writing is off."""
    with TestClient(served(token=None)) as client:
        for header in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}):
            answer = client.post("/api/law/texts", content=b"x", headers=header)
            assert answer.status_code == 403
            assert answer.json()["code"] == "api-token-unset"
            assert "token" in answer.json()["remedy"]


def test_a_body_beyond_the_limit_is_refused_unread(client: Client) -> None:
    """The announced length alone is enough to refuse; a body sent in pieces is stopped on the way."""
    announced = client.post(
        "/api/law/texts", content=b"x", headers={**BEARER, "Content-Length": str(BODY_LIMIT + 1)}
    )
    piece = b"x" * (1024 * 1024)
    streamed = client.post("/api/law/texts", content=(piece for _ in range(33)), headers=BEARER)
    for answer in (announced, streamed):
        assert answer.status_code == 413
        assert answer.json()["code"] == "http-too-large"


def test_a_store_that_is_down_is_told_as_such() -> None:
    """A failing database is 503 with a remedy; what needs no database still answers."""
    with TestClient(served(FallenTexts())) as client:
        answer = client.get("/api/law/texts")
        assert answer.status_code == 503
        assert answer.json()["code"] == "store-unreachable"
        assert "SELECT" not in answer.text
        assert client.get("/api/law").status_code == 200


def test_an_unexpected_error_tells_nothing_but_that_it_happened(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of ours is a clear 500 on both sides, and its traceback is in the log alone."""

    def broken(_self: Library) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(Library, "categories", broken)
    for path in ("/api/law/app-categories", "/law/app-categories"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert "internal-error" in answer.text
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
    assert "a secret detail" in caplog.text


@pytest.mark.parametrize(
    "host", ["evil.example", "", "127.0.0.1.evil.example", "localhost:80:80", "127.0.0.1@x"]
)
def test_a_host_that_is_not_ours_is_refused_everywhere(client: Client, host: str) -> None:
    """A page elsewhere cannot reach the server under a name of its own (DNS rebinding)."""
    for path in ("/api/law", "/law", "/nothing", "/health"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert answer.json()["code"] == "http-unknown-host"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8720", "127.0.0.1:1"])
def test_a_known_host_is_served_on_any_port(client: Client, host: str) -> None:
    """Neither the port nor the case of a host name matters."""
    assert client.get("/health", headers={"Host": host}).status_code == 200
