"""What a link to work by hand holds: which work, until when, and a signature of ours."""

import base64
import binascii
import hmac
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from shouxin.errors import InputError

LASTS = timedelta(days=14)
"""How long a link is good, as long as the work waits."""

_FOR = b"shouxin.rights/link\0"


class Linked(NamedTuple):
    """What a link is for: the store of a request, and until when in seconds since 1970."""

    request: int
    store: str
    until: int


def path_for(secret: bytes, number: int, store: str, now: datetime | None = None) -> str:
    """Return the path of a link."""
    made = Linked(number, store, int(((now or datetime.now(UTC)) + LASTS).timestamp()))
    plain = msgspec.json.encode(made)
    return f"/by-hand/{_text(plain)}.{_text(_mac(secret, plain))}"


def opened(secret: bytes, token: str) -> Linked:
    """Return what a link is for; raise ``InputError`` (rights-link)."""
    body, _, mac = token.partition(".")
    try:
        plain = _bytes(body)
        if not hmac.compare_digest(_mac(secret, plain), _bytes(mac)):
            raise ValueError
        linked = msgspec.json.decode(plain, type=Linked)
    except (ValueError, binascii.Error, msgspec.DecodeError, msgspec.ValidationError):
        raise _wrong("this link is none that was made here") from None
    if linked.until <= datetime.now(UTC).timestamp():
        raise _wrong("the time of this link is over")
    return linked


def _mac(secret: bytes, plain: bytes) -> bytes:
    return hmac.digest(secret, _FOR + plain, "sha256")


def _text(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _wrong(what: str) -> InputError:
    return InputError("rights-link", what, remedy="ask whoever sent it for a new one")
