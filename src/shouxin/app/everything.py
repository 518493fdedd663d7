"""The slices that reach across all duties: the search over everything, and the lists that leave as files."""

from typing import TYPE_CHECKING

from shouxin.app.catalogue import catalogue
from shouxin.app.contribution import Slice
from shouxin.duties.consent.service import Consents
from shouxin.duties.exports import pages as exports_pages
from shouxin.duties.exports.lists import Kept, lists
from shouxin.duties.exports.lists_office import office_lists
from shouxin.duties.exports.service import Exports
from shouxin.duties.filters import pages as filters_pages
from shouxin.duties.filters.service import SavedFilters
from shouxin.duties.guard.denied import Denials
from shouxin.duties.handbook import pages as handbook_pages
from shouxin.duties.overview.queue import Work
from shouxin.duties.search import api as search_api
from shouxin.duties.search import pages as search_pages
from shouxin.duties.search.service import Search
from shouxin.duties.search.sources import Places, sources

if TYPE_CHECKING:
    from sqlalchemy import Engine


def search_slice(places: Places) -> Slice:
    """Return the search over everything that is there."""
    search = Search(sources(places))
    return Slice(
        "search",
        search_pages.TEMPLATES,
        (search_api.routes(search), search_pages.routes(search)),
        entries=(("/search", "nav.find"),),
    )


def handbook_slice() -> Slice:
    """Return the documents, which are there without a network."""
    entries = (("/handbook", "handbook.title"),)
    return Slice("handbook", handbook_pages.TEMPLATES, (handbook_pages.routes(),), entries=entries)


def filters_slice(engine: "Engine | None") -> Slice:
    """Return what every filtered list shares: filters kept under names."""
    routes = (filters_pages.routes(SavedFilters(engine)),) if engine else ()
    return Slice("filters", filters_pages.TEMPLATES, routes)


def exports_slice(
    places: Places, consents: Consents | None, work: Work | None, engine: "Engine | None"
) -> Slice:
    """Return the lists that can be taken away; they are there where a store and its readers are."""
    kept = Kept(
        inventory=places.inventory,
        consents=consents,
        cases=places.cases,
        rights=places.rights,
        desks=places.desks,
        incidents=places.incidents,
        assessments=places.assessments,
        ledger=places.ledger,
        denials=Denials(engine) if engine else None,
    )
    approvals = places.access.approvals if places.access else None
    office = office_lists(places.notices, approvals, work) if places.notices else {}
    exports = Exports({**lists(kept), **office}, engine, places.access)
    return Slice(
        "exports",
        exports_pages.TEMPLATES,
        (exports_pages.routes(exports, lambda code, column: catalogue(code).label("export_column", column)),),
        entries=(("/exports", "nav.exports"),) if engine and places.access else (),
    )
