"""Pages of incidents: what happened, how grave it is, what comes next, and who is told."""

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter
from litestar.response import Redirect, Template

from shouxin.connect.categories import categories
from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.cases.model import Given
from shouxin.duties.days import BEIJING, day, today
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.duties.gate.acts import from_words
from shouxin.duties.incident import forms, listing
from shouxin.duties.incident.gateway import gateway
from shouxin.duties.incident.model import LANGUAGES, Party, Searched
from shouxin.duties.incident.service import Incidents
from shouxin.errors import InputError, ShouxinError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``incident``."""

BODY_LIMIT = 4 * 1024 * 1024
"""The largest form that is read, in bytes; longer lists of people come over the API or the terminal."""

AT_ONCE = 100
"""Incidents on a page."""

_Number = Annotated[int, Parameter(description="number of the incident")]
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_READ, _RECORD, _NOTIFY = ({"needs": f"incident.{what}"} for what in ("read", "record", "notify"))


def routes(incidents: Incidents) -> Router:
    """Return the pages below /incidents."""
    return Router(
        "/incidents",
        route_handlers=[
            index,
            new,
            recorded,
            shown,
            edit,
            amended,
            moved,
            listed,
            searched,
            notice,
            issued,
            sent,
        ],
        dependencies={
            "incidents": Provide(lambda: incidents, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get("/", sync_to_thread=True, opt=_READ)
def index(
    incidents: NamedDependency[Incidents],
    standing: Annotated[str, QueryParameter(name="state", max_length=10)] = "",
    kind: Annotated[str, QueryParameter(max_length=40)] = "",
    service: Annotated[str, QueryParameter(max_length=80)] = "",
    before: Annotated[int | None, QueryParameter(ge=0)] = None,
) -> Template:
    """Show the incidents, and those of the year in numbers."""
    first = date(today().year, 1, 1)
    asked = listing.sought(standing, kind, service)
    found = incidents.list(today(), limit=AT_ONCE + 1, before=before, sought=asked)
    return _page(
        "index",
        found=found[:AT_ONCE],
        more=found[AT_ONCE - 1].number if len(found) > AT_ONCE else None,
        asked=asked._asdict(),
        kinds=listing.KINDS,
        figures=incidents.figures(first, today()),
    )


@get("/new", sync_to_thread=True, opt=_RECORD)
def new(incidents: NamedDependency[Incidents]) -> Template:
    """Show the form of a new incident."""
    return _form(incidents, {"known_on": today().isoformat()})


@post("/new", sync_to_thread=True, opt=_RECORD)
def recorded(
    incidents: NamedDependency[Incidents],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
) -> Template | Redirect:
    """Put an incident on record; a form that cannot be used comes back as it was filled in."""
    asked = incidents.asked()
    held = forms.sent(form, asked)
    try:
        report = forms.report(held, asked)
        made = incidents.record(report, today(), over_http(principal))
    except InputError as problem:
        return _form(incidents, held, problem=problem)
    return _to(made.number)


@get("/{number:int}", sync_to_thread=True, opt=_READ)
def shown(incidents: NamedDependency[Incidents], number: _Number) -> Template:
    """Show an incident: clocks, risk, people, notices, and the steps that may be taken now."""
    return _incident(incidents, number)


@get("/{number:int}/account", sync_to_thread=True, opt=_RECORD)
def edit(incidents: NamedDependency[Incidents], number: _Number) -> Template:
    """Show the account as a form."""
    found = incidents.show(number, today())
    return _form(incidents, forms.values(found.account), number=number, base=found.versions[0].number)


@post("/{number:int}/account", sync_to_thread=True, opt=_RECORD)
def amended(
    incidents: NamedDependency[Incidents],
    principal: NamedDependency[Principal],
    number: _Number,
    form: NamedDependency[Form],
) -> Template | Redirect:
    """Write a new version of the account."""
    asked = incidents.asked()
    held, base = forms.sent(form, asked), form.number("base")
    try:
        incidents.amend(number, forms.account(held, asked), base, today(), over_http(principal))
    except InputError as problem:
        return _form(incidents, held, number=number, base=base, problem=problem)
    return _to(number)


@post("/{number:int}/steps", sync_to_thread=True, opt=_RECORD)
def moved(
    incidents: NamedDependency[Incidents],
    principal: NamedDependency[Principal],
    number: _Number,
    form: NamedDependency[Form],
) -> Template | Redirect:
    """Take a step with what the form says."""
    try:
        step = next(
            (one for one in incidents.show(number, today()).case.next if one.step == form["step"]), None
        )
        facts = [f"{name}={form[f'fact-{name}']}" for name in (step.unknown if step else ())]
        given = Given(
            step=form["step"],
            by=form["by"],
            on=day(form["on"]) if form["on"] else None,
            records={
                one.name: form[f"record-{one.name}"]
                for one in (step.records if step else ())
                if form[f"record-{one.name}"].strip()
            },
            facts=from_words((one for one in facts if not one.endswith("=")), incidents.facts()),
            version=form.number_or_none("version"),
        )
        incidents.take(number, given, today(), over_http(principal))
    except InputError as problem:
        return _incident(incidents, number, problem)
    return _to(number)


@post("/{number:int}/people", sync_to_thread=True, opt=_RECORD)
def listed(
    incidents: NamedDependency[Incidents],
    principal: NamedDependency[Principal],
    number: _Number,
    form: NamedDependency[Form],
) -> Template | Redirect:
    """Take down whom it touches."""
    try:
        incidents.add_people(number, io.BytesIO(form["people"].encode()), over_http(principal))
    except InputError as problem:
        return _incident(incidents, number, problem)
    return _to(number)


@post("/{number:int}/search", sync_to_thread=True, opt=_RECORD)
def searched(
    incidents: NamedDependency[Incidents],
    principal: NamedDependency[Principal],
    number: _Number,
    form: NamedDependency[Form],
) -> Template:
    """Count whom rows of a store are about, or take them down."""
    try:
        found = incidents.find_people(number, forms.sent_search(form), over_http(principal))
    except ShouxinError as problem:
        return _incident(incidents, number, problem)
    return _incident(incidents, number, searched=found, form=form)


@get("/{number:int}/notice", sync_to_thread=True, opt=_READ)
def notice(
    incidents: NamedDependency[Incidents],
    number: _Number,
    party: Annotated[Party, QueryParameter(description="who is told")],
) -> Template:
    """Show the notice as it would go out, and what it lacks."""
    return _notice(incidents, number, party)


@post("/{number:int}/notice", sync_to_thread=True, opt=_NOTIFY)
def issued(
    incidents: NamedDependency[Incidents],
    principal: NamedDependency[Principal],
    number: _Number,
    form: NamedDependency[Form],
    party: Annotated[Party, QueryParameter(description="who is told")],
) -> Template | Redirect:
    """Give the notice."""
    try:
        incidents.issue(number, party, today(), over_http(principal), form["reference"][:500])
    except InputError as problem:
        return _notice(incidents, number, party, problem)
    return _to(number)


@post("/{number:int}/send", sync_to_thread=True, opt=_NOTIFY)
def sent(
    incidents: NamedDependency[Incidents], principal: NamedDependency[Principal], number: _Number
) -> Template | Redirect:
    """Hand the notice out through the gateway that is set."""
    try:
        incidents.send(number, gateway(incidents.gateway), today(), over_http(principal))
    except ShouxinError as problem:
        return _incident(incidents, number, problem)
    return _to(number)


def _to(number: int) -> Redirect:
    return Redirect(f"/incidents/{number}", status_code=303)


def _incident(
    incidents: Incidents,
    number: int,
    problem: ShouxinError | None = None,
    *,
    searched: Searched | None = None,
    form: Form | None = None,
) -> Template:
    found = incidents.show(number, today())
    parties = {one.name: one.label for one in incidents.machine().data.parties}
    steps = {one.name: one.label for one in incidents.machine().steps}
    return _page(
        "incident",
        400 if problem else 200,
        found=found,
        problem=problem,
        parties=parties,
        steps=steps,
        fact=incidents.fact,
        telling={one: incidents.draft(number, one).step for one in found.can_tell},
        to_send=any(one.party == "individual" for one in found.notices),
        has_gateway=bool(incidents.gateway),
        stores=incidents.stores(),
        searched=searched,
        held=form or Form(()),
    )


def _notice(incidents: Incidents, number: int, party: Party, problem: InputError | None = None) -> Template:
    found = incidents.show(number, today())
    made = incidents.draft(number, party)
    return _page("notice", 400 if problem else 200, found=found, made=made, party=party, problem=problem)


def _form(
    incidents: Incidents,
    held: Mapping[str, str],
    *,
    number: int = 0,
    base: int = 0,
    problem: InputError | None = None,
) -> Template:
    return _page(
        "form",
        400 if problem else 200,
        held=held,
        number=number,
        base=base,
        problem=problem,
        services=incidents.services(),
        kinds=forms.KINDS,
        texts=forms.TEXTS,
        codes=LANGUAGES,
        categories=categories(),
        asked=[one for one in incidents.asked() if one.judgement],
    )


def _page(name: str, status: int = 200, **context: Any) -> Template:
    shared = {"local": lambda moment: moment.astimezone(BEIJING)}
    return Template(
        f"incident/{name}.html", context={**shared, **context}, status_code=status, headers=_HEADERS
    )
