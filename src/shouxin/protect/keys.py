"""Keys: where they come from, and how a key for one use is derived from them.

A provider hands out main keys by id; nothing is protected with a main key itself. Each use (purpose, scope,
type, cipher) has a key of its own by HKDF-SHA-256, so that no key serves two ends. A missing key is an error,
never a value that passes unprotected.
"""

import base64
import binascii
import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shouxin.errors import InputError

VARIABLE = "SHOUXIN_PROTECT_KEYS"
KEY_BYTES = 32


class MainKey(NamedTuple):
    """A main key and its id. The id may be shown; the secret never is."""

    id: str
    secret: bytes

    def __repr__(self) -> str:
        """Return the id alone."""
        return f"MainKey({self.id!r})"


class KeyProvider(Protocol):
    """Whoever keeps main keys: a sealed file, the environment, a key management service."""

    def current(self) -> MainKey:
        """Return the key that new values are protected with."""

    def find(self, key_id: str) -> MainKey:
        """Return the key of this id; raise ``InputError`` (protect-key-missing) where there is none."""


class Keys:
    """Main keys in memory, in order: the first is the current one, the others still open what they closed."""

    def __init__(self, keys: Sequence[MainKey], *, where: str = "keys") -> None:
        self._keys = {key.id: key for key in keys}
        self._where = where

    def current(self) -> MainKey:
        """Return the first key; raise ``InputError`` (protect-key-missing) where there is none."""
        for key in self._keys.values():
            return key
        raise missing("", self._where)

    def find(self, key_id: str) -> MainKey:
        """Return the key of this id; raise ``InputError`` (protect-key-missing)."""
        if key_id in self._keys:
            return self._keys[key_id]
        raise missing(key_id, self._where)

    def ids(self) -> tuple[str, ...]:
        """Return the ids, the current one first."""
        return tuple(self._keys)


def missing(key_id: str, where: str) -> InputError:
    """Return the error for a key that is not there."""
    what = f'there is no key "{key_id}"' if key_id else "there is no key"
    return InputError(
        "protect-key-missing",
        what,
        where=where,
        remedy=f"give --keys FILE (shouxin keys new FILE) or set {VARIABLE}",
    )


def environment_keys(environment: Mapping[str, str] = os.environ) -> Keys:
    """Return the keys of ``SHOUXIN_PROTECT_KEYS``: ``id:base64`` each, commas between, the current first.

    Raises ``InputError``: ``protect-key-missing`` where the variable is not set, ``protect-key-shape``.
    """
    text = environment.get(VARIABLE, "")
    if not text.strip():
        raise missing("", VARIABLE)
    return Keys([_written(part, number) for number, part in enumerate(text.split(","), 1)], where=VARIABLE)


def _written(part: str, number: int) -> MainKey:
    key_id, _, encoded = part.strip().partition(":")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        secret = b""
    return checked(key_id, secret, f"{VARIABLE}, key {number}")


def checked(key_id: str, secret: bytes, where: str) -> MainKey:
    """Return a main key; raise ``InputError`` (protect-key-shape)."""
    plain = key_id.replace("-", "").replace("_", "")
    if not (plain.isascii() and plain.isalnum() and len(key_id) <= 64 and len(secret) == KEY_BYTES):
        raise InputError(
            "protect-key-shape",
            f"this is no key: an id of letters, digits, - and _, then {KEY_BYTES} bytes in base64",
            where=where,
            remedy="make one with: shouxin keys new FILE",
        )
    return MainKey(key_id, secret)


def derived(key: MainKey, *use: str, size: int = KEY_BYTES) -> bytes:
    """Return the key for one use of a main key; the parts of ``use`` cannot run into each other."""
    label = b"shouxin.protect/1" + b"".join(
        len(part.encode()).to_bytes(4, "big") + part.encode() for part in use
    )
    return HKDF(algorithm=hashes.SHA256(), length=size, salt=None, info=label).derive(key.secret)
