"""The cookies of access, and the token that a form must send along with them."""

import hmac
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from shouxin.duties.access.tokens import form_token, token

SESSION = "session"
"""Holds the token of a session."""

VISIT = "visit"
"""Holds a random token for the forms before there is a session; it names nobody."""

FLOW = "flow"
"""Holds the state while the browser is at the identity provider."""

FIELD = "form_token"
HEADER = "x-form-token"
_LONGEST = 200
Connection = ASGIConnection[Any, Any, Any, Any]


def held(connection: Connection, name: str) -> str:
    """Return the content of one of our cookies, "" where it is missing or none of ours."""
    found = connection.cookies.get(name, "")
    return found if found.isascii() and len(found) <= _LONGEST else ""


def made(connection: Connection, name: str, content: str, *, lax: bool = False, path: str = "/") -> Cookie:
    """Return a cookie that no script reads, that no other site sends, and that ends with the browser.

    ``lax`` lets the browser bring it when it comes back from the identity provider.
    """
    return Cookie(
        key=name,
        value=content,
        path=path,
        httponly=True,
        secure=connection.scope["scheme"] == "https",
        samesite="lax" if lax else "strict",
    )


def gone(connection: Connection, name: str, path: str = "/") -> Cookie:
    """Return the cookie that takes one of ours away."""
    cookie = made(connection, name, "", path=path)
    cookie.max_age = 0
    return cookie


def visit(connection: Connection) -> Cookie:
    """Return the cookie of this visit; the forms of the page at hand count on it already."""
    content = held(connection, VISIT) or token()
    connection.scope["state"][VISIT] = content
    return made(connection, VISIT, content)


def renewed(connection: Connection, content: str) -> Cookie:
    """Return the cookie of a session under its new token; the forms of the page count on it already."""
    connection.scope["state"][SESSION] = content
    return made(connection, SESSION, content)


def expected(connection: Connection) -> str:
    """Return the token that a form of this browser sends along; "" where it has neither cookie."""
    state: dict[str, Any] = connection.scope["state"]
    content = state.get(SESSION) or held(connection, SESSION) or state.get(VISIT) or held(connection, VISIT)
    return form_token(content) if content else ""


def matches(connection: Connection, given: object) -> bool:
    """Tell whether a form came with its token."""
    wanted = expected(connection)
    return bool(wanted) and hmac.compare_digest(wanted.encode(), str(given).encode("utf-8", "replace"))
