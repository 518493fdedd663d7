"""Pages of procedures, cases and what is due."""

from collections.abc import Sequence
from pathlib import Path

from litestar import Router

from shouxin.duties.cases.service import Cases
from shouxin.duties.due.service import Timekeeper

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``cases``."""


def routes(keeper: Timekeeper, cases: Cases | None) -> Router:
    """Return the pages."""
    return Router("/cases", route_handlers=[], include_in_schema=False)


def entries(cases: Cases | None) -> Sequence[tuple[str, str]]:
    """Return the places in the navigation."""
    return ()
