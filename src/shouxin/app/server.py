"""The server: every slice's API and pages in one application."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litestar import Litestar, get
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from shouxin.app import assets, description, http_errors, rendering, security
from shouxin.app.setup import Setup, settings_slice
from shouxin.app.slices import Slice, demonstration, slices
from shouxin.duties.access.service import Access
from shouxin.duties.cases.service import Cases
from shouxin.duties.consent.intake import Intake
from shouxin.duties.consent.service import Consents
from shouxin.duties.desk.service import Desk
from shouxin.duties.entrusted.service import Entrusted
from shouxin.duties.guard.service import Guard
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inspection.service import Inspections
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library
from shouxin.duties.retention.service import Retention
from shouxin.duties.rights.service import Rights
from shouxin.duties.widget.service import Widgets

if TYPE_CHECKING:
    from sqlalchemy import Engine

BODY_LIMIT = 32 * 1024 * 1024
"""The largest request that is read, in bytes."""


def create_app(
    library: Library,
    *,
    host_names: Sequence[str],
    api_token: str | None,
    data: Path | None = None,
    engine: "Engine | None" = None,
    cases: Cases | None = None,
    ledger: Ledger | None = None,
    access: Access | None = None,
    consents: tuple[Consents, Intake | None] | None = None,
    guard: Guard | None = None,
    desks: tuple[Desk, Desk] | None = None,
    incidents: Incidents | None = None,
    rights: Rights | None = None,
    retention: Retention | None = None,
    entrusted: Entrusted | None = None,
    widgets: Widgets | None = None,
    inspections: Inspections | None = None,
    demo: bool = False,
    setup: Setup | None = None,
) -> Litestar:
    """Return the application that serves ``library``.

    ``host_names`` are the names under which it may be addressed, with or without a port; requests
    for any other host are refused. ``access`` lets operators and keys in, and ``api_token`` is the key
    of the system itself; without either only what is public answers. ``data`` is the folder of the
    data, where an operator's notices of holidays are kept, ``engine`` the store of evidence, ``cases``
    keeps cases, ``consents`` the answers to notices, ``guard`` rules on acts about people, ``desks`` take in
    complaints and content requests, ``incidents`` is what happened to people's information, ``rights`` does
    what people ask for, ``widgets`` are what services put on their own pages, ``inspections`` the packs of
    evidence, and ``ledger`` shows what was done; ``demo`` adds the page that leads through a demonstration,
    and begins there for strangers, and ``setup`` the page of what the server runs with.
    """
    parts = (data, engine, cases, ledger, access, consents, guard, desks, incidents, rights, retention)
    first = "/demo" if demo else "/law"
    duties = slices(library, *parts, entrusted, widgets, inspections, elsewhere=first)
    if demo:
        duties = (demonstration(), *duties)
    if setup:
        duties = (*duties, settings_slice(setup, library, cases, ledger or Ledger(), access))
    templates = {"app": str(Path(__file__).parent / "templates")} | {
        duty.name: duty.templates for duty in duties if duty.templates
    }
    entries = tuple(entry for duty in duties for entry in duty.entries)
    app = security.GuardedApp(
        route_handlers=[
            *(() if any(duty.name == "overview" for duty in duties) else (_home(duties),)),
            health,
            *assets.routes(),
            *(route for duty in duties for route in duty.routes),
        ],
        guards=[security.guard(access, api_token)],
        dependencies={"principal": Provide(security.principal, sync_to_thread=False)},
        exception_handlers={Exception: http_errors.answer},
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=5, minimum_size=2000),
        openapi_config=description.config(),
        request_max_body_size=BODY_LIMIT,
        template_config=rendering.engine(templates, entries),
        logging_config=None,
        debug=False,
    )
    app.host_names = security.hosts(host_names)
    app.access = access
    return app


def _home(duties: Sequence[Slice]) -> HTTPRouteHandler:
    """Return what sends a reader to the first place of the navigation."""
    first = next(address for duty in duties for address, _ in duty.entries)

    @get("/", include_in_schema=False, sync_to_thread=False, opt={"public": True})
    def home() -> Redirect:
        return Redirect(first)

    return home


@get("/health", include_in_schema=False, sync_to_thread=False, opt={"public": True})
def health() -> Mapping[str, str]:
    """Say that the server runs."""
    return {"status": "ok"}
