"""What the guard denied, as pages: over time, by provision, by activity, and each with its articles."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from litestar import Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter
from litestar.response import Template

from shouxin.duties.days import BEIJING, day, spanned, today
from shouxin.duties.guard import decided
from shouxin.duties.guard.denied import Asked, Denials
from shouxin.duties.ledger.service import Ledger
from shouxin.errors import InputError
from shouxin.law.register import Entry, Register

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``guard``."""

PAGE = 50
LONGEST = 366
"""Days that the figures cover at most."""

SHOWN = 12
"""Provisions and activities that the figures name."""

_MONTH = datetime.timedelta(days=29)
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_READ = {"needs": "decision.read"}
_Text = Annotated[str, QueryParameter(max_length=200)]
_Day = Annotated[str, QueryParameter(max_length=10)]
_Named = Callable[[str], list[Entry]]


def routes(denials: Denials, ledger: Ledger, register: Register) -> Router:
    """Return the pages below /denials."""

    def named(text: str) -> list[Entry]:
        """Return the provisions that a decision cites; none where this law no longer has them."""
        try:
            return list(register.find(text))
        except InputError:
            return []

    return Router(
        "/denials",
        route_handlers=[index, shown],
        dependencies={
            "denials": Provide(lambda: denials, sync_to_thread=False),
            "ledger": Provide(lambda: ledger, sync_to_thread=False),
            "named": Provide(lambda: named, sync_to_thread=False),
        },
        include_in_schema=False,
        opt=_READ,
    )


@get("/", sync_to_thread=True)
def index(
    denials: NamedDependency[Denials],
    named: NamedDependency[_Named],
    service: _Text = "",
    activity: _Text = "",
    provision: _Text = "",
    period: _Day = "",
    since: _Day = "",
    until: _Day = "",
    before: Annotated[int | None, QueryParameter()] = None,
) -> Template:
    """Show the denials of a time in figures and one by one, each with the articles behind it."""
    chosen = {"period": period, "since": "" if period else since, "until": "" if period else until}
    since, until = spanned(period, since, until)
    last = day(until) if until else today()
    first = day(since) if since else last - min(_MONTH, last - datetime.date.min)
    first = max(min(first, last), last - min(datetime.timedelta(LONGEST - 1), last - datetime.date.min))
    asked = Asked(first, last, service.strip(), activity.strip(), provision.strip(), before)
    found = denials.list(asked, PAGE + 1)
    return _page(
        "index",
        asked=asked,
        chosen=chosen
        | {
            "service": asked.service,
            "activity": asked.activity,
            "provision": asked.provision,
        },
        figures=denials.figures(asked),
        found=found[:PAGE],
        older=found[PAGE - 1].entry if len(found) > PAGE else None,
        most=SHOWN,
        named=named,
    )


@get("/{decision:str}", sync_to_thread=True)
def shown(
    ledger: NamedDependency[Ledger],
    named: NamedDependency[_Named],
    decision: Annotated[str, Parameter(description="id of the decision")],
) -> Template:
    """Show a decision with the provisions it rests on and what each of them says."""
    return _page("decision", found=decided.find(ledger, decision), named=named)


def _page(name: str, **context: Any) -> Template:
    shared = {"local": lambda moment: moment.astimezone(BEIJING)}
    return Template(f"guard/{name}.html", context={**shared, **context}, headers=_HEADERS)
