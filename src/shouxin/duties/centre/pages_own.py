"""The pages of somebody who is signed in: their choices, their data, how what they asked for stands."""

from typing import Annotated, Any, cast

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream, Template

from shouxin.connect.categories import categories, home
from shouxin.duties.centre import choices, own
from shouxin.duties.centre.model import ARTICLES, ASKED, COPIES, DESTROYS, Choice, digest
from shouxin.duties.centre.shown import Asking, Visit, again, checked, page, spoken
from shouxin.duties.consent.model import Action
from shouxin.duties.consent.place import receipt_of
from shouxin.duties.consent.views import Asked, Stand, request_name
from shouxin.duties.days import today
from shouxin.duties.forms import Form
from shouxin.duties.notice.model import Purpose
from shouxin.duties.rights.api import download
from shouxin.errors import InputError

TAGS = "preferences"
"""The category of what a service infers of a person: tags, preferences."""

CHOSEN = ("recommendation_off", "recommendation_tags", "decision_refusal")
"""The rights that are choices too: what was asked for stands beside them."""

_ANSWERS = ("give", "refuse", "withdraw")
_Number = FromPath[int]
_Given = Annotated[int, QueryParameter()]


@get("/choices", sync_to_thread=True)
def shown_choices(request: Asking, made: NamedDependency[Visit], done: _Given = 0) -> Template:
    """Show every purpose that asks for consent, each by itself, with buttons of one size."""
    found, stands = _choices(made)
    recorded = next((one for one in stands if done and one.number == done), None)
    earlier = choices.earlier(made.shown.notice, stands)
    whose = made.whose
    rights = own.requests(made.centre.offices.rights, whose, today())
    off = made.centre.offices.rights.recommendation_off(whose.service, whose.reference)
    return page(
        request,
        made,
        "choices",
        choices=found,
        earlier=earlier,
        past=choices.past(made.shown.notice, stands),
        recorded=recorded,
        whose=whose,
        children=made.centre.children(made.member),
        off=off,
        lines=[one for one in rights if one.right in CHOSEN],
        pushes=bool(_automated(made)) or off,
        any_given=any(one.status == "given" for one in stands),
    )


@get("/choices/one", sync_to_thread=True)
def separate(
    request: Asking,
    made: NamedDependency[Visit],
    purpose: Annotated[str, QueryParameter(max_length=80)] = "",
    channel: Annotated[str, QueryParameter(max_length=80)] = "",
) -> Template:
    """Ask for one purpose on a page of its own, where the law asks for separate consent."""
    found, _ = _choices(made)
    return page(request, made, "separate", choice=_chosen(found, purpose, channel), whose=made.whose)


@post("/choices/answer", sync_to_thread=True, status_code=303)
def answer(made: NamedDependency[Visit], form: NamedDependency[Form]) -> Response[Any]:
    """Take an answer down, or take consent back; the page of the choices then says what was written down."""
    checked(made, form)
    found, _ = _choices(made)
    chosen = _chosen(found, form["purpose"], form["channel"])
    if form["action"] not in _ANSWERS or made.shown.published is None:
        raise InputError("centre-field", "no answer was chosen", remedy="choose one of the buttons")
    if form.number("after") != chosen.after:
        raise InputError(
            "consent-moved-on", "another answer came in between", remedy="look at the page again"
        )
    action = cast("Action", form["action"])
    notice = made.shown.published.address
    if action == "give" and form["notice"] != notice:
        raise InputError(
            "consent-moved-on", "the notice changed in between", remedy="read it, and answer again"
        )
    said = (request_name(_name(form), *(form[one] for one in ("purpose", "channel", "action"))), spoken(form))
    consents = made.centre.offices.consents
    taken = choices.answer(consents, made.whose, chosen, action, notice, said)
    return again(f"{made.home}/choices?done={taken.number}#done")


