"""What the pages of access share: who comes, how a page is made, and where one goes on to."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie
from litestar.response import Redirect, Template

from shouxin.duties.access import cookies
from shouxin.duties.access.service import Visitor
from shouxin.duties.days import BEIJING
from shouxin.errors import InputError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``access``."""

BODY_LIMIT = 64 * 1024
"""The largest form that is read, in bytes."""

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
Asked = Request[Any, Any, Any]


def visitor(request: Asked) -> Visitor:
    """Return where a request comes from."""
    client = request.client
    return Visitor(
        client.host if client else "",
        request.headers.get("user-agent", ""),
        cookies.held(request, cookies.SESSION),
    )


def page(
    template: str, problem: InputError | None = None, *, baked: Sequence[Cookie] = (), **context: Any
) -> Template:
    """Return a page that nothing keeps; with a problem it is shown, and the status says so."""
    status = {"sign-in-slow": 429, "sign-in-refused": 403}.get(problem.code, 400) if problem else 200
    context |= {"problem": problem, "local": lambda moment: moment.astimezone(BEIJING)}
    return Template(
        f"access/{template}.html", context=context, status_code=status, headers=_HEADERS, cookies=list(baked)
    )


def back(path: str, *, baked: Sequence[Cookie] = ()) -> Redirect:
    """Send the browser to a page after something was done."""
    return Redirect(path, status_code=303, headers=_HEADERS, cookies=list(baked))


def inside(path: str) -> str:
    """Return an address of this server to go on to, else the own account: never another site."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if plain and len(path) <= 2000 and "\\" not in path else "/account"
