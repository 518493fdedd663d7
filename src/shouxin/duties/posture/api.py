"""Posture over HTTP: where the organisation stands, its record, and its evidence."""

from typing import Annotated

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, Parameter, QueryParameter

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import day, today
from shouxin.duties.inventory.service import Organisation
from shouxin.duties.posture.model import KeptEvidence
from shouxin.duties.posture.office import Office
from shouxin.duties.posture.service import Posture, chosen
from shouxin.duties.problem import problems
from shouxin.engine.control import Evidence
from shouxin.law.base import Shape

_Number = Annotated[int, Parameter(description="number of the evidence")]


class Added(Shape, frozen=True, kw_only=True):
    """The number that a piece of evidence was given."""

    number: int


class Changed(Shape, frozen=True, kw_only=True):
    """What a change of the organisation's record changed, in words."""

    changes: tuple[str, ...]


def routes(office: Office) -> Router:
    """Return the API: /api/posture, /api/organisation, /api/evidence."""
    return Router(
        "/api",
        route_handlers=[posture, organisation, load, evidence, add, withdraw],
        dependencies={"office": Provide(lambda: office, sync_to_thread=False)},
        tags=["posture"],
    )


@get(
    "/posture",
    summary="Where do we stand?",
    operation_id="posture",
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt={"needs": "posture.read"},
)
def posture(
    office: NamedDependency[Office],
    service: Annotated[str, QueryParameter(description="only this service")] = "",
    instrument: Annotated[str, QueryParameter(description="only this instrument")] = "",
    in_state: Annotated[str, QueryParameter(name="state", description="only what is in this state")] = "",
    as_of: Annotated[str, QueryParameter(description="day; today in Beijing")] = "",
) -> Posture:
    """Return every control asked of the organisation and its services, the most urgent first."""
    found = office.posture(day(as_of) if as_of else today())
    return chosen(found, service=service, instrument=instrument, state=in_state)


@get(
    "/organisation",
    summary="The organisation's record",
    operation_id="organisation",
    responses=problems(400, 503),
    sync_to_thread=True,
    opt={"needs": "posture.read"},
)
def organisation(office: NamedDependency[Office]) -> Organisation:
    """Return the organisation with its services and the evidence that counts."""
    return office.store.organisation()


@put(
    "/organisation",
    summary="Put the organisation's record",
    operation_id="organisation-load",
    responses=problems(400, 401, 403, 413, 503),
    sync_to_thread=True,
    opt={"needs": "posture.change"},
)
def load(
    office: NamedDependency[Office],
    principal: NamedDependency[Principal],
    data: JSONBody[Organisation],
    dry_run: Annotated[bool, QueryParameter(description="say what would change, keep nothing")] = False,
) -> Changed:
    """Put this organisation in place of what is there; evidence in it that is new is added."""
    return Changed(
        changes=office.store.load(office.judge, data, today(), over_http(principal), dry_run=dry_run)
    )


@get(
    "/evidence",
    summary="All evidence",
    operation_id="evidence",
    responses=problems(400, 503),
    sync_to_thread=True,
    opt={"needs": "posture.read"},
)
def evidence(office: NamedDependency[Office]) -> tuple[KeptEvidence, ...]:
    """Return all evidence in the order in which it was added, withdrawn evidence included."""
    return office.store.all_evidence()


@post(
    "/evidence",
    summary="Add evidence",
    operation_id="evidence-add",
    responses=problems(400, 401, 403, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt={"needs": "evidence.change"},
)
def add(
    office: NamedDependency[Office], principal: NamedDependency[Principal], data: JSONBody[Evidence]
) -> Added:
    """Add evidence for one element of a control; what cannot count is refused and nothing is kept."""
    return Added(number=office.store.add(office.judge, [data], today(), over_http(principal))[0])


@delete(
    "/evidence/{number:int}",
    summary="Withdraw evidence",
    operation_id="evidence-withdraw",
    responses=problems(400, 401, 403, 404, 503),
    status_code=200,
    sync_to_thread=True,
    opt={"needs": "evidence.change"},
)
def withdraw(
    office: NamedDependency[Office],
    principal: NamedDependency[Principal],
    number: _Number,
    why: Annotated[str, QueryParameter(description="why it no longer counts", max_length=2000)],
) -> Added:
    """Withdraw evidence: it stays in the record and counts no more."""
    office.store.withdraw(number, why, over_http(principal))
    return Added(number=number)
