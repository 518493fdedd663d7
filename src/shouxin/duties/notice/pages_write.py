"""Writing a notice on the console, from the inventory's draft, the version in force or a file.

The whole notice travels with its form, so nothing that was written is lost; a draft is kept where somebody
asks for it, and from then on with every step. It is published only as it was looked at, against the version
that was in force then.
"""

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter, QueryParameter
from litestar.response import Redirect, Template

from shouxin.connect.categories import categories
from shouxin.duties.access.cookies import FIELD
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
from shouxin.duties.notice.kept_drafts import Held, KeptDraft
from shouxin.duties.notice.model import Notice
from shouxin.duties.notice.pages import by_purpose, page, parts
from shouxin.duties.notice.service import LARGEST, Checked, Notices, Published, Publisher, read, write
from shouxin.errors import InputError, StoreError
from shouxin.law.register import Register

BODY_LIMIT = 4 * 1024 * 1024
"""The largest form that is read, in bytes: a notice of the largest size, as a browser writes it."""

_Service = Annotated[str, QueryParameter(max_length=80)]
_OURS = frozenset(["do", "seal", "why", "sure", "draft", "draft-version", FIELD])


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
        route_handlers=[begun, sent, previewed, uploaded, dropped],
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
    kept: Annotated[int, QueryParameter(name="kept", ge=0)] = 0,
) -> Template:
    """Show the form, filled from a kept draft, the version in force or the inventory; else ask for what."""
    if kept:
        draft = notices.drafts.one(kept)
        return _form(law, draft.service, Sheet(draft.values), draft=draft)
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
    """Check what is written and show what it changes; publish it where just that was looked at before.

    A draft that the form was filled from is saved with every step.
    """
    do = fields["do"]
    sheet = _changed(_sheet(fields), do)
    draft = None
    try:
        held = _held(fields)
        if held or do == "save":
            draft = notices.drafts.keep(service, sheet.values, over_http(principal), held)
    except InputError as problem:
        return _form(law, service, sheet, problem=problem)
    if draft and do == "save":
        return Redirect(f"/notices/write?kept={draft.number}", status_code=303)
    if do.startswith(("add:", "drop:")):
        return _form(law, service, sheet, draft=draft)
    notice = editing.gathered(sheet, service)
    if isinstance(notice, dict):
        return _form(law, service, sheet, wrong=notice, draft=draft)
    if do == "file":
        headers = {"Content-Disposition": 'attachment; filename="notice.yaml"', "Cache-Control": "no-store"}
        return Response(write(notice).encode(), media_type="application/yaml", headers=headers)
    why = fields["why"].strip()[:2000]
    try:
        looked = _look(notices, notice)
        if do == "publish" and fields["seal"] == looked.seal and fields["sure"]:
            publisher, number = Publisher(*over_http(principal), why), draft.number if draft else 0
            checked, _new = notices.publish(notice, publisher, today(), draft=number)
            return Redirect(f"/notices/{checked.address}", status_code=303)
    except InputError as problem:
        return _form(law, service, sheet, problem=problem, why=why, draft=draft)
    changes = (notice, looked)
    return _form(law, service, sheet, lacking=looked.checked, changes=changes, why=why, do=do, draft=draft)


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
        number=0,
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


@post(
    "/drafts/{number:int}/delete",
    sync_to_thread=True,
    status_code=200,
    dependencies={"fields": Provide(sent_form)},
)
def dropped(
    notices: NamedDependency[Notices],
    law: NamedDependency[Register],
    principal: NamedDependency[Principal],
    fields: NamedDependency[Form],
    number: Annotated[int, Parameter(description="number of the draft")],
) -> Template | Redirect:
    """Delete a draft, once that is confirmed."""
    if not fields["sure"]:
        draft = notices.drafts.one(number)
        return _form(law, draft.service, Sheet(draft.values), draft=draft)
    notices.drafts.drop(number, over_http(principal))
    return Redirect("/notices", status_code=303)


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


def _held(fields: Form) -> Held | None:
    """Return the draft that a form was filled from; raise ``InputError`` (form-field)."""
    return Held(fields.number("draft"), fields.number("draft-version")) if fields["draft"] else None


def _changed(sheet: Sheet, do: str) -> Sheet:
    """Return the sheet with the part that a button adds, or without the one that it drops."""
    act, _, what = do.partition(":")
    if act == "add":
        kind, _, of = what.partition("@")
        return sheet.added(kind, of)
    return sheet.without(what) if act == "drop" else sheet


def _sheet(fields: Form) -> Sheet:
    return Sheet({name: fields.all(name) for name in fields.names if name not in _OURS}).tidy()


def _which(notices: Notices, law: Register, problem: InputError | None = None) -> Template:
    """Ask which service is written about: those of the inventory, and those that have a notice."""
    try:
        names = [one.name for one in notices.inventory().services]
    except InputError:
        names = []
    known = dict.fromkeys([*names, *notices.services()])
    try:
        kept = notices.drafts.all()
    except StoreError:
        kept = ()
    told = {"services": list(known), "drafts": names, "kept": kept, "problem": problem}
    return _no_store(page("write", law, service="", **told))


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
    draft: KeptDraft | None = None,
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
        "draft": draft,
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
