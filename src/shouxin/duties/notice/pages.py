"""The public pages of notices: each version at its permanent address, all of them, and two side by side."""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter
from litestar.response import Redirect, Template

from shouxin.duties.days import BEIJING, today
from shouxin.duties.notice.compare import Comparison
from shouxin.duties.notice.complete import Form
from shouxin.duties.notice.draft import remarks
from shouxin.duties.notice.model import Notice, Said
from shouxin.duties.notice.service import Notices, content, write
from shouxin.law.register import Register

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``notice``."""

STATES = ("in_force", "superseded")
"""What becomes of a version, as a filter."""

PAGE = 50
"""Versions on a page."""

_Address = Annotated[str, Parameter(description="address of a version, or its beginning")]
_FOREVER = "public, max-age=31536000, immutable"


def routes(notices: Notices, law: Register) -> Router:
    """Return the pages below /notices; anyone may read them, but for drafts."""
    return Router(
        "/notices",
        route_handlers=[index, side_by_side, in_force, drafted, version, original],
        dependencies={
            "notices": Provide(lambda: notices, sync_to_thread=False),
            "law": Provide(lambda: law, sync_to_thread=False),
        },
        include_in_schema=False,
        opt={"public": True},
    )


@get(sync_to_thread=True)
def index(
    notices: NamedDependency[Notices],
    law: NamedDependency[Register],
    service: Annotated[str, QueryParameter(max_length=80)] = "",
    standing: Annotated[str, QueryParameter(name="state", max_length=20)] = "",
    before: Annotated[int | None, QueryParameter(ge=1, le=2**63 - 1)] = None,
) -> Template:
    """Show what was published, newest first, page by page; of a service, or of a state alone."""
    superseded = standing == "superseded" if standing in STATES else None
    found = notices.list(service, limit=PAGE + 1, superseded=superseded, before=before)
    return page(
        "index",
        law,
        found=found[:PAGE],
        more=found[PAGE - 1].number if len(found) > PAGE else None,
        service=service,
        states=STATES,
        asked={"service": service, "state": standing},
        kept=lambda: notices.drafts.all(service),
    )


@get("/{address:str}", sync_to_thread=True)
def version(
    notices: NamedDependency[Notices], law: NamedDependency[Register], address: _Address
) -> Template | Redirect:
    """Show a version: first in short, then purpose by purpose; the beginning of an address leads to it."""
    published, notice = notices.show(address)
    if address != published.address:
        return Redirect(f"/notices/{published.address}")
    forms = by_purpose(published.forms, notice)
    history = notices.list(published.service, limit=PAGE + 1)
    return page(
        "version", law, published=published, notice=notice, forms=forms, history=history, preview=False
    )


@get("/in-force", sync_to_thread=True)
def in_force(
    notices: NamedDependency[Notices],
    service: Annotated[str, QueryParameter(max_length=80)] = "",
    lang: Annotated[str, QueryParameter(max_length=16)] = "",
) -> Redirect:
    """Lead to the version of a service that is in force, in the language asked for: for links that stay."""
    published, _ = notices.in_force(service)
    asked = f"?{urlencode({'lang': lang})}" if lang else ""
    return Redirect(f"/notices/{published.address}{asked}", headers={"Cache-Control": "no-cache"})


@get("/draft", opt={"needs": "inventory.read", "public": False}, sync_to_thread=True)
def drafted(
    notices: NamedDependency[Notices],
    law: NamedDependency[Register],
    service: Annotated[str, QueryParameter(max_length=80)] = "",
) -> Template:
    """Show what the inventory tells of a service, item by item of the law, and the draft as a file."""
    organisation = notices.inventory()
    found = notices.draft(organisation, service) if service else None
    names = [one.name for one in organisation.services]
    text = remarks(found) + write(found.notice) if found else ""
    return page("draft", law, found=found, services=names, service=service, text=text)


@get("/{address:str}/content", sync_to_thread=True)
def original(notices: NamedDependency[Notices], address: _Address) -> Response[bytes]:
    """Return the bytes whose SHA-256 is the address, so that anyone can count it again."""
    _, notice = notices.show(address)
    return Response(content(notice), media_type="application/json", headers={"Cache-Control": _FOREVER})


@get("/compare", sync_to_thread=True)
def side_by_side(
    notices: NamedDependency[Notices],
    law: NamedDependency[Register],
    old: Annotated[str, QueryParameter(max_length=100)] = "",
    new: Annotated[str, QueryParameter(max_length=100)] = "",
) -> Template:
    """Show two versions side by side with who is asked again; without two it asks which."""
    if not (old and new):
        return page("compare", law, sides=None, old=old, new=new)
    found = notices.compare(old, new, today())
    sides = (notices.show(old), notices.show(new))
    return page(
        "compare",
        law,
        sides=sides,
        old=old,
        new=new,
        found=found,
        parts=parts(found, (sides[0][1], sides[1][1])),
    )


def parts(found: Comparison, sides: Sequence[Notice]) -> list[dict[str, Any]]:
    """Return what changed, part by part: the notice itself under "", then each purpose."""
    purposes = [{one.key: one for one in notice.purposes} for notice in sides]
    return [
        {
            "key": key,
            "things": [
                notice if not key else of.get(key) for notice, of in zip(sides, purposes, strict=True)
            ],
            "asked": next((one for one in found.asked if one.purpose == key), None),
            "changes": [one for one in found.changes if one.purpose == key],
        }
        for key in dict.fromkeys(
            [*(one.purpose for one in found.changes), *(one.purpose for one in found.asked)]
        )
    ]


def by_purpose(forms: Sequence[Form], notice: Notice) -> dict[str, list[Form]]:
    """Return the forms of consent that each purpose of a notice needs."""
    return {one.key: [form for form in forms if form.purpose == one.key] for one in notice.purposes}


def _local(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(BEIJING)


def _short(said: Said, code: str) -> str:
    """Return a text as it fits into the title of a window."""
    line = " ".join(said.text(code).split())
    return line if len(line) <= 60 else f"{line[:59]}…"


def page(name: str, law: Register, **context: Any) -> Template:
    """Return a page of this slice."""
    shared = {
        "at_most": PAGE,
        "home": law.instrument,
        "local": _local,
        "short": _short,
    }
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"}
    return Template(f"notice/{name}.html", context={**shared, **context}, headers=headers)
