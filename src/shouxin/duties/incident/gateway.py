"""Where notices to people leave: a batch under a key goes out whole, and the same key twice is one batch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Protocol
from urllib.parse import urlsplit

import httpx
import msgspec

from shouxin.errors import InputError, StoreError
from shouxin.law.base import Shape
from shouxin.protect.replace import replaced

_SECONDS = 30.0
_LARGEST = 1024 * 1024
"""Bytes that the answer of a webhook may have."""


class Addressee(Shape, frozen=True, kw_only=True):
    """Somebody who is told: the key of this message, and what the service calls the person."""

    key: str
    person: str


class Batch(Shape, frozen=True, kw_only=True):
    """A notice in its languages and the people it goes to; ``key`` is the same whenever it is handed out."""

    key: str
    service: str
    texts: dict[str, str]
    people: tuple[Addressee, ...]


class Answer(msgspec.Struct, frozen=True):
    """What a gateway may say about a batch it took: the keys of messages that cannot be delivered."""

    refused: Annotated[tuple[str, ...], msgspec.Meta(max_length=100_000)] = ()


class Gateway(Protocol):
    """Takes batches; one that it took before it takes again without telling anybody twice."""

    def take(self, batch: Batch) -> Sequence[str]:
        """Take a batch and return the keys of messages refused; raise InputError, StoreError if it cannot."""


class FolderGateway:
    """Writes each batch as a file of its own, whole or not at all: KEY.json, for its owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, batch: Batch) -> Sequence[str]:
        """Write the file; the same batch again is the same file. Raises ``InputError`` (incident-gateway)."""
        with replaced(self._folder / f"{batch.key}.json", code="incident-gateway") as file:
            file.write(msgspec.json.encode(batch) + b"\n")
        return ()


class WebhookGateway:
    """Posts each batch as JSON with its key in ``Idempotency-Key``; any status from 200 to 299 takes it."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url
        self._http = httpx.Client(timeout=_SECONDS, transport=transport, follow_redirects=False)

    def take(self, batch: Batch) -> Sequence[str]:
        """Post a batch; raise ``StoreError`` (incident-gateway-failed), and nothing is taken to be told."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": batch.key}
        try:
            answer = self._http.post(self._url, content=msgspec.json.encode(batch), headers=headers)
        except httpx.HTTPError as error:
            raise _failed(f"does not answer ({type(error).__name__})") from None
        if not answer.is_success:
            raise _failed(f"answered with status {answer.status_code}")
        if not answer.content.lstrip().startswith(b"{"):
            return ()
        try:
            return msgspec.json.decode(answer.content[:_LARGEST], type=Answer).refused
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _failed('answered with JSON that is not {"refused": [key, …]}') from None


def gateway(place: str) -> Gateway:
    """Return the gateway at a folder or an http(s) address; raise ``InputError`` (incident-gateway)."""
    if "://" not in place:
        folder = Path(place)
        if not place or not folder.is_dir():
            raise _no_gateway("there is no folder of that name" if place else "no gateway is named")
        return FolderGateway(folder)
    try:
        parts = urlsplit(place)
        host = parts.hostname
    except ValueError:
        raise _no_gateway("this is no address") from None
    if parts.scheme == "https" or (parts.scheme == "http" and host in ("localhost", "127.0.0.1", "::1")):
        return WebhookGateway(place)
    raise _no_gateway("an address must be https, or http on this machine")


def _no_gateway(what: str) -> InputError:
    return InputError(
        "incident-gateway",
        f"the notices have nowhere to go: {what}",
        remedy="name a folder or an https address: `shouxin incident send --to`, or the setting "
        "`incident_gateway`",
    )


def _failed(what: str) -> StoreError:
    return StoreError(
        "incident-gateway-failed",
        f"the gateway {what}",
        remedy="see that it runs, then send again: what it took is not sent twice, and nobody is left out",
    )
