"""Pages of inspections: what was asked for, the decision of a second person, packs, inspectors' accounts."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter
from litestar.response import Redirect, Stream, Template

from shouxin.duties.access.service import Access, Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import BEIJING, day, today
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.duties.inspection.model import ARCHIVE, ATTEMPTS, CUT_OFF, FILES, KINDS, PARTS, Asked, Made
from shouxin.duties.inspection.service import OWED, Inspections
from shouxin.errors import InputError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``inspection``."""

BODY_LIMIT = 64 * 1024
"""The largest form that is read, in bytes."""

_Number = Annotated[int, Parameter(description="number of the inspection")]
_Pack = Annotated[int, Parameter(description="number of the pack")]
_Name = Annotated[str, Parameter(description="all of it, or a file of it", max_length=40)]
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_READ, _ASK, _DECIDE, _ADMIT = (
    {"needs": name} for name in ("inspection.read", "inspection.ask", "inspection.approve", "operator.change")
)
_MOMENT = timedelta(seconds=1)
_KINDS = {
    ".zip": "application/zip",
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".json": "application/json",
}
Found = NamedDependency[Inspections]
Who = NamedDependency[Principal]
Sent = NamedDependency[Form]


def routes(inspections: Inspections, access: Access) -> Router:
    """Return the pages below /inspections."""
    return Router(
        "/inspections",
        route_handlers=[index, asked, shown, decided, packed, packed_again, fetched, admitted, ended],
        dependencies={
            "inspections": Provide(lambda: inspections, sync_to_thread=False),
            "access": Provide(lambda: access, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get("/", sync_to_thread=True, opt=_READ)
def index(inspections: Found, principal: Who) -> Template:
    """List the inspections, and ask for one."""
    return _index(inspections, principal)


@post("/", sync_to_thread=True, opt=_ASK)
def asked(inspections: Found, principal: Who, form: Sent) -> Template | Redirect:
    """Take down what is asked for."""
    try:
        found = inspections.ask(_wanted(form), over_http(principal))
    except InputError as problem:
        return _index(inspections, principal, problem, form)
    return _to(found.number)


@get("/{number:int}", sync_to_thread=True, opt=_READ)
def shown(inspections: Found, principal: Who, number: _Number) -> Template:
    """Show an inspection with what comes next."""
    return _one(inspections, principal, number)


@post("/{number:int}/decision", sync_to_thread=True, opt=_DECIDE)
def decided(inspections: Found, principal: Who, number: _Number, form: Sent) -> Template | Redirect:
    """Approve an inspection, or refuse it."""
    give = form["do"] == "give"
    try:
        inspections.decide(number, principal, over_http(principal), give=give, reason=form["reason"])
    except InputError as problem:
        return _one(inspections, principal, number, problem)
    return _to(number)


@post("/{number:int}/pack", sync_to_thread=True, opt=_ASK)
def packed(inspections: Found, principal: Who, number: _Number, form: Sent) -> Template | Redirect:
    """Make a pack and keep it; its page then offers it."""
    language = form["language"] if form["language"] in ("zh", "en", "es") else "zh"
    try:
        made = inspections.make(number, language, over_http(principal))
    except InputError as problem:
        return _one(inspections, principal, number, problem)
    return Redirect(f"/inspections/{number}#pack-{made.number}", status_code=303)


@post("/{number:int}/packs/{pack:int}/again", sync_to_thread=True, opt=_ASK)
def packed_again(inspections: Found, principal: Who, number: _Number, pack: _Pack) -> Template | Redirect:
    """Make a pack that was broken off."""
    try:
        inspections.again(number, pack, over_http(principal))
    except InputError as problem:
        return _one(inspections, principal, number, problem)
    return Redirect(f"/inspections/{number}#pack-{pack}", status_code=303)


@get("/{number:int}/packs/{pack:int}/{name:str}", sync_to_thread=True, opt=_READ)
def fetched(inspections: Found, principal: Who, number: _Number, pack: _Pack, name: _Name) -> Stream:
    """Hand a pack over, or one of the files that people and programs read."""
    content = inspections.fetch(number, pack, name, principal, over_http(principal))
    given = f"inspection-{number}-{pack}{Path(name).suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{given}"', "Cache-Control": "no-store"}
    return Stream(content, media_type=_KINDS[Path(name).suffix], headers=headers)


@post("/{number:int}/accounts", sync_to_thread=True, opt=_ADMIT, status_code=200)
def admitted(
    inspections: Found, access: NamedDependency[Access], principal: Who, number: _Number, form: Sent
) -> Template:
    """Make an inspector's account, and show its password this once."""
    try:
        made = inspections.admit(number, form["name"], form["until"], access, principal, over_http(principal))
    except InputError as problem:
        return _one(inspections, principal, number, problem)
    return _one(inspections, principal, number, made=made)


@post("/{number:int}/accounts/end", sync_to_thread=True, opt=_ADMIT)
def ended(
    inspections: Found, access: NamedDependency[Access], principal: Who, number: _Number, form: Sent
) -> Template | Redirect:
    """End an inspector's account."""
    try:
        inspections.end(number, form.number("operator"), access, principal, over_http(principal))
    except InputError as problem:
        return _one(inspections, principal, number, problem)
    return _to(number)


def _wanted(form: Form) -> Asked:
    fields = {name: form[name].strip() for name in ("kind", "name", "authority", "basis")}
    lists = {"parts": form.all("parts") or ("evidence",), "services": form.all("services")}
    days = {name: day(form[name]).isoformat() for name in ("since", "until")}
    try:
        return msgspec.convert(fields | lists | days, Asked)
    except msgspec.ValidationError as error:
        raise InputError(
            "inspection-asked", f"this cannot be asked for: {error}", remedy="fill in the name and the days"
        ) from None


def _to(number: int) -> Redirect:
    return Redirect(f"/inspections/{number}", status_code=303)


def _index(
    inspections: Inspections, by: Principal, problem: InputError | None = None, form: Form | None = None
) -> Template:
    begun = today().replace(month=1, day=1)
    given = form or Form(
        [("since", begun.isoformat()), ("until", today().isoformat()), ("parts", "evidence")]
    )
    return _page(
        "index", problem, found=inspections.list(by), given=given, kinds=KINDS, parts=PARTS, owed=OWED
    )


def _one(
    inspections: Inspections,
    by: Principal,
    number: int,
    problem: InputError | None = None,
    made: Made | None = None,
) -> Template:
    found, packs, accounts, names = inspections.show(number, by)
    called = {"names": names, "files": (ARCHIVE, *FILES), "time": inspections.time, "attempts": ATTEMPTS}
    return _page("inspection", problem, found=found, packs=packs, accounts=accounts, made=made, **called)


def _page(name: str, problem: InputError | None, **context: Any) -> Template:
    context |= {
        "problem": problem,
        "cut_off": CUT_OFF,
        "local": lambda moment: moment.astimezone(BEIJING),
        "last": lambda end: (end.astimezone(BEIJING) - _MOMENT).date(),
    }
    status = 400 if problem else 200
    return Template(f"inspection/{name}.html", context=context, status_code=status, headers=_HEADERS)
