"""The pages of the handbook: all documents, and each of them."""

from pathlib import Path
from typing import Annotated

from litestar import Router, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from litestar.response import Template
from markupsafe import Markup

from shouxin.duties.handbook.service import documents

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``handbook``."""

_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie"}


def routes() -> Router:
    """Return the pages below /handbook, for everybody with an account."""
    return Router(
        "/handbook", route_handlers=[index, page], include_in_schema=False, opt={"needs": "account.own"}
    )


@get("/", sync_to_thread=True)
def index() -> Template:
    """List the documents."""
    return Template("handbook/index.html", context={"found": documents().values()}, headers=_HEADERS)


@get("/{name:str}", sync_to_thread=True)
def page(name: Annotated[str, Parameter(description="name of the document", max_length=80)]) -> Template:
    """Show a document with its parts."""
    if (found := documents().get(name)) is None:
        raise NotFoundException
    body = Markup(found.html)  # noqa: S704  # made of a document of ours, whose HTML is text
    return Template("handbook/page.html", context={"found": found, "body": body}, headers=_HEADERS)
