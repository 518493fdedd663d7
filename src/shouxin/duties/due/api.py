"""Time over HTTP: clocks, due dates, the calendar of a year, and the retention plan."""

from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter

from shouxin.duties.days import day, today
from shouxin.duties.due.service import (
    ClockLine,
    DueAnswer,
    KeptUntil,
    Timekeeper,
    Year,
    length,
    moment,
    pause,
)
from shouxin.duties.problem import problems
from shouxin.engine.retention import Kept

_Id = Annotated[str, Parameter(description="citation, for example cybersecurity-review:art_11")]
_Own = Annotated[str, QueryParameter(description='length where the law has none: "3 working days"')]


def routes(keeper: Timekeeper) -> Router:
    """Return the API: /api/due, /api/calendar, /api/retention."""
    return Router(
        "/api",
        route_handlers=[clocks, due, year, retention, until],
        dependencies={"keeper": Provide(lambda: keeper, sync_to_thread=False)},
        tags=["due"],
    )


@get(
    "/due",
    summary="The clocks of the law",
    operation_id="clocks",
    responses=problems(400),
    sync_to_thread=False,
    opt={"public": True},
)
def clocks(keeper: NamedDependency[Timekeeper]) -> tuple[ClockLine, ...]:
    """Return every clock with its length, or the word that the text has instead."""
    return keeper.clocks()


@get(
    "/due/{provision:str}",
    summary="When does this clock run out?",
    operation_id="due",
    responses=problems(400, 404),
    sync_to_thread=False,
    opt={"public": True},
)
def due(
    keeper: NamedDependency[Timekeeper],
    provision: _Id,
    start: Annotated[str, QueryParameter(name="from", description="day, or instant with a zone")],
    own: _Own = "",
    paused: Annotated[
        list[str] | None, QueryParameter(name="pause", description="2025-06-05..2025-06-10")
    ] = None,
    extended: Annotated[bool, QueryParameter(description="with the extension the law has")] = False,
) -> DueAnswer:
    """Return the last day, in Beijing, with every day that was skipped."""
    return keeper.due(
        provision,
        moment(start),
        own=length(own) if own else None,
        pauses=[pause(text) for text in paused or ()],
        extended=extended,
    )


@get(
    "/calendar/{number:int}",
    summary="The working days of a year",
    operation_id="calendar-year",
    responses=problems(400, 404),
    sync_to_thread=False,
    opt={"public": True},
)
def year(
    keeper: NamedDependency[Timekeeper], number: Annotated[int, Parameter(description="from 2004 to 2100")]
) -> Year:
    """Return the holidays and make-up days of a year, and whether its notice is known."""
    return keeper.year(number)


@get(
    "/retention",
    summary="The retention plan",
    operation_id="retention",
    responses=problems(400),
    sync_to_thread=False,
    opt={"needs": "retention.read"},
)
def retention(
    keeper: NamedDependency[Timekeeper],
    as_of: Annotated[str, QueryParameter(description="day of the law; today in Beijing")] = "",
) -> tuple[Kept, ...]:
    """Return for each kind of record how long it must be kept, by which provisions, and what it holds."""
    return keeper.retention({}, day(as_of) if as_of else today())


@get(
    "/retention/{kind:str}",
    summary="Until when must a record be kept?",
    operation_id="retention-until",
    responses=problems(400, 404),
    sync_to_thread=False,
    opt={"needs": "retention.read"},
)
def until(
    keeper: NamedDependency[Timekeeper],
    kind: Annotated[str, Parameter(description="kind of record")],
    made: Annotated[str, QueryParameter(description="day it was made")],
    own: _Own = "",
) -> KeptUntil:
    """Return the last day on which a record of this kind must be kept, and the provisions that say so."""
    return keeper.keep_until(kind, day(made), {}, today(), length(own) if own else None)
