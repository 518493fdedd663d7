"""The page behind a link: one piece of work by hand, for somebody without an account."""

from typing import Annotated, Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter
from litestar.response import Template

from shouxin.duties.days import today
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.duties.rights.model import Change, HandTask
from shouxin.duties.rights.pages_hand import BODY_LIMIT, told_in
from shouxin.duties.rights.service import Rights
from shouxin.errors import ShouxinError

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_Token = Annotated[str, Parameter(description="what the link holds", max_length=1000)]


def routes(rights: Rights) -> Router:
    """Return the page below /by-hand."""
    return Router(
        "/by-hand",
        route_handlers=[shown, tell],
        dependencies={
            "rights": Provide(lambda: rights, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get("/{token:str}", sync_to_thread=True, opt={"public": True})
def shown(rights: NamedDependency[Rights], token: _Token) -> Template:
    """Show the work that a link is for."""
    found = rights.linked(token, today())
    return _page(found, token, changes=_changes(rights, found))


@post("/{token:str}", sync_to_thread=True, opt={"public": True}, status_code=200)
def tell(rights: NamedDependency[Rights], form: NamedDependency[Form], token: _Token) -> Response[Any]:
    """Take down what was done or found; what cannot be comes back with the form."""
    found = rights.linked(token, today())
    try:
        rights.tell_linked(token, told_in(form, found), today())
    except ShouxinError as problem:
        return _page(found, token, 400, form=form, problem=problem, changes=_changes(rights, found))
    return _page(found, token, said=True)


def _changes(rights: Rights, found: HandTask) -> tuple[Change, ...]:
    return rights.to_correct_linked(found, today()) if found.corrects else ()


def _page(found: HandTask, token: str, status: int = 200, **more: Any) -> Template:
    context = {"problem": None, "form": None, "said": False, "changes": (), "on": today(), **more}
    context |= {"found": found, "token": token, "linked": True}
    return Template("rights/linked.html", context=context, status_code=status, headers=_HEADERS)
