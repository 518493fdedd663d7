"""Writing a notice on the console, from the inventory's draft, the version in force or a file.

The whole notice travels with its form, so nothing is kept before it is published and nothing that was
written is lost. It is published only as it was looked at, against the version that was in force then.
"""

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, QueryParameter
from litestar.response import Redirect, Template

from shouxin.connect.categories import categories
from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import today
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.duties.notice import editing
from shouxin.duties.notice.compare import Comparison
from shouxin.duties.notice.complete import items
from shouxin.duties.notice.draft import TITLE
from shouxin.duties.notice.editing import Sheet, Wrong
from shouxin.duties.notice.model import Notice
from shouxin.duties.notice.pages import by_purpose, page, parts
from shouxin.duties.notice.service import LARGEST, Checked, Notices, Published, Publisher, read, write
from shouxin.errors import InputError
from shouxin.law.register import Register

BODY_LIMIT = 4 * 1024 * 1024
"""The largest form that is read, in bytes: a notice of the largest size, as a browser writes it."""

_Service = Annotated[str, QueryParameter(max_length=80)]
_OURS = frozenset(["do", "seal", "why", "sure"])


class Upload(msgspec.Struct):
    """A notice as a file, YAML or JSON, as ``shouxin notice publish`` takes it."""

    file: UploadFile | None = None


class Looked(NamedTuple):
    """What the law makes of a notice, the version in force, what changes from it, and what was seen."""

    checked: Checked
    before: Notice | None
    changes: Comparison | None
    seal: str


