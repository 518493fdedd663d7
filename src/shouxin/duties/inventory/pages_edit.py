"""Changing the inventory in the console: a form for a part, what it would change, then the new version."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import urlencode

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from litestar.response import Redirect, Template

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import today
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.duties.inventory import editing, words
from shouxin.duties.inventory.editing import FIELDS, Kind, Place, Wrong
from shouxin.duties.inventory.service import Author, Change, Inventory
from shouxin.errors import InputError

BODY_LIMIT = 256 * 1024
"""The largest form that is read, in bytes."""

_Text = Annotated[str, QueryParameter(max_length=2000)]
_Kind = Annotated[Kind, QueryParameter()]


def routes(inventory: Inventory) -> Router:
    """Return the page /inventory/edit; complete without JavaScript."""
    return Router(
        "/inventory/edit",
        route_handlers=[form, sent],
        dependencies={
            "inventory": Provide(lambda: inventory, sync_to_thread=False),
            "fields": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
        opt={"needs": "inventory.change"},
    )


@get("/", sync_to_thread=True)
def form(
    inventory: NamedDependency[Inventory], kind: _Kind, service: _Text = "", name: _Text = ""
) -> Template:
    """Show a part as it is, or an empty form for a new one."""
    place = Place(kind, service, name)
    newest = inventory.store.versions()[:1]
    values = editing.values(inventory.store.organisation(), place)
    return _page(place, values, base=newest[0].number if newest else 0)


@post("/", sync_to_thread=True, status_code=200)
def sent(
    inventory: NamedDependency[Inventory],
    principal: NamedDependency[Principal],
    fields: NamedDependency[Form],
    kind: _Kind,
    service: _Text = "",
    name: _Text = "",
) -> Template | Redirect:
    """Show what the form would change; keep it as a new version where just that was looked at before."""
    place, do, base = Place(kind, service, name), fields["do"], fields.number("base")
    paths = (path for field in FIELDS[kind] for path in (field.path, *field.columns))
    shown = {path: fields.all(path) for path in paths}
    removing = do in ("remove", "removed")
    given = editing.changed(inventory.store.organisation(), place, fields.all, remove=removing)
    if isinstance(given, list):
        return _page(place, shown, base=base, wrong=given)
    try:
        inventory.check(given, today())
        seal = editing.seal(given)
        if do in ("save", "removed") and fields["seal"] == seal:
            author = Author(*over_http(principal), fields["why"].strip()[:2000])
            inventory.store.load(given, author, base=base)
            return Redirect(_back(place, fields["name"].strip(), removed=removing), status_code=303)
        changes = inventory.store.compared(given)
    except InputError as error:
        return _page(place, shown, base=base, wrong=[editing.refused(error, kind)])
    why = fields["why"]
    return _page(place, shown, base=base, changes=changes, removing=removing, why=why, seal=seal)


def _back(place: Place, name: str, *, removed: bool) -> str:
    """Return the page that shows what was changed."""
    if place.kind in ("activity", "sdk"):
        if place.kind == "activity" and not removed:
            return f"/inventory/activity?{urlencode({'service': place.service, 'name': name})}"
        return f"/inventory/service?{urlencode({'name': place.service})}"
    return "/inventory" if removed else f"/inventory/{place.kind}?{urlencode({'name': name})}"


def _page(
    place: Place,
    values: Mapping[str, Sequence[str]],
    *,
    base: int,
    wrong: list[Wrong] | None = None,
    changes: tuple[Change, ...] | None = None,
    removing: bool = False,
    why: str = "",
    seal: str = "",
) -> Template:
    context = {
        "place": place,
        "fields": FIELDS[place.kind],
        "values": values,
        "base": base,
        "wrong": {one.path: one.what for one in wrong or ()},
        "changes": changes,
        "removing": removing,
        "why": why,
        "seal": seal,
        "words": words.LABELS,
        "columns": words.COLUMNS,
    }
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
    return Template(
        "inventory/edit.html", context=context, headers=headers, status_code=400 if wrong else 200
    )
