"""Callbacks of entrusted parties, in the form of OpenDSR."""

import asyncio
from typing import Any

from litestar import Request, Router, post
from litestar.di import NamedDependency, Provide

from shouxin.duties.problem import problems
from shouxin.duties.rights.heard import Call
from shouxin.duties.rights.service import Rights
from shouxin.law.base import Shape

BODY_LIMIT = 64 * 1024
"""The largest callback that is read, in bytes."""

_NAMES = ("opengdpr", "opendsr")


class Taken(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """That a callback was taken: the status is asked for."""

    taken: bool = True


def routes(rights: Rights) -> Router:
    """Return the API at /api/opendsr."""
    return Router(
        "/api/opendsr",
        route_handlers=[callback],
        dependencies={"rights": Provide(lambda: rights, sync_to_thread=False)},
        tags=["requests"],
        request_max_body_size=BODY_LIMIT,
    )


@post(
    "/callbacks",
    summary="A party says that a status changed",
    operation_id="opendsr-callback",
    responses=problems(400, 403, 413, 503),
    status_code=200,
    opt={"public": True},
)
async def callback(request: Request[Any, Any, Any], rights: NamedDependency[Rights]) -> Taken:
    """Take a signed callback; the status is then asked for, and nothing else rests on it."""
    told = {name: request.headers.get(f"x-{name}-processor-domain", "") for name in _NAMES}
    name = next((name for name in _NAMES if told[name]), _NAMES[0])
    signature = request.headers.get(f"x-{name}-signature", "")
    await asyncio.to_thread(rights.heard, Call(told[name], signature, await request.body()))
    return Taken()
