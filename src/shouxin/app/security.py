"""What guards every request: allowed hosts, security headers, HEAD, who asks and what they may do."""

import hmac
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import msgspec
from litestar import Litestar, Request
from litestar.concurrency import sync_to_thread
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

from shouxin.app import languages, media
from shouxin.app.http_errors import problem
from shouxin.app.methods import allowed
from shouxin.duties.access import cookies
from shouxin.duties.access.service import SYSTEM_KEY, Access, Principal
from shouxin.duties.filters.service import SavedFilters
from shouxin.duties.forms import sent
from shouxin.errors import InputError, ShouxinError, StoreError
from shouxin.store.refusals import REFUSALS

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
"""The headers of every answer; pages for strangers have no script, so none may run."""

_OWN_SCRIPT = HEADERS["Content-Security-Policy"] + "; script-src 'self'"
"""The policy of the console's pages, whose own script comes from a file of this server."""

_RAW = {name.lower().encode(): value.encode() for name, value in HEADERS.items()}
_PRIVATE = _RAW | {b"cache-control": b"no-store", b"content-security-policy": _OWN_SCRIPT.encode()}
"""The headers of answers to somebody who is known: never kept, and the console's own script may run."""

_NEAR = ("same-origin", "none")
_POLICY = "Content-Security-Policy"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]


class GuardedApp(Litestar):
    """A Litestar application behind its own door, so that errors and unknown paths pass it too.

    The door refuses hosts it does not know (a page elsewhere could otherwise reach a server on this
    machine by pointing its own name here), answers HEAD like GET without the body and OPTIONS with
    the methods, and sets ``HEADERS`` and the language cookie.
    """

    host_names: frozenset[str] = frozenset()
    access: Access | None = None
    saved: SavedFilters | None = None

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


def guard(access: Access | None, token: str | None) -> Guard:
    """Return the guard of every route: it finds out who asks and whether they may.

    A route says in ``opt`` what it ``needs``, or that it is ``public``; one that says neither is refused.
    Who comes with ``Authorization: Bearer`` is the system (``token``) or a key; who comes with a cookie is an
    operator, whose forms must carry their token. A public route that takes what pages ``elsewhere`` send says
    so, and one whose answers need other ``headers`` than ours says which. ``request.user`` is that principal,
    None for a stranger.

    The guard raises ``InputError``: api-token-missing, api-token-unset, api-token-wrong, form-elsewhere,
    form-token, http-content-type, permission-missing, permission-undeclared, sign-in-needed;
    ``StoreError``: store-missing.
    """

    async def checked(connection: Connection, handler: BaseRouteHandler) -> None:
        needs = str(handler.opt.get("needs", ""))
        public = not needs and handler.opt.get("public") is True
        who = await _who(connection, access, token, public=public)
        connection.scope["user"] = who
        connection.scope["headers_of_route"] = handler.opt.get("headers", {})  # type: ignore[typeddict-unknown-key]
        method = cast("HTTPScope", connection.scope)["method"]
        if method not in _SAFE and "authorization" not in connection.headers:
            near = handler.opt.get("elsewhere") or connection.headers.get("sec-fetch-site", "none") in _NEAR
            if not near:
                raise _refused("form-elsewhere", "this was sent from a page of another site")
            if (needs and who) or handler.opt.get("form"):
                await _check_form(connection)
        if public:
            media.check(connection, handler)
            return
        if not needs:
            raise _refused("permission-undeclared", "this address does not say who may use it")
        if who is None:
            raise _stranger(connection, access, token)
        who.require(needs)
        media.check(connection, handler)
        if access and "inspector" in who.roles:
            await sync_to_thread(access.looked, who, method, connection.scope["path"])

    return checked


def principal(request: Request[Principal | None, Any, Any]) -> Principal:
    """Return who asks, for handlers of routes that need a permission: ``principal: NamedDependency[…]``."""
    who = request.scope.get("user")
    if not isinstance(who, Principal):
        raise _refused("sign-in-needed", "this needs someone who is signed in")
    return who


