"""The page /search: one field, and what was found by kind. What is looked for stands in no address."""

from pathlib import Path
from typing import Any

from litestar import Request, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Template

from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.duties.search.model import LONGEST, Found
from shouxin.duties.search.service import Search
from shouxin.errors import InputError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``search``."""

BODY_LIMIT = 16 * 1024
"""The largest form that is read, in bytes."""

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
Asking = Request[Any, Any, Any]


def routes(search: Search) -> Router:
    """Return the page /search, open to everyone: a stranger finds what is public."""
    return Router(
        "/search",
        route_handlers=[blank, found],
        dependencies={
            "search": Provide(lambda: search, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
        opt={"public": True},
    )


@get("/", sync_to_thread=False)
def blank() -> Template:
    """Show the field."""
    return _page(words="")


@post("/", sync_to_thread=True, status_code=200)
def found(request: Asking, search: NamedDependency[Search], form: NamedDependency[Form]) -> Template:
    """Show what was found; who looks for a person is led to the search that asks for a reason."""
    words = form["q"].strip()
    try:
        answer = search.find(words, _language(form["language"]), request.scope.get("user"))
    except InputError as problem:
        return _page(400, words=words[:LONGEST], problem=problem)
    return _page(words=words, found=answer)


def _language(asked: str) -> str:
    """Return the language of the page that asks; where that is none of ours, Chinese."""
    return asked if asked in ("zh", "en", "es") else "zh"


def _page(status: int = 200, **context: Any) -> Template:
    filled: dict[str, Any] = {"found": None, "problem": None, **context}
    answer: Found | None = filled["found"]
    filled["nothing"] = answer is not None and not answer.groups
    return Template("search/search.html", context=filled, status_code=status, headers=_HEADERS)
