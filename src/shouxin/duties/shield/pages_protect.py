"""The page where a text is pasted and shown as it was and as a policy makes it; nothing is kept."""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Template

from shouxin.duties.shield.protecting import Shielded, Shielder, chosen, written
from shouxin.duties.shield.service import marked
from shouxin.errors import InputError
from shouxin.protect.policy_file import named_policies, profiles

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}


class Form(msgspec.Struct):
    """What the page sends."""

    text: str = ""
    policy: str = "mask"
    profile: str = ""
    own: str = ""
    language: str = ""


def routes(shielder: Shielder) -> Router:
    """Return the page at /protect; it is no part of the API."""
    return Router(
        "/protect",
        route_handlers=[asked, shielded],
        dependencies={"shielder": Provide(lambda: shielder, sync_to_thread=False)},
        include_in_schema=False,
        opt={"public": True},
    )


@get("/", sync_to_thread=False)
def asked() -> Template:
    """Show the form."""
    return _page(Form(), None)


@post("/", status_code=200)
async def shielded(
    data: Annotated[Form, Body(media_type=RequestEncodingType.MULTI_PART)],
    shielder: NamedDependency[Shielder],
) -> Template:
    """Show the text before and after, or what is wrong with the policy beside all that was written."""
    form = msgspec.structs.replace(
        data, text=data.text.replace("\r\n", "\n"), own=data.own.replace("\r\n", "\n")
    )
    try:
        return _page(form, await asyncio.to_thread(_done, form, shielder))
    except InputError as error:
        return _page(form, None, error)


def _done(form: Form, shielder: Shielder) -> Shielded:
    if form.own.strip():
        return shielder.text(form.text, written(form.own))
    return shielder.text(form.text, chosen(form.policy, profile=form.profile, language=form.language))


def _page(form: Form, done: Shielded | None, error: InputError | None = None) -> Template:
    context: dict[str, Any] = {
        "form": form,
        "policies": named_policies(),
        "profiles": profiles(),
        "done": done,
        "error": error,
        "labels": {item.type: item.label for item in done.applied} if done else {},
        "before": list(marked(form.text, done.changes)) if done else [],
        "after": _after(done) if done else [],
    }
    status = 400 if error else 200
    return Template("shield/protect.html", context=context, headers=_HEADERS, status_code=status)


def _after(done: Shielded) -> list[tuple[str, Any]]:
    places = (
        msgspec.structs.replace(change, start=change.new_start, end=change.new_end) for change in done.changes
    )
    return list(marked(str(done.text), places))
