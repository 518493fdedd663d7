"""Carrying a copy to another processor: by https, outside private networks, once and in a stream."""

import http.client
import ssl
from typing import IO
from urllib.parse import urlsplit

from shouxin.connect.dialling import connected
from shouxin.errors import InputError, StoreError

_SECONDS = 60


class Courier:
    """Sends files by HTTP POST; addresses of private networks only with ``allow_private``."""

    def __init__(self, *, allow_private: bool = False, context: ssl.SSLContext | None = None) -> None:
        self._allow_private = allow_private
        self._context = context or ssl.create_default_context()

    def carry(self, address: str, file: IO[bytes], size: int, key: str, digest: str) -> None:
        """Send a ZIP; ``key`` lets the recipient know one that comes twice.

        Raises ``StoreError`` (rights-destination) unless the recipient answers that it has it, ``InputError``
        (rights-destination) for an address that is none.
        """
        parts = urlsplit(address)
        if parts.scheme != "https" or not parts.hostname or parts.username:
            raise InputError(
                "rights-destination",
                "the processor named has no https address",
                remedy="ask the person for one, and ask anew",
            )
        headers = {
            "Content-Type": "application/zip",
            "Content-Length": str(size),
            "Idempotency-Key": key,
            "Content-Digest": f"sha-256=:{_base64(digest)}:",
            "User-Agent": "shouxin",
        }
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection = connected(parts, _SECONDS, self._context, private=self._allow_private)
            try:
                connection.request("POST", path, body=file, headers=headers)
                status = connection.getresponse().status
            finally:
                connection.close()
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise _failed(f"cannot be reached ({type(error).__name__})") from None
        if not 200 <= status < 300:
            raise _failed(f"answers {status}")


def _base64(digest: str) -> str:
    import base64

    return base64.b64encode(bytes.fromhex(digest)).decode()


def _failed(what: str) -> StoreError:
    return StoreError(
        "rights-destination",
        f"the processor that is to receive the copy {what}",
        remedy="try again later, or reach them another way; nothing counts as handed over",
    )
