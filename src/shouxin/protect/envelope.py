"""Encrypted values: each opens by itself, with the main key alone.

``sx1.<cipher>.<key id>.<base64url>``; the last part holds the data key wrapped under a key derived from the
main key, a nonce, and the ciphertext with its tag. Type and scope are associated data: a value moved to
another column or scope does not open.
"""

import base64
import binascii
import secrets
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shouxin.errors import IntegrityError
from shouxin.protect.keys import KeyProvider, MainKey, derived

CipherName = Literal["aes", "sm4"]
_SIZE = {"aes": 32, "sm4": 16}
_NONCE, _TAG = 12, 16


def seal(cipher: CipherName, key: bytes, plain: bytes, bound: bytes) -> bytes:
    """Return nonce, ciphertext and tag; ``bound`` must be given again to open it."""
    nonce = secrets.token_bytes(_NONCE)
    if cipher == "aes":
        return nonce + AESGCM(key).encrypt(nonce, plain, bound)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound)
    return nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def seal_each(plains: Iterable[tuple[bytes, bytes]], bound: bytes, count: int) -> Iterator[bytes]:
    """Yield so many plain texts, each with a key of its own before it, as ``seal`` by AES returns them."""
    nonces = secrets.token_bytes(_NONCE * count)
    for at, (key, plain) in enumerate(plains):
        nonce = nonces[at * _NONCE : (at + 1) * _NONCE]
        yield nonce + AESGCM(key).encrypt(nonce, plain, bound)


def unseal(cipher: CipherName, key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """Return what was sealed; raise ``InvalidTag`` where anything differs."""
    nonce, rest = sealed[:_NONCE], sealed[_NONCE:]
    if len(rest) < _TAG:
        raise InvalidTag
    if cipher == "aes":
        return AESGCM(key).decrypt(nonce, rest, bound)
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, rest[-_TAG:])).decryptor()
    decryptor.authenticate_additional_data(bound)
    return decryptor.update(rest[:-_TAG]) + decryptor.finalize()


class Envelope:
    """Closes values of one type in one scope under one fresh data key."""

    def __init__(self, key: MainKey, cipher: CipherName, kind: str, scope: str) -> None:
        self._data_key = secrets.token_bytes(_SIZE[cipher])
        self._cipher: CipherName = cipher
        self._head = f"sx1.{cipher}.{key.id}."
        self._bound = _bound(cipher, key.id, kind, scope)
        self._wrapped = seal(cipher, _wrapping(key, cipher), self._data_key, self._bound)

    def close(self, value: str) -> str:
        """Return the encrypted form of a value."""
        sealed = seal(self._cipher, self._data_key, value.encode(), self._bound)
        return self._head + base64.urlsafe_b64encode(self._wrapped + sealed).decode().rstrip("=")


def is_closed(value: str) -> bool:
    """Tell whether a value looks like an encrypted one."""
    return value.startswith(("sx1.aes.", "sx1.sm4."))


def opened(value: str, keys: KeyProvider, kind: str, scope: str) -> str:
    """Return the value that was encrypted.

    Raises ``IntegrityError`` (protect-ciphertext) where it was cut, changed, or belongs to another key,
    type or scope; ``InputError`` (protect-key-missing) where its key is not there.
    """
    parts = value.split(".")
    wrapped_size = _NONCE + _SIZE.get(parts[1], 0) + _TAG if len(parts) == 4 and is_closed(value) else 0
    if not wrapped_size:
        raise _unopened(kind)
    cipher: CipherName = "aes" if parts[1] == "aes" else "sm4"
    key = keys.find(parts[2])
    bound = _bound(cipher, key.id, kind, scope)
    try:
        blob = base64.b64decode(parts[3] + "=" * (-len(parts[3]) % 4), altchars=b"-_", validate=True)
        data_key = _unwrapped(cipher, _wrapping(key, cipher), blob[:wrapped_size], bound)
        return unseal(cipher, data_key, blob[wrapped_size:], bound).decode()
    except (InvalidTag, binascii.Error, ValueError):
        raise _unopened(kind) from None


@lru_cache(maxsize=256)
def _unwrapped(cipher: CipherName, key: bytes, wrapped: bytes, bound: bytes) -> bytes:
    return unseal(cipher, key, wrapped, bound)


@lru_cache(maxsize=64)
def _wrapping(key: MainKey, cipher: CipherName) -> bytes:
    return derived(key, "wrap", cipher, size=_SIZE[cipher])


def _bound(cipher: str, key_id: str, kind: str, scope: str) -> bytes:
    return "\x00".join(("shouxin.protect/1", cipher, key_id, kind, scope)).encode()


def _unopened(kind: str) -> IntegrityError:
    return IntegrityError(
        "protect-ciphertext",
        f'an encrypted value of the type "{kind}" does not open',
        remedy="give it whole, with the keys, the policy and the scope it was made with",
    )
