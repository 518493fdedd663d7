"""The pages of a kind of matter: for people outside with their word, and for the office with permissions."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter
from litestar.response import Redirect, Template

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import BEIJING, day, today
from shouxin.duties.desk.drafting import Drafts
from shouxin.duties.desk.model import MatterReceipt, OfficeStep
from shouxin.duties.desk.service import Desk
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.errors import InputError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of the templates that both kinds share, found by the shell under the prefix ``desk``."""

BODY_LIMIT = 64 * 1024
"""The largest form that is read, in bytes."""

WORDS = {
    "complaint": {
        "bring": "desk.bring_complaint",
        "own": "desk.own_complaint",
        "queue": "desk.queue_complaint",
    },
    "content": {"bring": "desk.bring_content", "own": "desk.own_content", "queue": "desk.queue_content"},
}
"""The phrases that name each kind of matter."""

AT_ONCE = 100
"""Matters on a page."""

_YEAR = datetime.timedelta(days=364)
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_Number = Annotated[int, Parameter(description="number of the matter")]
_Day = Annotated[str, QueryParameter(max_length=10)]
Asking = Request[Any, Any, Any]


def routes(desk: Desk, drafts: Drafts) -> tuple[Router, ...]:
    """Return the pages of a kind; a word stands in forms only, never in an address."""
    name = desk.kind.name

    def router(path: str, *handlers: Any, **opt: Any) -> Router:
        return Router(
            path,
            route_handlers=handlers,
            opt=opt,
            dependencies={
                "desk": Provide(lambda: desk, sync_to_thread=False),
                "drafts": Provide(lambda: drafts, sync_to_thread=False),
                "form": Provide(sent_form),
            },
            include_in_schema=False,
            request_max_body_size=BODY_LIMIT,
        )

    return (
        router(desk.kind.public, asked, own, written, public=True),
        router(desk.kind.staff, queue, statistics, matter, needs=f"{name}.read"),
        router(desk.kind.staff, read, step, noted, taken, left, tied, needs=f"{name}.handle"),
        router(desk.kind.staff, shredded, needs=f"{name}.shred"),
    )


def address(request: Asking) -> str:
    """Return where somebody comes from: it is counted for a while as a digest, and never kept."""
    return request.client.host if request.client else ""


def page(template: str, desk: Desk, problem: InputError | None = None, **context: Any) -> Template:
    """Return a page that nothing keeps; with a problem it is shown, and the status says so."""
    status = {"sign-in-slow": 429, "desk-unknown": 404}.get(problem.code, 400) if problem else 200
    records = {one.name: one.what for step in desk.machine.steps for one in step.records}
    context |= {
        "kind": desk.kind,
        "words": WORDS[desk.kind.name],
        "problem": problem,
        "records": records,
        "steps": {one.name: one.label for one in desk.machine.steps},
        "parties": {one.name: one.label for one in desk.machine.data.parties},
        "subjects": _subjects(desk),
        "local": lambda moment: moment.astimezone(BEIJING),
    }
    return Template(template, context=context, status_code=status, headers=_HEADERS)


def receipt(desk: Desk, found: MatterReceipt) -> Template:
    """Return the page with the number and the word, which is shown this once."""
    return page("desk/receipt.html", desk, receipt=found)


def _subjects(desk: Desk) -> dict[str, Any]:
    """Return what matters are about, by the words of the law files."""
    values = {name: words for fact in desk.machine.data.facts for name, words in fact.value_labels.items()}
    return {one.name: one.label for one in desk.machine.steps if not one.from_} | values


# People outside


@get("/{number:int}", sync_to_thread=True)
def asked(desk: NamedDependency[Desk], number: _Number) -> Template:
    """Ask for the word; whether there is such a number is not said."""
    return page("desk/ask.html", desk, number=str(number))


@post("/own", sync_to_thread=True, status_code=200)
def own(request: Asking, desk: NamedDependency[Desk], form: NamedDependency[Form]) -> Template:
    """Show a matter to whoever knows its word."""
    return _own(request, desk, form)


@post("/letter", sync_to_thread=True, status_code=200)
def written(request: Asking, desk: NamedDependency[Desk], form: NamedDependency[Form]) -> Template:
    """Take a letter, a step or the matter anew from whoever knows the word."""
    body = {"text": form["text"]} if form["text"].strip() else {}
    given = (form["word"], address(request), body, today())
    return _own(
        request,
        desk,
        form,
        lambda number: (
            desk.again(number, *given)
            if form["step"] == "again"
            else desk.write(number, *given, step=form["step"])
        ),
    )


def _own(request: Asking, desk: Desk, form: Form, act: Callable[[int], object] | None = None) -> Template:
    problem = None
    try:
        number = form.number("number")
        if act:
            try:
                act(number)
            except InputError as error:
                if error.code in ("desk-unknown", "sign-in-slow"):
                    raise
                problem = error
        found = desk.own(number, form["word"], address(request), today())
    except InputError as error:
        return page("desk/ask.html", desk, error, number=form["number"])
    return page(
        "desk/own.html", desk, problem, found=found, word=form["word"], text=form["text"] if problem else ""
    )


# The office


