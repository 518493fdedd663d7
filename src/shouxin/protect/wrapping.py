"""Wrapping: many small keys kept beside the data, under one key-encryption key that is kept elsewhere.

Whoever holds the key-encryption key wraps and unwraps; it need not hand the key out, which is how a key
management service works. What a wrapped key is bound to must be given again to unwrap it.
"""

import secrets
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shouxin.errors import IntegrityError
from shouxin.protect.keys import KeyProvider, MainKey, derived

NONCE = 12


class Bound(NamedTuple):
    """A key, wrapped or not, and what it is bound to."""

    key: bytes
    bound: bytes

    def __repr__(self) -> str:
        """Return nothing of the key."""
        return "Bound(…)"


class Wrapper(Protocol):
    """Whoever keeps the key-encryption keys. Each may raise what reaching it takes."""

    def current(self) -> str:
        """Return the id of the key-encryption key that new keys are wrapped under."""

    def wrap(self, keys: Sequence[Bound]) -> list[bytes]:
        """Return the keys wrapped under the current key-encryption key."""

    def unwrap(self, kek: str, keys: Sequence[Bound]) -> list[bytes]:
        """Return what was wrapped under a key-encryption key.

        Raises ``InputError`` (protect-key-missing), ``IntegrityError`` (protect-wrapped).
        """


class LocalWrapper:
    """Wraps with AES-256-GCM under a key derived from a main key of a ``KeyProvider``."""

    def __init__(self, keys: KeyProvider) -> None:
        self._keys = keys

    def current(self) -> str:
        """Return the id of the provider's current key."""
        return self._keys.current().id

    def wrap(self, keys: Sequence[Bound]) -> list[bytes]:
        """Return the keys wrapped, each with a nonce of its own before it."""
        cipher = _cipher(self._keys.current())
        nonces = secrets.token_bytes(NONCE * len(keys))
        return [
            (nonce := nonces[at * NONCE : (at + 1) * NONCE]) + cipher.encrypt(nonce, item.key, item.bound)
            for at, item in enumerate(keys)
        ]

    def unwrap(self, kek: str, keys: Sequence[Bound]) -> list[bytes]:
        """Return the keys unwrapped; errors as ``Wrapper.unwrap``."""
        cipher = _cipher(self._keys.find(kek))
        try:
            return [cipher.decrypt(item.key[:NONCE], item.key[NONCE:], item.bound) for item in keys]
        except (InvalidTag, ValueError):
            raise unopened(kek) from None


@lru_cache(maxsize=16)
def _cipher(key: MainKey) -> AESGCM:
    return AESGCM(derived(key, "wrap-keys"))


def unopened(kek: str) -> IntegrityError:
    """Return the error for a wrapped key that does not open."""
    return IntegrityError(
        "protect-wrapped",
        f'a key wrapped under "{kek}" does not open: it was changed, moved, or wrapped under another key',
        remedy="give the key-encryption keys that belong to this data, or restore the data",
    )
