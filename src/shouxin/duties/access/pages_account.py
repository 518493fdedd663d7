"""The own account: password, one-time codes, recovery codes, and the sessions that are open."""

from collections.abc import Sequence
from typing import Any

from litestar import Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect, Template
from markupsafe import Markup

from shouxin.duties.access import codes, cookies
from shouxin.duties.access.forms import BODY_LIMIT, Asked, back, page
from shouxin.duties.access.service import Access, Principal
from shouxin.duties.forms import Form, form
from shouxin.errors import InputError

_OWN = {"needs": "account.own"}


def routes(access: Access) -> Router:
    """Return the page /account with its forms."""
    return Router(
        "/account",
        route_handlers=[account, password, set_codes, drop_codes, end],
        dependencies={
            "access": Provide(lambda: access, sync_to_thread=False),
            "form": Provide(form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
        opt=_OWN,
    )


@get("/", sync_to_thread=True)
def account(access: NamedDependency[Access], principal: NamedDependency[Principal]) -> Template:
    """Show the own account."""
    return _page(access, principal)


@post("/password", sync_to_thread=True)
def password(
    request: Asked,
    access: NamedDependency[Access],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
) -> Template | Redirect:
    """Put a new password in place of the old."""
    try:
        token = access.own.change_password(principal, form["password"], form["wanted"])
    except InputError as problem:
        return _page(access, principal, problem)
    return back("/account", baked=[cookies.renewed(request, token)])


@post("/codes", sync_to_thread=True, status_code=200)
def set_codes(
    request: Asked,
    access: NamedDependency[Access],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
) -> Template:
    """Turn one-time codes on; the recovery codes are shown this once."""
    try:
        made, token = access.own.set_codes(principal, form["password"], form["seed"], form["code"])
    except InputError as problem:
        return _page(access, principal, problem, seed=form["seed"])
    return _page(access, principal, recovery=made, baked=[cookies.renewed(request, token)])


@post("/codes/off", sync_to_thread=True)
def drop_codes(
    request: Asked,
    access: NamedDependency[Access],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
) -> Template | Redirect:
    """Turn one-time codes off."""
    try:
        token = access.own.drop_codes(principal, form["password"])
    except InputError as problem:
        return _page(access, principal, problem)
    return back("/account", baked=[cookies.renewed(request, token)])


@post("/sessions", sync_to_thread=True)
def end(
    request: Asked,
    access: NamedDependency[Access],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
) -> Redirect:
    """End one of the own sessions, the one at hand included."""
    number = form.number("session")
    access.sessions.end(principal, number)
    if number == principal.session:
        return back("/sign-in", baked=[cookies.gone(request, cookies.SESSION)])
    return back("/account")


def _page(
    access: Access,
    who: Principal,
    problem: InputError | None = None,
    *,
    seed: str = "",
    recovery: tuple[str, ...] = (),
    baked: Sequence[Cookie] = (),
) -> Template:
    found = access.own.account(who)
    context: dict[str, Any] = {"setup": None, "picture": None}
    if found.password and not found.one_time_codes:
        setup = codes.setup(found.name, seed if codes.is_seed(seed) else "")
        context = {"setup": setup, "picture": Markup(setup.picture)}  # noqa: S704  # segno's own SVG
    return page(
        "account",
        problem,
        account=found,
        sessions=access.sessions.all(who),
        current=who.session,
        recovery=recovery,
        baked=baked,
        **context,
    )
