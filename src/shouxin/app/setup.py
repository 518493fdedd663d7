"""The page of what the server runs with: settings, readings, calendar, stores, keys; it changes nothing."""

import platform
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from litestar import Router, get
from litestar.di import NamedDependency, Provide
from litestar.response import Template

from shouxin import __version__
from shouxin.app.contribution import Slice
from shouxin.app.settings import Row
from shouxin.duties.access.service import Access
from shouxin.duties.cases.service import Cases
from shouxin.duties.days import today
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}


class Setup(NamedTuple):
    """What only who starts the server knows.

    ``rows`` are the settings with secrets masked, ``stores`` the names of the service's stores, ``kek`` gives
    the id of the key-encryption key.
    """

    rows: Sequence[Row]
    stores: tuple[str, ...]
    kek: Callable[[], str]


class Chosen(NamedTuple):
    """A reading: its id, the question, the answer in force, whether the organisation chose it, the others."""

    id: str
    question: Any
    answer: Any
    own: bool
    others: tuple[Any, ...]


class Office(NamedTuple):
    """Everything that the page asks."""

    setup: Setup
    library: Library
    cases: Cases | None
    ledger: Ledger
    access: Access | None


def settings_slice(
    setup: Setup, library: Library, cases: Cases | None, ledger: Ledger, access: Access | None
) -> Slice:
    """Return the page /settings."""
    office = Office(setup, library, cases, ledger, access)
    router = Router(
        "/settings",
        route_handlers=[page],
        dependencies={"office": Provide(lambda: office, sync_to_thread=False)},
        include_in_schema=False,
    )
    return Slice("settings", "", (router,), entries=(("/settings", "nav.settings"),))


@get(sync_to_thread=True, opt={"needs": "settings.read"})
def page(office: NamedDependency[Office]) -> Template:
    """Show what the server runs with; secrets are only said to be set."""
    setup, cases = office.setup, office.cases
    years = cases.keeper.calendar.years if cases else frozenset()
    keys = office.access.keys.all() if office.access else ()
    context = {
        "rows": setup.rows,
        "stores": setup.stores,
        "kek": setup.kek(),
        "readings": readings(office.library),
        "version": __version__,
        "python": platform.python_version(),
        "law_version": office.library.register.version,
        "year": max(years, default=None),
        "this_year": today().year,
        "provisional": sum(one.provisional for one in cases.due(today())) if cases else 0,
        "signing": office.ledger.public_keys(),
        "ages": office.ledger.key_ages(),
        "api_keys": [one for one in keys if one.revoked_at is None and one.until > datetime.now(UTC)],
        "on": today(),
        "wrong": calendar_ends(max(years, default=None)),
    }
    return Template("app/settings.html", context=context, headers=_HEADERS)


def calendar_ends(last: int | None) -> bool:
    """Tell whether days of this year are counted without a notice of holidays."""
    return last is None or last < today().year


def readings(library: Library) -> tuple[Chosen, ...]:
    """Return every reading with the answer in force, those that the organisation chose first."""
    found = []
    for instrument, one in library.register.readings():
        name = f"{instrument.instrument}:{one.id}"
        chosen = library.chosen.get(name, one.chosen)
        answers = {answer.id: answer for answer in one.alternatives}
        others = tuple(answer.id for answer in one.alternatives if answer.id != chosen)
        found.append(Chosen(name, one.question, answers[chosen], name in library.chosen, others))
    return tuple(sorted(found, key=lambda one: (not one.own, one.id)))
