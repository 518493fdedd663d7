"""What kind of body a request may bring: one that says it is no JSON is not read as JSON."""

import re
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import BodyKwarg
from litestar.routes import HTTPRoute

from shouxin.errors import InputError

CODE = "http-content-type"
_JSON = re.compile(r"application/(?:[a-z0-9.+-]+\+)?json\s*(?:;.*)?", re.IGNORECASE)


def check(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Raise ``InputError`` (http-content-type) where JSON is read and the body is said to be no JSON."""
    given = connection.headers.get("content-type")
    if given and given != "application/json" and takes_json(handler) and not _JSON.fullmatch(given.strip()):
        raise InputError(
            CODE,
            "this address reads JSON, and the request says that its body is something else",
            where="header Content-Type",
            remedy="send Content-Type: application/json (with curl: --json)",
        )


def takes_json(handler: BaseRouteHandler) -> bool:
    """Return whether a route reads its body as JSON: it says so, or has a parameter ``JSONBody``."""
    if handler.opt.get("json") is True:
        return True
    field = handler.parsed_data_field
    body = field.kwarg_definition if field else None
    return isinstance(body, BodyKwarg) and body.media_type == "application/json"


def operations(app: Litestar) -> frozenset[str]:
    """Return the ids of the operations that read their bodies as JSON."""
    return frozenset(
        str(handler.operation_id)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if isinstance(handler, HTTPRouteHandler) and handler.operation_id and takes_json(handler)
    )
