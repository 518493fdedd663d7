"""Consent over HTTP. Who it is about stands in bodies only, never in an address."""

import asyncio
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, JSONBody, QueryParameter
from litestar.response.base import ASGIResponse

from shouxin.duties.consent import guardians, views
from shouxin.duties.consent.intake import Intake
from shouxin.duties.consent.kept import Report
from shouxin.duties.consent.model import Given, Reference
from shouxin.duties.consent.place import receipt_of, teller
from shouxin.duties.consent.service import Consents, Line
from shouxin.duties.days import day, today
from shouxin.duties.problem import problems
from shouxin.errors import InputError, StoreError
from shouxin.law.base import Shape

LINES = frozenset({"application/x-ndjson", "application/jsonl"})
"""The content types of a bulk."""

_taken = msgspec.json.Encoder()
_given = msgspec.json.Decoder(Given)
_RECORD = {"needs": "consent.record"}
_READ = {"needs": "consent.read"}
_GUARDIAN = {"needs": "consent.guardian"}


class Linked(Shape, frozen=True, kw_only=True):
    """The number of a guardianship, or how many were ended."""

    number: int


class Ended(Shape, frozen=True, kw_only=True):
    """A guardianship that ends, and why."""

    service: views.Service
    child: Reference
    guardian: Reference
    reason: views.Reason


def routes(consents: Consents, intake: Intake | None) -> Router:
    """Return the API at /api/consents; single answers need the ``intake`` of a running server."""
    return Router(
        "/api/consents",
        route_handlers=[
            _recorder(intake),
            bulk,
            standing,
            withdraw,
            signal,
            past,
            receipt,
            statistics,
            link,
            end,
        ],
        dependencies={
            "consents": Provide(lambda: consents, sync_to_thread=False),
        },
        tags=["consent"],
    )


def _recorder(intake: Intake | None) -> HTTPRouteHandler:
    """Return the route of single answers.

    It is the busiest of all: it does without injection, and writes its answer by itself.
    """

    @post(
        "/",
        summary="Somebody gave, refused or withdrew consent",
        operation_id="consent-record",
        responses={
            200: ResponseSpec(views.Taken, description="What it became.", generate_examples=False),
            **problems(400, 401, 403, 413, 503),
        },
        status_code=200,
        opt=_RECORD,
    )
    async def record(request: Request[Any, Any, Any], data: JSONBody[Given]) -> ASGIResponse:
        """Take an answer down. It is durable, with its entry in the ledger, when the answer comes back."""
        if intake is None:
            raise StoreError(
                "store-missing",
                "there is no store that could hold consents",
                remedy="start `shouxin serve`",
            )
        made = await intake.taken(Report(data, teller(request)))
        taken = _taken.encode(views.taken(made.transaction, new=made.new))
        return ASGIResponse(body=taken, media_type="application/json", status_code=200)

    return record


@post(
    "/bulk",
    summary="Many answers at once",
    operation_id="consent-bulk",
    responses=problems(400, 401, 403, 413, 503),
    status_code=200,
    opt=_RECORD,
)
async def bulk(request: Request[Any, Any, Any], consents: NamedDependency[Consents]) -> views.Many:
    """Take JSON lines down, one answer each; the refused ones are listed and hinder no other."""
    if request.content_type[0] not in LINES:
        raise InputError(
            "consent-lines",
            "a bulk is sent as JSON lines",
            where="header Content-Type",
            remedy=f"send one of: {', '.join(sorted(LINES))}",
        )
    body = await request.body()
    return await asyncio.to_thread(consents.many, read(body), teller(request))


@post(
    "/standing",
    summary="Where does a person stand?",
    operation_id="consent-standing",
    responses=problems(400, 401, 403, 503),
    status_code=200,
    opt=_READ,
    sync_to_thread=True,
)
def standing(
    request: Request[Any, Any, Any], consents: NamedDependency[Consents], data: JSONBody[views.Asked]
) -> list[views.Stand]:
    """Return where a person stands on each purpose; the reading is written into the ledger."""
    return consents.standing(data, teller(request))


