"""The page of deliveries: what was taken, what waits, what was given up."""

from pathlib import Path
from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from litestar.response import Redirect, Template

from shouxin.duties.delivery.service import Deliveries

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``delivery``."""

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}


def routes(deliveries: Deliveries) -> Router:
    """Return the page at /deliveries."""
    return Router(
        "/deliveries",
        route_handlers=[index, again],
        dependencies={"deliveries": Provide(lambda: deliveries, sync_to_thread=False)},
        include_in_schema=False,
    )


@get(sync_to_thread=True, opt={"needs": "case.read"})
def index(
    deliveries: NamedDependency[Deliveries],
    only_open: Annotated[bool, QueryParameter(name="open")] = False,
) -> Template:
    """Show deliveries, the newest first."""
    found = deliveries.list(only_open=only_open)
    context = {"found": found, "only_open": only_open, "targets": tuple(deliveries.senders)}
    return Template("delivery/index.html", context=context, headers=_HEADERS)


@post("/again", sync_to_thread=True, opt={"needs": "case.move"})
def again(deliveries: NamedDependency[Deliveries]) -> Redirect:
    """Try anew what was given up."""
    deliveries.again()
    return Redirect("/deliveries", status_code=303)
