"""Vault's transit engine as the keeper of key-encryption keys, against a server that answers like it."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine

from shouxin.errors import ShouxinError
from shouxin.protect.wrapping import Bound
from shouxin.store import transit
from shouxin.store.keyring import KeyChoice, open_wrapper
from shouxin.store.people import People
from shouxin.store.rewrapping import rewrap
from shouxin.store.transit import Transit

TOKEN = "made-up-token"


class Vault:
    """What the answers of the server rest on: the versions of one key, and how often it was asked."""

    def __init__(self) -> None:
        self.versions = [AESGCM(bytes([1]) * 32)]
        self.asked: list[str] = []
        self.broken = b""

    def one(self, verb: str, item: dict[str, str]) -> dict[str, str]:
        """Answer for one item of a batch."""
        bound = base64.b64decode(item["associated_data"])
        if verb == "encrypt":
            sealed = self.versions[-1].encrypt(bytes(12), base64.b64decode(item["plaintext"]), bound)
            return {"ciphertext": f"vault:v{len(self.versions)}:{base64.b64encode(sealed).decode()}"}
        try:
            _, version, sealed_text = item["ciphertext"].split(":")
            cipher = self.versions[int(version[1:]) - 1]
            plain = cipher.decrypt(bytes(12), base64.b64decode(sealed_text), bound)
            return {"plaintext": base64.b64encode(plain).decode()}
        except (InvalidTag, ValueError):
            return {"error": "cipher: message authentication failed"}


@pytest.fixture
def vault() -> Iterator[tuple[Vault, str]]:
    """Run a server on this machine."""
    state = Vault()

    class Handler(BaseHTTPRequestHandler):
        """The three requests that are made of the transit engine."""

        def answer(self, status: int, body: dict[str, Any]) -> None:
            """Send JSON, or what the test wants instead."""
            sent = state.broken or json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def do_GET(self) -> None:
            """Say which version of the key is the newest."""
            state.asked.append(self.path)
            if self.headers["X-Vault-Token"] != TOKEN:
                self.answer(403, {"errors": ["permission denied"]})
            else:
                self.answer(200, {"data": {"latest_version": len(state.versions)}})

        def do_POST(self) -> None:
            """Encrypt or decrypt a batch."""
            state.asked.append(self.path)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            _, _, _, verb, key = self.path.split("/")
            if key != "main" or self.headers["X-Vault-Token"] != TOKEN:
                self.answer(403, {"errors": ["permission denied"]})
                return
            results = [state.one(verb, item) for item in body["batch_input"]]
            failed = any("error" in item for item in results)
            self.answer(400 if failed else 200, {"data": {"batch_results": results}})

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield state, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def code(action: Any) -> str:
    """Run what must fail and return its code; the token is in no message."""
    with pytest.raises(ShouxinError) as caught:
        action()
    assert TOKEN not in str(caught.value)
    return caught.value.code


def test_people_live_under_a_key_that_vault_keeps(migrated: Engine, vault: tuple[Vault, str]) -> None:
    """A batch is one request; a new version of the key takes over, and the reference still opens."""
    state, address = vault
    wrapper = open_wrapper(migrated, KeyChoice("vault", address=address, key="main", token=TOKEN))
    with migrated.begin() as connection:
        made = People(wrapper).make(connection, "shop", [f"u-{number}" for number in range(50)])
    assert sum("encrypt" in path for path in state.asked) == 2  # the key of the look-up, and fifty at once
    state.versions.append(AESGCM(bytes([2]) * 32))
    fresh = Transit(address, "main", TOKEN)
    assert fresh.current() == "vault-main-v2"
    assert rewrap(migrated, fresh) == 51
    with migrated.connect() as connection:
        assert People(fresh).reference(connection, made[7].id) == "u-7"


def test_large_batches_are_parted(vault: tuple[Vault, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every key comes back in its place."""
    state, address = vault
    monkeypatch.setattr(transit, "MOST", 3)
    wrapper = Transit(address, "main", TOKEN)
    keys = [Bound(bytes([number]) * 32, b"b%d" % number) for number in range(8)]
    wrapped = wrapper.wrap(keys)
    closed = [Bound(key, item.bound) for key, item in zip(wrapped, keys, strict=True)]
    assert wrapper.unwrap("any", closed) == [item.key for item in keys]
    assert len(state.asked) == 6


def test_what_vault_cannot_open_is_named(vault: tuple[Vault, str]) -> None:
    """A key that was changed or moved fails as a whole; nothing is handed out in its place."""
    wrapper = Transit(vault[1], "main", TOKEN)
    one, two = wrapper.wrap([Bound(bytes(32), b"one"), Bound(bytes(32), b"two")])
    for key in (two, b"vault:v1:AAAA", b"\xff", b""):
        assert code(lambda key=key: wrapper.unwrap("k", [Bound(one, b"one"), Bound(key, b"one")])) == (
            "protect-wrapped"
        )


def test_a_vault_that_refuses_is_or_talks_nonsense_is_named(vault: tuple[Vault, str]) -> None:
    """A wrong token, a wrong key, another service at this address, none at all."""
    state, address = vault
    assert code(Transit(address, "main", "wrong").current) == "vault-refused"
    assert code(lambda: Transit(address, "other", TOKEN).wrap([Bound(bytes(32), b"")])) == "vault-refused"
    for nonsense in (b"<html>", b"[]", b'{"data": {"batch_results": []}}'):
        state.broken = nonsense
        assert code(lambda: Transit(address, "main", TOKEN).wrap([Bound(bytes(32), b"")])) == "vault-refused"
    assert code(Transit("http://127.0.0.1:1", "main", TOKEN).current) == "vault-unreachable"


def test_keys_do_not_travel_in_the_clear() -> None:
    """Plain http is for this machine alone, and nothing is asked without a token."""
    assert code(lambda: Transit("http://vault.example:8200", "main", TOKEN)) == "vault-address"
    assert code(lambda: Transit("https://vault.example:8200", "main", "")) == "vault-token"
