"""The way a code reaches a person: mail, a provider of text messages, or the service's own mailer."""

import secrets
import smtplib
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

import msgspec

from shouxin.connect.service.line import Address, Line
from shouxin.connect.service.model import Call, Description
from shouxin.connect.service.template import Request
from shouxin.duties.mailing import MailServer, WaysOut, told
from shouxin.duties.rights.model import Channel
from shouxin.errors import StoreError
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


class Sending:
    """Sends codes and summonses by mail, and text messages through a provider; the rest waits in a folder."""

    def __init__(self, outbox: Outbox, ways: WaysOut) -> None:
        """Raise ``InputError``: delivery-address, service-address, where the settings name no such way."""
        self._outbox, self._base = outbox, ways.base
        self._mail = MailServer(ways.smtp, ways.sender) if ways.smtp else None
        self._texts = _provider(ways.texts) if ways.texts else None

    def send(self, message: Message | Summons) -> None:
        """Send a message, or leave it in the folder; errors as ``Outbox``, ``Line.send``; gateway-failed."""
        text = isinstance(message, Message) and message.channel == "sms"
        if text and self._texts:
            request = Request("POST", "", {"Content-Type": "application/json"}, msgspec.json.encode(message))
            call = Call(path="/", method="POST", missing=())
            self._texts.send(call, request, secrets.token_hex(16))
        elif not text and self._mail:
            mail = _summons(message, self._base) if isinstance(message, Summons) else _code(message)
            try:
                self._mail.send(mail)
            except (OSError, smtplib.SMTPException) as error:
                raise StoreError(
                    "gateway-failed",
                    f"the mail server did not take the message ({told(error)})",
                    where="smtp",
                    remedy="try again; `smtp` in the settings names the server",
                ) from None
        else:
            self._outbox.send(message)


def _provider(url: str) -> Line:
    address = Address.read(url, "sms_gateway")
    auth = "bearer" if address.secret else ""
    limits = Description(auth=auth, timeout=30.0, largest=1 << 20, tries=1, read={})  # type: ignore[arg-type]
    return Line("sms_gateway", address, limits)


def _code(message: Message) -> EmailMessage:
    """Return the mail with a code, in the three languages, since nobody has said which one they read."""
    mail = EmailMessage()
    mail["To"] = message.address
    mail["Subject"] = "验证码 · Verification code · Código de verificación"
    mail.set_content(
        f"{message.code}\n\n"
        f"验证码在{message.minutes}分钟内有效。如果不是您本人的操作，请忽略本邮件，不要告诉任何人。\n\n"
        f"This code is good for {message.minutes} minutes. If you did not ask for it, tell it to nobody.\n\n"
        f"Este código vale {message.minutes} minutos. Si no lo ha pedido, no se lo diga a nadie.\n"
    )
    return mail


def _summons(message: Summons, base: str) -> EmailMessage:
    """Return the mail to people who work by hand; of the person it says nothing."""
    mail = EmailMessage()
    mail["To"] = message.address
    mail["Subject"] = f"守信 Shouxin: {message.store} · {message.request}"
    due = message.due.isoformat() if message.due else "-"
    mail.set_content(
        f"请求 {message.request}：请在 {message.store} 中办理，期限 {due}（北京时间）。\n"
        f"Request {message.request}: work waits in {message.store}, until {due} (Beijing time).\n"
        f"Solicitud {message.request}: hay trabajo en {message.store}, hasta {due} (hora de Pekín).\n\n"
        f"{base}{message.link}\n"
    )
    return mail
