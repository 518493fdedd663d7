"""The duties that the server puts together: a new duty is one line here."""

from collections.abc import Sequence
from typing import NamedTuple

from litestar import Router

from shouxin.duties.library import api as library_api
from shouxin.duties.library import pages as library_pages
from shouxin.duties.library.service import Library


class Slice(NamedTuple):
    """What a duty contributes: its name (the prefix of its templates), their folder, its routes."""

    name: str
    templates: str
    routes: Sequence[Router]


def slices(library: Library) -> tuple[Slice, ...]:
    """Return every duty that is served."""
    return (
        Slice(
            "library",
            library_pages.TEMPLATES,
            (library_api.routes(library), library_pages.routes(library)),
        ),
    )
