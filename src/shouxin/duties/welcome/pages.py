"""The pages of the first hour: the steps, and a look at a database."""

from pathlib import Path
from typing import Any

from litestar import Request, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Template

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import today
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.duties.welcome.model import Name
from shouxin.duties.welcome.service import Looked, Welcome
from shouxin.errors import InputError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of the templates, found by the shell under the prefix ``welcome``."""

BODY_LIMIT = 16 * 1024
"""The largest form that is read, in bytes."""

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_WIDGET = "/widget"


def routes(welcome: Welcome) -> Router:
    """Return the pages below /welcome."""
    return Router(
        "/welcome",
        route_handlers=[index, database, looked],
        dependencies={
            "welcome": Provide(lambda: welcome, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get("/", sync_to_thread=True, opt={"needs": "inventory.read"})
def index(request: Request[Any, Any, Any], welcome: NamedDependency[Welcome]) -> Template:
    """Show the steps, how far each has come, and the next one."""
    found = welcome.progress(today())
    service = found.services[0] if found.services else ""
    widget = any(route.path == _WIDGET for route in request.app.routes)
    return _page("index", found=found, ways=ways(service, widget=widget))


def ways(service: str, *, widget: bool) -> dict[Name, tuple[str, dict[str, str]]]:
    """Return where each step is taken: an address, and what it is asked."""
    return {
        "describe": (
            ("/inventory", {})
            if service
            else ("/inventory/edit", {"kind": "service", "service": "", "name": ""})
        ),
        "connect": ("/welcome/database", {}),
        "posture": ("/posture", {}),
        "notice": ("/notices/write", {"service": service} if service else {}),
        "widget": (_WIDGET if widget else "/consents", {}),
        "request": ("/requests", {}),
    }


@get("/database", sync_to_thread=False, opt={"needs": "inventory.change"})
def database() -> Template:
    """Ask for the address of a database."""
    return _database()


@post("/database", sync_to_thread=True, status_code=200, opt={"needs": "inventory.change"})
def looked(
    form: NamedDependency[Form], principal: NamedDependency[Principal], welcome: NamedDependency[Welcome]
) -> Template:
    """Show what the database holds and what its account may do; the address is kept nowhere."""
    try:
        return _database(found=welcome.look(form["address"], over_http(principal)))
    except InputError as problem:
        return _database(problem=problem)


def _database(found: Looked | None = None, problem: InputError | None = None) -> Template:
    return _page("database", 400 if problem else 200, found=found, problem=problem)


def _page(name: str, status: int = 200, **context: Any) -> Template:
    return Template(f"welcome/{name}.html", context=context, status_code=status, headers=_HEADERS)
