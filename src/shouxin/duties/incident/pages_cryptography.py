"""The page on which leaks and risks of core and ordinary cryptography are taken in."""

from datetime import date
from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect, Template

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import today
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.duties.incident import cryptography
from shouxin.duties.incident.service import Incidents
from shouxin.errors import InputError, ShouxinError

BODY_LIMIT = 64 * 1024
"""The largest form that is read, in bytes."""

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}


def routes(incidents: Incidents) -> Router:
    """Return the page at /incidents/cryptography."""
    return Router(
        "/incidents/cryptography",
        route_handlers=[index, taken],
        dependencies={
            "incidents": Provide(lambda: incidents, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get(sync_to_thread=True, opt={"needs": "incident.read"})
def index(incidents: NamedDependency[Incidents]) -> Template:
    """Show what was taken in, and the form."""
    return _page(incidents)


@post(sync_to_thread=True, opt={"needs": "incident.record"}, status_code=200)
def taken(
    incidents: NamedDependency[Incidents],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
) -> Response[Any]:
    """Open a case; a form that cannot be used comes back as it was filled in."""
    try:
        made = cryptography.take_in(incidents.cases, _finding(form), today(), over_http(principal))
    except ShouxinError as problem:
        return _page(incidents, problem, form)
    return Redirect(f"/cases/{made.id}", status_code=303)


def _finding(form: Form) -> cryptography.Finding:
    """Return what a form says; raise ``InputError`` (form-field)."""
    said = {name: form[name] == "yes" for name in cryptography.JUDGED if form[name] in ("yes", "no")}
    plain = {"found_on": form["found_on"].strip(), "finding": form["finding"].strip(), **said}
    try:
        found = msgspec.convert(plain, cryptography.Finding)
        if found.found_on > today():
            raise ValueError
    except (msgspec.ValidationError, ValueError):
        raise InputError(
            "form-field",
            "the day or the text of the finding cannot be used",
            remedy="give a day that is not to come, and a sentence or two",
        ) from None
    return found


def _page(incidents: Incidents, problem: ShouxinError | None = None, form: Form | None = None) -> Template:
    context: dict[str, Any] = {
        "found": cryptography.known(incidents.cases),
        "facts": incidents.cases.procedures.machine(cryptography.PROCEDURE).data.facts,
        "judged": cryptography.JUDGED,
        "problem": problem,
        "form": form,
        "on": date.isoformat(today()),
    }
    status = 400 if problem else 200
    return Template("incident/cryptography.html", context=context, status_code=status, headers=_HEADERS)
