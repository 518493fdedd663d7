"""The doors: sign in with a password or an identity provider, sign out, and the first account."""

from typing import Annotated, Any

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import Parameter, QueryParameter
from litestar.response import Redirect, Template

from shouxin.duties.access import cookies
from shouxin.duties.access.forms import BODY_LIMIT, TEMPLATES, Asked, back, inside, page, visitor
from shouxin.duties.access.service import Access, Principal
from shouxin.duties.forms import Form, form
from shouxin.errors import InputError

__all__ = ["TEMPLATES", "routes"]

_RETURN = "/sign-in/provider/return"
_State = Annotated[str, QueryParameter(name="state", max_length=200)]
_Code = Annotated[str, QueryParameter(max_length=4000)]
_OPEN = {"public": True, "form": True}


def routes(access: Access) -> Router:
    """Return the pages of signing in and out, and of the first account; they are no part of the API."""
    return Router(
        "/",
        route_handlers=[asked, entered, left, to_provider, from_provider, first, begun, link, link_used],
        dependencies={
            "access": Provide(lambda: access, sync_to_thread=False),
            "form": Provide(form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get("/sign-in", opt={"public": True}, sync_to_thread=True)
def asked(
    request: Asked, access: NamedDependency[Access], onward: Annotated[str, QueryParameter(name="next")] = ""
) -> Template:
    """Show the form to sign in."""
    return _sign_in(request, access, onward)


@post("/sign-in", opt=_OPEN, sync_to_thread=True)
def entered(
    request: Asked, access: NamedDependency[Access], form: NamedDependency[Form]
) -> Template | Redirect:
    """Begin a session under a new token; whatever was wrong, the answer is the same."""
    try:
        token = access.sign_in(form["name"], form["password"], form["code"], visitor(request))
    except InputError as problem:
        return _sign_in(request, access, form["next"], problem)
    return back(inside(form["next"]), baked=_in(request, token))


@post("/sign-out", opt={"needs": "account.own"}, sync_to_thread=True)
def left(request: Asked, access: NamedDependency[Access], principal: NamedDependency[Principal]) -> Redirect:
    """End the session at hand."""
    access.sign_out(principal)
    return back("/sign-in", baked=[cookies.gone(request, cookies.SESSION)])


@get("/sign-in/provider", opt={"public": True}, sync_to_thread=True)
def to_provider(request: Asked, access: NamedDependency[Access]) -> Redirect:
    """Send the browser to the identity provider."""
    address, state = access.start_flow(_here(request))
    remembered = cookies.made(request, cookies.FLOW, state, lax=True, path=_RETURN)
    return Redirect(address, status_code=302, headers={"Cache-Control": "no-store"}, cookies=[remembered])


@get(_RETURN, opt={"public": True}, sync_to_thread=True)
def from_provider(
    request: Asked, access: NamedDependency[Access], returned: _State = "", code: _Code = ""
) -> Template:
    """Begin a session for whom the provider vouches for.

    A browser that comes from another site keeps strict cookies back until a page of ours sends it on.
    """
    over = cookies.gone(request, cookies.FLOW, _RETURN)
    try:
        given = (returned, cookies.held(request, cookies.FLOW), code)
        token = access.finish_flow(given, _here(request), visitor(request))
    except InputError as problem:
        return _sign_in(request, access, "", problem, over)
    return page("signed_in", baked=[*_in(request, token), over])


@get("/first-operator", opt={"public": True}, sync_to_thread=True)
def first(request: Asked, access: NamedDependency[Access]) -> Template:
    """Show the form that makes the first account; it is gone once there is one."""
    if access.operators.any():
        raise NotFoundException
    return page("first_operator", baked=[cookies.visit(request)], name="")


@post("/first-operator", opt=_OPEN, sync_to_thread=True)
def begun(
    request: Asked, access: NamedDependency[Access], form: NamedDependency[Form]
) -> Template | Redirect:
    """Make the first account with the code that the terminal shows."""
    try:
        token = access.begin(form["code"], form["name"], form["password"], visitor(request))
    except InputError as problem:
        if problem.code == "first-operator-done":
            raise
        return page("first_operator", problem, baked=[cookies.visit(request)], name=form["name"])
    return back("/account", baked=_in(request, token))


@get("/sign-in/once/{code:str}", opt={"public": True}, sync_to_thread=False)
def link(request: Asked, access: NamedDependency[Access], code: Annotated[str, Parameter()]) -> Template:
    """Show the button behind a link of the terminal; what only looks at the link does not use it up."""
    if not access.links.any():
        raise NotFoundException
    return page("once", baked=[cookies.visit(request)], code=code)


@post("/sign-in/once", opt=_OPEN, sync_to_thread=True)
def link_used(
    request: Asked, access: NamedDependency[Access], form: NamedDependency[Form]
) -> Template | Redirect:
    """Begin a session by a link of the terminal."""
    try:
        token = access.links.use(form["code"], *visitor(request))
    except InputError as problem:
        return page("once", problem, baked=[cookies.visit(request)], code="")
    return back("/", baked=_in(request, token))


def _sign_in(
    request: Asked, access: Access, onward: str, problem: InputError | None = None, *baked: Any
) -> Template:
    return page(
        "sign_in",
        problem,
        baked=[cookies.visit(request), *baked],
        onward=inside(onward) if onward else "",
        provider=access.provider is not None,
        empty=not access.operators.any(),
    )


def _in(request: Asked, token: str) -> list[Any]:
    return [cookies.made(request, cookies.SESSION, token), cookies.gone(request, cookies.VISIT)]


def _here(request: Asked) -> str:
    """Return the address that the provider sends the browser back to; the door knows the host already."""
    return f"{request.scope['scheme']}://{request.headers.get('host', '')}{_RETURN}"
