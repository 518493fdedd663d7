"""Posture as a page: counts, filters, and every control with its evidence and its next step."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from litestar.response import Template

from shouxin.duties.days import day, today
from shouxin.duties.posture.office import Office
from shouxin.duties.posture.service import GROUPS, STATES, UNMET, Posture, PostureItem, chosen
from shouxin.duties.sheets import Sheet, to_csv
from shouxin.errors import InputError
from shouxin.law import citation
from shouxin.law.model import Instrument

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``posture``."""

_FEW = 6
"""Controls of a group that are shown where they stand, whatever instruments they are of."""

_OF_A_STATE = 40
"""The same where somebody asked for a state: what is counted elsewhere is listed here."""

_Filter = Annotated[str, QueryParameter(description="only this")]


def routes(office: Office) -> Router:
    """Return the page at /posture and its table at /posture.csv; they are no part of the API."""
    return Router(
        "/",
        route_handlers=[posture, table],
        dependencies={"office": Provide(lambda: office, sync_to_thread=False)},
        include_in_schema=False,
    )


@get("/posture", sync_to_thread=True, opt={"needs": "posture.read"})
def posture(
    office: NamedDependency[Office],
    service: _Filter = "",
    instrument: _Filter = "",
    in_state: Annotated[str, QueryParameter(name="state")] = "",
    by: _Filter = "urgency",
    as_of: _Filter = "",
) -> Template:
    """Show where the organisation stands; without one it says how to describe it."""
    asked = {"service": service, "instrument": instrument, "state": in_state, "by": by, "as_of": as_of}
    if by not in GROUPS:
        by = asked["by"] = "urgency"
    try:
        found = office.posture(day(as_of) if as_of else today())
        items = chosen(found, service=service, instrument=instrument, state=in_state).items
    except InputError as error:
        empty = error.code == "organisation-none"
        return _page(status=200 if empty else 400, asked=asked, found=None, problem=None if empty else error)
    return _page(
        asked=asked,
        found=found,
        problem=None,
        groups=_grouped(items, by),
        whole=len({citation.parse(item.provision).instrument for item in items}) == 1,
        few=_OF_A_STATE if in_state else _FEW,
        narrowed=partial(_narrowed, asked),
        counts=_tally(items),
        tally=_tally,
        total=len(items),
        services=sorted({item.service for item in found.items if item.service}),
        instruments=_instruments(office, found),
        home=lambda item: office.judge.register.instrument(citation.parse(item.provision).instrument),
        facts=office.judge.facts,
        shelves=_shelves,
        eid=lambda item: citation.parse(item.provision).eid,
    )


@get("/posture.csv", sync_to_thread=True, opt={"needs": "posture.read"})
def table(office: NamedDependency[Office], as_of: _Filter = "") -> Response[bytes]:
    """Return the posture as a table for a spreadsheet."""
    found = office.posture(day(as_of) if as_of else today())
    head = ("provision", "service", "state", "responsible", "due", "summary_zh", "summary_en", "next")
    rows = (
        (
            *(item.provision, item.service, item.state, item.responsible, str(item.due or "")),
            *(item.summary.zh, item.summary.en),
            "; ".join(f"{step.what} {step.element}" for step in item.next),
        )
        for item in found.items
    )
    return Response(
        to_csv(Sheet("posture", head, rows)),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="posture.csv"', "Cache-Control": "no-store"},
    )


def _page(*, status: int = 200, **context: Any) -> Template:
    filled = {
        "groups": [],
        "counts": {},
        "total": 0,
        "services": [],
        "instruments": [],
        "home": None,
        "facts": {},
        "eid": None,
        "shelves": _shelves,
        "states": STATES,
        "unmet": UNMET,
        "group_names": tuple(GROUPS),
        **context,
    }
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
    return Template("posture/posture.html", context=filled, status_code=status, headers=headers)


def _grouped(items: tuple[PostureItem, ...], by: str) -> list[tuple[str, list[PostureItem]]]:
    if by == "urgency":
        return [(name, list(group)) for name, group in groupby(items, GROUPS[by])]
    heads = sorted({GROUPS[by](item) for item in items})
    return [(head, [item for item in items if GROUPS[by](item) == head]) for head in heads]


def _tally(items: Iterable[PostureItem]) -> dict[str, int]:
    counted = Counter(item.state for item in items)
    return {name: counted[name] for name in STATES}


def _narrowed(asked: Mapping[str, str], item: PostureItem, head: str) -> str:
    """Return the address of the controls of one instrument, at the group that a reader looks at."""
    only = {**asked, "instrument": citation.parse(item.provision).instrument}
    if asked["by"] == "urgency":
        only |= {"state": item.state, "by": ""}
    group = "" if asked["by"] == "instrument" else f"#group-{head}"
    return "/posture?" + urlencode({name: value for name, value in only.items() if value}) + group


def _shelves(items: list[PostureItem]) -> list[list[PostureItem]]:
    """Return the controls by instrument, in the order in which the instruments come first."""
    shelves: dict[str, list[PostureItem]] = {}
    for item in items:
        shelves.setdefault(citation.parse(item.provision).instrument, []).append(item)
    return list(shelves.values())


def _instruments(office: Office, found: Posture) -> list[Instrument]:
    names = {citation.parse(item.provision).instrument for item in found.items}
    return [item for item in office.judge.register.instruments if item.instrument in names]