@post("/choices/withdraw", sync_to_thread=True, status_code=303)
def withdraw(made: NamedDependency[Visit], form: NamedDependency[Form]) -> Response[Any]:
    """Take consent back to one purpose that is offered no more, or with none named to all of them."""
    checked(made, form)
    purposes = (form["purpose"],) if form["purpose"] else None
    channel = form["channel"] if form["purpose"] else None
    said = (_name(form), spoken(form))
    taken = choices.withdraw(made.centre.offices.consents, made.whose, purposes, channel, said)
    return again(f"{made.home}/choices?done={taken[-1].number}#done")


@get("/choices/recommendation", sync_to_thread=True)
def recommendation(request: Asking, made: NamedDependency[Visit]) -> Template:
    """Ask by itself whether recommendation is to be turned on again, with what it does."""
    whose = made.whose
    off = made.centre.offices.rights.recommendation_off(whose.service, whose.reference)
    return page(request, made, "recommendation", purposes=_automated(made), off=off, whose=whose)


@post("/choices/recommendation", sync_to_thread=True, status_code=303)
def recommendation_on(made: NamedDependency[Visit], form: NamedDependency[Form]) -> Response[Any]:
    """Turn recommendation on again by the person's own word; anything else leaves it off."""
    checked(made, form)
    if form["action"] == "on":
        notice = made.shown.published.address if made.shown.published else ""
        if form["notice"] != notice:
            raise InputError(
                "consent-moved-on", "the notice changed in between", remedy="read it, and answer again"
            )
        own.recommend(made.centre.offices.rights, made.whose, notice, spoken(form))
    return again(f"{made.home}/choices#machine")


@get("/choices/receipt", sync_to_thread=True)
def consent_receipt(made: NamedDependency[Visit]) -> Response[bytes]:
    """Give the receipt of all answers as a file, with what shows that the ledger holds them."""
    whose = made.whose
    asked = Asked(service=whose.service, person=whose.reference, reason=choices.WHY)
    receipt = receipt_of(made.centre.offices.consents, asked, choices.TELLER)
    return _json(receipt, "consent-receipt.json")


@get("/data", sync_to_thread=True)
def data(request: Asking, made: NamedDependency[Visit]) -> Template:
    """Show what can be asked for, and how what was asked for stands."""
    whose = made.whose
    lines = own.requests(made.centre.offices.rights, whose, today())
    return page(request, made, "data", rights=ASKED, articles=ARTICLES, lines=lines, whose=whose)


@get("/data/view", sync_to_thread=False)
def before_view(made: NamedDependency[Visit]) -> Response[Any]:
    """Lead to where one asks to see one's data: looking is written down, so it is no link."""
    return again(f"{made.home}/data")


@post("/data/view", sync_to_thread=True, status_code=200)
def view(request: Asking, made: NamedDependency[Visit], form: NamedDependency[Form]) -> Template:
    """Show what the stores of the service hold of the person; only the tags where that is asked."""
    seat = checked(made, form)
    rights, whose = made.centre.offices.rights, made.whose
    name = f"centre-{digest(seat.token, str(whose.person)).hex()[:40]}"
    asked, tables = own.look(rights, whose, name, today())
    if form["only"] == "tags":
        tables = tuple(
            one
            for one in tables
            if one.mapped and any(TAGS in {home(key) for key in x.categories} for x in one.mapped.columns)
        )
    called = {
        (one.store, one.table): {
            column.column: [categories()[home(key)].label for key in column.categories]
            for column in (one.mapped.columns if one.mapped else ())
        }
        for one in tables
    }
    return page(request, made, "view", tables=tables, called=called, asked=asked, only=form["only"])


@get("/data/new/{right:str}", sync_to_thread=True)
def new(request: Asking, made: NamedDependency[Visit], right: FromPath[str]) -> Template:
    """Show the form of a right: what it does, by which article, and what it needs."""
    known = _right(right)
    rights = made.centre.offices.rights
    found = own.fields(rights) if known in ("correction", "completion") else ()
    fields = tuple(one for one in found if known == "correction" or not one.reached)
    made.member  # noqa: B018  # refused before the form is filled in
    return page(
        request, made, "new", right=known, article=ARTICLES[known], fields=fields, destroys=known in DESTROYS
    )


