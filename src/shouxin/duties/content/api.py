"""Content requests over HTTP: anybody may bring one; what the office does needs a permission."""

from typing import Any

from litestar import Request, Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from shouxin.duties.content.model import KIND, ContentRequest, arrival
from shouxin.duties.days import today
from shouxin.duties.desk import api as desk_api
from shouxin.duties.desk.model import MatterReceipt
from shouxin.duties.desk.pages import address
from shouxin.duties.desk.service import Desk
from shouxin.duties.problem import problems
from shouxin.store.ledger.entry import Actor


def routes(desk: Desk | None) -> Router:
    """Return the API at /api/v1/content-requests."""
    return desk_api.routes(KIND, "/api/v1/content-requests", [brought], desk)


@post(
    "/",
    summary="Ask for content to be taken down",
    operation_id="content-bring",
    responses=problems(400, 409, 413, 429, 503),
    status_code=200,
    sync_to_thread=True,
    opt={"public": True},
)
def brought(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], data: JSONBody[ContentRequest]
) -> MatterReceipt:
    """Take a request in without an account; the word in the receipt is given this once."""
    return desk.take_in(arrival(data), today(), Actor("public", "api"), address(request))
