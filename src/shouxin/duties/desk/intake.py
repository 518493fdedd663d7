"""What the pages share on which somebody brings a matter."""

import datetime
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Template

from shouxin.duties.days import today
from shouxin.duties.desk import pages
from shouxin.duties.desk.model import Arrival
from shouxin.duties.desk.service import Desk
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.errors import InputError
from shouxin.store.ledger.entry import Actor

Read = Callable[[dict[str, str]], Arrival]
"""What makes of a form's words what somebody brings; raises ``msgspec.ValidationError``."""


def routes(
    desk: Desk, template: str, fields: Sequence[str], read: Read, first: Mapping[str, str] | None = None
) -> tuple[Router, ...]:
    """Return the page on which anybody brings a matter of a kind; ``first`` fills the form at first."""

    @get("/", sync_to_thread=True)
    def empty() -> Template:
        """Show the form: what is asked for, what for, who reads it."""
        return page(template, desk, None, first or {})

    @post("/", sync_to_thread=True, status_code=200)
    def sent(request: Request[Any, Any, Any], form: NamedDependency[Form]) -> Template:
        """Take a matter in and show the receipt; what cannot be used comes back in its form."""
        given = asked(form, fields)
        return taken(request, desk, template, given, lambda: read(given), today())

    return (
        Router(
            desk.kind.public,
            route_handlers=[empty, sent],
            dependencies={"form": Provide(sent_form)},
            include_in_schema=False,
            request_max_body_size=pages.BODY_LIMIT,
            opt={"public": True},
        ),
    )


def asked(form: Form, fields: Sequence[str]) -> dict[str, str]:
    """Return what a form says; fields left empty are left out."""
    return {name: form[name] for name in (*fields, "language", "request") if form[name].strip()}


def page(template: str, desk: Desk, problem: InputError | None, given: Mapping[str, str]) -> Template:
    """Return the form, filled; the name of the report makes one sent twice harmless."""
    return pages.page(
        template,
        desk,
        problem,
        given=defaultdict(str, given),
        request_name=secrets.token_hex(16),
        offered=desk.offered("subject")
        if any(one.name == "subject" for one in desk.machine.data.facts)
        else (),
        officer=desk.officer(),
    )


def taken(
    request: Request[Any, Any, Any],
    desk: Desk,
    template: str,
    given: Mapping[str, str],
    read: Callable[[], Arrival],
    on: datetime.date,
) -> Template:
    """Take in what was read and show its receipt; where it cannot be used, show the form as it was filled."""
    try:
        found = read()
        receipt = desk.take_in(found, on, Actor("public", "console"), pages.address(request))
    except msgspec.ValidationError as wrong:
        field = str(wrong).rpartition("`$.")[2].rstrip("`")
        problem = InputError(
            "desk-field",
            f'the field "{field[:40]}" is missing, too long, or none of its choices',
            remedy="fill it in again",
        )
        return page(template, desk, problem, given)
    except InputError as error:
        return page(template, desk, error, given)
    return pages.receipt(desk, receipt)