@post(
    "/withdraw",
    summary="Take consent back",
    operation_id="consent-withdraw",
    responses=problems(400, 401, 403, 503),
    status_code=200,
    opt=_RECORD,
    sync_to_thread=True,
)
def withdraw(
    request: Request[Any, Any, Any], consents: NamedDependency[Consents], data: JSONBody[views.Withdrawal]
) -> list[views.Taken]:
    """Take back what was agreed to, for some purposes or all; effective everywhere at once."""
    return consents.withdraw(data, teller(request))


@post(
    "/signal",
    summary="A browser signals a refusal",
    operation_id="consent-signal",
    responses=problems(400, 401, 403, 503),
    status_code=200,
    opt=_RECORD,
    sync_to_thread=True,
)
def signal(
    request: Request[Any, Any, Any],
    consents: NamedDependency[Consents],
    data: JSONBody[views.Signal],
    sec_gpc: Annotated[
        str, HeaderParameter(name="Sec-GPC", description="as the browser sent it; only 1 says anything")
    ] = "",
) -> list[views.Taken]:
    """Take the refusal down that Global Privacy Control says; without the signal nothing is taken down."""
    return consents.signalled(sec_gpc, data, teller(request))


@post(
    "/history",
    summary="All answers of a person",
    operation_id="consent-history",
    responses=problems(400, 401, 403, 503),
    status_code=200,
    opt=_READ,
    sync_to_thread=True,
)
def past(
    request: Request[Any, Any, Any], consents: NamedDependency[Consents], data: JSONBody[views.Asked]
) -> list[views.Line]:
    """Return all answers of a person in their order; the reading is written into the ledger."""
    return [views.history_line(one) for one in consents.history(data, teller(request))]


@post(
    "/receipt",
    summary="A receipt",
    operation_id="consent-receipt",
    responses=problems(400, 401, 403, 503),
    status_code=200,
    opt=_READ,
    sync_to_thread=True,
)
def receipt(
    request: Request[Any, Any, Any], consents: NamedDependency[Consents], data: JSONBody[views.Asked]
) -> dict[str, Any]:
    """Return the receipt of a person's answers (ISO/IEC TS 27560) as JSON-LD."""
    return receipt_of(consents, data, teller(request))


@get(
    "/statistics",
    summary="Answers in figures",
    operation_id="consent-statistics",
    responses=problems(400, 401, 403, 503),
    opt={"needs": "statistics.read"},
    sync_to_thread=True,
)
def statistics(
    consents: NamedDependency[Consents],
    service: Annotated[str, QueryParameter(description="the service", max_length=80)],
    since: Annotated[str, QueryParameter(description="first day; today in Beijing")] = "",
    until: Annotated[str, QueryParameter(description="last day; today in Beijing")] = "",
) -> views.Statistics:
    """Return the answers by day and purpose, and where people stand now; nobody is named."""
    return consents.statistics(service, _day(since), _day(until))


@post(
    "/guardians",
    summary="Link a verified guardian",
    operation_id="consent-guardian-link",
    responses=problems(400, 401, 403, 503),
    status_code=200,
    opt=_GUARDIAN,
    sync_to_thread=True,
)
def link(
    request: Request[Any, Any, Any], consents: NamedDependency[Consents], data: JSONBody[views.Guardianship]
) -> Linked:
    """Put on record who answers for a child, and how that was verified."""
    who = teller(request)
    return Linked(number=consents.change(lambda at, people: guardians.link(at, people, data, who)))


@post(
    "/guardians/end",
    summary="End a guardianship",
    operation_id="consent-guardian-end",
    responses=problems(400, 401, 403, 503),
    status_code=200,
    opt=_GUARDIAN,
    sync_to_thread=True,
)
def end(
    request: Request[Any, Any, Any], consents: NamedDependency[Consents], data: JSONBody[Ended]
) -> Linked:
    """End what makes somebody answer for a child; earlier answers stay what they were."""
    who, of = teller(request), (data.service, data.child, data.guardian)
    return Linked(number=consents.change(lambda at, people: guardians.end(at, people, of, data.reason, who)))


def read(body: bytes) -> Iterator[Line]:
    """Yield the reports of JSON lines by their numbers, or why one is none; blank lines are left out."""
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            try:
                yield number, _given.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                what = (str(error).splitlines() or ["it is no JSON"])[0][:200]
                yield (
                    number,
                    InputError(
                        "consent-line", f"the line is no answer: {what}", remedy="see docs/consent.md"
                    ),
                )


def _day(text: str) -> date:
    return day(text) if text else today()
