"""Work by hand over HTTP: the queue, what was done or found, and the second pair of eyes."""

from typing import Annotated, Any

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, Parameter

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import today
from shouxin.duties.problem import problems
from shouxin.duties.rights.model import Change, HandTask, Name, Request
from shouxin.duties.rights.service import Rights
from shouxin.duties.rights.telling import Told
from shouxin.law.base import Shape

BODY_LIMIT = 4 * 1024 * 1024
"""The largest find that is read, in bytes."""

_Number = Annotated[int, Parameter(description="number of the request")]
_CARRY: dict[str, Any] = {
    "responses": problems(400, 401, 403, 404, 409, 413, 503),
    "status_code": 200,
    "opt": {"needs": "rights.carry"},
    "sync_to_thread": True,
}


class Confirming(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The store whose work by hand is meant."""

    store: Name


def routes(rights: Rights) -> Router:
    """Return the API of work by hand, within /api/requests."""
    return Router(
        "/api/requests",
        route_handlers=[queue, tell, confirm, to_correct],
        dependencies={"rights": Provide(lambda: rights, sync_to_thread=False)},
        tags=["requests"],
        request_max_body_size=BODY_LIMIT,
    )


@get(
    "/by-hand",
    summary="What waits to be done by hand",
    operation_id="requests-by-hand",
    responses=problems(401, 403, 503),
    opt={"needs": "rights.read"},
    sync_to_thread=True,
)
def queue(rights: NamedDependency[Rights]) -> list[HandTask]:
    """Return the work that waits for somebody, that first which is due first; nobody is named."""
    return rights.by_hand(today())


@post("/{number:int}/by-hand", summary="Say what was done", operation_id="request-by-hand", **_CARRY)
def tell(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Told],
) -> Request:
    """Take down what was done, in counts, or what was found, which is kept sealed."""
    return rights.tell(number, data, today(), over_http(principal))


@post(
    "/{number:int}/by-hand/confirmed",
    summary="Confirm it",
    operation_id="request-by-hand-confirmed",
    **_CARRY,
)
def confirm(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Confirming],
) -> Request:
    """Confirm what somebody else said, where the store wants four eyes."""
    return rights.confirm(number, data.store, today(), over_http(principal))


@post(
    "/{number:int}/by-hand/changes",
    summary="What is to be corrected",
    operation_id="request-by-hand-changes",
    **_CARRY,
)
def to_correct(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Confirming],
) -> tuple[Change, ...]:
    """Return the new values for a store that people correct; the reading is written into the ledger."""
    return rights.to_correct(number, data.store, today(), over_http(principal))
