"""The page /exports: every list of the console that the reader may take away, as CSV or a workbook."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Annotated, Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter
from litestar.response import Stream, Template

from shouxin.duties.access.service import Principal
from shouxin.duties.days import day
from shouxin.duties.exports.lists import Wanted, fixed, month
from shouxin.duties.exports.service import Exports
from shouxin.duties.filters.model import LONGEST
from shouxin.duties.filters.service import impersonal
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.duties.sheets import MEDIA_TYPES, Format
from shouxin.errors import InputError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``exports``."""

BODY_LIMIT = 16 * 1024
"""The largest form that is read, in bytes."""

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_PIECE = 1 << 16
_OWN = {"needs": "account.own"}
Asking = Request[Any, Any, Any]
Called = Callable[[str, str], str]
"""In a language, what a column is called."""


def routes(exports: Exports, called: Called) -> Router:
    """Return the page /exports and the files below it; what one may not read is not offered."""
    return Router(
        "/exports",
        route_handlers=[index, made],
        dependencies={
            "exports": Provide(lambda: exports, sync_to_thread=False),
            "called": Provide(lambda: called, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get("/", sync_to_thread=True, opt=_OWN)
def index(
    exports: NamedDependency[Exports],
    principal: NamedDependency[Principal],
    chosen: Annotated[str, QueryParameter(name="list", max_length=40)] = "",
    filtered: Annotated[str, QueryParameter(name="filter", max_length=LONGEST)] = "",
) -> Template:
    """Show the lists with their forms, one of them as it was filtered beside its list."""
    return _page(exports, principal, chosen=(chosen, filtered))


@post("/{name:str}", sync_to_thread=True, opt=_OWN, status_code=200)
def made(
    exports: NamedDependency[Exports],
    called: NamedDependency[Called],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    name: Annotated[str, Parameter(description="name of the list")],
) -> Response[Any]:
    """Return a list as a file; what cannot leave comes back as the page that says why."""
    language = form["language"] if form["language"] in ("zh", "en", "es") else "zh"
    try:
        wanted = Wanted(language, _filters(exports, name, form), people=bool(form["people"]))
        kind: Format = "xlsx" if form["format"] == "xlsx" else "csv"
        approval = form.number_or_none("approval")
        content = exports.made(
            name, kind, wanted, principal, lambda column: called(language, column), approval
        )
    except InputError as problem:
        if problem.code == "permission-missing":
            raise
        return _page(exports, principal, problem, (name, form["filter"][:LONGEST]))
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-store"}
    return Stream(_sent(content), media_type=MEDIA_TYPES[kind], headers=headers)


def _sent(content: IO[bytes]) -> Iterator[bytes]:
    with content:
        while piece := content.read(_PIECE):
            yield piece


def _filters(exports: Exports, name: str, form: Form) -> dict[str, str]:
    """Return the filter that was sent along, with the days of the form in the place of its own.

    Raises ``InputError``: filter-personal, filter-long, day-unreadable.
    """
    listed = exports.lists.get(name)
    if listed is None or not listed.place:
        return {}
    found = fixed(impersonal(listed.place, form["filter"]))
    for field in ("since", "until") if listed.days else ():
        if field in form.names:
            found[field] = str(day(form[field])) if form[field].strip() else ""
    return {field: worth for field, worth in found.items() if worth}


def _page(
    exports: Exports,
    reader: Principal,
    problem: InputError | None = None,
    chosen: tuple[str, str] = ("", ""),
) -> Template:
    first, last = month()
    name, query = chosen
    lists = exports.open_to(reader)
    said: dict[str, str] = {}
    if name in lists and lists[name].place and problem is None:
        try:
            said = fixed(impersonal(lists[name].place, query))
        except InputError as error:
            problem = error
    context = {
        "lists": lists,
        "problem": problem,
        "chosen": name,
        "said": said,
        "since": first,
        "until": last,
    }
    status = 400 if problem else 200
    return Template("exports/index.html", context=context, status_code=status, headers=_HEADERS)
