"""The page of requests that controllers handed over: how far each is, and its results laid out."""

from pathlib import Path
from typing import Annotated, Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter
from litestar.response import Redirect, Template

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import today
from shouxin.duties.entrusted.service import Entrusted
from shouxin.errors import ShouxinError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``entrusted``."""

BODY_LIMIT = 64 * 1024
"""The largest form that is read, in bytes."""

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}


def routes(entrusted: Entrusted) -> Router:
    """Return the pages below /entrusted."""
    return Router(
        "/entrusted",
        route_handlers=[index, release],
        dependencies={"entrusted": Provide(lambda: entrusted, sync_to_thread=False)},
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get(sync_to_thread=True, opt={"needs": "rights.read"})
def index(entrusted: NamedDependency[Entrusted]) -> Template:
    """Show what controllers handed over, the newest first."""
    return _page(entrusted)


@post("/{number:int}/release", sync_to_thread=True, opt={"needs": "rights.carry"}, status_code=200)
def release(
    entrusted: NamedDependency[Entrusted],
    principal: NamedDependency[Principal],
    number: Annotated[int, Parameter(description="number of the request")],
) -> Response[Any]:
    """Make the copy of a request and lay it out for its controller."""
    try:
        entrusted.release(number, {}, today(), over_http(principal))
    except ShouxinError as problem:
        return _page(entrusted, problem)
    return Redirect("/entrusted", status_code=303)


def _page(entrusted: Entrusted, problem: ShouxinError | None = None) -> Template:
    context = {"found": entrusted.list(today()), "problem": problem, "terms": entrusted.terms}
    status = 400 if problem else 200
    return Template("entrusted/index.html", context=context, status_code=status, headers=_HEADERS)