@get("/", sync_to_thread=True)
def queue(
    desk: NamedDependency[Desk],
    standing: Annotated[str, QueryParameter(name="state", max_length=10)] = "open",
    subject: Annotated[str, QueryParameter(max_length=60)] = "",
    service: Annotated[str, QueryParameter(max_length=80)] = "",
    after: Annotated[int | None, QueryParameter()] = None,
    before: Annotated[int | None, QueryParameter()] = None,
) -> Template:
    """Show what has to be answered, by what is due first; or what has ended, the newest first."""
    ended = {"open": False, "ended": True}.get(standing)
    found = desk.queue(
        today(),
        ended=ended,
        subject=subject,
        service=service,
        after=after,
        before=before,
        limit=AT_ONCE + 1,
    )
    last = found[AT_ONCE - 1].number if len(found) > AT_ONCE else None
    return page(
        "desk/queue.html",
        desk,
        found=found[:AT_ONCE],
        standing=standing,
        asked={"state": standing, "subject": subject, "service": service},
        more={"after" if ended is False else "before": last} if last is not None else None,
    )


@get("/statistics", sync_to_thread=True)
def statistics(desk: NamedDependency[Desk], since: _Day = "", until: _Day = "") -> Template:
    """Show how many came, ended and were late, by subject; nobody is named."""
    last = day(until) if until else today()
    first = day(since) if since else last - min(_YEAR, last - datetime.date.min)
    return page("desk/statistics.html", desk, found=desk.figures(first, last), since=first, until=last)


@get("/{number:int}", sync_to_thread=True)
def matter(
    request: Asking, desk: NamedDependency[Desk], drafts: NamedDependency[Drafts], number: _Number
) -> Template:
    """Show a matter without opening its letters."""
    return _matter(request, desk, drafts, number)


@post("/{number:int}/read", sync_to_thread=True, status_code=200)
def read(
    request: Asking,
    desk: NamedDependency[Desk],
    drafts: NamedDependency[Drafts],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Template:
    """Show the letters opened; the reading is written down with its reason."""
    try:
        letters = desk.read(number, form["reason"], over_http(principal))
    except InputError as problem:
        return _matter(request, desk, drafts, number, problem)
    return _matter(request, desk, drafts, number, letters=letters)


@post("/{number:int}/step", sync_to_thread=True, status_code=200)
def step(
    request: Asking,
    desk: NamedDependency[Desk],
    drafts: NamedDependency[Drafts],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Template | Redirect:
    """Take a step of the office; where somebody is heard for the first time, their word is shown once."""
    try:
        made = desk.act(number, _act(desk, form), today(), over_http(principal))
    except InputError as problem:
        return _matter(request, desk, drafts, number, problem, form=form)
    return page("desk/heard.html", desk, acted=made) if made.words else _back(desk, number)


@post("/{number:int}/note", sync_to_thread=True)
def noted(
    desk: NamedDependency[Desk],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Redirect:
    """Write to whoever brought it, or a note for the office."""
    desk.note(
        number, form["text"], over_http(principal), shown=form["to"] != "office", party=_party(desk, form)
    )
    return _back(desk, number)


@post("/{number:int}/take", sync_to_thread=True)
def taken(desk: NamedDependency[Desk], principal: NamedDependency[Principal], number: _Number) -> Redirect:
    """Make the reader the one who deals with it."""
    desk.take(number, over_http(principal))
    return _back(desk, number)


@post("/{number:int}/leave", sync_to_thread=True)
def left(desk: NamedDependency[Desk], principal: NamedDependency[Principal], number: _Number) -> Redirect:
    """Undo that the reader took it on, a while after."""
    desk.leave(number, over_http(principal))
    return _back(desk, number)


@post("/{number:int}/tie", sync_to_thread=True)
def tied(
    desk: NamedDependency[Desk],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Redirect:
    """Tie it to the case of a request or an incident."""
    desk.tie(number, form.number("case"), over_http(principal))
    return _back(desk, number)


@post("/{number:int}/shred", sync_to_thread=True)
def shredded(
    desk: NamedDependency[Desk],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
    number: _Number,
) -> Redirect:
    """Forget who brought it and what they wrote."""
    desk.shred(number, form["reason"], over_http(principal), today())
    return _back(desk, number)


def _matter(
    request: Asking, desk: Desk, drafts: Drafts, number: int, problem: InputError | None = None, **more: Any
) -> Template:
    found, case = desk.show(number, today())
    machines = desk.cases.keeper.engines.machines.all
    who = request.scope.get("user")
    actor = over_http(who) if who is not None else None
    return page(
        "desk/matter.html",
        desk,
        problem,
        found=found,
        case=case,
        ways=drafts.ways(machines, found.subject),
        draft=lambda name: drafts.of(name, found, case, machines, found.language),
        letters=more.get("letters"),
        undoes=actor is not None and desk.undoes(number, actor.who),
        form=more.get("form"),
        may={name: who is not None and who.may(f"{desk.kind.name}.{name}") for name in ("handle", "shred")},
    )


def _act(desk: Desk, form: Form) -> OfficeStep:
    """Return the step of a form: ``text-NAME`` for records, ``fact-NAME``, ``to-PARTY``."""
    needed = {one.name for step in desk.machine.steps for one in step.records}
    judged = {one.name for one in desk.machine.data.facts if one.type == "bool"}
    return OfficeStep(
        step=form["step"],
        texts={name: form[f"text-{name}"] for name in needed if form[f"text-{name}"].strip()},
        facts={name: form[f"fact-{name}"] == "yes" for name in judged if form[f"fact-{name}"]},
        others={name: form[f"to-{name}"] for name in desk.kind.heard},
        version=form.number_or_none("version"),
    )


def _party(desk: Desk, form: Form) -> str:
    return form["to"] if form["to"] in desk.kind.heard else desk.kind.stranger


def _back(desk: Desk, number: int) -> Redirect:
    return Redirect(f"{desk.kind.staff}/{number}", status_code=303, headers=_HEADERS)
