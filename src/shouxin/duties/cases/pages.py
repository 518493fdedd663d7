"""Pages of procedures, cases and what is due; they show and change nothing."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from litestar import Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter
from litestar.response import Template
from markupsafe import Markup

from shouxin.duties.cases import diagram, ics
from shouxin.duties.cases.model import SOON, URGENCIES, DeadlineLine
from shouxin.duties.cases.procedures import Procedures
from shouxin.duties.cases.service import Cases
from shouxin.duties.days import today
from shouxin.duties.due.service import Timekeeper, length

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``cases``."""

WITHIN = ("7 days", "14 days", "31 days", "92 days")
"""The times that the filter of the calendar offers."""

AT_ONCE = 100
"""Cases on a page."""

DUE_AT_ONCE = 500
"""Deadlines on a page of the calendar."""

_Name = Annotated[str, Parameter(description="name of the procedure")]
_Number = Annotated[int, Parameter(description="number of the case")]
_HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"}


def routes(keeper: Timekeeper, cases: Cases | None) -> Router:
    """Return the pages: /procedures, and where cases are kept /cases, /calendar and /calendar.ics."""
    procedures = Procedures(keeper)
    handlers: list[Any] = [all_procedures, one_procedure]
    if cases is not None:
        handlers += [listed, shown, calendar, feed]
    return Router(
        "/",
        route_handlers=handlers,
        dependencies={
            "procedures": Provide(lambda: procedures, sync_to_thread=False),
            "cases": Provide(lambda: cases, sync_to_thread=False),
        },
        include_in_schema=False,
    )


def entries(cases: Cases | None) -> Sequence[tuple[str, str]]:
    """Return the places in the navigation."""
    kept = (("/cases", "nav.cases"), ("/calendar", "nav.calendar")) if cases else ()
    return (("/procedures", "nav.procedures"), *kept)


@get("/procedures", sync_to_thread=True, opt={"public": True})
def all_procedures(procedures: NamedDependency[Procedures]) -> Template:
    """Show every procedure."""
    return _page("procedures", found=procedures.all())


@get("/procedures/{name:str}", sync_to_thread=True, opt={"public": True})
def one_procedure(procedures: NamedDependency[Procedures], name: _Name) -> Template:
    """Show a procedure with its diagram and the table of its steps."""
    found = procedures.show(name)
    return _page(
        "procedure",
        found=found,
        drawn=lambda code: Markup(diagram.svg(found, code)),  # noqa: S704  # escaped there
        states={state.name: state.label for state in found.states},
        parties={party.name: party.label for party in found.parties},
    )


@get("/cases", sync_to_thread=True, opt={"needs": "case.read"})
def listed(
    cases: NamedDependency[Cases],
    procedure: Annotated[str, QueryParameter()] = "",
    standing: Annotated[str, QueryParameter(name="state")] = "",
    late: Annotated[bool, QueryParameter()] = False,
    before: Annotated[int | None, QueryParameter(ge=0)] = None,
) -> Template:
    """Show the cases, newest first, with filters; ``before`` goes on before a case."""
    found = cases.list(procedure=procedure, state=standing, late=late, before=before, limit=AT_ONCE + 1)
    return _page(
        "cases",
        found=found[:AT_ONCE],
        more=found[AT_ONCE - 1].id if len(found) > AT_ONCE else None,
        procedures=cases.procedures.all(),
        asked={"procedure": procedure, "state": standing, "late": late},
    )


@get("/cases/{number:int}", sync_to_thread=True, opt={"needs": "case.read"})
def shown(cases: NamedDependency[Cases], number: _Number) -> Template:
    """Show a case: clocks with their countdown, next steps, history."""
    found = cases.show(number, today())
    machine = cases.procedures.machine(found.procedure)
    return _page(
        "case",
        found=found,
        steps={step.name: step.label for step in machine.data.steps},
        parties={party.name: party.label for party in machine.data.parties},
        facts={fact.name: fact.label for fact in machine.data.facts},
        records={one.name: one.what for step in machine.data.steps for one in step.records},
    )


@get("/calendar", sync_to_thread=True, opt={"needs": "case.read"})
def calendar(
    cases: NamedDependency[Cases],
    within: Annotated[str, QueryParameter()] = "",
    procedure: Annotated[str, QueryParameter()] = "",
    by: Annotated[str, QueryParameter()] = "week",
    near: Annotated[str, QueryParameter(name="urgency", max_length=20)] = "",
    after: Annotated[int | None, QueryParameter(ge=0)] = None,
) -> Template:
    """Show what is due, late ones first, by day, week or month; ``after`` goes on after a deadline."""
    span = length(within) if within else None
    found = cases.due(
        today(), within=span, procedure=procedure, near=near, after=after, limit=DUE_AT_ONCE + 1
    )
    return _page(
        "calendar",
        groups=grouped(found[:DUE_AT_ONCE], by),
        more=found[DUE_AT_ONCE - 1].id if len(found) > DUE_AT_ONCE else None,
        procedures=cases.procedures.all(),
        spans=WITHIN,
        asked={"within": within, "procedure": procedure, "by": by, "urgency": near},
        urgencies=(SOON, *URGENCIES),
    )


@get("/calendar.ics", sync_to_thread=True, opt={"needs": "case.read"})
def feed(cases: NamedDependency[Cases], lang: Annotated[str, QueryParameter()] = "zh") -> Response[bytes]:
    """Return what is due as a calendar file: procedure, case number and provision, nothing of a person."""
    language = lang if lang in ("zh", "en", "es") else "zh"
    return Response(ics.feed(cases.due(today()), language), media_type="text/calendar; charset=utf-8")


def grouped(
    found: Sequence[DeadlineLine], by: str
) -> list[tuple[date | None, date | None, list[DeadlineLine]]]:
    """Return deadlines in groups with the first and last day of each; the group without days is late."""
    groups: dict[tuple[date | None, date | None], list[DeadlineLine]] = {}
    for item in sorted(found, key=lambda item: (not item.late, item.due)):
        groups.setdefault((None, None) if item.late else _bounds(item.due, by), []).append(item)
    return [(*bounds, items) for bounds, items in groups.items()]


def _bounds(day: date, by: str) -> tuple[date, date]:
    if by == "day":
        return day, day
    if by == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=6)


def _page(name: str, **context: Any) -> Template:
    return Template(f"cases/{name}.html", context=context, headers=_HEADERS)
