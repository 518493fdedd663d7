"""Which methods an address takes: for ``Allow`` in answers to OPTIONS and with 405."""

from litestar import Litestar
from litestar.routes import HTTPRoute


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
