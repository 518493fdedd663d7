"""Pages of consent: the figures of a service, and with a reason where one person stands."""

import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from litestar.response import Template

from shouxin.duties.consent import views
from shouxin.duties.consent.model import EVERY
from shouxin.duties.consent.place import receipt_of, teller
from shouxin.duties.consent.service import Consents
from shouxin.duties.days import BEIJING, day, spanned, today
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.errors import InputError
from shouxin.store.ledger.bundle import packed

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``consent``."""

BODY_LIMIT = 64 * 1024
"""The largest form that is read, in bytes."""

STATUSES = ("given", "refused", "withdrawn", "expired")
_DAYS = datetime.timedelta(days=29)
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_Day = Annotated[str, QueryParameter(max_length=10)]
Asking = Request[Any, Any, Any]


def routes(consents: Consents) -> Router:
    """Return the pages below /consents; a person stands in forms only, never in an address."""
    return Router(
        "/consents",
        route_handlers=[index, person, proof],
        dependencies={
            "consents": Provide(lambda: consents, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get(sync_to_thread=True, opt={"needs": "statistics.read"})
def index(
    consents: NamedDependency[Consents],
    service: Annotated[str, QueryParameter(max_length=80)] = "",
    period: _Day = "",
    since: _Day = "",
    until: _Day = "",
) -> Template:
    """Show how the people of a service, or of all (``*``), answered and where they stand; nobody is named."""
    services = consents.services()
    chosen = service or (services[0] if services else "")
    asked = {"period": period, "since": "" if period else since, "until": "" if period else until}
    since, until = spanned(period, since, until)
    last = day(until) if until else today()
    first = day(since) if since else last - min(_DAYS, last - datetime.date.min)
    found = consents.statistics(chosen, first, last) if chosen else None
    return _page(
        "index",
        services=services,
        service=chosen,
        since=first,
        until=last,
        chosen={"service": service, **asked},
        days=found.days if found else (),
        rows=_rows(found),
    )


@post("/person", sync_to_thread=True, opt={"needs": "consent.read"}, status_code=200)
def person(request: Asking, consents: NamedDependency[Consents], form: NamedDependency[Form]) -> Template:
    """Show where a person stands and all they answered; the reading is written down with its reason."""
    try:
        asked = _asked(form)
        stands, past = consents.shown(asked, teller(request))
    except InputError as problem:
        status = 429 if problem.code == "consent-searches" else 400
        return _page("person", status, problem=problem, asked=None, form=form, services=consents.services())
    return _page("person", problem=None, asked=asked, form=form, stands=stands, past=past)


@post("/person/proof", sync_to_thread=True, opt={"needs": "consent.read"}, status_code=200)
def proof(
    request: Asking, consents: NamedDependency[Consents], form: NamedDependency[Form]
) -> Response[bytes]:
    """Return a person's receipt with the program that checks it; the reading is written down."""
    made = receipt_of(consents, _asked(form), teller(request))
    headers = {"Content-Disposition": 'attachment; filename="proof.zip"', "Cache-Control": "no-store"}
    return Response(packed(made), media_type="application/zip", headers=headers)


def _asked(form: Form) -> views.Asked:
    """Return whose answers are asked for; raise ``InputError`` (consent-asked)."""
    try:
        return msgspec.convert({name: form[name] for name in ("service", "person", "reason")}, views.Asked)
    except msgspec.ValidationError:
        raise InputError(
            "consent-asked",
            "service, person and reason are all needed, and none may be very long",
            remedy="fill all three in",
        ) from None


def _rows(found: views.Statistics | None) -> list[dict[str, Any]]:
    """Return where people stand, a line for each service, purpose and channel."""
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in found.now if found else ():
        place = (one.service, one.purpose, one.channel)
        head = dict(zip(("service", "purpose", "channel"), place, strict=True))
        row = rows.setdefault(place, {**head, "again": 0, **dict.fromkeys(STATUSES, 0)})
        row[one.status] += one.count
        row["again"] += one.ask_again
    return list(rows.values())


def _page(name: str, status: int = 200, **context: Any) -> Template:
    shared = {"statuses": STATUSES, "every": EVERY, "local": lambda moment: moment.astimezone(BEIJING)}
    return Template(
        f"consent/{name}.html", context={**shared, **context}, status_code=status, headers=_HEADERS
    )