async def _who(
    connection: Connection, access: Access | None, token: str | None, *, public: bool
) -> Principal | None:
    """Return who asks. What is public matters only to the head of a page, and there nothing stops anyone."""
    if public and "text/html" not in connection.headers.get("accept", ""):
        return None
    scheme, _space, given = connection.headers.get("authorization", "").partition(" ")
    given = given.strip()
    try:
        if scheme.lower() == "bearer" and given:
            if token and hmac.compare_digest(given.encode(), token.encode()):
                return SYSTEM_KEY
            found = access.keys.recall(given) if access else None
            if found is None and access:
                found = await sync_to_thread(access.keys.find, given)
            if found is None and not public and (token or access):
                raise _refused("api-token-wrong", "this token is not the right one")
            return found
        session = cookies.held(connection, cookies.SESSION)
        return await sync_to_thread(access.sessions.find, session) if access and session else None
    except REFUSALS:
        if public:
            return None
        raise


async def _check_form(connection: Connection) -> None:
    given = connection.headers.get(cookies.HEADER)
    if given is None and isinstance(connection, Request):
        given = (await sent(connection)).get(cookies.FIELD)
    if not cookies.matches(connection, given):
        raise _refused("form-token", "the form does not belong to this sign-in, or the cookie is missing")


def _stranger(connection: Connection, access: Access | None, token: str | None) -> ShouxinError:
    """Return the error for someone who did not say who they are."""
    if access is None and not token:
        if cast("HTTPScope", connection.scope)["method"] in _SAFE:
            return StoreError(
                "store-missing",
                "there is no store behind this server",
                remedy="start one with `shouxin serve`",
            )
        return _refused("api-token-unset", "this server takes no changes over HTTP")
    if connection.scope["path"].startswith("/api"):
        return _refused("api-token-missing", "this request needs a token")
    return _refused("sign-in-needed", "this page needs someone who is signed in")


_REMEDIES = {
    "api-token-missing": "send the header Authorization: Bearer <token>",
    "api-token-unset": "set an API token in the settings, or use the command line",
    "api-token-wrong": "use a key that is neither revoked nor over, or this server's API token",
    "form-elsewhere": "open the page itself and send the form from there",
    "form-token": "let the browser keep our cookies, open the page again, and send the form from there",
    "permission-undeclared": "report it: the route is a defect",
    "sign-in-needed": "sign in at /sign-in",
}


def _refused(code: str, what: str) -> InputError:
    return InputError(code, what, remedy=_REMEDIES[code])


def _finished(scope: HTTPScope, send: Send) -> Send:
    """Return ``send`` with the headers set and, for HEAD, the body left out."""
    head = scope["method"] == "HEAD"
    asked = languages.asked(scope)

    async def finished(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = _RAW if scope.get("user") is None else _PRIVATE
            if frames := scope.get("state", {}).get("frames"):
                policy = HEADERS[_POLICY].replace("frame-ancestors 'none'", f"frame-ancestors {frames}")
                own = own | {_POLICY.lower().encode(): policy.encode()}
            given = [one for one in message.get("headers", ()) if one[0].lower() not in own]
            message["headers"] = [*given, *(own | _of_route(scope)).items()]
            if asked:
                headers = MutableScopeHeaders.from_message(message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.add("Set-Cookie", languages.cookie(asked))
        elif message["type"] == "http.response.body" and head:
            message = {**message, "body": b""}
        await send(message)

    return finished


def _of_route(scope: HTTPScope) -> dict[bytes, bytes]:
    """Return the headers that the route has in place of ours: a script for others, a page with scripts."""
    found = cast("dict[str, str]", scope.get("headers_of_route") or {})
    return {name.lower().encode(): value.encode() for name, value in found.items()}


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
