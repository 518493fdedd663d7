"""The page on which anybody brings a complaint."""

from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Template

from shouxin.duties.complaint.model import KIND, Complaint, arrival
from shouxin.duties.days import today
from shouxin.duties.desk.intake import asked, page, taken
from shouxin.duties.desk.pages import BODY_LIMIT
from shouxin.duties.desk.service import Desk
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``complaint``."""

FIELDS = ("subject", "text", "service", "name", "contact", "account")


def routes(desk: Desk) -> tuple[Router, ...]:
    """Return the page /complaint."""
    return (
        Router(
            KIND.public,
            route_handlers=[empty, sent],
            dependencies={
                "desk": Provide(lambda: desk, sync_to_thread=False),
                "form": Provide(sent_form),
            },
            include_in_schema=False,
            request_max_body_size=BODY_LIMIT,
            opt={"public": True},
        ),
    )


@get("/", sync_to_thread=True)
def empty(desk: NamedDependency[Desk]) -> Template:
    """Show the form: what is asked for, what for, who reads it."""
    return page("complaint/intake.html", desk, None, {"subject": "user_information"})


@post("/", sync_to_thread=True, status_code=200)
def sent(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], form: NamedDependency[Form]
) -> Template:
    """Take a complaint in and show the receipt; what cannot be used comes back in its form."""
    given = asked(form, FIELDS)
    return taken(
        request,
        desk,
        "complaint/intake.html",
        given,
        lambda: arrival(msgspec.convert(given, Complaint)),
        today(),
    )
