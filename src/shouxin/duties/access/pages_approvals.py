"""Approvals as a page: ask, look, decide with four eyes, and the limits of the organisation."""

from collections.abc import Mapping
from typing import Annotated, get_args

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter
from litestar.response import Redirect, Template

from shouxin.duties.access.forms import BODY_LIMIT, back, page
from shouxin.duties.access.model import OPERATIONS, Ask, Limit, Operation, State
from shouxin.duties.access.service import Access, Principal
from shouxin.duties.days import end_of
from shouxin.duties.forms import Form, form
from shouxin.errors import InputError

NOTHING: Mapping[str, str] = {"operation": "", "state": ""}
"""What the list is asked where nothing is chosen."""

PAGE = 50
"""Approvals on a page."""

_Number = Annotated[int, Parameter(description="number of the approval")]


def routes(access: Access) -> Router:
    """Return the page /approvals with its forms."""
    return Router(
        "/approvals",
        route_handlers=[approvals, asked, limited, decided, withdrawn],
        dependencies={
            "access": Provide(lambda: access, sync_to_thread=False),
            "form": Provide(form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get("/", opt={"needs": "approval.read"}, sync_to_thread=True)
def approvals(
    access: NamedDependency[Access],
    operation: Annotated[str, QueryParameter(max_length=40)] = "",
    standing: Annotated[str, QueryParameter(name="state", max_length=20)] = "",
    before: Annotated[int | None, QueryParameter(ge=1, le=2**63 - 1)] = None,
) -> Template:
    """Show what was asked for and how it was decided; of an operation or a state alone, page by page."""
    return _page(access, asked={"operation": operation, "state": standing}, before=before)


@post("/", opt={"needs": "approval.ask"}, sync_to_thread=True)
def asked(
    access: NamedDependency[Access], principal: NamedDependency[Principal], form: NamedDependency[Form]
) -> Template | Redirect:
    """Ask for an operation in bulk."""
    try:
        wanted = _converted(
            {
                "operation": form["operation"],
                "scope": form["scope"].strip(),
                "purpose": form["purpose"].strip(),
                "people": form.number("people"),
                "per_day": form.number_or_none("per_day"),
            }
        )
        access.approvals.ask(principal, "console", wanted)
    except InputError as problem:
        return _page(access, problem)
    return back("/approvals")


@post("/limits", opt={"needs": "approval.limit"}, sync_to_thread=True)
def limited(
    access: NamedDependency[Access], principal: NamedDependency[Principal], form: NamedDependency[Form]
) -> Template | Redirect:
    """Set the organisation's limit for an operation; an empty field is not set."""
    try:
        limit = Limit(
            operation=_operation(form["operation"]),
            bulk_from=form.number_or_none("bulk_from"),
            people=form.number_or_none("people"),
            per_day=form.number_or_none("per_day"),
        )
        access.approvals.set_limit(principal, "console", limit)
    except InputError as problem:
        return _page(access, problem)
    return back("/approvals")


@post("/{number:int}", opt={"needs": "approval.decide"}, sync_to_thread=True)
def decided(
    access: NamedDependency[Access],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Template | Redirect:
    """Give or refuse an approval that another person asked for."""
    try:
        access.approvals.decide(
            principal,
            "console",
            number,
            give=form["do"] == "give",
            reason=form["reason"],
            measures=form["measures"],
            until=end_of(form["until"]),
        )
    except InputError as problem:
        return _page(access, problem)
    return back("/approvals")


@post("/{number:int}/withdraw", opt={"needs": "approval.ask"}, sync_to_thread=True)
def withdrawn(
    access: NamedDependency[Access], principal: NamedDependency[Principal], number: _Number
) -> Template | Redirect:
    """Withdraw what one asked for oneself."""
    try:
        access.approvals.withdraw(principal, "console", number)
    except InputError as problem:
        return _page(access, problem)
    return back("/approvals")


def _operation(text: str) -> Operation:
    if text not in OPERATIONS:
        raise InputError(
            "form-field", 'the field "operation" names none', remedy=f"choose among: {', '.join(OPERATIONS)}"
        )
    return text


def _converted(values: dict[str, object]) -> Ask:
    """Return what was asked for; raise ``InputError`` (form-field)."""
    _operation(str(values["operation"]))
    try:
        return msgspec.convert(values, Ask)
    except msgspec.ValidationError as error:
        said = str(error)
        raise InputError(
            "form-field", f"a field cannot be used: {said[:1].lower()}{said[1:]}", remedy="fill it in"
        ) from None


def _page(
    access: Access,
    problem: InputError | None = None,
    asked: Mapping[str, str] = NOTHING,
    before: int | None = None,
) -> Template:
    found = access.approvals.all(asked["state"], PAGE + 1, operation=asked["operation"], before=before)
    names = {f"operator:{item.id}": item.name for item in access.operators.all()}
    return page(
        "approvals",
        problem,
        approvals=found[:PAGE],
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        asked=asked,
        states=get_args(State),
        limits=access.approvals.limits(),
        operations=OPERATIONS,
        name=lambda who: names.get(who, who),
    )
