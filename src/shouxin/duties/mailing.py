"""Mail goes out through one server, which the settings name."""

import smtplib
import ssl
from email.message import EmailMessage
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from shouxin.connect.dialling import is_loopback
from shouxin.errors import InputError

_SECONDS = 30.0


class WaysOut(NamedTuple):
    """How messages leave, as the settings say: a mail server, its sender, a provider of text messages.

    ``base`` is the address under which people reach this server, for links in messages.
    """

    smtp: str = ""
    sender: str = ""
    texts: str = ""
    base: str = ""


class MailServer:
    """A mail server, ``smtps://user:password@host:465`` or ``smtp://…:587``.

    ``?ca=FILE`` behind it names a CA of one's own; mails come from ``sender``, or from the account.
    """

    def __init__(self, server: str, sender: str) -> None:
        """Raise ``InputError`` (delivery-address) where this is no such address."""
        try:
            at = urlsplit(server)
            options = parse_qs(at.query, strict_parsing=bool(at.query))
            if at.scheme not in ("smtp", "smtps") or not at.hostname or options.keys() - {"ca"}:
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
        self._at, self._host = at, at.hostname
        self.sender = sender or unquote(at.username or "") or f"shouxin@{at.hostname}"

    def send(self, mail: EmailMessage) -> None:
        """Send a mail; without TLS only to a server on this machine.

        Raises ``OSError`` or ``smtplib.SMTPException`` where it is not taken.
        """
        mail["From"] = self.sender
        mail["Auto-Submitted"] = "auto-generated"
        if self._at.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=_SECONDS, context=self._context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=_SECONDS)
        with server:
            if self._at.scheme == "smtp" and not is_loopback(self._host):
                server.starttls(context=self._context)
            if self._at.username:
                server.login(unquote(self._at.username), unquote(self._at.password or ""))
            server.send_message(mail)


def told(error: OSError | smtplib.SMTPException) -> str:
    """Return what went wrong without anything that a server said."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__
