"""The guard over HTTP: ``POST /api/v1/decisions``. Who it is about stands in the body only."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Annotated, Any

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, Parameter

from shouxin.duties.acting import over_http
from shouxin.duties.guard import decided
from shouxin.duties.guard.decided import Decided
from shouxin.duties.guard.model import Act, Asked, Question, Ruling
from shouxin.duties.guard.service import Guard
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.problem import problems
from shouxin.errors import InputError, StoreError

MOST = 1000
"""Acts that one request may ask about."""

DURABLE = 5.0
"""Seconds that an answer waits at most until the ledger holds it."""


def routes(guard: Guard | None, ledger: Ledger) -> Router:
    """Return the API at /api/v1/decisions; asking needs the ``guard`` of a running server."""
    return Router(
        "/api/v1/decisions",
        route_handlers=[ask, show],
        dependencies={
            "guard": Provide(lambda: guard, sync_to_thread=False),
            "ledger": Provide(lambda: ledger, sync_to_thread=False),
        },
        tags=["guard"],
    )


@post(
    "/",
    summary="May this be done with this person's information, now?",
    operation_id="decision-ask",
    responses=problems(400, 401, 403, 413, 503),
    status_code=200,
    opt={"needs": "decision.ask"},
)
async def ask(
    request: Request[Any, Any, Any],
    guard: NamedDependency[Guard | None],
    data: JSONBody[Asked | list[Asked]],
) -> Ruling | list[Ruling]:
    """Rule on an act, or on up to 1,000 in their order: on each, or on none where one cannot be read.

    What is known of the organisation, the service, the activity, its notice and the person is filled in.
    An answer with a ``decision`` is durable in the ledger under that id.
    """
    if guard is None:
        raise StoreError(
            "store-missing", "there is no store that a guard could read", remedy="start `shouxin serve`"
        )
    questions = [_question(one) for one in (data if isinstance(data, list) else [data])]
    if not 0 < len(questions) <= MOST:
        raise InputError(
            "decision-number", f"one request asks about 1 to {MOST:,} acts", remedy="send them in several"
        )
    known = [guard.recall(one) for one in questions]
    ruled = [one for one in known if one]
    if len(ruled) < len(known):
        ruled = await asyncio.to_thread(guard.rule, questions)
    rulings, written = guard.tell(ruled, over_http(request.user))
    if written:
        rulings = await _durable(rulings, written)
    return rulings if isinstance(data, list) else rulings[0]


@get(
    "/{decision:str}",
    summary="A decision that the ledger keeps",
    operation_id="decision",
    responses=problems(400, 404, 503),
    opt={"needs": "decision.read"},
    sync_to_thread=True,
)
def show(
    ledger: NamedDependency[Ledger],
    decision: Annotated[str, Parameter(description="id of the decision, as the answer gave it")],
) -> Decided:
    """Return who asked about what, when, and how it was decided by which provisions."""
    return decided.find(ledger, decision)


def _question(asked: Asked) -> Question:
    act = Act(
        asked.act, asked.service, asked.activity, asked.categories, asked.recipient, asked.channel
    )  # fmt: skip
    return Question(asked.person, act, asked.facts)


async def _durable(rulings: Sequence[Ruling], written: "Future[Any]") -> list[Ruling]:
    """Wait for the ledger; where it cannot be written the rulings stand, without ids."""
    done = asyncio.wrap_future(written)
    await asyncio.wait([done], timeout=DURABLE)
    if done.done() and done.exception() is None:
        return list(rulings)
    return [msgspec.structs.replace(one, decision="") for one in rulings]
