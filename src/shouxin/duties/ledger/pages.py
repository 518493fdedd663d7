"""The ledger as a page: the newest entries with filters, the verification, and proofs to take away."""

import datetime
from pathlib import Path
from typing import Annotated, Any

from litestar import Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter
from litestar.response import Template

from shouxin.duties.days import day
from shouxin.duties.ledger.api import READ
from shouxin.duties.ledger.model import Filters
from shouxin.duties.ledger.service import Ledger

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``ledger``."""

BEIJING = datetime.timezone(datetime.timedelta(hours=8))
PAGE = 50
_Text = Annotated[str, QueryParameter()]


def routes(ledger: Ledger) -> Router:
    """Return the pages /ledger and /ledger/verify, and the archives with proofs."""
    return Router(
        "/ledger",
        route_handlers=[explorer, verified, proof, keys],
        dependencies={"ledger": Provide(lambda: ledger, sync_to_thread=False)},
        include_in_schema=False,
    )


@get("/", opt=READ, sync_to_thread=True)
def explorer(
    ledger: NamedDependency[Ledger],
    kind: _Text = "",
    who: _Text = "",
    since: _Text = "",
    until: _Text = "",
    before: Annotated[int | None, QueryParameter()] = None,
) -> Template:
    """Show the newest entries, or those that the filters leave."""
    asked = {"kind": kind, "who": who, "since": since, "until": until}
    filters = Filters(
        kind=kind.strip(),
        who=who.strip(),
        since=_midnight(since),
        until=_midnight(until, days=1),
        before=before,
        limit=PAGE + 1,
    )
    found = ledger.entries(filters)
    return _page(
        "ledger",
        state=ledger.state(),
        entries=found[:PAGE],
        older=found[PAGE - 1].number if len(found) > PAGE else None,
        asked=asked,
        local=lambda at: at.astimezone(BEIJING),
    )


@get("/verify", opt=READ, sync_to_thread=True)
def verified(ledger: NamedDependency[Ledger]) -> Template:
    """Read everything back, and show what was found."""
    return _page("verified", report=ledger.verify(), state=ledger.state())


@get("/{number:int}/proof.zip", opt=READ, sync_to_thread=True)
def proof(
    ledger: NamedDependency[Ledger],
    number: Annotated[int, Parameter(description="number of the entry")],
) -> Response[bytes]:
    """Return the proof of an entry with the program that checks it."""
    from shouxin.store.ledger.bundle import packed

    return _file(packed(ledger.proof(number)), f"entry-{number}.zip", "application/zip")


@get("/public-keys", opt=READ, sync_to_thread=True)
def keys(ledger: NamedDependency[Ledger]) -> Response[bytes]:
    """Return the public keys, one a line, as the program that checks proofs reads them."""
    lines = "".join(f"{key.public}\n" for key in ledger.public_keys())
    return _file(lines.encode(), "public-keys", "text/plain; charset=utf-8")


def _midnight(text: str, days: int = 0) -> datetime.datetime | None:
    """Return the beginning of a day in Beijing, or of one after it; None where no day is given."""
    if not text:
        return None
    start = datetime.datetime.combine(day(text), datetime.time(), BEIJING)
    try:
        return start + datetime.timedelta(days=days)
    except OverflowError:
        return None


def _file(content: bytes, name: str, media_type: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


def _page(name: str, **context: Any) -> Template:
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
    return Template(f"ledger/{name}.html", context=context, headers=headers)
