"""Ways out: a webhook and a mail server; a message goes under the same key however often it is sent."""

import hashlib
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from shouxin.connect.dialling import is_loopback
from shouxin.connect.service.line import Address, Line
from shouxin.connect.service.model import Call, Description
from shouxin.connect.service.template import Request
from shouxin.duties.delivery.kept import Due
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
        try:
            at = urlsplit(server)
            options = parse_qs(at.query, strict_parsing=bool(at.query))
            if at.scheme not in ("smtp", "smtps") or not at.hostname or options.keys() - {"ca"} or not to:
                raise ValueError
            self._port = at.port or (465 if at.scheme == "smtps" else 587)
            self._context = ssl.create_default_context(cafile=options.get("ca", [None])[0])
        except (ValueError, OSError):
            raise InputError(
                "delivery-address",
                "this is no mail server that can be used",
                where="smtp",
                remedy="write it like smtps://user:password@host:465 or smtp://…:587, and set `notify_email`",
            ) from None
        self._at, self._to = at, tuple(to)
        self._from = sender or unquote(at.username or "") or f"shouxin@{at.hostname}"

    def send(self, due: Due) -> None:
        """Send a message; without TLS only to a server on this machine."""
        host = self._at.hostname or ""
        mail = self._written(due)
        if self._at.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, self._port, timeout=_SECONDS, context=self._context)
        else:
            server = smtplib.SMTP(host, self._port, timeout=_SECONDS)
        with server:
            if self._at.scheme == "smtp" and not is_loopback(host):
                server.starttls(context=self._context)
            if self._at.username:
                server.login(unquote(self._at.username), unquote(self._at.password or ""))
            server.send_message(mail)

    def _written(self, due: Due) -> EmailMessage:
        called = hashlib.sha256(due.key.encode()).hexdigest()[:32]
        mail = EmailMessage()
        mail["From"], mail["To"] = self._from, ", ".join(self._to)
        case = due.body.get("case")
        mail["Subject"] = f"守信 Shouxin: {_TOPICS.get(due.topic, due.topic)}" + (
            f" · {case}" if case else ""
        )
        mail["Message-ID"] = f"<{called}@{self._from.rpartition('@')[2]}>"
        mail["Date"] = due.at
        mail["Auto-Submitted"] = "auto-generated"
        lines = [f"{name}: {worth}" for name, worth in due.body.items() if worth is not None]
        mail.set_content("\n".join([due.topic, *lines, "", f"key: {due.key}"]) + "\n")
        return mail


def problem(error: Exception) -> str:
    """Return what went wrong without anything that a server said."""
    if isinstance(error, ShouxinError):
        return error.code
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__
