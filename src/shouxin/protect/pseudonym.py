"""Pseudonyms: keyed digests, so that a value can be followed but not computed by who lacks the key."""

import base64
from collections.abc import Sequence

from cryptography.hazmat.primitives import hashes, hmac

from shouxin.errors import InputError
from shouxin.protect.policy import Pseudonym
from shouxin.protect.types import canonical


def pseudonyms(values: Sequence[str | None], kind: str, key: bytes, action: Pseudonym) -> list[str | None]:
    """Return the pseudonym of each value; values that write the same thing get the same one.

    Raises ``InputError`` (protect-collision) where two different values here would get the same one. With
    ``n`` values and ``length`` characters that happens with a chance of about ``n² / 2^(5 length + 1)``.
    """
    base = hmac.HMAC(key, hashes.SM3() if action.hash == "sm3" else hashes.SHA256())
    found: dict[str, str] = {}
    forms = [None if value is None else canonical(value, kind) for value in values]
    for form in forms:
        if form is not None and form not in found:
            digest = base.copy()
            digest.update(form.encode())
            found[form] = base64.b32encode(digest.finalize()).decode().lower()[: action.length]
    if len(set(found.values())) < len(found):
        raise InputError(
            "protect-collision",
            f"two different values have the same pseudonym of {action.length} characters",
            where=kind,
            remedy="choose a greater length",
        )
    return [None if form is None else found[form] for form in forms]
