"""The console's page of the keys with which services sign their people in to the privacy centre."""

from typing import Any, Final, get_args

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect, Template

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.centre.model import Algorithm, KeyLine
from shouxin.duties.centre.service import Centre
from shouxin.duties.days import BEIJING
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.errors import InputError

ALGORITHMS: Final = get_args(Algorithm)
"""What a service may sign with."""

_CHANGE = {"needs": "key.change"}
_LONGEST = 80
"""Characters that the name of a service may have."""


def routes(centre: Centre) -> Router:
    """Return the page /centre-keys; complete without JavaScript."""
    return Router(
        "/centre-keys",
        route_handlers=[listed, added, revoked],
        dependencies={
            "centre": Provide(lambda: centre, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=64 * 1024,
        opt={"needs": "key.read"},
    )


@get("/", sync_to_thread=True)
def listed(centre: NamedDependency[Centre]) -> Template:
    """Show the keys there are, without the keys themselves."""
    return _page(centre)


@post("/", opt=_CHANGE, sync_to_thread=True, status_code=200)
def added(
    centre: NamedDependency[Centre], principal: NamedDependency[Principal], form: NamedDependency[Form]
) -> Template:
    """Register a key; a shared secret is shown this once."""
    service, public = form["service"].strip(), form["public"].strip()
    try:
        if not 0 < len(service) <= _LONGEST:
            raise InputError("form-field", "the key belongs to no service", remedy="name the service")
        if form["algorithm"] not in ALGORITHMS:
            raise InputError("form-field", "no algorithm is chosen", remedy="choose one of those offered")
        made = centre.keys.add(
            service,
            form["name"].strip(),
            form["algorithm"],  # type: ignore[arg-type]  # one of those, as was just seen
            public.encode() if public else None,
            over_http(principal),
        )
    except InputError as problem:
        return _page(centre, problem=problem, form=form)
    return _page(centre, made=made)


@post("/revoke", opt=_CHANGE, sync_to_thread=True)
def revoked(
    centre: NamedDependency[Centre], principal: NamedDependency[Principal], form: NamedDependency[Form]
) -> Template | Redirect:
    """Revoke a key at once, where that is confirmed."""
    try:
        if not form["sure"]:
            raise InputError("form-field", "it was not confirmed", remedy="tick that it is meant")
        centre.keys.revoke(form["service"], form["name"], over_http(principal))
    except InputError as problem:
        return _page(centre, problem=problem)
    return Redirect("/centre-keys", status_code=303)


def _page(
    centre: Centre,
    *,
    problem: InputError | None = None,
    made: tuple[KeyLine, str] | None = None,
    form: Form | None = None,
) -> Template:
    context: dict[str, Any] = {
        "keys": centre.keys.list(),
        "services": centre.services(),
        "algorithms": ALGORITHMS,
        "made": made,
        "problem": problem,
        "given": form,
        "local": lambda moment: moment.astimezone(BEIJING),
    }
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
    return Template("centre/keys.html", context=context, headers=headers, status_code=400 if problem else 200)
