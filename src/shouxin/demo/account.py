"""The made-up shop signs its customers in to the privacy centre, as any service does."""

import time
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

from joserfc import jwt
from joserfc.jwk import OctKey

from shouxin.demo.site import SERVICE
from shouxin.duties.centre.keys import ServiceKeys
from shouxin.store.files import write_private
from shouxin.store.ledger import Actor

SECRET = "centre.secret"  # noqa: S105  # the name of a file
"""The file with the name of the shop's key and the secret it shares with the centre."""

LASTS = 300
"""Seconds for which a token of the shop is good."""

Sign = Callable[[str, str], str]
"""Makes a token for a customer, by number and name."""


def signer(keys: ServiceKeys, folder: Path) -> Sign:
    """Return what signs the shop's customers in; a key is registered where the demo has none yet."""
    path = folder / SECRET
    if not path.exists():
        name = f"demo-{token_hex(3)}"
        _, secret = keys.add(SERVICE, name, "HS256", None, Actor("system", "system"))
        write_private(path, f"{name} {secret}\n")
    name, secret = path.read_text(encoding="utf-8").split()
    key = OctKey.import_key(secret.encode())

    def sign(customer: str, called: str) -> str:
        claims = {
            "sub": customer,
            "aud": SERVICE,
            "exp": int(time.time()) + LASTS,
            "jti": token_hex(16),
            "name": called,
        }
        return jwt.encode({"alg": "HS256", "kid": name}, claims, key)

    return sign
