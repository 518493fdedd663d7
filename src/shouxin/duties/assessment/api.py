"""Impact assessments over HTTP."""

from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, Parameter, QueryParameter

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.assessment.model import Content, Difference, Line, View
from shouxin.duties.assessment.service import Assessments
from shouxin.duties.days import today
from shouxin.duties.problem import problems
from shouxin.law.base import Shape

_Number = Annotated[int, Parameter(description="number of the assessment")]
_READ, _WRITE, _APPROVE = ({"needs": f"assessment.{what}"} for what in ("read", "write", "approve"))


class Begun(Shape, frozen=True, kw_only=True):
    """The activity that is to be assessed."""

    service: str
    activity: str


class Written(Shape, frozen=True, kw_only=True):
    """A new version, and the one it was written over."""

    base: int
    content: Content


class Decided(Shape, frozen=True, kw_only=True):
    """A decision on a version, with its reason."""

    version: int
    give: bool
    reason: str


def routes(assessments: Assessments) -> Router:
    """Return the API at /api/assessments."""
    return Router(
        "/api/assessments",
        route_handlers=[listed, begun, compared, shown, written, decided],
        dependencies={"assessments": Provide(lambda: assessments, sync_to_thread=False)},
        tags=["assessments"],
    )


@get(
    summary="Which activities need an assessment",
    operation_id="assessments",
    responses=problems(400, 503),
    sync_to_thread=True,
    opt=_READ,
)
def listed(assessments: NamedDependency[Assessments]) -> tuple[Line, ...]:
    """Return every activity with whether it needs an assessment, why, and how its newest stands."""
    return assessments.list(today())


@post(
    summary="Begin an assessment",
    operation_id="assessment-begin",
    responses=problems(400, 401, 403, 409, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt=_WRITE,
)
def begun(
    assessments: NamedDependency[Assessments], principal: NamedDependency[Principal], data: JSONBody[Begun]
) -> View:
    """Begin an assessment of an activity, prefilled from the inventory or after the former one."""
    return assessments.begin(data.service, data.activity, today(), over_http(principal))


@get(
    "/compare",
    summary="Two versions beside each other",
    operation_id="assessment-compare",
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt=_READ,
)
def compared(
    assessments: NamedDependency[Assessments],
    one: Annotated[int, QueryParameter(description="number of an assessment")],
    one_version: Annotated[int, QueryParameter(description="its version")],
    other: Annotated[int, QueryParameter(description="number of an assessment, or the same")],
    other_version: Annotated[int, QueryParameter(description="its version")],
) -> tuple[Difference, ...]:
    """Return the fields that two versions have differently."""
    return assessments.compare((one, one_version), (other, other_version), today())


@get(
    "/{number:int}",
    summary="One assessment",
    operation_id="assessment",
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt=_READ,
)
def shown(
    assessments: NamedDependency[Assessments],
    number: _Number,
    version: Annotated[int | None, QueryParameter(description="its newest where none is given")] = None,
) -> View:
    """Return an assessment: content, what it looked at, hints, versions with their decisions, its case."""
    return assessments.show(number, today(), version)


@post(
    "/{number:int}/versions",
    summary="Write a version",
    operation_id="assessment-write",
    responses=problems(400, 401, 403, 404, 409, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt=_WRITE,
)
def written(
    assessments: NamedDependency[Assessments],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Written],
) -> View:
    """Write a new version over the one that was read, about the activity as it is now."""
    return assessments.write(number, data.content, data.base, today(), over_http(principal))


@post(
    "/{number:int}/decision",
    summary="Approve a version, or give it back",
    operation_id="assessment-decide",
    responses=problems(400, 401, 403, 404, 409, 413, 503),
    status_code=200,
    sync_to_thread=True,
    opt=_APPROVE,
)
def decided(
    assessments: NamedDependency[Assessments],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Decided],
) -> View:
    """Decide a version: a person who wrote none of them, so no key can."""
    actor = over_http(principal)
    return assessments.decide(number, data.version, principal, data.reason, today(), actor, give=data.give)
