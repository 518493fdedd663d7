"""Access over HTTP: who one is, the accounts, the keys, the approvals."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, Parameter, QueryParameter

from shouxin.duties.access.model import Approval, Ask, KeyLine, Limit, Operator, Origin, Reason
from shouxin.duties.access.service import Access, Principal
from shouxin.duties.problem import problems
from shouxin.errors import StoreError
from shouxin.law.base import Shape

_Number = Annotated[int, Parameter(description="number of the approval")]


class Decision(Shape, frozen=True, kw_only=True):
    """What a second person says to an approval; given, it names measures against leaks and its end."""

    give: bool
    reason: Reason
    measures: str = ""
    until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


def routes(access: Access | None) -> Router:
    """Return the API: /api/operators, /api/keys, /api/approvals."""

    def needed() -> Access:
        if access is None:
            raise StoreError(
                "store-missing",
                "there is no store that knows anyone",
                remedy="start one with `shouxin serve`",
            )
        return access

    return Router(
        "/api",
        route_handlers=[operators, keys, approvals, limits, approval, ask, decide],
        dependencies={"access": Provide(needed, sync_to_thread=False)},
        tags=["access"],
    )


@get(
    "/operators",
    summary="The accounts",
    operation_id="operators",
    responses=problems(400, 503),
    sync_to_thread=True,
    opt={"needs": "operator.read"},
)
def operators(access: NamedDependency[Access]) -> tuple[Operator, ...]:
    """Return every account with its roles, disabled ones included."""
    return access.operators.all()


@get(
    "/keys",
    summary="The keys",
    operation_id="keys",
    responses=problems(400, 503),
    sync_to_thread=True,
    opt={"needs": "key.read"},
)
def keys(access: NamedDependency[Access]) -> tuple[KeyLine, ...]:
    """Return every key without the key itself, revoked ones included."""
    return access.keys.all()


@get(
    "/approvals",
    summary="The approvals",
    operation_id="approvals",
    responses=problems(400, 503),
    sync_to_thread=True,
    opt={"needs": "approval.read"},
)
def approvals(
    access: NamedDependency[Access],
    standing: Annotated[
        str, QueryParameter(name="state", description="asked, given, refused or withdrawn")
    ] = "",
    limit: Annotated[int, QueryParameter(description="at most so many", ge=1, le=1000)] = 200,
) -> tuple[Approval, ...]:
    """Return approvals, the newest first."""
    return access.approvals.all(standing, limit)


@get(
    "/approvals/limits",
    summary="The organisation's limits",
    operation_id="approval-limits",
    responses=problems(400, 503),
    sync_to_thread=True,
    opt={"needs": "approval.read"},
)
def limits(access: NamedDependency[Access]) -> tuple[Limit, ...]:
    """Return from how many people an operation needs an approval, and how much one may cover."""
    return access.approvals.limits()


@get(
    "/approvals/{number:int}",
    summary="One approval",
    operation_id="approval",
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt={"needs": "approval.read"},
)
def approval(access: NamedDependency[Access], number: _Number) -> Approval:
    """Return an approval with what was used of it."""
    return access.approvals.one(number)


@post(
    "/approvals",
    summary="Ask for an approval",
    operation_id="approval-ask",
    responses=problems(400, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt={"needs": "approval.ask"},
)
def ask(
    access: NamedDependency[Access], principal: NamedDependency[Principal], data: JSONBody[Ask]
) -> Approval:
    """Ask for an export, a copy or a destruction in bulk; another person decides."""
    return access.approvals.ask(principal, origin(principal), data)


@post(
    "/approvals/{number:int}/decision",
    summary="Decide an approval",
    operation_id="approval-decide",
    responses=problems(400, 404, 409, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt={"needs": "approval.decide"},
)
def decide(
    access: NamedDependency[Access],
    principal: NamedDependency[Principal],
    data: JSONBody[Decision],
    number: _Number,
) -> Approval:
    """Give or refuse an approval; only a person does, and never the one who asked."""
    return access.approvals.decide(
        principal,
        origin(principal),
        number,
        give=data.give,
        reason=data.reason,
        measures=data.measures,
        until=data.until,
    )


def origin(who: Principal) -> Origin:
    """Return where someone works: an operator in the console, a key over the API."""
    return "console" if who.kind == "operator" else "api"
