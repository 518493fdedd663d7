"""Pages of the inventory: what there is, what falls short, the register, the flows, the history."""

from pathlib import Path
from typing import Annotated, Any

from litestar import Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from litestar.response import Template

from shouxin.duties.days import BEIJING, today
from shouxin.duties.inventory import fields, processing, words
from shouxin.duties.inventory.flows import flows, picture
from shouxin.duties.inventory.relations import relations
from shouxin.duties.inventory.service import Inventory, one
from shouxin.duties.reaching import drawn_in, kind, reaching, ways
from shouxin.errors import InputError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``inventory``."""

READ = {"needs": "inventory.read"}
_Name = Annotated[str, QueryParameter(max_length=200)]
_Service = Annotated[str, QueryParameter(name="service", max_length=80)]
_Version = Annotated[int | None, QueryParameter()]


def routes(inventory: Inventory) -> Router:
    """Return the pages below /inventory; they show and change nothing."""
    return Router(
        "/inventory",
        route_handlers=[index, service, activity, party, parties, sdks, register, drawn, reached, history],
        dependencies={"inventory": Provide(lambda: inventory, sync_to_thread=False)},
        include_in_schema=False,
        opt=READ,
    )


@get(sync_to_thread=True)
def index(inventory: NamedDependency[Inventory]) -> Template:
    """Show services, systems, parties, and what falls short; without an inventory how to begin."""
    try:
        found = inventory.store.organisation()
    except InputError as error:
        if error.code != "organisation-none":
            raise
        return _page("index", found=None)
    return _page("index", found=found, findings=inventory.findings(found, today()))


@get("/service", sync_to_thread=True)
def service(inventory: NamedDependency[Inventory], name: _Name) -> Template:
    """Show a service with its activities and SDKs."""
    found = inventory.store.organisation()
    shown = one("service", name, found.services)
    findings = [item for item in inventory.findings(found, today()) if item.service == shown.name]
    labels = {item.key: item.label for item in inventory.register.books.categories}
    return _page("service", found=found, service=shown, findings=findings, app_categories=labels)


@get("/activity", sync_to_thread=True)
def activity(inventory: NamedDependency[Inventory], in_service: _Service, name: _Name) -> Template:
    """Show an activity: what is recorded, what falls short, its facts and what follows from them."""
    found = inventory.store.organisation()
    shown = one("service", in_service, found.services)
    acting = one("activity", name, shown.activities)
    known, follows = inventory.told(found, shown.name, acting.name, today())
    findings = [
        item
        for item in inventory.findings(found, today())
        if (item.service, item.activity) == (shown.name, acting.name)
    ]
    return _page(
        "activity",
        service=shown,
        activity=acting,
        line=lambda code: processing.line(found, shown, acting, code),
        findings=findings,
        known=sorted(known.items()),
        facts=inventory.rules.facts,
        acts={act.name: act.label for act in inventory.register.books.vocabulary.acts},
        follows=follows,
    )


@get("/party", sync_to_thread=True)
def party(inventory: NamedDependency[Inventory], name: _Name) -> Template:
    """Show a party: the agreement, its terms, oversight, and what it receives."""
    found = inventory.store.organisation()
    shown = one("party", name, found.parties)
    received = [flow for flow in flows(found) if flow.kind == "party" and flow.to == shown.name]
    findings = [item for item in inventory.findings(found, today()) if _about(item.about, shown.name)]
    return _page("party", party=shown, received=received, findings=findings, terms=fields.TERMS)


@get("/parties", sync_to_thread=True)
def parties(inventory: NamedDependency[Inventory]) -> Template:
    """Show parties, SDKs and transfers abroad: agreements, oversight, and what is missing by article."""
    try:
        found = inventory.store.organisation()
    except InputError as error:
        if error.code != "organisation-none":
            raise
        return _page("parties", found=None)
    shown = relations(found, inventory.findings(found, today()), today())
    return _page("parties", found=shown, review=found.review)


@get("/sdks", sync_to_thread=True)
def sdks(inventory: NamedDependency[Inventory]) -> Template:
    """Show the list of SDKs and third parties."""
    found = inventory.store.organisation()
    return _table(
        "inventory.sdks", "sdks", processing.SdkLine, lambda code: processing.sdk_lines(found, code)
    )


@get("/register", sync_to_thread=True)
def register(inventory: NamedDependency[Inventory]) -> Template:
    """Show the register of processing activities."""
    found = inventory.store.organisation()
    return _table("inventory.register", "csv", processing.Line, lambda code: processing.lines(found, code))


@get("/flows", sync_to_thread=True)
def drawn(inventory: NamedDependency[Inventory]) -> Template:
    """Show the flows of information as a picture, with a table beside."""
    found = inventory.store.organisation()
    all_flows = flows(found)
    return _page("flows", picture=picture(found, all_flows), flows=all_flows)


@get("/reach", sync_to_thread=True)
def reached(inventory: NamedDependency[Inventory]) -> Template:
    """Show which tables of the dataset maps a person's identities reach, drawn, with a table beside."""
    found = reaching(inventory.store.organisation().maps)
    return _page("reach", found=found, drawn=drawn_in, kind=kind, ways=ways, span=processing.span)


@get("/history", sync_to_thread=True)
def history(
    inventory: NamedDependency[Inventory], before: _Version = None, after: _Version = None
) -> Template:
    """Show the versions, and what distinguishes two of them."""
    listed = inventory.store.versions()
    changes = inventory.store.diff(before, after) if before is not None else ()
    return _page("history", versions=listed, changes=changes, before=before, after=after)


def _table(title: str, form: str, shape: type[Any], lines: Any) -> Template:
    return _page(
        "table",
        title=title,
        form=form,
        head=lambda code: processing.head(shape, code),
        rows=lambda code: [processing.cells(line) for line in lines(code)],
    )


def _about(about: str, name: str) -> bool:
    return about == name or about.startswith(f"{name}:")


def _page(name: str, **context: Any) -> Template:
    shared = {
        "words": words.LABELS,
        "columns": words.COLUMNS,
        "called": processing.called,
        "category": processing.category,
        "local": lambda moment: moment.astimezone(BEIJING),
    }
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
    return Template(f"inventory/{name}.html", context={**shared, **context}, headers=headers)