def routes(notices: Notices, law: Register) -> Router:
    """Return the pages below /notices/write; complete without JavaScript."""
    return Router(
        "/notices/write",
        route_handlers=[begun, sent, previewed, uploaded],
        dependencies={
            "notices": Provide(lambda: notices, sync_to_thread=False),
            "law": Provide(lambda: law, sync_to_thread=False),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
        opt={"needs": "notice.publish"},
    )


@get("/", sync_to_thread=True)
def begun(
    notices: NamedDependency[Notices],
    law: NamedDependency[Register],
    service: _Service = "",
    start: Annotated[Literal["", "draft", "in-force", "empty"], QueryParameter()] = "",
) -> Template:
    """Show the form, filled from the version in force or the draft; without a service, ask which."""
    if not service:
        return _which(notices, law)
    notice = _begun(notices, service, start)
    looked = _look(notices, notice)
    return _form(law, service, editing.spread(notice), lacking=looked.checked, changes=None)


@post("/", sync_to_thread=True, status_code=200, dependencies={"fields": Provide(sent_form)})
def sent(
    notices: NamedDependency[Notices],
    law: NamedDependency[Register],
    principal: NamedDependency[Principal],
    fields: NamedDependency[Form],
    service: _Service,
) -> Template | Redirect | Response[bytes]:
    """Check what is written and show what it changes; publish it where just that was looked at before."""
    sheet, do = _sheet(fields), fields["do"]
    act, _, what = do.partition(":")
    if act == "add":
        kind, _, of = what.partition("@")
        return _form(law, service, sheet.added(kind, of))
    if act == "drop":
        return _form(law, service, sheet.without(what))
    notice = editing.gathered(sheet, service)
    if isinstance(notice, dict):
        return _form(law, service, sheet, wrong=notice)
    if do == "file":
        headers = {"Content-Disposition": 'attachment; filename="notice.yaml"', "Cache-Control": "no-store"}
        return Response(write(notice).encode(), media_type="application/yaml", headers=headers)
    why = fields["why"].strip()[:2000]
    try:
        looked = _look(notices, notice)
        if do == "publish" and fields["seal"] == looked.seal and fields["sure"]:
            checked, _new = notices.publish(notice, Publisher(*over_http(principal), why), today())
            return Redirect(f"/notices/{checked.address}", status_code=303)
    except InputError as problem:
        return _form(law, service, sheet, problem=problem, why=why)
    return _form(law, service, sheet, lacking=looked.checked, changes=(notice, looked), why=why, do=do)


@post("/preview", sync_to_thread=True, status_code=200, dependencies={"fields": Provide(sent_form)})
def previewed(
    notices: NamedDependency[Notices],
    law: NamedDependency[Register],
    fields: NamedDependency[Form],
    service: _Service,
) -> Template:
    """Show the notice as individuals will see it; nothing is published."""
    sheet = _sheet(fields)
    notice = editing.gathered(sheet, service)
    if isinstance(notice, dict):
        return _form(law, service, sheet, wrong=notice)
    checked = _look(notices, notice).checked
    published = Published(
        service=service,
        address=notice.address,
        title=notice.title,
        published=datetime.datetime.now(datetime.UTC),
        superseded=None,
        successor="",
        complete=checked.complete,
        forms=checked.forms,
        law=law.version,
        who="",
        why="",
    )
    forms = by_purpose(checked.forms, notice)
    return page("version", law, published=published, notice=notice, forms=forms, history=(), preview=True)


@post("/file", status_code=200)
async def uploaded(
    notices: NamedDependency[Notices],
    law: NamedDependency[Register],
    data: Annotated[Upload, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Template:
    """Show the form filled from a file, to be checked and published like what was written here."""
    import asyncio

    content = await data.file.read(LARGEST + 1) if data.file else b""
    name = ((data.file.filename if data.file else "") or "file")[:100]
    return await asyncio.to_thread(_from_file, notices, law, content, name)


def _from_file(notices: Notices, law: Register, content: bytes, name: str) -> Template:
    try:
        notice = read(content, where=name)
        looked = _look(notices, notice)
    except InputError as problem:
        return _which(notices, law, problem)
    return _form(
        law, notice.service, editing.spread(notice), lacking=looked.checked, changes=(notice, looked)
    )


def _begun(notices: Notices, service: str, start: str) -> Notice:
    """Return what a form begins with: what was asked for, else the version in force, else the draft."""
    if start in ("", "in-force"):
        try:
            return notices.in_force(service)[1]
        except InputError:
            if start:
                raise
    if start == "empty":
        return Notice(service=service, title=TITLE)
    return notices.draft(notices.inventory(), service).notice


def _look(notices: Notices, notice: Notice) -> Looked:
    """Return what the law makes of a notice and what changes; raise ``InputError`` as ``Notices.check``."""
    checked = notices.check(notice, today(), notices.known(notice.service))
    published = notices.list(notice.service)[:1]
    if not published:
        return Looked(checked, None, None, f"{notice.address}:")
    address = published[0].address
    before = notices.show(address)[1]
    return Looked(checked, before, notices.compare(address, notice, today()), f"{notice.address}:{address}")


def _sheet(fields: Form) -> Sheet:
    return Sheet({name: fields.all(name) for name in fields.names if name not in _OURS}).tidy()


def _which(notices: Notices, law: Register, problem: InputError | None = None) -> Template:
    """Ask which service is written about: those of the inventory, and those that have a notice."""
    try:
        names = [one.name for one in notices.inventory().services]
    except InputError:
        names = []
    known = dict.fromkeys([*names, *(one.service for one in notices.list())])
    return _no_store(page("write", law, service="", services=list(known), drafts=names, problem=problem))


def _form(
    law: Register,
    service: str,
    sheet: Sheet,
    *,
    lacking: Checked | None = None,
    wrong: Mapping[str, Wrong] | None = None,
    problem: InputError | None = None,
    changes: tuple[Notice, Looked] | None = None,
    why: str = "",
    do: str = "",
) -> Template:
    """Return the form with what was found: items that are missing, fields that are wrong, what changes."""
    fields = {(one.provision, one.item): one.field for one in items()}
    spots = editing.spots(sheet)
    lacks = []
    for one in lacking.lacks if lacking else ():
        part = spots.get((one.purpose, one.recipient), "")
        field = fields[one.provision, one.item]
        lacks.append((one, f"{part}.{field}" if part else field))
    context: dict[str, Any] = {
        "service": service,
        "sheet": sheet,
        "editing": editing,
        "lacks": lacks,
        "lacking": {field for _, field in lacks},
        "checked": lacking,
        "wrong": wrong or {},
        "problem": problem,
        "looked": None,
        "why": why,
        "kinds": categories(),
        "unsure": do == "publish",
    }
    if changes:
        notice, looked = changes
        changed = parts(looked.changes, (looked.before, notice)) if looked.changes and looked.before else []
        context |= {"looked": looked, "changed": changed, "written": notice}
    found = _no_store(page("write", law, **context))
    found.status_code = 400 if wrong or problem else 200
    return found


def _no_store(found: Template) -> Template:
    found.headers["Cache-Control"] = "no-store"
    return found
