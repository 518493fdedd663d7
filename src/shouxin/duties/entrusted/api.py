"""What controllers ask over HTTP, in the form of OpenDSR; each answer is signed."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import today
from shouxin.duties.entrusted.service import Entrusted, Signed
from shouxin.errors import InputError

BODY_LIMIT = 64 * 1024
"""The largest request that is read, in bytes."""

_NEEDS = {"needs": "entrusted.ask"}
_ROOTS = ("/requests", "/v1/requests", "/v1/opendsr_requests", "/v1/opengdpr_requests")
_ONE = [f"{root}/{{key:str}}" for root in _ROOTS]
_STATUS = {"opendsr-unknown": 404, "opendsr-off": 404, "opendsr-controller": 403, "opendsr-state": 409}
_Key = Annotated[str, Parameter(description="the controller's number of the request", max_length=100)]
_Answer = Response[bytes]


def routes(entrusted: Entrusted) -> Router:
    """Return what is at /opendsr."""
    return Router(
        "/opendsr",
        route_handlers=[discovery, certificate, take, status, cancel, results],
        dependencies={"entrusted": Provide(lambda: entrusted, sync_to_thread=False)},
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get(["/discovery", "/v1/discovery"], opt={"public": True})
async def discovery(entrusted: NamedDependency[Entrusted]) -> _Answer:
    """Say what is taken here, and where our certificate is."""
    return await asyncio.to_thread(_answered, entrusted.discovery)


@get(["/cert.pem", "/v1/cert.pem"], opt={"public": True})
async def certificate(entrusted: NamedDependency[Entrusted]) -> _Answer:
    """Give our certificate with its chain."""
    try:
        return Response(entrusted.signer.chain, media_type="application/x-pem-file")
    except InputError as error:
        return _refused(error)


@post(list(_ROOTS), opt=_NEEDS, status_code=201)
async def take(
    request: Request[Any, Any, Any],
    entrusted: NamedDependency[Entrusted],
    principal: NamedDependency[Principal],
) -> _Answer:
    """Take a request of the controller whose key came with it."""
    body, who = await request.body(), over_http(principal)
    return await asyncio.to_thread(_answered, lambda: entrusted.take(principal.name, body, today(), who), 201)


@get(_ONE, opt=_NEEDS)
async def status(
    entrusted: NamedDependency[Entrusted], principal: NamedDependency[Principal], key: _Key
) -> _Answer:
    """Say how far a request is."""
    return await asyncio.to_thread(_answered, lambda: entrusted.status(principal.name, key, today()))


@delete(_ONE, opt=_NEEDS, status_code=202)
async def cancel(
    entrusted: NamedDependency[Entrusted], principal: NamedDependency[Principal], key: _Key
) -> _Answer:
    """Cancel a request of which nothing was begun."""
    who = over_http(principal)
    return await asyncio.to_thread(
        _answered, lambda: entrusted.cancel(principal.name, key, today(), who), 202
    )


@get(["/results/{key:str}", "/v1/results/{key:str}"], opt=_NEEDS)
async def results(
    entrusted: NamedDependency[Entrusted], principal: NamedDependency[Principal], key: _Key
) -> _Answer:
    """Give the results of a completed request, to its controller alone."""
    try:
        found = await asyncio.to_thread(entrusted.results, principal.name, key)
        headers = {**entrusted.signer.headers(found), "Cache-Control": "no-store"}
    except InputError as error:
        return _refused(error)
    return Response(found, media_type="application/zip", headers=headers)


def _answered(work: Callable[[], Signed], status_code: int = 200) -> _Answer:
    """Return a signed answer, or the error in the form that controllers know."""
    try:
        told = work()
    except InputError as error:
        return _refused(error)
    headers = {**told.headers, "Cache-Control": "no-store"}
    return Response(told.body, media_type="application/json", status_code=status_code, headers=headers)


def _refused(error: InputError) -> _Answer:
    code = _STATUS.get(error.code, 400)
    one = {"domain": "shouxin", "reason": error.code, "message": error.what}
    body = msgspec.json.encode({"error": {"code": code, "message": error.what, "errors": [one]}})
    return Response(
        body, media_type="application/json", status_code=code, headers={"Cache-Control": "no-store"}
    )
