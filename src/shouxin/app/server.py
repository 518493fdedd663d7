"""The server: every slice's API and pages in one application."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Unpack

from litestar import Litestar, get
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from shouxin.app import assets, description, http_errors, rendering, security
from shouxin.app.contribution import Slice
from shouxin.app.parts import Parts
from shouxin.app.setup import Setup, settings_slice
from shouxin.app.slices import demonstration, slices
from shouxin.demo.account import Sign
from shouxin.duties.access.service import Access
from shouxin.duties.filters.service import SavedFilters
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library

BODY_LIMIT = 32 * 1024 * 1024
"""The largest request that is read, in bytes."""


def create_app(
    library: Library,
    *,
    host_names: Sequence[str],
    api_token: str | None,
    demo: bool = False,
    sign: Sign | None = None,
    setup: Setup | None = None,
    **parts: Unpack[Parts],
) -> Litestar:
    """Return the application that serves ``library`` and what its ``parts`` are there for.

    ``host_names`` are the names under which it may be addressed, with or without a port; requests
    for any other host are refused. ``api_token`` is the key of the system itself; without it and
    ``access`` only what is public answers. ``demo`` adds the pages that lead through a demonstration, and
    begins there for strangers; with ``sign`` its shop signs its customers in to the privacy centre.
    ``setup`` is the page of what the server runs with.
    """
    duties = slices(library, parts, elsewhere="/demo" if demo else "/law")
    access = parts.get("access")
    if demo:
        duties = (demonstration(sign), *duties)
    if setup:
        ledger = parts.get("ledger") or Ledger()
        duties = (*duties, settings_slice(setup, library, parts.get("cases"), ledger, access))
    app = _application(duties, host_names, access, api_token)
    app.saved = SavedFilters(parts.get("engine"))
    return app


def _application(
    duties: Sequence[Slice], host_names: Sequence[str], access: Access | None, api_token: str | None
) -> security.GuardedApp:
    """Return the application that serves these duties behind its door."""
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
