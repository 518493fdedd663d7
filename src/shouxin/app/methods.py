"""What the routes say of themselves: the methods an address takes, and the permission that a page needs."""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from litestar import Litestar
from litestar.routes import HTTPRoute

_NEEDED: WeakKeyDictionary[Litestar, Mapping[str, str]] = WeakKeyDictionary()
"""What was found of each application: routes do not change once it stands."""


def allowed(app: Litestar, path: str) -> list[str]:
    """Return the methods that ``path`` takes, in alphabetical order; none where nothing is there.

    The framework's own answer to OPTIONS names only the methods of one handler, and its 405 names
    none, although RFC 9110 §15.5.6 wants them.
    """
    parts = [part for part in path.split("/") if part]
    found: set[str] = set()
    for route in app.routes:
        known = route.path_components
        same = len(known) == len(parts) and all(
            not isinstance(component, str) or component == part
            for component, part in zip(known, parts, strict=True)
        )
        if same and isinstance(route, HTTPRoute):
            found.update(route.methods, {"HEAD"} if "GET" in route.methods else ())
    return sorted(found)


def needed(app: Litestar) -> Mapping[str, str]:
    """Return the permission that reading each fixed address needs, "" for what is public."""
    found = _NEEDED.get(app)
    if found is None:
        found = {
            route.path: str(handler.opt.get("needs", ""))
            for route in app.routes
            if isinstance(route, HTTPRoute)
            for handler in route.route_handlers
            if "GET" in handler.http_methods
        }
        _NEEDED[app] = found
    return found
