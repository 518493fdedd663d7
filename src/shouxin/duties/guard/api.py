"""The guard over HTTP: ``POST /api/v1/decisions``. Who it is about stands in the body only."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Annotated, Any

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, Parameter
from litestar.response.base import ASGIResponse

from shouxin.duties.acting import over_http
from shouxin.duties.guard import decided
from shouxin.duties.guard.decided import Decided
from shouxin.duties.guard.model import Act, Asked, Question, Ruling
from shouxin.duties.guard.service import Guard
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.problem import problems
from shouxin.errors import InputError, StoreError
from shouxin.store.ledger import Actor

MOST = 1000
"""Acts that one request may ask about."""

_ruling = msgspec.json.Encoder()

DURABLE = 5.0
"""Seconds that an answer waits at most until the ledger holds it."""


def routes(guard: Guard | None, ledger: Ledger) -> Router:
    """Return the API at /api/v1/decisions; asking needs the ``guard`` of a running server."""
    return Router(
        "/api/v1/decisions",
        route_handlers=[_asker(guard), show],
        dependencies={"ledger": Provide(lambda: ledger, sync_to_thread=False)},
        tags=["guard"],
    )


def _asker(guard: Guard | None) -> HTTPRouteHandler:
    """Return the route of rulings, which applications ask all the time.

    It does without injection, and writes its answer by itself.
    """

    @post(
        "/",
        summary="May this be done with this person's information, now?",
        operation_id="decision-ask",
        responses={
            200: ResponseSpec(
                Ruling | list[Ruling],  # type: ignore[arg-type]  # what it says is one of two, which is a type
                description="The ruling, or those of a list in its order.",
                generate_examples=False,
            ),
            **problems(400, 401, 403, 413, 503),
        },
        status_code=200,
        opt={"needs": "decision.ask"},
    )
    async def ask(request: Request[Any, Any, Any], data: JSONBody[Asked | list[Asked]]) -> ASGIResponse:
        """Rule on an act, or on up to 1,000 in their order: on each, or on none where one cannot be read.

        What is known of the organisation, the service, the activity, its notice and the person is filled in.
        An answer with a ``decision`` is durable in the ledger under that id.
        """
        if guard is None:
            raise StoreError(
                "store-missing", "there is no store that a guard could read", remedy="start `shouxin serve`"
            )
        rulings = await _ruled(guard, data if isinstance(data, list) else [data], over_http(request.user))
        body = _ruling.encode(rulings if isinstance(data, list) else rulings[0])
        return ASGIResponse(body=body, media_type="application/json", status_code=200)

    return ask


async def _ruled(guard: Guard, asked: Sequence[Asked], by: Actor) -> list[Ruling]:
    questions = [_question(one) for one in asked]
    if not 0 < len(questions) <= MOST:
        raise InputError(
            "decision-number", f"one request asks about 1 to {MOST:,} acts", remedy="send them in several"
        )
    known = [guard.recall(one) for one in questions]
    ruled = [one for one in known if one]
    if len(ruled) < len(known):
        ruled = await asyncio.to_thread(guard.rule, questions)
    rulings, written = guard.tell(ruled, by)
    return await _durable(rulings, written) if written else rulings


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
