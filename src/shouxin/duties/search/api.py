"""The search over HTTP. What is looked for stands in the body: an address is written into logs on its way."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Router, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from shouxin.duties.problem import problems
from shouxin.duties.search.model import LONGEST, Found
from shouxin.duties.search.service import Search
from shouxin.law.base import Shape

Asking = Request[Any, Any, Any]


class Wanted(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked for, and the language of titles and texts."""

    words: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]
    language: Literal["zh", "en", "es"] = "zh"


def routes(search: Search) -> Router:
    """Return the API at /api/v1/search."""
    return Router(
        "/api/v1/search",
        route_handlers=[ask],
        dependencies={"search": Provide(lambda: search, sync_to_thread=False)},
        tags=["search"],
        opt={"public": True},
    )


@post(
    "/",
    summary="Search everything that you may see",
    operation_id="search",
    responses=problems(400, 403, 413, 503),
    status_code=200,
    sync_to_thread=True,
)
def ask(request: Asking, search: NamedDependency[Search], data: JSONBody[Wanted]) -> Found:
    """Return what stands for all of the words, by kind; what you may not see is not looked at.

    A person's identifier or name is refused (search-personal): a person is looked for with a reason.
    """
    return search.find(data.words, data.language, request.scope.get("user"))
