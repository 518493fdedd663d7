"""Pages of requests: the queue with its countdown, a request with plan, run and proof, and the forms."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter
from litestar.response import Redirect, Stream, Template

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import today
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.duties.reaching import drawn_in
from shouxin.duties.rights import api, forms
from shouxin.duties.rights.giving import passphrase
from shouxin.duties.rights.listing import bands
from shouxin.duties.rights.model import Task
from shouxin.duties.rights.service import Rights
from shouxin.errors import InputError, ShouxinError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``rights``."""

BODY_LIMIT = 64 * 1024
"""The largest form that is read, in bytes."""

COLUMNS = ("empty", "keep", "mask", "null", "token")
"""What can become of a column, in words of ours; any other word of a store is shown as it is."""

AT_ONCE = 200
"""Requests on a page."""

BLANK: dict[str, Any] = {"state": "open", "late": False, "age": "", "right": "", "service": ""}
"""What the list is asked where nothing is chosen."""

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_Number = Annotated[int, Parameter(description="number of the request")]
_READ, _CARRY = {"needs": "rights.read"}, {"needs": "rights.carry"}


def routes(rights: Rights) -> Router:
    """Return the pages below /requests; a person stands in forms only, never in an address."""
    return Router(
        "/requests",
        route_handlers=[index, new, shown, verify, plan, approve, run, copy, refuse, settle, receipt],
        dependencies={
            "rights": Provide(lambda: rights, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get(sync_to_thread=True, opt=_READ)
def index(
    rights: NamedDependency[Rights],
    standing: Annotated[str, QueryParameter(name="state", max_length=60)] = "open",
    late: Annotated[bool, QueryParameter()] = False,
    age: Annotated[str, QueryParameter(max_length=20)] = "",
    right: Annotated[str, QueryParameter(max_length=60)] = "",
    service: Annotated[str, QueryParameter(max_length=80)] = "",
    after: Annotated[int | None, QueryParameter(ge=0)] = None,
) -> Template:
    """Show the requests, those first that are due first, and a form for a new one."""
    asked = {"state": standing, "late": late, "age": age, "right": right, "service": service}
    return _index(rights, asked, after)


@post(sync_to_thread=True, opt={"needs": "rights.record"}, status_code=200)
def new(
    rights: NamedDependency[Rights], principal: NamedDependency[Principal], form: NamedDependency[Form]
) -> Response[Any]:
    """Take a request down; what cannot be taken comes back with the form."""
    try:
        made = rights.ask(forms.asked(form), today(), over_http(principal))
    except ShouxinError as problem:
        return _index(rights, BLANK, None, form=form, problem=problem)
    return Redirect(f"/requests/{made.number}", status_code=303)


@get("/{number:int}", sync_to_thread=True, opt=_READ)
def shown(rights: NamedDependency[Rights], number: _Number) -> Template:
    """Show a request."""
    return _shown(rights, number)


@post("/{number:int}/verify", sync_to_thread=True, opt=_CARRY, status_code=200)
def verify(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Response[Any]:
    """Send a code, take one, or write down that documents were looked at."""
    who, on = over_http(principal), today()

    def done() -> str:
        if form["how"] == "documents":
            rights.look_at(number, forms.words(form, "documents"), on, who)
            return ""
        if form["how"] == "code":
            rights.enter_code(number, form["code"][:40], on, who)
            return ""
        return rights.send_code(number, forms.channel(form), on, who).address

    return _done(rights, number, done)


@post("/{number:int}/plan", sync_to_thread=True, opt=_CARRY, status_code=200)
def plan(
    rights: NamedDependency[Rights], principal: NamedDependency[Principal], number: _Number
) -> Response[Any]:
    """Make the plan."""
    return _done(rights, number, lambda: rights.plan(number, today(), over_http(principal)))


@post("/{number:int}/approve", sync_to_thread=True, opt={"needs": "rights.approve"}, status_code=200)
def approve(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Response[Any]:
    """Approve the plan that the page showed."""
    who = over_http(principal)
    return _done(
        rights,
        number,
        lambda: rights.approve(
            number, form["digest"], forms.words(form, "reason"), forms.facts(form), today(), who
        ),
    )


@post("/{number:int}/run", sync_to_thread=True, opt=_CARRY, status_code=200)
def run(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Response[Any]:
    """Carry the plan out, or try it and take it back."""
    who, tried = over_http(principal), form["how"] != "run"
    try:
        tasks = rights.run(number, today(), who, dry_run=tried)
    except ShouxinError as problem:
        return _shown(rights, number, problem=problem)
    return _shown(rights, number, tried=tasks) if tried else _again(number)


@post("/{number:int}/copy", sync_to_thread=True, opt=_CARRY, status_code=200)
def copy(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Stream | Template:
    """Give a copy as a download, under the passphrase that the page proposed."""
    language = form["language"] if form["language"] in ("zh", "en", "es") else "zh"
    try:
        made = rights.give(
            number, form["passphrase"][:200], language, forms.facts(form), today(), over_http(principal)
        )
    except ShouxinError as problem:
        return _shown(rights, number, problem=problem)
    return api.download(made)


@post("/{number:int}/refuse", sync_to_thread=True, opt=_CARRY, status_code=200)
def refuse(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Response[Any]:
    """Refuse with a ground and reasons."""
    who = over_http(principal)
    return _done(
        rights,
        number,
        lambda: rights.refuse(number, form["ground"][:80], forms.words(form, "reasons"), today(), who),
    )


@post("/{number:int}/settle", sync_to_thread=True, opt=_CARRY, status_code=200)
def settle(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Response[Any]:
    """Explain, restrict, withdraw, or hand a copy over, as the request asks."""
    who, text, facts = over_http(principal), form["text"][:2000].strip(), forms.facts(form)

    def done() -> object:
        if rights.show(number, today()).work == "hand_over":
            return rights.hand_over(number, facts, today(), who)
        return rights.settle(number, text, facts, today(), who)

    return _done(rights, number, done)


@get("/{number:int}/receipt", sync_to_thread=True, opt=_READ)
def receipt(rights: NamedDependency[Rights], number: _Number) -> Response[bytes]:
    """Give the receipt as a download; it names nobody."""
    made = msgspec.json.format(msgspec.json.encode(rights.receipt(number, today())), indent=2)
    headers = {"Content-Disposition": 'attachment; filename="receipt.json"', "Cache-Control": "no-store"}
    return Response(made, media_type="application/json", headers=headers)


def _done(rights: Rights, number: int, work: Any) -> Response[Any]:
    """Do something and lead back to the request, or show it with what went wrong."""
    try:
        sent = work()
    except ShouxinError as problem:
        return _shown(rights, number, problem=problem)
    return _shown(rights, number, sent=sent) if isinstance(sent, str) and "*" in sent else _again(number)


def _again(number: int) -> Redirect:
    return Redirect(f"/requests/{number}", status_code=303)


def _shown(
    rights: Rights,
    number: int,
    *,
    problem: ShouxinError | None = None,
    tried: tuple[Task, ...] = (),
    sent: str = "",
) -> Template:
    found = rights.show(number, today())
    explanation, status = None, 400 if problem else 200
    if found.readable and found.work == "explain":
        try:
            explanation = rights.explanation(number, today())
        except ShouxinError as missing:
            problem = problem or missing
    return _page(
        "request",
        status,
        found=found,
        problem=problem,
        tried=tried,
        sent=sent,
        grounds=rights.grounds(number, today()) if not found.final else (),
        questions=rights.questions(number, today()) if not found.final else (),
        passphrase=passphrase(),
        columns=COLUMNS,
        reached=rights.reached(found.plan) if found.plan else (),
        drawn=drawn_in,
        explanation=explanation,
        on=today(),
    )


def _page(name: str, status: int = 200, **context: Any) -> Template:
    return Template(
        f"rights/{name}.html",
        context={"problem": None, **context},
        status_code=status,
        headers=_HEADERS,
    )


def _index(
    rights: Rights,
    asked: dict[str, Any],
    after: int | None,
    *,
    form: Form | None = None,
    problem: ShouxinError | None = None,
) -> Template:
    try:
        found = rights.list(today(), **asked, after=after, limit=AT_ONCE + 1)
    except InputError as error:
        problem, asked = error, BLANK
        found = rights.list(today(), **asked, limit=AT_ONCE + 1)
    return _page(
        "index",
        400 if problem else 200,
        found=found[:AT_ONCE],
        more=found[AT_ONCE - 1].number if len(found) > AT_ONCE else None,
        asked=asked,
        bands=bands(),
        rights=rights.rights(),
        form=form,
        problem=problem,
        on=today(),
    )
