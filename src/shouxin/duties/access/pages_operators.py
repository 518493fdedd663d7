"""The accounts and the keys: who is let in, with which roles, and which applications."""

from typing import Any

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect, Template

from shouxin.duties.access.forms import BODY_LIMIT, back, page
from shouxin.duties.access.keys import handed_on
from shouxin.duties.access.model import KeyLine, Role
from shouxin.duties.access.permissions import ROLES
from shouxin.duties.access.service import Access, Principal
from shouxin.duties.days import end_of
from shouxin.duties.forms import Form, form
from shouxin.errors import InputError

_CHANGE = {"needs": "operator.change"}
_KEYS = {"needs": "key.change"}


def routes(access: Access) -> Router:
    """Return the page /operators with its forms."""
    return Router(
        "/operators",
        route_handlers=[operators, added, roles, standing, reset, new_key, revoked],
        dependencies={
            "access": Provide(lambda: access, sync_to_thread=False),
            "form": Provide(form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get("/", opt={"needs": "operator.read"}, sync_to_thread=True)
def operators(access: NamedDependency[Access], principal: NamedDependency[Principal]) -> Template:
    """Show every account and every key."""
    return _page(access, principal)


@post("/", opt=_CHANGE, sync_to_thread=True)
def added(
    access: NamedDependency[Access], principal: NamedDependency[Principal], form: NamedDependency[Form]
) -> Template | Redirect:
    """Make an account with a role."""
    subject = (access.provider.issuer, form["subject"]) if access.provider and form["subject"] else None
    try:
        given = (Role(role=form["role"], until=end_of(form["until"])),) if form["role"] else ()
        access.operators.add(
            principal, "console", form["name"], password=form["password"], subject=subject, roles=given
        )
    except InputError as problem:
        return _page(access, principal, problem)
    return back("/operators")


@post("/roles", opt=_CHANGE, sync_to_thread=True)
def roles(
    access: NamedDependency[Access], principal: NamedDependency[Principal], form: NamedDependency[Form]
) -> Template | Redirect:
    """Give a role or take it away."""
    try:
        if form["do"] == "take":
            access.operators.take(principal, "console", form["name"], form["role"])
        else:
            given = Role(role=form["role"], until=end_of(form["until"]))
            access.operators.give(principal, "console", form["name"], given)
    except InputError as problem:
        return _page(access, principal, problem)
    return back("/operators")


@post("/standing", opt=_CHANGE, sync_to_thread=True)
def standing(
    access: NamedDependency[Access], principal: NamedDependency[Principal], form: NamedDependency[Form]
) -> Template | Redirect:
    """Disable an account or enable it."""
    try:
        change = access.operators.enable if form["do"] == "enable" else access.operators.disable
        change(principal, "console", form["name"])
    except InputError as problem:
        return _page(access, principal, problem)
    return back("/operators")


@post("/reset", opt=_CHANGE, sync_to_thread=True)
def reset(
    access: NamedDependency[Access], principal: NamedDependency[Principal], form: NamedDependency[Form]
) -> Template | Redirect:
    """Give an account a new password and take its one-time codes and sessions away."""
    try:
        access.operators.reset(principal, "console", form["name"], form["password"])
    except InputError as problem:
        return _page(access, principal, problem)
    return back("/operators")


@post("/keys", opt=_KEYS, sync_to_thread=True, status_code=200)
def new_key(
    access: NamedDependency[Access], principal: NamedDependency[Principal], form: NamedDependency[Form]
) -> Template:
    """Make a key; it is shown this once."""
    try:
        until = end_of(form["until"])
        if until is None:
            raise InputError("key-until", "the key has no end", remedy="say until when it is needed")
        made = access.keys.new(principal, "console", form["name"], form.all("scope"), until)
    except InputError as problem:
        return _page(access, principal, problem)
    return _page(access, principal, made=made)


@post("/keys/revoke", opt=_KEYS, sync_to_thread=True)
def revoked(
    access: NamedDependency[Access], principal: NamedDependency[Principal], form: NamedDependency[Form]
) -> Template | Redirect:
    """Revoke a key at once."""
    try:
        access.keys.revoke(principal, "console", form["prefix"])
    except InputError as problem:
        return _page(access, principal, problem)
    return back("/operators")


def _page(
    access: Access,
    who: Principal,
    problem: InputError | None = None,
    made: tuple[str, KeyLine] | None = None,
) -> Template:
    context: dict[str, Any] = {
        "operators": access.operators.all(),
        "keys": access.keys.all() if who.may("key.read") else (),
        "scopes": sorted(handed_on(who)),
        "roles": ROLES,
        "provider": access.provider,
        "made": made,
    }
    return page("operators", problem, **context)
