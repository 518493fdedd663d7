"""Retention runs over HTTP."""

from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, Parameter, QueryParameter

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import end_of, today
from shouxin.duties.problem import problems
from shouxin.duties.retention.model import Overdue, Run, RunLine
from shouxin.duties.retention.service import Retention
from shouxin.law.base import Shape

_Number = Annotated[int, Parameter(description="number of the run")]
_READ, _RUN, _DECIDE = {"needs": "retention.read"}, {"needs": "retention.run"}, {"needs": "approval.decide"}


class RunDecision(Shape, frozen=True, kw_only=True):
    """A decision on a run as it was seen; who approves says the measures against leaks and until when."""

    digest: str
    give: bool
    reason: str
    measures: str = ""
    until: str = ""


class Carry(Shape, frozen=True, kw_only=True):
    """Whether to do it and take it back."""

    dry_run: bool = False


def routes(retention: Retention) -> Router:
    """Return the API at /api/retention/runs and /api/retention/overdue."""
    return Router(
        "/api/retention",
        route_handlers=[looked, listed, found, shown, decided, carried],
        dependencies={"retention": Provide(lambda: retention, sync_to_thread=False)},
        tags=["retention"],
    )


@get(
    "/overdue",
    summary="What is past its keeping time",
    operation_id="retention-overdue",
    responses=problems(400, 503),
    sync_to_thread=True,
    opt=_READ,
)
def looked(retention: NamedDependency[Retention]) -> Overdue:
    """Ask every store what it holds past its keeping time, table by table; nothing is opened."""
    return retention.look(today())


@get(
    "/runs",
    summary="Retention runs",
    operation_id="retention-runs",
    responses=problems(400, 503),
    sync_to_thread=True,
    opt=_READ,
)
def listed(
    retention: NamedDependency[Retention],
    limit: Annotated[int, QueryParameter(ge=1, le=1000, description="lines at most")] = 100,
    before: Annotated[int | None, QueryParameter(description="only runs with a lower number")] = None,
) -> tuple[RunLine, ...]:
    """Return runs, the newest first."""
    return retention.list(limit=limit, before=before)


@post(
    "/runs",
    summary="Find what is past its keeping time",
    operation_id="retention-find",
    responses=problems(400, 401, 403, 409, 503),
    status_code=200,
    sync_to_thread=True,
    opt=_RUN,
)
def found(retention: NamedDependency[Retention], principal: NamedDependency[Principal]) -> Run:
    """Open a run with what is past its keeping time, and ask for the approval of a second person."""
    actor = over_http(principal)
    return retention.find(today(), principal, actor.origin, actor)


@get(
    "/runs/{number:int}",
    summary="A retention run",
    operation_id="retention-run",
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt=_READ,
)
def shown(retention: NamedDependency[Retention], number: _Number) -> Run:
    """Return a run: what was found, who decided on it and why, how far it is carried out."""
    return retention.show(number)


@post(
    "/runs/{number:int}/decision",
    summary="Approve a retention run, or refuse it",
    operation_id="retention-decide",
    responses=problems(400, 401, 403, 404, 409, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt=_DECIDE,
)
def decided(
    retention: NamedDependency[Retention],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[RunDecision],
) -> Run:
    """Decide as another person than the one who asked, on what was seen."""
    return retention.decide(
        number,
        data.digest,
        principal,
        over_http(principal).origin,
        give=data.give,
        reason=data.reason,
        measures=data.measures,
        until=end_of(data.until),
    )


@post(
    "/runs/{number:int}/carry",
    summary="Carry a retention run out",
    operation_id="retention-carry",
    responses=problems(400, 401, 403, 404, 409, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt=_RUN,
)
def carried(
    retention: NamedDependency[Retention],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Carry],
) -> Run:
    """Delete or anonymise as approved, one transaction a store; after a break the same call goes on."""
    return retention.run(number, today(), over_http(principal), dry_run=data.dry_run)
