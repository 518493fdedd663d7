"""The pages of work by hand: the queue, and one piece of it with the form for its answer."""

from typing import Annotated, Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter
from litestar.response import Redirect, Template

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import today
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.duties.rights import forms
from shouxin.duties.rights.by_hand import wrong
from shouxin.duties.rights.found import rows_of
from shouxin.duties.rights.model import Change, HandTask
from shouxin.duties.rights.service import Rights
from shouxin.duties.rights.telling import Told
from shouxin.errors import ShouxinError

BODY_LIMIT = 4 * 1024 * 1024
"""The largest form that is read, in bytes."""

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_Number = Annotated[int, Parameter(description="number of the request")]
_KINDS = ("deleted", "changed", "kept")


def routes(rights: Rights) -> Router:
    """Return the pages below /requests/by-hand."""
    return Router(
        "/requests/by-hand",
        route_handlers=[queue, task, tell, link],
        dependencies={
            "rights": Provide(lambda: rights, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get(sync_to_thread=True, opt={"needs": "rights.read"})
def queue(rights: NamedDependency[Rights]) -> Template:
    """Show what waits for somebody, that first which is due first."""
    return _page("by-hand", found=rights.by_hand(today()), on=today())


@get("/{number:int}", sync_to_thread=True, opt={"needs": "rights.read"})
def task(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    store: Annotated[str, QueryParameter(max_length=200)] = "",
) -> Template:
    """Show one piece of work; what is to be corrected only to whoever may do so."""
    found = _task(rights, number, store)
    return _page("task", found=found, form=None, on=today(), changes=_changes(rights, found, principal))


@post("/{number:int}", sync_to_thread=True, opt={"needs": "rights.carry"}, status_code=200)
def tell(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Response[Any]:
    """Take down what was done or found, or that it was confirmed; what cannot be comes back with the form."""
    found, who = _task(rights, number, form["store"]), over_http(principal)
    try:
        if form["how"] == "confirm":
            rights.confirm(number, found.store, today(), who)
        else:
            rights.tell(number, told_in(form, found), today(), who)
    except ShouxinError as problem:
        changes = _changes(rights, found, principal)
        return _page("task", 400, found=found, form=form, problem=problem, on=today(), changes=changes)
    return Redirect(f"/requests/{number}", status_code=303)


@post("/{number:int}/link", sync_to_thread=True, opt={"needs": "rights.carry"}, status_code=200)
def link(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Template:
    """Make a link for somebody without an account, and show it this once."""
    found, who = _task(rights, number, form["store"]), over_http(principal)
    made = rights.link(number, found.store, today(), who)
    changes = _changes(rights, found, principal)
    return _page("task", found=found, form=None, on=today(), changes=changes, link=made)


def _task(rights: Rights, number: int, store: str) -> HandTask:
    for one in rights.by_hand(today()):
        if (one.request, one.store) == (number, store):
            return one
    raise wrong(store, "waits for nobody in this request", "see the queue: /requests/by-hand")


def _changes(rights: Rights, found: HandTask, principal: Principal) -> tuple[Change, ...]:
    if not (found.corrects and principal.may("rights.carry")):
        return ()
    return rights.to_correct(found.request, found.store, today(), over_http(principal))


def told_in(form: Form, found: HandTask) -> Told:
    """Return what a form says; raise ``InputError``: rights-words, rights-found, form-field."""
    counts = {
        kind: {
            table: form.number(name)
            for at, table in enumerate(found.tables)
            if form[name := f"{kind}-{at}"].strip() not in ("", "0")
        }
        for kind in _KINDS
    }
    rows = {
        table: rows for at, table in enumerate(found.tables) if (rows := rows_of(form[f"found-{at}"], table))
    }
    because = form["because"].strip()[:2000]
    return Told(store=found.store, remark=forms.words(form, "remark"), because=because, found=rows, **counts)


def _page(name: str, status: int = 200, **context: Any) -> Template:
    return Template(
        f"rights/{name}.html",
        context={"problem": None, "link": "", **context},
        status_code=status,
        headers=_HEADERS,
    )
