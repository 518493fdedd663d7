"""The way a code reaches a person: a gateway; the one here leaves it for the service's own mailer."""

import secrets
from datetime import date
from pathlib import Path
from typing import Protocol

import msgspec

from shouxin.duties.rights.model import Channel
from shouxin.law.base import Shape
from shouxin.store.files import disk_errors, write_private


class Message(Shape, frozen=True, kw_only=True):
    """A code on its way: by which channel, to which address, for which request, good for how many minutes."""

    channel: Channel
    address: str
    request: int
    code: str
    minutes: int


class Summons(Shape, frozen=True, kw_only=True):
    """Work by hand that waits: for whom, in which request and store, until which day, and the link to it."""

    address: str
    request: int
    store: str
    work: str
    due: date | None
    link: str = ""


class Gateway(Protocol):
    """Whatever sends codes and summonses: a mail server, a provider of text messages."""

    def send(self, message: Message | Summons) -> None:
        """Send a message, or hand it to somebody who does; raise ``ShouxinError`` where that fails."""


class Outbox:
    """Leaves each message as a JSON file that only its owner reads; whoever sends it removes it.

    Raises ``StoreError``: store-disk-full, store-folder-denied, store-folder-failed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Message | Summons) -> None:
        """Put a message into the folder, whole or not at all; its name says nothing."""
        with disk_errors(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(
                self._folder / f"{secrets.token_hex(8)}.json", msgspec.json.encode(message).decode()
            )
