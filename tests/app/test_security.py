"""What every answer carries, and how static files are kept."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.security import HEADERS, host_name

Client = TestClient[Litestar]


@pytest.mark.parametrize(
    "path",
    ["/", "/law", "/law/nothing", "/nothing", "/api/law", "/api/nothing", "/api/openapi.json", "/health"],
)
def test_every_answer_has_the_security_headers(client: Client, path: str) -> None:
    """Also errors, redirects and JSON."""
    answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_refused_host_gets_them_too(client: Client) -> None:
    """The door itself speaks with the same headers."""
    assert client.get("/law", headers={"Host": "evil.example"}).headers["x-content-type-options"] == "nosniff"


def test_static_files_are_kept_for_ever_under_a_name_that_changes(client: Client) -> None:
    """The address holds a hash of the content; a reader who has it is not sent it again."""
    address = re.findall(r'href="(/static/style\.[0-9a-f]{16}\.css)"', client.get("/law").text)[0]
    answer = client.get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")
    again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    "name",
    ["style.css", "1-base.css", "style", "style.0000000000000000.css", "..%2Fserver.py", "%2e%2e%2f", ""],
)
def test_no_other_file_is_served(client: Client, name: str) -> None:
    """Only the names the server made itself exist."""
    assert client.get(f"/static/{name}").status_code == 404


def test_pages_are_asked_for_again_and_differ_by_language(client: Client) -> None:
    """A cache may keep a page only to ask whether it still holds, apart by language."""
    headers = client.get("/law").headers
    assert headers["cache-control"] == "no-cache"
    assert {"Accept-Language", "Cookie"} <= set(re.split(", ?", headers["vary"]))


def test_options_names_the_methods_of_an_address(client: Client) -> None:
    """Reading and writing at one address are both named."""
    assert client.options("/api/law/texts").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert client.options("/law").headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.options("/nothing").status_code == 404


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "localhost"),
        ("LocalHost:80", "localhost"),
        ("[::1]:80", "[::1]"),
        ("[::1]", "[::1]"),
        ("::1", "[::1]"),
        ("", ""),
    ],
)
def test_the_name_of_a_host_is_told_from_its_port(host: str, name: str) -> None:
    """Ports and case do not matter, brackets of IPv6 do."""
    assert host_name(host) == name


@given(st.text(max_size=40), st.integers(0, 65535))
def test_a_port_never_changes_the_name(host: str, port: int) -> None:
    """Adding a port to a name without one names the same host."""
    if ":" not in host:
        assert host_name(f"{host}:{port}") == host_name(host)
