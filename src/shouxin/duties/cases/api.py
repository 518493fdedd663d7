"""Cases over HTTP: /api/procedures, /api/cases, /api/deadlines. Whatever changes a case needs the token."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter, RawBody

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.cases.model import (
    CaseLine,
    CaseView,
    DeadlineLine,
    Given,
    ProcedureLine,
    ProcedureView,
    Taken,
)
from shouxin.duties.cases.procedures import Procedures
from shouxin.duties.cases.service import Cases
from shouxin.duties.days import today
from shouxin.duties.due.service import Timekeeper, length
from shouxin.duties.problem import problems
from shouxin.errors import InputError, StoreError

_Number = Annotated[int, Parameter(description="number of the case")]
_Name = Annotated[str, Parameter(description="name of the procedure")]
_Procedure = Annotated[str, QueryParameter(description="only of this procedure")]


def routes(keeper: Timekeeper, cases: Cases | None) -> Router:
    """Return the API: /api/procedures, /api/cases, /api/deadlines."""
    procedures = Procedures(keeper)

    def needed() -> Cases:
        if cases is None:
            raise StoreError(
                "cases-no-store", "this server keeps no cases", remedy="start it with `shouxin serve`"
            )
        return cases

    return Router(
        "/api",
        route_handlers=[all_procedures, one_procedure, opened, moved, listed, shown, deadlines],
        dependencies={
            "procedures": Provide(lambda: procedures, sync_to_thread=False),
            "cases": Provide(needed, sync_to_thread=False),
        },
        tags=["cases"],
    )


@get(
    "/procedures",
    summary="The procedures of the law",
    operation_id="procedures",
    responses=problems(400),
    sync_to_thread=True,
    opt={"public": True},
)
def all_procedures(procedures: NamedDependency[Procedures]) -> tuple[ProcedureLine, ...]:
    """Return every procedure with the number of its states and steps."""
    return procedures.all()


@get(
    "/procedures/{name:str}",
    summary="One procedure",
    operation_id="procedure",
    responses=problems(400, 404),
    sync_to_thread=True,
    opt={"public": True},
)
def one_procedure(procedures: NamedDependency[Procedures], name: _Name) -> ProcedureView:
    """Return a procedure: its parties, states and steps, with who, when, records, clocks and provisions."""
    return procedures.show(name)


@post(
    "/cases",
    summary="Open a case",
    operation_id="case-open",
    responses=problems(400, 401, 403, 404, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt={"needs": "case.move"},
)
def opened(
    cases: NamedDependency[Cases],
    principal: NamedDependency[Principal],
    body: RawBody,
    procedure: Annotated[str, QueryParameter(description="name of the procedure")],
) -> Taken:
    """Open a case with its first step: `{by, step, on, facts, records, dry_run}` as JSON.

    Records hold a text or a reference to where a document lies, and no personal information.
    """
    return cases.open(procedure, _given(body), today(), over_http(principal))


@post(
    "/cases/{number:int}/steps",
    summary="Take a step",
    operation_id="case-move",
    responses=problems(400, 401, 403, 404, 409, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt={"needs": "case.move"},
)
def moved(
    cases: NamedDependency[Cases], principal: NamedDependency[Principal], body: RawBody, number: _Number
) -> Taken:
    """Take a step: `{step, by, on, facts, records, version, dry_run}`; a refused one changes nothing."""
    return cases.move(number, _given(body), today(), over_http(principal))


@get(
    "/cases",
    summary="The cases",
    operation_id="cases",
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt={"needs": "case.read"},
)
def listed(
    cases: NamedDependency[Cases],
    procedure: _Procedure = "",
    standing: Annotated[
        str, QueryParameter(name="state", description="open, ended, or the name of a state")
    ] = "",
    late: Annotated[bool, QueryParameter(description="only where a deadline is over and not met")] = False,
    before: Annotated[int | None, QueryParameter(description="only cases with a lower number")] = None,
    limit: Annotated[int, QueryParameter(description="at most so many", ge=1, le=1000)] = 100,
) -> tuple[CaseLine, ...]:
    """Return cases, newest first."""
    return cases.list(procedure=procedure, state=standing, late=late, before=before, limit=limit)


@get(
    "/cases/{number:int}",
    summary="One case",
    operation_id="case",
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt={"needs": "case.read"},
)
def shown(cases: NamedDependency[Cases], number: _Number) -> CaseView:
    """Return a case: its history, its clocks, and the steps that may come next."""
    return cases.show(number, today())


@get(
    "/deadlines",
    summary="What is due",
    operation_id="deadlines",
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt={"needs": "case.read"},
)
def deadlines(
    cases: NamedDependency[Cases],
    within: Annotated[str, QueryParameter(description='"14 days", "5 working days"')] = "",
    procedure: _Procedure = "",
) -> tuple[DeadlineLine, ...]:
    """Return what is owed, late ones first."""
    return cases.due(today(), within=length(within) if within else None, procedure=procedure)


def _given(body: bytes) -> Given:
    """Return a step from JSON; raise ``InputError`` (case-json)."""
    try:
        return msgspec.json.decode(body, type=Given)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        said = str(error)
        raise InputError(
            "case-json",
            f"the step cannot be read: {said[:1].lower()}{said[1:200]}",
            where="body",
            remedy='send {"by": "operator", "step": "answer", "records": {"answer": "…"}}',
        ) from None
