"""Pages of retention runs: what was found, the decision on it, how far it is carried out."""

from pathlib import Path
from typing import Annotated, Any

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter
from litestar.response import Redirect, Template

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import BEIJING, end_of, today
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.duties.retention.model import Run
from shouxin.duties.retention.service import Retention
from shouxin.errors import InputError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``retention``."""

BODY_LIMIT = 64 * 1024
"""The largest form that is read, in bytes."""

_Number = Annotated[int, Parameter(description="number of the run")]
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_READ, _RUN, _DECIDE = {"needs": "retention.read"}, {"needs": "retention.run"}, {"needs": "approval.decide"}
_COLUMNS = ("null", "empty", "token", "keep")
"""What an erasure makes of a column, of which the languages have a word."""


def routes(retention: Retention) -> Router:
    """Return the pages below /retention/runs."""
    return Router(
        "/retention/runs",
        route_handlers=[index, found, shown, decided, carried],
        dependencies={
            "retention": Provide(lambda: retention, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get("/", sync_to_thread=True, opt=_READ)
def index(retention: NamedDependency[Retention]) -> Template:
    """List the runs, the newest first."""
    return _page("index", found=retention.list())


@post("/", sync_to_thread=True, opt=_RUN)
def found(
    retention: NamedDependency[Retention], principal: NamedDependency[Principal]
) -> Template | Redirect:
    """Find what is past its keeping time, and show it."""
    actor = over_http(principal)
    try:
        run = retention.find(today(), principal, actor.origin, actor)
    except InputError as problem:
        return _page("index", 400, found=retention.list(), problem=problem)
    return _to(run.number)


@get("/{number:int}", sync_to_thread=True, opt=_READ)
def shown(retention: NamedDependency[Retention], number: _Number) -> Template:
    """Show a run, with the decision or the work that comes next."""
    return _run(retention.show(number))


@post("/{number:int}/decision", sync_to_thread=True, opt=_DECIDE)
def decided(
    retention: NamedDependency[Retention],
    principal: NamedDependency[Principal],
    number: _Number,
    form: NamedDependency[Form],
) -> Template | Redirect:
    """Approve what was seen, or refuse it."""
    try:
        retention.decide(
            number,
            form["digest"],
            principal,
            over_http(principal).origin,
            give=form["do"] == "give",
            reason=form["reason"],
            measures=form["measures"],
            until=end_of(form["until"]),
        )
    except InputError as problem:
        return _run(retention.show(number), problem)
    return _to(number)


@post("/{number:int}/carry", sync_to_thread=True, opt=_RUN)
def carried(
    retention: NamedDependency[Retention],
    principal: NamedDependency[Principal],
    number: _Number,
    form: NamedDependency[Form],
) -> Template | Redirect:
    """Carry the run out, or do it and take it back."""
    dry_run = form["do"] == "try"
    try:
        run = retention.run(number, today(), over_http(principal), dry_run=dry_run)
    except InputError as problem:
        return _run(retention.show(number), problem)
    return _run(retention.show(number), tried=run) if dry_run else _to(number)


def _to(number: int) -> Redirect:
    return Redirect(f"/retention/runs/{number}", status_code=303)


def _run(found: Run, problem: InputError | None = None, tried: Run | None = None) -> Template:
    status = 400 if problem else 200
    return _page("run", status, found=found, problem=problem, tried=tried, columns=_COLUMNS)


def _page(name: str, status: int = 200, **context: Any) -> Template:
    shared = {"problem": None, "local": lambda moment: moment.astimezone(BEIJING)}
    return Template(
        f"retention/{name}.html", context={**shared, **context}, status_code=status, headers=_HEADERS
    )
