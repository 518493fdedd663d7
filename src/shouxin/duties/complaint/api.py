"""Complaints over HTTP: anybody may bring one; what the office does needs a permission."""

from typing import Any

from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from shouxin.duties.complaint.model import KIND, Complaint, arrival
from shouxin.duties.days import today
from shouxin.duties.desk import api as desk_api
from shouxin.duties.desk.model import MatterReceipt
from shouxin.duties.desk.pages import address
from shouxin.duties.desk.service import Desk
from shouxin.duties.problem import problems
from shouxin.law.base import Shape, Words
from shouxin.store.ledger.entry import Actor


class ComplaintSubject(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Something that one may complain of here."""

    name: str
    label: Words


def routes(desk: Desk | None) -> Router:
    """Return the API at /api/v1/complaints."""
    return desk_api.routes(KIND, "/api/v1/complaints", [brought, subjects], desk)


@post(
    "/",
    summary="Bring a complaint",
    operation_id="complaint-bring",
    responses=problems(400, 409, 413, 429, 503),
    status_code=200,
    sync_to_thread=True,
    opt={"public": True},
)
def brought(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], data: JSONBody[Complaint]
) -> MatterReceipt:
    """Take a complaint in without an account; the word in the receipt is given this once."""
    return desk.take_in(arrival(data), today(), Actor("public", "api"), address(request))


@get(
    "/subjects",
    summary="What one may complain of here",
    operation_id="complaint-subjects",
    responses=problems(503),
    sync_to_thread=True,
    opt={"public": True},
)
def subjects(desk: NamedDependency[Desk]) -> tuple[ComplaintSubject, ...]:
    """Return the subjects that the law's procedure has and that this organisation answers for."""
    (fact,) = (one for one in desk.machine.data.facts if one.name == "subject")
    return tuple(
        ComplaintSubject(name=name, label=fact.value_labels[name]) for name in desk.offered("subject")
    )
