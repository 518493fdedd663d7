"""The duties that the server puts together: a new duty is one line here."""

from typing import TYPE_CHECKING

from shouxin.app.contribution import Slice
from shouxin.app.everything import exports_slice, filters_slice, handbook_slice, search_slice
from shouxin.app.help import told
from shouxin.app.parts import Parts
from shouxin.app.settings import described
from shouxin.app.slices_people import of_people
from shouxin.demo import pages as demo_pages
from shouxin.demo import shopfront
from shouxin.demo.account import Sign
from shouxin.duties.access import api as access_api
from shouxin.duties.access import pages as access_pages
from shouxin.duties.access import pages_account, pages_approvals, pages_operators
from shouxin.duties.access.service import Access
from shouxin.duties.assessment import api as assessment_api
from shouxin.duties.assessment import pages as assessment_pages
from shouxin.duties.assessment.service import Assessments
from shouxin.duties.calculate import api as calculate_api
from shouxin.duties.calculate import pages as calculate_pages
from shouxin.duties.calculate.service import Reckoner
from shouxin.duties.cases import api as cases_api
from shouxin.duties.cases import pages as cases_pages
from shouxin.duties.delivery import pages as delivery_pages
from shouxin.duties.delivery.service import Deliveries
from shouxin.duties.due import api as due_api
from shouxin.duties.due import pages as due_pages
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.gate import api as gate_api
from shouxin.duties.gate import pages as gate_pages
from shouxin.duties.gate.service import Decider
from shouxin.duties.guard import api as guard_api
from shouxin.duties.guard import pages as guard_pages
from shouxin.duties.guard.denied import Denials
from shouxin.duties.guard.service import Guard
from shouxin.duties.handbook import service as handbook
from shouxin.duties.incident import api as incident_api
from shouxin.duties.incident import pages as incident_pages
from shouxin.duties.incident import pages_cryptography as incident_cryptography
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inspection import pages as inspection_pages
from shouxin.duties.inspection.service import Inspections
from shouxin.duties.inventory import api as inventory_api
from shouxin.duties.inventory import pages as inventory_pages
from shouxin.duties.inventory import pages_edit as inventory_edit
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.ledger import api as ledger_api
from shouxin.duties.ledger import pages as ledger_pages
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library import api as library_api
from shouxin.duties.library import pages as library_pages
from shouxin.duties.library.service import Library
from shouxin.duties.notice.service import Notices
from shouxin.duties.overview import pages as overview_pages
from shouxin.duties.overview.queue import Work
from shouxin.duties.overview.remembered import Remembered
from shouxin.duties.overview.service import Overview, Sources
from shouxin.duties.posture import api as posture_api
from shouxin.duties.posture import pages as posture_pages
from shouxin.duties.posture.office import Office
from shouxin.duties.retention import api as retention_api
from shouxin.duties.retention import pages as retention_pages
from shouxin.duties.retention.service import Retention
from shouxin.duties.search.sources import Places
from shouxin.duties.shield import api as shield_api
from shouxin.duties.shield import api_protect, pages_protect
from shouxin.duties.shield import pages as shield_pages
from shouxin.duties.shield.protecting import Shielder
from shouxin.duties.shield.service import Detector
from shouxin.duties.welcome import pages as welcome_pages
from shouxin.duties.welcome.service import Welcome

if TYPE_CHECKING:
    from sqlalchemy import Engine


