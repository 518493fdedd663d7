"""Ways out: a webhook and a mail server; a message goes under the same key however often it is sent."""

import hashlib
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Protocol

import msgspec

from shouxin.connect.service.line import Address, Line
from shouxin.connect.service.model import Call, Description
from shouxin.connect.service.template import Request
from shouxin.duties.delivery.kept import Due
from shouxin.duties.mailing import MailServer, told
from shouxin.errors import InputError, ShouxinError

_SECONDS = 30.0
_TOPICS = {
    "deadline.missed": "期限已过 · deadline missed",
    "deadline.passed": "等待或保存期限届满 · time to wait or keep is over",
    "deadline.planned": "期限重新计算 · deadline counted again",
    "deadline.cancelled": "期限取消 · deadline cancelled",
}


class Sender(Protocol):
    """Somebody who takes messages; one that comes twice under its key counts once."""

    def send(self, due: Due) -> None:
        """Send a message; raise ``ShouxinError``, ``OSError`` or ``SMTPException`` where it is not taken."""


class Webhook:
    """Posts each message as JSON, with its key in ``Idempotency-Key``; 200 to 299 takes it."""

    def __init__(self, url: str) -> None:
        self._address = Address.read(url, "notify_webhook")
        auth = "bearer" if self._address.secret else ""
        limits = Description(auth=auth, timeout=_SECONDS, largest=1 << 20, tries=1, read={})  # type: ignore[arg-type]
        self._line = Line("notify_webhook", self._address, limits)

    def send(self, due: Due) -> None:
        """Post a message; errors as ``Line.send``."""
        told = {"key": due.key, "topic": due.topic, "at": due.at.isoformat(), "body": dict(due.body)}
        request = Request("POST", "", {"Content-Type": "application/json"}, msgspec.json.encode(told))
        self._line.send(Call(path="/", method="POST", missing=()), request, due.key)


class Mail:
    """Sends each message as a plain mail; its Message-ID follows from its key."""

    def __init__(self, server: str, to: Sequence[str], sender: str) -> None:
        """Raise ``InputError`` (delivery-address) for no mail server, or where nobody is named."""
        self._server, self._to = MailServer(server, sender), tuple(to)
        if not to:
            raise InputError(
                "delivery-address",
                "nobody is named who is told",
                where="notify_email",
                remedy="name somebody",
            )

    def send(self, due: Due) -> None:
        """Send a message; errors as ``MailServer.send``."""
        called = hashlib.sha256(due.key.encode()).hexdigest()[:32]
        mail = EmailMessage()
        mail["To"] = ", ".join(self._to)
        case = due.body.get("case")
        mail["Subject"] = f"守信 Shouxin: {_TOPICS.get(due.topic, due.topic)}" + (
            f" · {case}" if case else ""
        )
        mail["Message-ID"] = f"<{called}@{self._server.sender.rpartition('@')[2]}>"
        mail["Date"] = due.at
        lines = [f"{name}: {worth}" for name, worth in due.body.items() if worth is not None]
        mail.set_content("\n".join([due.topic, *lines, "", f"key: {due.key}"]) + "\n")
        self._server.send(mail)


def problem(error: Exception) -> str:
    """Return what went wrong without anything that a server said."""
    if isinstance(error, ShouxinError):
        return error.code
    return told(error) if isinstance(error, OSError) else type(error).__name__
