"""The ledger over HTTP: its state, entries, proofs, checkpoints, keys, and the verification."""

import datetime
from typing import Annotated, Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter

from shouxin.duties.ledger.checking import Checking
from shouxin.duties.ledger.model import EntryView, Filters, KeyView, LedgerView
from shouxin.duties.ledger.reading import Reading
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.problem import problems
from shouxin.errors import InputError
from shouxin.law.base import Shape

READ = {"needs": "ledger.read"}
_Number = Annotated[int, Parameter(description="number of the entry, from 0")]
_Instant = Annotated[datetime.datetime | None, QueryParameter(description="an instant, with its time zone")]


class Signed(Shape, frozen=True, kw_only=True):
    """A checkpoint as a signed note (C2SP)."""

    note: str


def routes(ledger: Ledger) -> Router:
    """Return the API: /api/ledger and what is below it."""
    return Router(
        "/api/ledger",
        route_handlers=[
            *(state, entries, entry, proof, keys, checkpoint),
            *(verification, newest, numbered),
        ],
        dependencies={
            "ledger": Provide(lambda: ledger, sync_to_thread=False),
            "checking": Provide(lambda: Checking(ledger), sync_to_thread=False),
        },
        tags=["ledger"],
    )


@get(
    "/",
    summary="The ledger as it stands",
    operation_id="ledger",
    responses=problems(400, 503),
    opt=READ,
    sync_to_thread=True,
)
def state(ledger: NamedDependency[Ledger]) -> LedgerView:
    """Return its name, hash, size and root, and the newest signed checkpoint."""
    return ledger.state()


@get(
    "/entries",
    summary="Entries, newest first",
    operation_id="ledger-entries",
    responses=problems(400, 503),
    opt=READ,
    sync_to_thread=True,
)
def entries(
    ledger: NamedDependency[Ledger],
    kind: Annotated[str, QueryParameter(description='"consent.given", or "consent." for all below it')] = "",
    who: Annotated[str, QueryParameter(description="id of an operator or key")] = "",
    whose: Annotated[str, QueryParameter(description="commitment of a person, in hex")] = "",
    since: _Instant = None,
    until: _Instant = None,
    before: Annotated[int | None, QueryParameter(description="only entries before this number")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=1000, description="how many")] = 50,
) -> tuple[EntryView, ...]:
    """Return who did what, when and why, with filters."""
    asked = Filters(kind=kind, who=who, whose=whose, since=since, until=until, before=before, limit=limit)
    return ledger.entries(asked)


@get(
    "/entries/{number:int}",
    summary="One entry",
    operation_id="ledger-entry",
    responses=problems(400, 404, 503),
    opt=READ,
    sync_to_thread=True,
)
def entry(ledger: NamedDependency[Ledger], number: _Number) -> EntryView:
    """Return one entry."""
    return ledger.entry(number)


@get(
    "/entries/{number:int}/proof",
    summary="The proof of an entry",
    operation_id="ledger-proof",
    responses=problems(400, 404, 409, 503),
    opt=READ,
    sync_to_thread=True,
)
def proof(ledger: NamedDependency[Ledger], number: _Number) -> dict[str, Any]:
    """Return the entry's bytes, the path to the root, and the signed checkpoint that holds it."""
    return ledger.proof(number)


@get(
    "/keys",
    summary="The public keys of the ledger",
    operation_id="ledger-keys",
    responses=problems(400, 503),
    opt=READ,
    sync_to_thread=True,
)
def keys(ledger: NamedDependency[Ledger]) -> tuple[KeyView, ...]:
    """Return the keys that sign and signed checkpoints, the oldest first."""
    return ledger.public_keys()


@post(
    "/checkpoints",
    summary="Sign a checkpoint",
    operation_id="ledger-checkpoint",
    responses=problems(400, 401, 403, 503),
    opt=READ,
    status_code=200,
    sync_to_thread=True,
)
def checkpoint(ledger: NamedDependency[Ledger]) -> Signed:
    """Sign the ledger as it stands; the same checkpoint again where it has not grown."""
    return Signed(note=ledger.checkpoint())


@post(
    "/verification",
    summary="Begin to read everything back",
    operation_id="ledger-verify",
    responses=problems(400, 401, 403, 503),
    opt=READ,
    status_code=202,
    sync_to_thread=True,
)
def verification(checking: NamedDependency[Checking]) -> Response[Reading]:
    """Begin to verify every entry, hash and checkpoint beside the requests, unless that is going on.

    The answer says at which address it is told how far the verification is, and what it found.
    """
    found = checking.start()
    return Response(found, status_code=202, headers={"Location": found.address})


@get(
    "/verification",
    summary="The newest verification",
    operation_id="ledger-verification",
    responses=problems(404, 503),
    opt=READ,
    sync_to_thread=True,
)
def newest(checking: NamedDependency[Checking]) -> Reading:
    """Return the verification that runs, or the last one, with the first thing that is wrong."""
    found = checking.last
    if found is None:
        raise InputError(
            "ledger-reading", "nothing was verified yet", remedy="begin: POST /api/ledger/verification"
        )
    return found


@get(
    "/verification/{number:int}",
    summary="One verification",
    operation_id="ledger-verification-one",
    responses=problems(400, 404, 503),
    opt=READ,
    sync_to_thread=True,
)
def numbered(
    ledger: NamedDependency[Ledger],
    number: Annotated[int, Parameter(description="number of the verification")],
) -> Reading:
    """Return how far a verification is: ``ended`` is null while it runs, then ``report`` tells."""
    return ledger.reading(number)
