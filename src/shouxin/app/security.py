"""What guards every request: allowed hosts, security headers, HEAD, and the token for writes."""

import hmac
from collections.abc import Callable, Sequence
from typing import Any, cast

import msgspec
from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import HttpMethod, ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import (
    HTTPScope,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Message,
    Receive,
    Scope,
    Send,
)

from shouxin.app import languages
from shouxin.app.http_errors import problem
from shouxin.app.methods import allowed
from shouxin.errors import InputError

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'none'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""The headers of every answer; the pages have no script, so none may run."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], None]


class GuardedApp(Litestar):
    """A Litestar application behind its own door, so that errors and unknown paths pass it too.

    The door refuses hosts it does not know (a page elsewhere could otherwise reach a server on this
    machine by pointing its own name here), answers HEAD like GET without the body and OPTIONS with
    the methods, and sets ``HEADERS`` and the language cookie.
    """

    host_names: frozenset[str] = frozenset()

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        """Serve one request; see the class."""
        if scope["type"] != ScopeType.HTTP:
            await super().__call__(scope, receive, send)
            return
        http = cast("HTTPScope", scope)
        answer = _finished(http, cast("Send", send))
        host = next((value.decode("latin-1") for name, value in http["headers"] if name == b"host"), "")
        if host_name(host) not in self.host_names:
            await _refuse_host(answer)
            return
        if http["method"] == "OPTIONS" and (methods := allowed(self, http["path"])):
            await _send(answer, 204, b"", (b"allow", ", ".join(methods).encode()))
            return
        if http["method"] == "HEAD":
            http["method"] = HttpMethod.GET
        await super().__call__(http, receive, answer)


def host_name(host: str) -> str:
    """Return the name in a Host header, without the port and in lower case: ``[::1]:80`` is ``[::1]``."""
    if host.count(":") > 1 and not host.startswith("["):
        return f"[{host.lower()}]"
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()


def hosts(names: Sequence[str]) -> frozenset[str]:
    """Return the names under which the server may be addressed, as ``host_name`` writes them."""
    return frozenset(host_name(name) for name in names)


def token_guard(token: str | None, reads_only: frozenset[str] = frozenset()) -> Guard:
    """Return the guard of everything that writes: it asks for ``Authorization: Bearer <token>``.

    ``reads_only`` names the handlers that take a POST and change nothing; names are unique in an
    application, so no other handler can pass as one of them.

    The guard raises ``InputError``: api-token-unset where no token is configured, api-token-missing,
    api-token-wrong. The comparison takes the same time whatever is sent.
    """

    def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        if cast("HTTPScope", connection.scope)["method"] in _SAFE or handler.name in reads_only:
            return
        if not token:
            raise InputError(
                "api-token-unset",
                "this server takes no changes over HTTP",
                remedy="set an API token in the settings, or use the command line",
            )
        scheme, _space, given = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not given:
            raise InputError(
                "api-token-missing",
                "this request needs a token",
                remedy="send the header Authorization: Bearer <token>",
            )
        if not hmac.compare_digest(given.strip().encode(), token.encode()):
            raise InputError(
                "api-token-wrong",
                "this token is not the right one",
                remedy="use the API token of this server's settings",
            )

    return guard


def _finished(scope: HTTPScope, send: Send) -> Send:
    """Return ``send`` with the headers set and, for HEAD, the body left out."""
    head = scope["method"] == "HEAD"
    asked = languages.asked(scope)

    async def finished(message: Message) -> None:
        if message["type"] == "http.response.start":
            message.setdefault("headers", [])
            headers = MutableScopeHeaders.from_message(message)
            for name, value in HEADERS.items():
                headers[name] = value
            if asked and headers.get("content-type", "").startswith("text/html"):
                headers.add("Set-Cookie", languages.cookie(asked))
        elif message["type"] == "http.response.body" and head:
            message = {**message, "body": b""}
        await send(message)

    return finished


async def _refuse_host(send: Send) -> None:
    error = InputError(
        "http-unknown-host",
        "this server is not addressed by that host name",
        where="header Host",
        remedy="use one of the host names in the server's settings, or add this one",
    )
    body = msgspec.json.encode(problem(error))
    await _send(send, 400, body, (b"content-type", b"application/json"))


async def _send(send: Send, status: int, body: bytes, header: tuple[bytes, bytes]) -> None:
    headers = [header] if status == 204 else [header, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
