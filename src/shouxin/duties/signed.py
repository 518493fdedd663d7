"""Reading a signed token (JWT, RFC 7519) that somebody else made: one length, one way to fail. Pure."""

import binascii
from collections.abc import Sequence
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

LONGEST = 100_000
"""Characters that a token may have."""

ED25519 = ("Ed25519", "EdDSA")
"""The two names of one algorithm; the second is the older one."""


class NotSigned(Exception):  # noqa: N818  # it is told as another error by whoever asked for the token
    """What a text lacks to be a token that a key signed; its words hold nothing of the text."""


def opened(text: str, key: Key | KeySet, algorithms: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the head and the claims of a token that a key signed; raise ``NotSigned``.

    Only these algorithms count, whatever the head says; what the claims mean is for the caller to judge.
    """
    if len(text) > LONGEST:
        raise NotSigned("too long")
    try:
        found = jwt.decode(text, key, algorithms=list(algorithms))
    except (JoseError, ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise NotSigned(type(error).__name__) from None
    return dict(found.header), dict(found.claims)
