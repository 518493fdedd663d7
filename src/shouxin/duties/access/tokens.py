"""Tokens: random, given out once, kept as their SHA-256."""

import hashlib
import hmac
import re
import secrets
from typing import NamedTuple

_KEY = re.compile(r"^sx_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$")


class Made(NamedTuple):
    """A key as it is given out once: the whole of it, the prefix it is found by, the digest that is kept."""

    key: str
    prefix: str
    digest: bytes


def token() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def key() -> Made:
    """Return a new key of an application."""
    prefix = secrets.token_hex(6)
    made = f"sx_{prefix}_{token()}"
    return Made(made, prefix, digest(made))


def prefix(given: str) -> str:
    """Return the prefix of what looks like a key, else ""."""
    found = _KEY.match(given)
    return found[1] if found else ""


def same(first: bytes, second: bytes) -> bool:
    """Compare in a time that tells nothing."""
    return hmac.compare_digest(first, second)


def form_token(session: str) -> str:
    """Return what a form of this session must send along: nobody without the session's cookie can know it."""
    return hmac.new(session.encode(), b"form", hashlib.sha256).hexdigest()
