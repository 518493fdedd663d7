"""One-time codes (RFC 6238), the seeds they come from, and the recovery codes for a lost device."""

import re
import secrets
import time
from collections.abc import Callable
from typing import NamedTuple

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shouxin.duties.access.tokens import same
from shouxin.errors import IntegrityError

ISSUER = "Shouxin"
RECOVERY_CODES = 10
_STEP = 30
_DRIFT = 1
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_NONCE = 12


_SEED = re.compile(r"[A-Z2-7]{32}")


class Setup(NamedTuple):
    """What someone needs to set up one-time codes: the seed, its address for apps, and that as a picture."""

    seed: str
    address: str
    picture: str


class Seeds:
    """Makes, seals and reads the seeds of one-time codes; ``secret`` is a key of the store's own."""

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._cipher = AESGCM(secret)
        self._clock = clock

    def sealed(self, seed: str, operator: int) -> bytes:
        """Return a seed as it is kept: unreadable without the secret, and good for this account alone."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, seed.encode(), _whose(operator))

    def opened(self, sealed: bytes, operator: int) -> str:
        """Return a seed that was sealed; raise ``IntegrityError`` (access-secret) where that fails."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _whose(operator)).decode()
        except InvalidTag:
            raise IntegrityError(
                "access-secret",
                "the seed of one-time codes does not open with the key of this store",
                where=f"operator {operator}",
                remedy="restore the folder keys from the backup, or run `shouxin operator reset NAME`",
            ) from None

    def step(self, seed: str, code: str) -> int | None:
        """Return the step of time whose code this is, one step of drift allowed; None where it is none."""
        now = int(self._clock()) // _STEP
        given = "".join(code.split()).encode("utf-8", "replace")
        right = pyotp.TOTP(seed)
        found = None
        for step in range(now - _DRIFT, now + _DRIFT + 1):
            if same(right.at(step * _STEP).encode(), given):
                found = step
        return found


def setup(name: str, seed: str = "") -> Setup:
    """Return what an account needs to set up one-time codes, for a new seed or one that was shown before."""
    seed = seed or pyotp.random_base32()
    address = pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name=ISSUER)
    picture = segno.make(address, error="m").svg_inline(scale=4, border=4, light="#fff", dark="#000")
    return Setup(seed, address, picture)


def is_seed(text: str) -> bool:
    """Tell whether a text can be a seed of ours."""
    return _SEED.fullmatch(text) is not None


def recovery_codes() -> tuple[str, ...]:
    """Return new recovery codes: sixteen letters each, about 79 bits."""
    return tuple(
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        for _ in range(RECOVERY_CODES)
    )


def plain(code: str) -> str:
    """Return a recovery code as it is hashed, however it was typed."""
    return "".join(char for char in code.casefold() if char.isalnum())


def _whose(operator: int) -> bytes:
    return f"operator:{operator}".encode()
