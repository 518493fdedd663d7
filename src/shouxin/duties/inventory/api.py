"""The inventory over HTTP: read, checked, exported, changed in versions."""

from typing import Annotated, Literal

from litestar import Response, Router, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, Parameter, QueryParameter

from shouxin.connect.fides import Left
from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import day, today
from shouxin.duties.documents import document
from shouxin.duties.inventory.checks import Finding
from shouxin.duties.inventory.diff import Change
from shouxin.duties.inventory.exporting import FORMS, exported
from shouxin.duties.inventory.flows import Flow, flows
from shouxin.duties.inventory.model import Author, Organisation, Version
from shouxin.duties.inventory.service import Consequences, Inventory
from shouxin.duties.problem import problems
from shouxin.law.base import Shape

READ, CHANGE = {"needs": "inventory.read"}, {"needs": "inventory.change"}
"""The permissions that reading and changing need."""

_Dry = Annotated[bool, QueryParameter(description="say what would change, keep nothing")]
_Why = Annotated[str, QueryParameter(description="why it changes", max_length=2000)]
_Number = Annotated[int, Parameter(description="number of the version")]


class Changed(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What changed, part by part; ``left`` is what of an imported file has no place in a map."""

    changes: tuple[Change, ...]
    left: tuple[Left, ...] = ()


class Told(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The facts of an activity, and what the gate and the controls make of them."""

    facts: dict[str, bool | int | str | list[str]]
    follows: Consequences


class Given(Shape, frozen=True, kw_only=True):
    """A dataset map or a Fides dataset file as text, and the system whose store it is."""

    system: str
    text: str


def routes(inventory: Inventory) -> Router:
    """Return the API below /api/inventory."""
    return Router(
        "/api/inventory",
        route_handlers=[
            show,
            load,
            check,
            facts,
            export,
            drawn,
            versions,
            version,
            diff,
            undo,
            import_map,
        ],
        dependencies={"inventory": Provide(lambda: inventory, sync_to_thread=False)},
        tags=["inventory"],
    )


@get(
    summary="The inventory",
    operation_id="inventory",
    responses=problems(400, 503),
    opt=READ,
    sync_to_thread=True,
)
def show(inventory: NamedDependency[Inventory]) -> Organisation:
    """Return the newest version: the organisation with services, activities, systems and parties."""
    return inventory.store.organisation()


@put(
    summary="Put the inventory",
    operation_id="inventory-load",
    responses=problems(400, 401, 403, 409, 413, 503),
    opt=CHANGE,
    sync_to_thread=True,
)
def load(
    inventory: NamedDependency[Inventory],
    principal: NamedDependency[Principal],
    data: JSONBody[Organisation],
    dry_run: _Dry = False,
    why: _Why = "",
    base: Annotated[int | None, QueryParameter(description="refuse where the newest is another")] = None,
) -> Changed:
    """Make this the newest version, unless nothing changes; evidence in it is not taken."""
    inventory.check(data, today())
    return Changed(
        changes=inventory.store.load(data, Author(*over_http(principal), why), base=base, dry_run=dry_run)
    )


@get(
    "/check",
    summary="What falls short",
    operation_id="inventory-check",
    responses=problems(400, 503),
    opt=READ,
    sync_to_thread=True,
)
def check(
    inventory: NamedDependency[Inventory],
    as_of: Annotated[str, QueryParameter(description="day; today in Beijing")] = "",
) -> tuple[Finding, ...]:
    """Return what is wrong or open in the inventory, with the provisions."""
    return inventory.findings(inventory.store.organisation(), day(as_of) if as_of else today())


@get(
    "/facts",
    summary="The facts of an activity",
    operation_id="inventory-facts",
    responses=problems(400, 503),
    opt=READ,
    sync_to_thread=True,
)
def facts(
    inventory: NamedDependency[Inventory],
    service: Annotated[str, QueryParameter(description="name of the service", max_length=80)],
    activity: Annotated[str, QueryParameter(description="name of the activity", max_length=200)],
) -> Told:
    """Return the facts that follow from an activity, and what follows from them."""
    known, follows = inventory.told(inventory.store.organisation(), service, activity, today())
    return Told(facts={name: plain(worth) for name, worth in sorted(known.items())}, follows=follows)


@get(
    "/export",
    summary="The register of processing activities",
    operation_id="inventory-export",
    operation_class=document(*sorted({form.media_type for form in FORMS.values()})),
    responses=problems(400, 503),
    opt=READ,
    sync_to_thread=True,
)
def export(
    inventory: NamedDependency[Inventory],
    form: Annotated[
        Literal["csv", "xlsx", "dpv", "sdks"],
        QueryParameter(name="format", description="CSV, workbook, JSON-LD, or the SDKs"),
    ] = "csv",
    lang: Annotated[Literal["zh", "en", "es"], QueryParameter(description="language of the words")] = "zh",
) -> Response[bytes]:
    """Return the register as CSV, workbook or DPV JSON-LD, or the list of SDKs as CSV."""
    content = exported(inventory.store.organisation(), form, lang)
    headers = {
        "Content-Disposition": f'attachment; filename="{FORMS[form].file}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=FORMS[form].media_type, headers=headers)


@get(
    "/flows",
    summary="The flows of information",
    operation_id="inventory-flows",
    responses=problems(400, 503),
    opt=READ,
    sync_to_thread=True,
)
def drawn(inventory: NamedDependency[Inventory]) -> tuple[Flow, ...]:
    """Return every flow from an activity to a system or party."""
    return flows(inventory.store.organisation())


@get(
    "/versions",
    summary="The versions of the inventory",
    operation_id="inventory-versions",
    responses=problems(400, 503),
    opt=READ,
    sync_to_thread=True,
)
def versions(inventory: NamedDependency[Inventory]) -> tuple[Version, ...]:
    """Return who made each version, when, from where and why, the newest first."""
    return inventory.store.versions()


@get(
    "/versions/{number:int}",
    summary="One version",
    operation_id="inventory-version",
    responses=problems(400, 404, 503),
    opt=READ,
    sync_to_thread=True,
)
def version(inventory: NamedDependency[Inventory], number: _Number) -> Organisation:
    """Return what a version says."""
    return inventory.store.organisation(number)


@get(
    "/diff",
    summary="What distinguishes two versions",
    operation_id="inventory-diff",
    responses=problems(400, 404, 503),
    opt=READ,
    sync_to_thread=True,
)
def diff(
    inventory: NamedDependency[Inventory],
    before: Annotated[int, QueryParameter(description="number of the earlier version")],
    after: Annotated[int | None, QueryParameter(description="the newest by default")] = None,
) -> tuple[Change, ...]:
    """Return the parts that differ, field by field, before and after."""
    return inventory.store.diff(before, after)


@post(
    "/versions/{number:int}/undo",
    summary="Bring back an earlier version",
    operation_id="inventory-undo",
    responses=problems(400, 401, 403, 404, 503),
    status_code=200,
    opt=CHANGE,
    sync_to_thread=True,
)
def undo(
    inventory: NamedDependency[Inventory],
    principal: NamedDependency[Principal],
    number: _Number,
    dry_run: _Dry = False,
    why: _Why = "",
) -> Changed:
    """Make what an earlier version said the newest version."""
    author = Author(*over_http(principal), why)
    return Changed(changes=inventory.store.undo(number, author, dry_run=dry_run))


@post(
    "/maps",
    summary="Take a dataset map",
    operation_id="inventory-import",
    responses=problems(400, 401, 403, 409, 413, 503),
    status_code=200,
    opt=CHANGE,
    sync_to_thread=True,
)
def import_map(
    inventory: NamedDependency[Inventory],
    principal: NamedDependency[Principal],
    data: JSONBody[Given],
    dry_run: _Dry = False,
    why: _Why = "",
) -> Changed:
    """Take a dataset map, or a Fides dataset file, into a system; what has no place is listed."""
    author = Author(*over_http(principal), why)
    left, changes = inventory.take(data.text.encode(), "text", data.system, author, today(), dry_run=dry_run)
    return Changed(changes=changes, left=left)


def plain(worth: object) -> bool | int | str | list[str]:
    """Return a fact as JSON has it."""
    if isinstance(worth, frozenset):
        return sorted(worth)
    return worth if isinstance(worth, bool | int) else str(worth)
