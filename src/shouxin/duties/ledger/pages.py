"""The ledger as a page: the newest entries with filters, the verification, and proofs to take away."""

import datetime
import re
from pathlib import Path
from typing import Annotated, Any, get_args

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter
from litestar.response import Redirect, Template

from shouxin.duties.days import day, spanned
from shouxin.duties.ledger.api import READ
from shouxin.duties.ledger.checking import Checking
from shouxin.duties.ledger.model import Filters
from shouxin.duties.ledger.service import Ledger
from shouxin.errors import ShouxinError
from shouxin.law import citation
from shouxin.law.citation import Citation
from shouxin.store.ledger.entry import Outcome

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``ledger``."""

BEIJING = datetime.timezone(datetime.timedelta(hours=8))
_PROVISION = re.compile(r"[a-z0-9-]+:(art|sec|notice)_\w+")
PAGE = 50
REFRESH = "1"
"""Seconds after which the page of a verification that runs asks again."""

_Text = Annotated[str, QueryParameter()]


def routes(ledger: Ledger) -> Router:
    """Return the pages below /ledger, and the files to take away."""
    checking = Checking(ledger)
    return Router(
        "/ledger",
        route_handlers=[explorer, shown, verify, verified, checkpoints, note, proof, path, keys, verifier],
        dependencies={
            "ledger": Provide(lambda: ledger, sync_to_thread=False),
            "checking": Provide(lambda: checking, sync_to_thread=False),
        },
        include_in_schema=False,
    )


@get("/", opt=READ, sync_to_thread=True)
def explorer(
    ledger: NamedDependency[Ledger],
    kind: _Text = "",
    who: _Text = "",
    outcome: _Text = "",
    period: _Text = "",
    since: _Text = "",
    until: _Text = "",
    before: Annotated[int | None, QueryParameter()] = None,
) -> Template:
    """Show the newest entries, or those that the filters leave."""
    first, last = spanned(period, since, until)
    days = {"period": period, "since": "" if period else since, "until": "" if period else until}
    filters = Filters(
        kind=kind.strip(),
        who=who.strip(),
        outcome=outcome.strip(),
        since=_midnight(first),
        until=_midnight(last, days=1),
        before=before,
        limit=PAGE + 1,
    )
    found = ledger.entries(filters)
    return _page(
        "ledger",
        state=ledger.state(),
        entries=found[:PAGE],
        older=found[PAGE - 1].number if len(found) > PAGE else None,
        asked={"kind": kind, "who": who, "outcome": outcome, **days},
        since=first,
        until=last,
        kinds=ledger.kinds(),
        outcomes=get_args(Outcome),
    )


@get("/{number:int}", opt=READ, sync_to_thread=True)
def shown(
    ledger: NamedDependency[Ledger],
    number: Annotated[int, Parameter(description="number of the entry")],
) -> Template:
    """Show an entry with each of its fields, and how it is part of the signed tree."""
    found = ledger.entry(number)
    return _page(
        "entry",
        entry=found,
        inclusion=ledger.inclusion(number),
        cited=_cited,
        size=ledger.state().size,
    )


@post("/verify", opt=READ, sync_to_thread=True)
def verify(checking: NamedDependency[Checking]) -> Redirect:
    """Begin to read everything back; the page that follows says how far it is."""
    checking.start()
    return Redirect("/ledger/verify", status_code=303)


@get("/verify", opt=READ, sync_to_thread=True)
def verified(ledger: NamedDependency[Ledger], checking: NamedDependency[Checking]) -> Template:
    """Show how far the verification is, or what the last one found; nothing is read back here."""
    last = checking.last
    more = {"Refresh": REFRESH} if last and last.ended is None else {}
    return _page("verified", more, reading=last, state=ledger.state())


@get("/checkpoints", opt=READ, sync_to_thread=True)
def checkpoints(
    ledger: NamedDependency[Ledger],
    older: Annotated[int | None, QueryParameter()] = None,
    newer: Annotated[int | None, QueryParameter()] = None,
) -> Template:
    """Show the signed checkpoints, and that one of two begins the other."""
    growth, problem = None, None
    if older is not None and newer is not None:
        try:
            growth = ledger.consistency(older, newer)
        except ShouxinError as error:
            problem = error
    found = ledger.checkpoints()
    return _page("checkpoints", found=found, growth=growth, problem=problem, older=older, newer=newer)


@get("/checkpoints/{size:int}", opt=READ, sync_to_thread=True)
def note(
    ledger: NamedDependency[Ledger],
    size: Annotated[int, Parameter(description="entries that it covers")],
) -> Response[bytes]:
    """Return a checkpoint as the signed note it is (C2SP)."""
    text = ledger.checkpoint_at(size).note
    return _file(text.encode(), f"checkpoint-{size}.txt", "text/plain; charset=utf-8")


@get("/{number:int}/proof.zip", opt=READ, sync_to_thread=True)
def proof(
    ledger: NamedDependency[Ledger],
    number: Annotated[int, Parameter(description="number of the entry")],
) -> Response[bytes]:
    """Return the proof of an entry with the program that checks it."""
    from shouxin.store.ledger.bundle import packed

    return _file(packed(ledger.proof(number)), f"entry-{number}.zip", "application/zip")


@get("/{number:int}/path.json", opt=READ, sync_to_thread=True)
def path(
    ledger: NamedDependency[Ledger],
    number: Annotated[int, Parameter(description="number of the entry")],
) -> Response[bytes]:
    """Return the inclusion proof alone, as the program that checks proofs reads it."""
    return _file(
        msgspec.json.format(msgspec.json.encode(ledger.proof(number)), indent=2),
        f"entry-{number}.json",
        "application/json",
    )


@get("/verifier", opt=READ, sync_to_thread=True)
def verifier() -> Response[bytes]:
    """Return the program that checks proofs: one file, for which Python alone is needed."""
    from shouxin.store.ledger.bundle import program

    return _file(program(), "verify.py", "text/x-python; charset=utf-8")


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


def _cited(text: str) -> Citation | None:
    """Return the provision that a text of an entry names; None where it names none."""
    return citation.parse(text) if _PROVISION.fullmatch(text) else None


def _page(name: str, more: dict[str, str] | None = None, **context: Any) -> Template:
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie", **(more or {})}
    shared = {"local": lambda at: at.astimezone(BEIJING)}
    return Template(f"ledger/{name}.html", context={**shared, **context}, headers=headers)
