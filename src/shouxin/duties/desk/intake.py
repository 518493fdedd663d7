"""What the pages share on which somebody brings a matter."""

import datetime
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from litestar import Request
from litestar.response import Template

from shouxin.duties.desk import pages
from shouxin.duties.desk.model import Arrival
from shouxin.duties.desk.service import Desk
from shouxin.duties.forms import Form
from shouxin.errors import InputError
from shouxin.store.ledger.entry import Actor


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
    today: datetime.date,
) -> Template:
    """Take in what was read and show its receipt; where it cannot be used, show the form as it was filled."""
    try:
        found = read()
        receipt = desk.take_in(found, today, Actor("public", "console"), pages.address(request))
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
