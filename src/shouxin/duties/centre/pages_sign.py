"""The pages by which somebody signs in to the centre and leaves it: a token of the service, or a code."""

from typing import Any

from litestar import Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.response import Template

from shouxin.duties.centre.shown import COOKIE, Asking, Visit, again, checked, page, session
from shouxin.duties.forms import Form
from shouxin.errors import InputError

_PARTS = ("choices", "data", "complaint", "notice")
"""The pages that a service may lead to."""


@post("/enter", sync_to_thread=True, opt={"elsewhere": True}, status_code=303)
def enter(request: Asking, made: NamedDependency[Visit], form: NamedDependency[Form]) -> Response[Any]:
    """Let in whom a signed token of the service vouches for; the session gets a new name each time."""
    visitor = request.client.host if request.client else ""
    token = made.centre.enter(made.shown.name, form["token"], request.cookies.get(COOKIE, ""), visitor)
    part = f"/{form['to']}" if form["to"] in _PARTS else ""
    return again(made.home + part, cookie=session(request, made, token))


@get("/enter", sync_to_thread=False)
def entered(made: NamedDependency[Visit]) -> Response[Any]:
    """Lead to the first page: a token comes in a form only, never in an address."""
    return again(made.home)


@get("/sign-in", sync_to_thread=True)
def sign_in(request: Asking, made: NamedDependency[Visit]) -> Template:
    """Show the ways in."""
    return page(request, made, "sign_in", codes=made.shown.name in made.centre.subjects)


@get("/code", sync_to_thread=False)
def no_code(made: NamedDependency[Visit]) -> Response[Any]:
    """Lead to where a code is asked for."""
    return again(f"{made.home}/sign-in")


@post("/code", sync_to_thread=True, status_code=200)
def ask_code(request: Asking, made: NamedDependency[Visit], form: NamedDependency[Form]) -> Template:
    """Ask for a code; the answer is the same for any address, and whose it is is looked up behind it."""
    visitor = request.client.host if request.client else ""
    ticket = made.centre.ask_code(made.shown.name, form["address"][:300], visitor)
    shown = page(request, made, "code", ticket=ticket.ticket)
    shown.background = BackgroundTask(made.centre.send_code, ticket)
    return shown


@get("/code/enter", sync_to_thread=False)
def no_code_entered(made: NamedDependency[Visit]) -> Response[Any]:
    """Lead to where a code is asked for."""
    return again(f"{made.home}/sign-in")


@post("/code/enter", sync_to_thread=True, status_code=200)
def enter_code(request: Asking, made: NamedDependency[Visit], form: NamedDependency[Form]) -> Response[Any]:
    """Let in who knows the code; a wrong one comes back to its page."""
    ticket = form["ticket"][:100]
    try:
        before = request.cookies.get(COOKIE, "")
        token = made.centre.enter_code(made.shown.name, ticket, form["code"][:40], before)
    except InputError as error:
        if error.code != "centre-code":
            raise
        return page(request, made, "code", 400, ticket=ticket, problem=error)
    return again(made.home, cookie=session(request, made, token))


@post("/leave", sync_to_thread=True, status_code=303)
def leave(request: Asking, made: NamedDependency[Visit], form: NamedDependency[Form]) -> Response[Any]:
    """End the session."""
    seat = checked(made, form)
    made.centre.leave(seat.token)
    return again(made.home, cookie=session(request, made, ""))


@post("/for", sync_to_thread=True, status_code=303)
def act_for(made: NamedDependency[Visit], form: NamedDependency[Form]) -> Response[Any]:
    """Answer for a child from now on, or for oneself again."""
    seat = checked(made, form)
    made.centre.act_for(seat, form.number_or_none("child"))
    return again(f"{made.home}/choices")


HANDLERS = (enter, entered, sign_in, no_code, ask_code, no_code_entered, enter_code, leave, act_for)
"""The handlers of these pages."""
