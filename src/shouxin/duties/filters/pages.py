"""What the forms beside a list change: a filter is kept under a name, renamed, deleted."""

from pathlib import Path
from typing import Annotated, Any

from litestar import Router, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter
from litestar.response import Redirect, Template

from shouxin.duties.access.service import Principal
from shouxin.duties.filters.model import PLACES
from shouxin.duties.filters.service import SavedFilters
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.errors import InputError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``filters``."""

_BODY_LIMIT = 16 * 1024
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_LAST = 2**63 - 1
_Number = Annotated[int, Parameter(description="number of the filter", ge=1, le=_LAST)]


def routes(saved: SavedFilters) -> Router:
    """Return what is sent to /filters; every list shows its own."""
    return Router(
        "/filters",
        route_handlers=[kept, renamed, forgotten, restored],
        dependencies={
            "saved": Provide(lambda: saved, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=_BODY_LIMIT,
        opt={"needs": "account.own"},
    )


@post("/", sync_to_thread=True, status_code=200)
def kept(
    principal: NamedDependency[Principal], saved: NamedDependency[SavedFilters], form: NamedDependency[Form]
) -> Template | Redirect:
    """Keep the filter of a list under a name, and go back to the list."""
    place = form["place"]
    try:
        query = saved.keep(principal, place, form["name"], form["query"])
    except InputError as problem:
        if problem.code == "permission-missing":
            raise
        return _problem(problem, place)
    return Redirect(f"{place}?{query}", status_code=303)


@post("/{number:int}", sync_to_thread=True, status_code=200)
def renamed(
    principal: NamedDependency[Principal],
    saved: NamedDependency[SavedFilters],
    form: NamedDependency[Form],
    number: _Number,
) -> Template | Redirect:
    """Give a filter of one's own another name."""
    try:
        address = saved.rename(principal, number, form["name"])
    except InputError as problem:
        if problem.code == "filter-unknown":
            raise
        return _problem(problem, form["place"])
    return Redirect(address, status_code=303)


@post("/{number:int}/delete", sync_to_thread=True)
def forgotten(
    principal: NamedDependency[Principal], saved: NamedDependency[SavedFilters], number: _Number
) -> Redirect:
    """Delete a filter of one's own."""
    return Redirect(saved.forget(principal, number), status_code=303)


@post("/{number:int}/restore", sync_to_thread=True)
def restored(
    principal: NamedDependency[Principal], saved: NamedDependency[SavedFilters], number: _Number
) -> Redirect:
    """Undo that a filter of one's own was deleted, a while after."""
    return Redirect(saved.restore(principal, number), status_code=303)


def _problem(problem: InputError, place: str) -> Template:
    """Return the page that says why nothing was kept, with the way back to the list."""
    context: dict[str, Any] = {"problem": problem, "back": place if place in PLACES else "/work"}
    return Template("filters/problem.html", context=context, status_code=400, headers=_HEADERS)
