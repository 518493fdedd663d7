"""The guard in Litestar: a guard of routes, and denials as 403 with the provisions."""

from collections.abc import Awaitable, Callable
from typing import Any, Unpack

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from shouxin.sdk.denied import MEDIA_TYPE, DeniedError
from shouxin.sdk.guard import About, Guard

Connection = ASGIConnection[Any, Any, Any, Any]


def answer(_request: Request[Any, Any, Any], error: DeniedError) -> Response[bytes]:
    """Return a denial as problem+json: ``exception_handlers={DeniedError: answer}``."""
    return Response(error.body, status_code=error.status, media_type=MEDIA_TYPE)


def needs(
    guard: Guard, act: str, activity: str, *, person: Callable[[Connection], str], **about: Unpack[About]
) -> Callable[[Connection, BaseRouteHandler], Awaitable[None]]:
    """Return a guard of routes: ``guards=[needs(…)]``; ``person`` finds the reference in the connection."""

    async def needed(connection: Connection, _handler: BaseRouteHandler) -> None:
        await guard.arequire(person(connection), act, activity, **about)

    return needed
