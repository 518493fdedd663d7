"""The page that says what a service puts on its own pages."""

from pathlib import Path
from typing import Any

from litestar import Request, Router, get
from litestar.di import NamedDependency, Provide
from litestar.response import Template

from shouxin.duties.widget.service import Widgets

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``widget``."""

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}


def routes(widgets: Widgets) -> Router:
    """Return the page at /widget."""
    return Router(
        "/widget",
        route_handlers=[index],
        dependencies={"widgets": Provide(lambda: widgets, sync_to_thread=False)},
        include_in_schema=False,
    )


@get(sync_to_thread=True, opt={"needs": "inventory.read"})
def index(request: Request[Any, Any, Any], widgets: NamedDependency[Widgets]) -> Template:
    """Show the line for each service, its hash, and from which origins answers are taken."""
    server = str(request.base_url).rstrip("/")
    context = {"found": widgets.places(server), "server": server}
    return Template("widget/index.html", context=context, headers=_HEADERS)
