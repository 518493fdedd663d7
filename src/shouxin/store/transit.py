"""Key-encryption keys in HashiCorp Vault: its transit engine wraps and unwraps, and no key leaves it."""

import base64
import binascii
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from shouxin.errors import InputError, StoreError
from shouxin.protect.wrapping import Bound, unopened

SECONDS = 10.0
"""How long an answer may take."""

FRESH = 60.0
"""How long the number of the newest version of the key is believed."""

MOST = 1000
"""Keys in one request."""

_HERE = {"localhost", "127.0.0.1", "::1"}


class Transit:
    """A ``Wrapper`` over the transit engine at an address; a key-encryption key is a version of ``key``."""

    def __init__(self, address: str, key: str, token: str) -> None:
        import httpx

        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
            raise InputError(
                "vault-address",
                "keys travel only over https",
                where=address[:200],
                remedy="set vault_address to https://host:port; http is for this machine alone",
            )
        if not token:
            raise InputError(
                "vault-token",
                "there is no token for Vault",
                where=address[:200],
                remedy="set SHOUXIN_VAULT_TOKEN to a token that may use the key of the transit engine",
            )
        self._where = f"{address.rstrip('/')}/v1/transit"
        self._key = quote(key, safe="")
        self._client = httpx.Client(headers={"X-Vault-Token": token}, timeout=SECONDS)
        self._newest = ("", float("-inf"))

    def current(self) -> str:
        """Return the key and its newest version; raise ``StoreError`` as ``wrap``."""
        version, seen = self._newest
        if time.monotonic() - seen > FRESH:
            found = self._asked("GET", f"keys/{self._key}")
            version = f"vault-{self._key}-v{found.get('latest_version', 0)}"
            self._newest = (version, time.monotonic())
        return version

    def wrap(self, keys: Sequence[Bound]) -> list[bytes]:
        """Return the keys wrapped; raise ``StoreError`` (vault-unreachable, vault-refused)."""
        items = [{"plaintext": _text(item.key), "associated_data": _text(item.bound)} for item in keys]
        found = self._batches("encrypt", items, "ciphertext")
        if None in found:
            raise self._refused("a key could not be wrapped")
        return [text.encode() for text in found if text is not None]

    def unwrap(self, kek: str, keys: Sequence[Bound]) -> list[bytes]:
        """Return the keys; raise ``IntegrityError`` (protect-wrapped), ``StoreError`` as ``wrap``."""
        try:
            items = [
                {"ciphertext": item.key.decode("ascii"), "associated_data": _text(item.bound)}
                for item in keys
            ]
        except UnicodeDecodeError:
            raise unopened(kek) from None
        found = self._batches("decrypt", items, "plaintext")
        try:
            return [base64.b64decode(text, validate=True) for text in found]  # type: ignore[arg-type]
        except (TypeError, binascii.Error):  # None is what Vault refused
            raise unopened(kek) from None

    def _batches(self, verb: str, items: Sequence[Mapping[str, str]], wanted: str) -> list[str | None]:
        """Return what each item became, None where Vault refuses it."""
        results: list[str | None] = []
        for start in range(0, len(items), MOST):
            part = items[start : start + MOST]
            answer = self._asked("POST", f"{verb}/{self._key}", {"batch_input": part})
            found = answer.get("batch_results")
            if not isinstance(found, list) or len(found) != len(part):
                raise self._refused("it answers something else than it was asked")
            results += [None if item.get("error") else item.get(wanted) for item in found]
        return results

    def _asked(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        import httpx

        try:
            answer = self._client.request(method, f"{self._where}/{path}", json=body)
            data = answer.json().get("data")
        except httpx.HTTPError as error:
            raise StoreError(
                "vault-unreachable",
                f"Vault does not answer: {type(error).__name__}",
                where=self._where,
                remedy="see whether it runs and is unsealed, then try again",
            ) from None
        except (ValueError, AttributeError):
            data = None
        # Of a batch in which some items fail Vault says 400 and still answers for each.
        if isinstance(data, dict) and (answer.is_success or "batch_results" in data):
            return data
        raise self._refused(f"it answers {answer.status_code}")

    def _refused(self, why: str) -> StoreError:
        return StoreError(
            "vault-refused",
            f"Vault does not do what is asked: {why}",
            where=f"{self._where}, key {self._key}",
            remedy="see whether the key exists and the token may encrypt, decrypt and read it",
        )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