def slices(library: Library, parts: Parts, elsewhere: str) -> tuple[Slice, ...]:
    """Return every duty that is served, and nothing of the store where there is none.

    ``elsewhere`` is what a stranger sees first.
    """
    data, engine, cases = parts.get("data"), parts.get("engine"), parts.get("cases")
    access, rights, ledger = parts.get("access"), parts.get("rights"), parts.get("ledger")
    folder = data / "calendar" if data else None
    keeper = cases.keeper if cases else Timekeeper(library.register, folder, library.chosen)
    office = Office(library.register, engine, library.chosen)
    inventory = Inventory(library.register, library.chosen, engine)
    notices = Notices(Decider(library.register, library.chosen), library.register.version, engine)
    assessments = Assessments(inventory, cases, engine)
    incidents, retention = parts.get("incidents"), parts.get("retention")
    answers = parts.get("consents")
    desks, guard, deliveries = parts.get("desks"), parts.get("guard"), parts.get("deliveries")
    known = answers[0] if answers else None
    seen = Sources(office, assessments, cases, known, ledger, rights, desks, incidents, retention, access)
    work = Work(seen, Remembered(ledger)) if cases and engine else None
    places = _places(library, parts, inventory, notices, assessments)
    return (
        *_of_the_law(library),
        _welcome(Welcome(notices, office, known, rights), shown=bool(engine)),
        search_slice(places),
        handbook_slice(),
        Slice(
            "due", due_pages.TEMPLATES, (due_api.routes(keeper), due_pages.routes(keeper)), due_pages.ENTRIES
        ),
        Slice(
            "cases",
            cases_pages.TEMPLATES,
            (cases_api.routes(keeper, cases), cases_pages.routes(keeper, cases)),
            entries=cases_pages.entries(cases),
        ),
        _inventory(inventory, shown=bool(engine)),
        _posture(office, shown=bool(engine)),
        *of_people(library, notices, parts),
        _retention(retention),
        Slice(
            "delivery",
            delivery_pages.TEMPLATES,
            (delivery_pages.routes(deliveries or Deliveries(engine, {})),),
            entries=(("/deliveries", "nav.deliveries"),) if deliveries else (),
        ),
        _incident(library, incidents),
        _assessment(assessments, shown=bool(cases and engine)),
        _guard(library, guard, ledger, engine),
        exports_slice(places, known, work, engine),
        filters_slice(engine),
        _shield(),
        _ledger(ledger),
        *_inspection(parts.get("inspections"), access),
        _access(access),
        *((_overview(seen, elsewhere),) if cases and engine else ()),
    )


def _places(
    library: Library, parts: Parts, inventory: Inventory, notices: Notices, assessments: Assessments
) -> Places:
    """Return what is searched and leaves as lists; without a store there is little."""
    engine, cases = parts.get("engine"), parts.get("cases")
    return Places(
        library,
        told,
        described,
        handbook.told,
        inventory=inventory if engine else None,
        notices=notices if engine else None,
        cases=cases,
        rights=parts.get("rights"),
        desks=parts.get("desks") or (),
        incidents=parts.get("incidents"),
        assessments=assessments if cases and engine else None,
        retention=parts.get("retention"),
        ledger=parts.get("ledger"),
        access=parts.get("access"),
    )


def demonstration(sign: Sign | None = None) -> Slice:
    """Return the pages of the demo, which come first; ``sign`` is the made-up shop's own sign-in."""
    routes = (demo_pages.routes(sign), shopfront.routes())
    return Slice("demo", demo_pages.TEMPLATES, routes, entries=(("/demo", "nav.demo"),))


def _of_the_law(library: Library) -> tuple[Slice, ...]:
    """Return the duties that answer from the law alone."""
    decider = Decider(library.register, library.chosen)
    reckoner = Reckoner(library.register, library.chosen)
    return (
        Slice(
            "library",
            library_pages.TEMPLATES,
            (library_api.routes(library), library_pages.routes(library)),
            entries=(
                ("/law", "nav.law"),
                ("/law/search", "search.title"),
                ("/law/coverage", "nav.coverage"),
                ("/law/readings", "nav.readings"),
                ("/law/app-categories", "nav.app_categories"),
            ),
        ),
        Slice(
            "gate",
            gate_pages.TEMPLATES,
            (gate_api.routes(decider), gate_pages.routes(decider)),
            entries=(("/decide", "nav.decide"),),
        ),
        Slice(
            "calculate",
            calculate_pages.TEMPLATES,
            (calculate_api.routes(reckoner), calculate_pages.routes(reckoner)),
            entries=(("/calculate", "nav.calculate"),),
        ),
    )


def _overview(sources: Sources, elsewhere: str) -> Slice:
    """Return the start page and the queue of all that waits."""
    remembered = Remembered(sources.ledger)
    overview, work = Overview(sources, remembered), Work(sources, remembered)
    return Slice(
        "overview",
        overview_pages.TEMPLATES,
        overview_pages.routes(overview, work, elsewhere),
        entries=(("/", "nav.overview"), ("/work", "nav.work")),
    )


