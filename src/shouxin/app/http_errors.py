"""Errors as HTTP answers: one JSON shape under /api, one page everywhere else, never a traceback."""

import logging
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect, Template

from shouxin.app import logs
from shouxin.app.methods import allowed
from shouxin.duties.problem import Problem
from shouxin.errors import InputError, ShouxinError, StoreError
from shouxin.store.refusals import REFUSALS, refusal

_log = logging.getLogger("shouxin.app")
_log.addFilter(logs.Clean())  # also where the application is served without our command

STATUS_OF_CODE: Mapping[str, int] = {
    "api-token-missing": 401,
    "api-token-unset": 403,
    "api-token-wrong": 401,
    "approval-decided": 409,
    "approval-unknown": 404,
    "assessment-decided": 409,
    "assessment-moved": 409,
    "assessment-open": 409,
    "assessment-stale": 409,
    "assessment-unknown": 404,
    "assessment-version": 404,
    "case-unknown": 404,
    "case-version": 409,
    "decision-unknown": 404,
    "desk-none": 404,
    "desk-open": 409,
    "desk-repeated": 409,
    "desk-unknown": 404,
    "export-unknown": 404,
    "filter-unknown": 404,
    "first-operator-done": 404,
    "form-elsewhere": 403,
    "form-token": 403,
    "http-content-type": 415,
    "incident-issued": 409,
    "incident-moved": 409,
    "incident-not-issued": 409,
    "incident-not-now": 409,
    "incident-sending": 409,
    "incident-unknown": 404,
    "inspection-account": 404,
    "inspection-decided": 409,
    "inspection-making": 409,
    "inspection-pack": 404,
    "inspection-undecided": 409,
    "inspection-unknown": 404,
    "inventory-moved": 409,
    "inventory-version": 404,
    "key-unknown": 404,
    "law-unknown-instrument": 404,
    "law-unknown-provision": 404,
    "consent-searches": 429,
    "ledger-checkpoint": 404,
    "ledger-number": 404,
    "ledger-reading": 404,
    "ledger-unsigned": 409,
    "notice-none": 404,
    "notice-unknown": 404,
    "oidc-none": 404,
    "oidc-unreachable": 503,
    "opendsr-callback": 403,
    "opendsr-signature": 403,
    "operator-unknown": 404,
    "permission-missing": 403,
    "permission-undeclared": 403,
    "procedure-unknown": 404,
    "retention-busy": 409,
    "retention-digest": 409,
    "retention-open": 409,
    "retention-replaced": 409,
    "retention-unknown": 404,
    "rights-busy": 409,
    "rights-plan": 409,
    "rights-unknown": 404,
    "session-unknown": 404,
    "sign-in-needed": 401,
    "sign-in-refused": 403,
    "sign-in-slow": 429,
    "text-too-large": 413,
    "text-unknown": 404,
}
"""The status of codes that are not 400 for an ``InputError`` or 503 for a ``StoreError``."""

_READ = "read the description of this address in /api/openapi.json"
_OF_STATUS: Mapping[int, ShouxinError] = {
    400: InputError("http-bad-request", "the request cannot be read", remedy=_READ),
    404: InputError(
        "http-not-found",
        "there is nothing at this address",
        remedy="/law is the first page, and /api/openapi.json lists every address of the API",
    ),
    405: InputError(
        "http-method-not-allowed",
        "this address does not take that method",
        remedy="the header Allow names the methods it takes",
    ),
    413: InputError(
        "http-too-large", "the request is too large", remedy="send at most 32 MiB, and 2 MiB of a notice"
    ),
    500: ShouxinError(
        "internal-error",
        "the server made a mistake",
        remedy="try again; where it happens again, look into the server's log",
    ),
}
_NAMED = frozenset({400, 401, 403, 404, 405, 409, 413, 429, 500, 503})
_MISSING = re.compile(r"Missing required \w+ parameter '(\w+)'")


def problem(error: Exception) -> Problem:
    """Return what a reader is told of ``error``; of an unexpected one nothing but that it happened."""
    if isinstance(error, REFUSALS):
        error = refusal(error)
    if isinstance(error, ShouxinError):
        return _told(error, STATUS_OF_CODE.get(error.code) or _status_of_class(error))
    if isinstance(error, RecursionError) and "deserializing" in str(error):  # of msgspec, on what came in
        return _told(_OF_STATUS[400], 400)
    if isinstance(error, HTTPException) and error.status_code < 500:
        return _told(_of_framework(error), error.status_code)
    return _told(_OF_STATUS[500], 500)


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Return ``error`` as JSON under /api and as a page elsewhere; log it where the server is at fault."""
    told = problem(error)
    if told.status >= 500:
        _log.error("the request failed", exc_info=error)
    headers = _headers(request, told.status)
    if request.scope["path"].startswith("/api"):
        return Response(told, status_code=told.status, headers=headers, media_type="application/json")
    if told.code == "sign-in-needed" and request.method == "GET" and "user" in request.scope:
        return Redirect(f"/sign-in?{urlencode({'next': _asked(request)})}", status_code=303, headers=headers)
    status = told.status if told.status in _NAMED else 400
    context = {"problem": told, "status": status, "nothing_repeated": True}
    return Template("app/error.html", context=context, status_code=told.status, headers=headers)


def _asked(request: Request[Any, Any, Any]) -> str:
    """Return the path and the query of a request, to come back to."""
    query = request.scope["query_string"].decode("latin-1")
    return request.scope["path"] + (f"?{query}" if query else "")


def _status_of_class(error: ShouxinError) -> int:
    if isinstance(error, InputError):
        return 400
    return 503 if isinstance(error, StoreError) else 500


def _told(error: ShouxinError, status: int) -> Problem:
    return Problem(
        code=error.code,
        message=logs.clean(error.what),
        where=logs.clean(error.where),
        remedy=logs.clean(error.remedy),
        status=status,
    )


def _of_framework(error: HTTPException) -> ShouxinError:
    """Return what the framework complains about in words of ours, without repeating what was sent."""
    missing = _MISSING.match(error.detail)
    if missing:
        where = f'parameter "{missing[1]}"'
        return InputError("http-parameter-missing", "a parameter is missing", where=where, remedy=_READ)
    if isinstance(error, ValidationException) and isinstance(error.extra, list) and error.extra:
        first = msgspec.convert(error.extra[0], dict[str, Any])
        message = str(first.get("message", "")).lower()
        where = f'parameter "{first.get("key", "")}"'
        return InputError(
            "http-parameter", f"a parameter cannot be used: {message}", where=where, remedy=_READ
        )
    return _OF_STATUS.get(error.status_code, _OF_STATUS[400])


def _headers(request: Request[Any, Any, Any], status: int) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 405:
        headers["Allow"] = ", ".join(allowed(request.app, request.scope["path"]))
    return headers