@post("/data/ask", sync_to_thread=True, status_code=303)
def ask(made: NamedDependency[Visit], form: NamedDependency[Form]) -> Response[Any]:
    """Take a request down and lead to how it stands."""
    seat = checked(made, form)
    right = _right(form["right"])
    made.centre.bring(seat, right)
    if right in DESTROYS and form["sure"] != "yes":
        raise InputError(
            "centre-field", "it was not said that this is meant", remedy="tick the box, and send"
        )
    wish = own.Wish(
        right,
        place=form["place"][:600],
        now=form["now"][:2000],
        value=form["value"][:2000],
        destination=form["destination"].strip()[:500],
        request=request_name(_name(form), right),
    )
    found = own.ask(made.centre.offices.rights, made.whose, wish, today())
    return again(f"{made.home}/data/requests/{found.number}")


@get("/data/requests/{number:int}", sync_to_thread=True)
def shown_request(request: Asking, made: NamedDependency[Visit], number: _Number) -> Template:
    """Show a request of one's own: its steps, its days, what can be taken away."""
    found = own.request(made.centre.offices.rights, made.whose, number, today())
    machine = made.centre.offices.rights.desk.cases.procedures.machine(found.whole.procedure)
    steps = {one.name: one.label for one in machine.steps}
    return page(
        request,
        made,
        "request",
        found=found,
        steps=steps,
        copies=found.right in COPIES and bool(found.verified_by),
        passphrase=own.passphrase(),
    )


@post("/data/requests/{number:int}/copy", sync_to_thread=True, status_code=200)
def copy(made: NamedDependency[Visit], form: NamedDependency[Form], number: _Number) -> Stream:
    """Give a copy as a download, under the passphrase that the page showed."""
    checked(made, form)
    rights = made.centre.offices.rights
    given = own.copy(rights, made.whose, number, form["passphrase"][:200], spoken(form), today())
    return download(given)


@get("/data/requests/{number:int}/receipt", sync_to_thread=True)
def receipt(made: NamedDependency[Visit], number: _Number) -> Response[bytes]:
    """Give the receipt of a request of one's own; it names nobody."""
    rights = made.centre.offices.rights
    own.request(rights, made.whose, number, today())
    return _json(rights.receipt(number, today()), "request-receipt.json")


def _choices(made: Visit) -> tuple[tuple[Choice, ...], list[Stand]]:
    """Return what can be chosen and where the person stands; the reading is written down."""
    stands = choices.standing(made.centre.offices.consents, made.whose)
    shown = made.shown
    found = choices.choices(shown.published, shown.notice, stands) if shown.published and shown.notice else ()
    return found, stands


def _automated(made: Visit) -> tuple[Purpose, ...]:
    """Return the purposes of the notice in force that decide by machine."""
    return tuple(one for one in (made.shown.notice.purposes if made.shown.notice else ()) if one.automated)


def _chosen(found: tuple[Choice, ...], purpose: str, channel: str) -> Choice:
    for one in found:
        if (one.purpose.key, one.channel) == (purpose, channel):
            return one
    raise InputError(
        "consent-moved-on",
        "the notice in force has no such purpose any more",
        remedy="look at the page again",
    )


def _right(name: str) -> str:
    if name not in ASKED:
        raise InputError("centre-field", "no right was chosen", remedy="choose one under My data")
    return name


def _name(form: Form) -> str:
    """Return the name of a form, so that one sent twice counts once; the page made it."""
    name = form["request"]
    if not (8 <= len(name) <= 64 and name.isascii() and name.isalnum()):
        raise InputError(
            "centre-field", "the form is incomplete", remedy="open the page again, and send it anew"
        )
    return name


def _json(value: Any, name: str) -> Response[bytes]:
    made = msgspec.json.format(msgspec.json.encode(value), indent=2)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(made, media_type="application/json", headers=headers)


HANDLERS = (
    *(
        shown_choices,
        separate,
        answer,
        withdraw,
        recommendation,
        recommendation_on,
        consent_receipt,
        data,
        before_view,
        view,
        new,
        ask,
    ),
    *(shown_request, copy, receipt),
)
"""The handlers of these pages."""
