"""Reading the token by which a service vouches for somebody, at the centre and in the widget. Pure."""

import binascii
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OctKey, OKPKey

from shouxin.duties.centre.model import LONGEST, Algorithm, Claims, Use
from shouxin.duties.signed import ED25519, NotSigned, opened
from shouxin.duties.signed import LONGEST as LONGEST_TEXT
from shouxin.errors import InputError

SKEW = timedelta(seconds=30)
"""How far the clock of a service may be from ours."""

_SHORTEST_SECRET = 32
_NAMES: dict[str, tuple[str, ...]] = {
    "Ed25519": ED25519,
    "ES256": ("ES256",),
    "HS256": ("HS256",),
}


class Registered(NamedTuple):
    """A key of a service as it is registered: the algorithm that it is for, and its bytes."""

    algorithm: Algorithm
    material: bytes


Find = Callable[[str], Registered | None]
"""What finds a key of the service by its name; None for one that is not known or not good any more."""


def read(text: str, service: str, find: Find, now: datetime, use: Use = "centre") -> Claims:
    """Return what a token says that a key of the service signed for this use.

    Only the algorithm that the key was registered for counts. Raises ``InputError``: centre-token,
    centre-token-elsewhere, centre-token-expired.
    """
    if len(text) > LONGEST_TEXT:
        raise _unreadable("too long")
    head = _head(text)
    key = find(str(head.get("kid", "")))
    if key is None:
        raise _elsewhere("no key of this service has that name, or it was revoked")
    try:
        claims = msgspec.convert(opened(text, imported(key), _NAMES[key.algorithm])[1], Claims, strict=False)
    except NotSigned as error:
        raise _unreadable(str(error)) from None
    except msgspec.ValidationError as error:
        raise _unreadable(type(error).__name__) from None
    if claims.aud != service:
        raise _elsewhere("it was made out for another service")
    if claims.use != use:
        raise _elsewhere(f"it was made out for the {claims.use}, and this is the {use}")
    _in_time(claims, now)
    if use == "centre" and not claims.jti:
        raise _unreadable("jti")
    if claims.child and (claims.child == claims.sub or claims.child_until is None):
        raise _unreadable("child")
    return claims


def imported(key: Registered) -> Key:
    """Return a registered key as the library takes it; raise ``InputError`` (centre-key) for no such key."""
    try:
        if key.algorithm == "HS256":
            made: Key = OctKey.import_key(key.material)
            fits = len(key.material) >= _SHORTEST_SECRET
        else:
            kind, curve = (OKPKey, "Ed25519") if key.algorithm == "Ed25519" else (ECKey, "P-256")
            made = kind.import_key(key.material)
            fits = made.as_dict(private=False).get("crv") == curve
    except (JoseError, ValueError, TypeError):
        fits = False
    if not fits:
        raise InputError(
            "centre-key",
            f"this is no key for {key.algorithm}",
            remedy="give a public key in PEM (Ed25519 or P-256), or leave it out to have a secret made",
        )
    return made


def public_only(key: Key) -> bytes:
    """Return the public half of a key pair as PEM, so that a private key is never kept here."""
    return bytes(key.as_pem(private=False)) if isinstance(key, OKPKey | ECKey) else b""


def _head(text: str) -> dict[str, object]:
    first, dot, _ = text.partition(".")
    try:
        if not dot:
            raise ValueError("dot")
        padded = first.encode("ascii") + b"=" * (-len(first) % 4)
        found = json.loads(binascii.a2b_base64(padded.translate(bytes.maketrans(b"-_", b"+/"))))
        if not isinstance(found, dict):
            raise TypeError("head")
    except (ValueError, TypeError, RecursionError):
        raise _unreadable("its head") from None
    return found


def _in_time(claims: Claims, now: datetime) -> None:
    moment = now.astimezone(UTC).timestamp()
    if moment > claims.exp + SKEW.total_seconds():
        raise InputError(
            "centre-token-expired",
            "the token of the service is good no more",
            remedy="have the service make a new one: open the centre from there, or load its page again",
        )
    if claims.exp > moment + (LONGEST[claims.use] + SKEW).total_seconds():
        raise _unreadable("it would be good for too long")


def _unreadable(why: str) -> InputError:
    return InputError(
        "centre-token",
        f"the token of the service cannot be used ({why})",
        remedy="have the service make a new one; docs/centre.md has the format",
    )


def _elsewhere(why: str) -> InputError:
    return InputError(
        "centre-token-elsewhere",
        f"the token does not belong to this service: {why}",
        remedy="have the service that keeps the account make one for this use; docs/centre.md says how",
    )
