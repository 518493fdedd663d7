"""The start page, the queue and the confirmation of a click."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from litestar.response import Redirect, Template

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.cases.model import URGENCIES, Given
from shouxin.duties.days import today
from shouxin.duties.filters.model import asked as in_address
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.duties.overview.model import DUTIES, NEAR, Asked
from shouxin.duties.overview.queue import Work
from shouxin.duties.overview.service import DENIED, Overview
from shouxin.duties.posture.service import STATES
from shouxin.duties.rights.listing import bands
from shouxin.errors import InputError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``overview``."""

WORK = "/work"
FIRST = 6
"""Items of the queue that the start page shows."""

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_BODY_LIMIT = 64 * 1024
_MOVE = {"needs": "case.move"}
Asking = Request[Any, Any, Any]


def routes(overview: Overview, work: Work, elsewhere: str) -> tuple[Router, ...]:
    """Return the pages / and /work; a stranger who opens / is sent ``elsewhere``."""
    return (
        Router(
            "/",
            route_handlers=[home, queue, stepped],
            dependencies={
                "overview": Provide(lambda: overview, sync_to_thread=False),
                "work": Provide(lambda: work, sync_to_thread=False),
                "elsewhere": Provide(lambda: elsewhere, sync_to_thread=False),
                "form": Provide(sent_form),
            },
            include_in_schema=False,
            request_max_body_size=_BODY_LIMIT,
        ),
    )


@get(sync_to_thread=True, opt={"public": True})
def home(
    request: Asking,
    overview: NamedDependency[Overview],
    work: NamedDependency[Work],
    elsewhere: NamedDependency[str],
) -> Template | Redirect:
    """Show where we stand, what is due and what is wrong; a stranger is sent to what is public."""
    who = request.scope.get("user")
    if not isinstance(who, Principal) or not who.may("case.read"):
        return Redirect(elsewhere)
    on = today()
    waiting = work.queue(who, on)
    return _page(
        "home",
        figures=overview.figures(who, on),
        waiting=waiting,
        first=waiting.items[:FIRST],
        states=STATES,
        urgencies=URGENCIES,
        ages=bands(),
        denied=DENIED,
    )


@get(WORK, sync_to_thread=True, opt={"needs": "case.read"})
def queue(
    principal: NamedDependency[Principal],
    work: NamedDependency[Work],
    duty: Annotated[str, QueryParameter(max_length=40)] = "",
    urgency: Annotated[str, QueryParameter(max_length=40)] = "",
    mine: Annotated[bool, QueryParameter()] = False,
    page: Annotated[int, QueryParameter(ge=1, le=100_000)] = 1,
) -> Template:
    """Show all that waits for somebody, most urgent first."""
    return _queue(principal, work, Asked(duty, urgency, mine), page)


@post("/work-step", sync_to_thread=True, opt=_MOVE, status_code=200)
def stepped(
    principal: NamedDependency[Principal],
    work: NamedDependency[Work],
    form: NamedDependency[Form],
) -> Template | Redirect:
    """Take a step that needs nothing but a click; without the confirmation it is asked for first."""
    number, sure = form.number("case"), form["sure"] == "yes"
    given = Given(step=form["step"], by=form["by"], version=form.number("version"), dry_run=not sure)
    back = Asked(form["duty"], form["urgency"], form["mine"] == "true")
    try:
        found = work.try_step(number, given, today(), over_http(principal))
    except InputError as problem:
        return _queue(principal, work, Asked(), 1, problem)
    if sure:
        return Redirect(f"{WORK}?{in_address(back.given)}".rstrip("?"), status_code=303)
    return _page("confirm", found=found, given=given, back=back)


def _queue(
    who: Principal,
    work: Work,
    asked: Asked,
    page: int,
    problem: InputError | None = None,
) -> Template:
    try:
        found = work.queue(who, today(), asked, page)
    except InputError as error:
        problem, asked = error, Asked()
        found = work.queue(who, today(), asked)
    return _page(
        "work",
        400 if problem else 200,
        found=found,
        asked=asked,
        duties=DUTIES,
        near=NEAR,
        problem=problem,
    )


def _page(name: str, status: int = 200, **context: Any) -> Template:
    shown: Mapping[str, Any] = {"problem": None, **context}
    return Template(f"overview/{name}.html", context=dict(shown), status_code=status, headers=_HEADERS)