def _welcome(welcome: Welcome, *, shown: bool) -> Slice:
    """Return the first hour, step by step."""
    return Slice(
        "welcome",
        welcome_pages.TEMPLATES,
        (welcome_pages.routes(welcome),),
        entries=(("/welcome", "nav.welcome"),) if shown else (),
    )


def _posture(office: Office, *, shown: bool) -> Slice:
    """Return where the organisation and its services stand."""
    return Slice(
        "posture",
        posture_pages.TEMPLATES,
        (posture_api.routes(office), posture_pages.routes(office)),
        entries=(("/posture", "nav.posture"),) if shown else (),
    )


def _access(access: Access | None) -> Slice:
    """Return the duty that lets people in; its pages are there where a store knows them."""
    parts = (access_pages, pages_account, pages_operators, pages_approvals)
    pages = tuple(part.routes(access) for part in parts) if access else ()
    return Slice(
        "access",
        access_pages.TEMPLATES,
        (access_api.routes(access), *pages),
        entries=(("/approvals", "nav.approvals"), ("/operators", "nav.operators")) if access else (),
    )


def _inventory(inventory: Inventory, *, shown: bool) -> Slice:
    """Return what the organisation holds and does."""
    parts = (inventory_api, inventory_pages, inventory_edit)
    return Slice(
        "inventory",
        inventory_pages.TEMPLATES,
        tuple(part.routes(inventory) for part in parts),
        entries=(("/inventory", "nav.inventory"), ("/inventory/parties", "nav.parties")) if shown else (),
    )


def _incident(library: Library, incidents: Incidents | None) -> Slice:
    """Return what happened to people's information, and who was told."""
    known = incidents or Incidents(library.register)
    return Slice(
        "incident",
        incident_pages.TEMPLATES,
        (incident_api.routes(known), incident_pages.routes(known), incident_cryptography.routes(known)),
        entries=(("/incidents", "nav.incidents"),) if incidents else (),
    )


def _assessment(assessments: Assessments, *, shown: bool) -> Slice:
    """Return the impact assessments of the inventory's activities."""
    return Slice(
        "assessment",
        assessment_pages.TEMPLATES,
        (assessment_api.routes(assessments), assessment_pages.routes(assessments)),
        entries=(("/assessments", "nav.assessments"),) if shown else (),
    )


def _retention(retention: Retention | None) -> Slice:
    """Return the runs that end what is past its keeping time."""
    runs = retention or Retention()
    return Slice(
        "retention",
        retention_pages.TEMPLATES,
        (retention_api.routes(runs), retention_pages.routes(runs)),
        entries=(("/retention/runs", "nav.retention_runs"),) if retention else (),
    )


def _ledger(ledger: Ledger | None) -> Slice:
    """Return what was done."""
    shown = ledger or Ledger()
    return Slice(
        "ledger",
        ledger_pages.TEMPLATES,
        (ledger_api.routes(shown), ledger_pages.routes(shown)),
        entries=(("/ledger", "nav.ledger"),) if ledger else (),
    )


def _guard(library: Library, guard: Guard | None, ledger: Ledger | None, engine: "Engine | None") -> Slice:
    """Return the duty that rules on acts, and shows what it denied."""
    shown = ledger or Ledger()
    return Slice(
        "guard",
        guard_pages.TEMPLATES,
        (guard_api.routes(guard, shown), guard_pages.routes(Denials(engine), shown, library.register)),
        entries=(("/denials", "nav.denials"),) if ledger and engine else (),
    )


def _inspection(inspections: Inspections | None, access: Access | None) -> tuple[Slice, ...]:
    """Return the packs of evidence, where a store holds what they are made of."""
    if inspections is None or access is None:
        return ()
    return (
        Slice(
            "inspection",
            inspection_pages.TEMPLATES,
            (inspection_pages.routes(inspections, access),),
            entries=(("/inspections", "inspection.title"),),
        ),
    )


def _shield() -> Slice:
    """Return the duty that finds and protects personal information and keeps nothing."""
    detector, shielder = Detector(), Shielder()
    return Slice(
        "shield",
        shield_pages.TEMPLATES,
        (
            *(shield_api.routes(detector), shield_pages.routes(detector)),
            *(api_protect.routes(shielder), pages_protect.routes(shielder)),
        ),
        entries=(("/detect", "nav.detect"), ("/protect", "nav.protect")),
    )
