"""Incidents over HTTP. People stand in bodies only, and no answer names one."""

import io
from datetime import date
from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, Parameter, QueryParameter, RawBody

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.cases.model import Given
from shouxin.duties.days import day, today
from shouxin.duties.incident.gateway import gateway
from shouxin.duties.incident.model import (
    Account,
    Draft,
    Figures,
    IncidentLine,
    IncidentView,
    Listed,
    Party,
    Report,
    Search,
    Searched,
    Sent,
)
from shouxin.duties.incident.service import Incidents
from shouxin.duties.problem import problems
from shouxin.law.base import Shape

_Number = Annotated[int, Parameter(description="number of the incident")]
_READ, _RECORD, _NOTIFY = ({"needs": f"incident.{what}"} for what in ("read", "record", "notify"))


class Amended(Shape, frozen=True, kw_only=True):
    """A new account, and the version it was written over."""

    base: int
    account: Account


class Notice(Shape, frozen=True, kw_only=True):
    """Who is to be told, and for an authority how it was."""

    party: Party
    reference: str = ""


def routes(incidents: Incidents) -> Router:
    """Return the API at /api/incidents."""
    return Router(
        "/api/incidents",
        route_handlers=[listed, recorded, figures, shown, amended, moved, people, found, draft, issued, sent],
        dependencies={"incidents": Provide(lambda: incidents, sync_to_thread=False)},
        tags=["incidents"],
    )


@get(
    summary="The incidents",
    operation_id="incidents",
    responses=problems(400, 503),
    sync_to_thread=True,
    opt=_READ,
)
def listed(
    incidents: NamedDependency[Incidents],
    before: Annotated[int | None, QueryParameter(description="only incidents with a lower number")] = None,
    limit: Annotated[int, QueryParameter(description="at most so many", ge=1, le=1000)] = 100,
) -> tuple[IncidentLine, ...]:
    """Return incidents, the newest first."""
    return incidents.list(today(), limit=limit, before=before)


@post(
    summary="Put an incident on record",
    operation_id="incident-record",
    responses=problems(400, 401, 403, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt=_RECORD,
)
def recorded(
    incidents: NamedDependency[Incidents], principal: NamedDependency[Principal], data: JSONBody[Report]
) -> IncidentView:
    """Put an incident on record; its procedure begins, and with it the clocks."""
    return incidents.record(data, today(), over_http(principal))


@get(
    "/figures",
    summary="Incidents in numbers",
    operation_id="incident-figures",
    responses=problems(400, 503),
    sync_to_thread=True,
    opt=_READ,
)
def figures(
    incidents: NamedDependency[Incidents],
    since: Annotated[str, QueryParameter(description="first day; the beginning of the year")] = "",
    until: Annotated[str, QueryParameter(description="last day; today in Beijing")] = "",
) -> Figures:
    """Return the incidents put on record between two days in numbers; exercises are counted apart."""
    last = day(until) if until else today()
    return incidents.figures(day(since) if since else date(last.year, 1, 1), last)


@get(
    "/{number:int}",
    summary="One incident",
    operation_id="incident",
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt=_READ,
)
def shown(incidents: NamedDependency[Incidents], number: _Number) -> IncidentView:
    """Return an incident: account, risk, clocks, steps that may come next, notices."""
    return incidents.show(number, today())


@post(
    "/{number:int}/account",
    summary="Amend the account",
    operation_id="incident-amend",
    responses=problems(400, 401, 403, 404, 409, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt=_RECORD,
)
def amended(
    incidents: NamedDependency[Incidents],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Amended],
) -> IncidentView:
    """Write a new version of the account over the one that was read."""
    return incidents.amend(number, data.account, data.base, today(), over_http(principal))


@post(
    "/{number:int}/steps",
    summary="Take a step",
    operation_id="incident-step",
    responses=problems(400, 401, 403, 404, 409, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt=_RECORD,
)
def moved(
    incidents: NamedDependency[Incidents],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Given],
) -> IncidentView:
    """Take a step of the procedure: `{step, by, on, facts, records, version, dry_run}`."""
    return incidents.take(number, data, today(), over_http(principal))


@post(
    "/{number:int}/people",
    summary="Whom it touches",
    operation_id="incident-people",
    responses=problems(400, 401, 403, 404, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt=_RECORD,
)
def people(
    incidents: NamedDependency[Incidents],
    principal: NamedDependency[Principal],
    number: _Number,
    body: RawBody,
) -> Listed:
    """Take people down: one reference of the service's own a line, in UTF-8; sent again, nothing changes."""
    return incidents.add_people(number, io.BytesIO(body), over_http(principal))


@post(
    "/{number:int}/people/search",
    summary="Whom it touches, found through a store",
    operation_id="incident-people-search",
    responses=problems(400, 401, 403, 404, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt=_RECORD,
)
def found(
    incidents: NamedDependency[Incidents],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Search],
) -> Searched:
    """Count whom rows of a store are about, by category; unless it is a dry run take them down."""
    return incidents.find_people(number, data, over_http(principal))


@get(
    "/{number:int}/draft",
    summary="A notice as it would be",
    operation_id="incident-draft",
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt=_READ,
)
def draft(
    incidents: NamedDependency[Incidents],
    number: _Number,
    party: Annotated[Party, QueryParameter(description="who is told")],
) -> Draft:
    """Return the notice to a party as it follows from the account, item by item of the law."""
    return incidents.draft(number, party)


@post(
    "/{number:int}/notices",
    summary="Give a notice",
    operation_id="incident-issue",
    responses=problems(400, 401, 403, 404, 409, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt=_NOTIFY,
)
def issued(
    incidents: NamedDependency[Incidents],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Notice],
) -> IncidentView:
    """Write down the notice that an authority was given, or fix the one that people will get."""
    return incidents.issue(number, data.party, today(), over_http(principal), data.reference)


@post(
    "/{number:int}/send",
    summary="Tell people",
    operation_id="incident-send",
    responses=problems(400, 401, 403, 404, 409, 503),
    status_code=200,
    sync_to_thread=True,
    opt=_NOTIFY,
)
def sent(
    incidents: NamedDependency[Incidents], principal: NamedDependency[Principal], number: _Number
) -> Sent:
    """Hand the notice out to people who were not told yet, some 50,000 a call, through the gateway set."""
    return incidents.send(number, gateway(incidents.gateway), today(), over_http(principal))
