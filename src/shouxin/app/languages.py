"""Which language a page is written in: asked for, remembered, preferred by the browser, or Chinese."""

import re
from typing import Any

from litestar.connection import ASGIConnection
from litestar.types import Scope

from shouxin.app.catalogue import LANGUAGES, Catalogue, catalogue

COOKIE = "lang"
_KEPT = "shouxin-catalogue"
_Connection = ASGIConnection[Any, Any, Any, Any]
_YEAR = 365 * 24 * 60 * 60
_RANGE = re.compile(r"^\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$")


def chosen(scope: Scope) -> Catalogue:
    """Return the catalogue for a request: ``?lang=``, else the cookie, else Accept-Language, else Chinese."""
    state = scope["state"]
    if _KEPT not in state:
        state[_KEPT] = catalogue(_code(scope))
    found: Catalogue = state[_KEPT]
    return found


def _code(scope: Scope) -> str:
    connection = _Connection(scope)
    remembered = connection.cookies.get(COOKIE, "")
    if code := asked(scope):
        return code
    return remembered if remembered in LANGUAGES else preferred(connection.headers.get("accept-language", ""))


def asked(scope: Scope) -> str | None:
    """Return the language that the address asks for with ``?lang=``, if it is one of ours."""
    if b"lang=" not in scope["query_string"]:
        return None
    wanted = _Connection(scope).query_params.get("lang", "")
    return wanted if wanted in LANGUAGES else None


def preferred(header: str) -> str:
    """Return the language of ours that an ``Accept-Language`` header (RFC 9110 §12.5.4) likes best."""
    best, best_weight = next(iter(LANGUAGES)), 0.0
    for part in header[:500].split(","):
        match = _RANGE.match(part)
        weight = float(match[2] or 1) if match else 0.0
        if match and match[1].lower() in LANGUAGES and weight > best_weight:
            best, best_weight = match[1].lower(), weight
    return best


def cookie(code: str) -> str:
    """Return the ``Set-Cookie`` value that remembers a language for a year, and nothing else."""
    return f"{COOKIE}={code}; Path=/; Max-Age={_YEAR}; SameSite=Lax; HttpOnly"
