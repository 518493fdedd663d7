"""Tokens by which a service vouches for somebody who is signed in with it. Pure.

A token is ``payload.signature``, both base64url without padding: the payload is ``{"sub": …, "exp": …}`` as
JSON, the signature its HMAC-SHA-256 under the key that ``shouxin widget key SERVICE`` prints.
"""

import base64
import binascii
import hashlib
import hmac
from typing import Annotated

import msgspec

from shouxin.errors import InputError
from shouxin.law.base import Shape


class Vouched(Shape, frozen=True, kw_only=True):
    """Whom a service vouches for: its own reference, and until when as seconds of the Unix epoch."""

    sub: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^(?!widget:)[^\x00]*$")]
    exp: int


def key_of(secret: bytes, service: str) -> bytes:
    """Return the key of one service; whoever knows it knows nothing of another's."""
    return hmac.digest(secret, b"widget subject\0" + service.encode(), "sha256")


def signed(key: bytes, sub: str, exp: int) -> str:
    """Return the token by which a service vouches for somebody until a time."""
    payload = _text(msgspec.json.encode(Vouched(sub=sub, exp=exp)))
    return f"{payload}.{_text(hmac.digest(key, payload.encode(), 'sha256'))}"


def subject(key: bytes, token: str, now: float) -> str:
    """Return whom a token names; raise ``InputError`` (widget-subject) for one that cannot be believed."""
    payload, _, signature = token.partition(".")
    right = _text(hmac.new(key, payload.encode("utf-8", "replace"), hashlib.sha256).digest())
    if hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace")):
        try:
            found = msgspec.json.decode(
                base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=Vouched
            )
        except (msgspec.DecodeError, binascii.Error, ValueError):
            found = None
        if found and found.exp > now:
            return found.sub
    raise InputError(
        "widget-subject",
        "the token of the person is not this service's own, or is over",
        where="subject",
        remedy="sign a new one with the key that `shouxin widget key` prints (docs/widget.md)",
    )


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
