"""Requests over HTTP. Who they are about stands in bodies only, never in an address."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, Parameter, QueryParameter
from litestar.response import Stream

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.cases.model import CaseView
from shouxin.duties.cases.model import Given as StepGiven
from shouxin.duties.days import today
from shouxin.duties.problem import problems
from shouxin.duties.rights.explaining import Explanation
from shouxin.duties.rights.giving import Given
from shouxin.duties.rights.identity import Sent
from shouxin.duties.rights.model import (
    Asked,
    Channel,
    Facts,
    Line,
    Plan,
    Receipt,
    Reference,
    Request,
    Restriction,
    Service,
    Task,
    Words,
)
from shouxin.duties.rights.service import Rights
from shouxin.law.base import Shape

_CHUNK = 1 << 16
_Number = Annotated[int, Parameter(description="number of the request")]
_CARRY = {"needs": "rights.carry"}
_READ = {"needs": "rights.read"}


class Documents(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which kind of documents was looked at; never their numbers."""

    how: Words


class Sending(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The channel by which a code is sent."""

    channel: Channel


class Code(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code as the person typed it."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class Approving(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The digest of the plan that was read, why it is right, and the facts one answers for."""

    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    reason: Words
    facts: Facts = msgspec.field(default_factory=dict)


class Running(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether everything is done and taken back."""

    dry_run: bool = False


class Copying(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The passphrase of a copy, drawn by lot, the language of its page, and the facts of the last step."""

    passphrase: Annotated[str, msgspec.Meta(max_length=200)]
    language: Annotated[str, msgspec.Meta(pattern="^(zh|en|es)$")] = "zh"
    facts: Facts = msgspec.field(default_factory=dict)


class Facing(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written down of the last step, and its facts."""

    text: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    facts: Facts = msgspec.field(default_factory=dict)


class Refusing(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ground of a refusal, as the procedure names it, and the reasons that the person is given."""

    ground: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    reasons: Words


class About(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose restrictions are asked for, and why: the reading is written into the ledger."""

    service: Service
    person: Reference
    reason: Words


class HandedOver(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The SHA-256 of the copy that was sent."""

    sha256: str


class Settled(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Where the case stands, and what was explained."""

    case: CaseView
    explanation: Explanation | None


def routes(rights: Rights) -> Router:
    """Return the API at /api/requests."""
    return Router(
        "/api/requests",
        route_handlers=[
            *(ask, listed, shown, session, documents, send, enter, plan, approve, run),
            *(copy, hand_over, refuse, settle, step, receipt, restricted, stores),
        ],
        dependencies={"rights": Provide(lambda: rights, sync_to_thread=False)},
        tags=["requests"],
    )


def _door(path: str, summary: str, name: str, opt: dict[str, str], *more: int) -> dict[str, Any]:
    """Return what the routes that change something have in common."""
    return {
        "path": path,
        "summary": summary,
        "operation_id": name,
        "responses": problems(400, 401, 403, 404, 503, *more),
        "status_code": 200,
        "opt": opt,
        "sync_to_thread": True,
    }


def _window(path: str, summary: str, name: str, *more: int) -> dict[str, Any]:
    """Return what the routes that only show something have in common."""
    return {
        "path": path,
        "summary": summary,
        "operation_id": name,
        "responses": problems(400, 401, 403, 503, *more),
        "opt": _READ,
        "sync_to_thread": True,
    }


@post(**_door("/", "Somebody asks for a right", "request-ask", {"needs": "rights.record"}))
def ask(
    rights: NamedDependency[Rights], principal: NamedDependency[Principal], data: JSONBody[Asked]
) -> Request:
    """Take a request down and open its case; sent again under the same name it changes nothing."""
    return rights.ask(data, today(), over_http(principal))


@get(**_window("/", "The requests", "requests"))
def listed(
    rights: NamedDependency[Rights],
    standing: Annotated[
        str, QueryParameter(name="state", description="open, ended, or the name of a state; empty: all")
    ] = "open",
    late: Annotated[bool, QueryParameter(description="only where a last day is over and not met")] = False,
    limit: Annotated[int, QueryParameter(description="at most so many", ge=1, le=1000)] = 100,
) -> list[Line]:
    """Return requests, those first that are due first; nobody is named."""
    return rights.list(today(), state=standing, late=late, limit=limit)


@get(**_window("/{number:int}", "One request", "request", 404))
def shown(rights: NamedDependency[Rights], number: _Number) -> Request:
    """Return a request with its case, its plan and how far it is carried out; counts, and nobody's data."""
    return rights.show(number, today())


@post(**_door("/{number:int}/session", "The service vouches", "request-session", {"needs": "rights.vouch"}))
def session(
    rights: NamedDependency[Rights], principal: NamedDependency[Principal], number: _Number
) -> Request:
    """Verify the person: whoever calls vouches that they are signed in to the service."""
    return rights.vouch(number, today(), over_http(principal))


@post(**_door("/{number:int}/documents", "Documents were looked at", "request-documents", _CARRY))
def documents(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Documents],
) -> Request:
    """Verify the person by documents that were looked at and are not kept."""
    return rights.look_at(number, data.how, today(), over_http(principal))


@post(**_door("/{number:int}/code", "Send a code", "request-code", {"needs": "rights.record"}))
def send(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Sending],
) -> Sent:
    """Send a code to an address that the stores know to be the person's today."""
    return rights.send_code(number, data.channel, today(), over_http(principal))


@post(**_door("/{number:int}/code/entered", "Enter a code", "request-enter", {"needs": "rights.record"}))
def enter(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Code],
) -> Request:
    """Verify the person by the code that was sent; every try counts."""
    return rights.enter_code(number, data.code, today(), over_http(principal))


@post(**_door("/{number:int}/plan", "Plan a request", "request-plan", _CARRY))
def plan(rights: NamedDependency[Rights], principal: NamedDependency[Principal], number: _Number) -> Plan:
    """Ask every store what it holds of the person and what would become of it; nothing changes."""
    return rights.plan(number, today(), over_http(principal))


@post(**_door("/{number:int}/approve", "Approve a plan", "request-approve", {"needs": "rights.approve"}, 409))
def approve(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Approving],
) -> Plan:
    """Approve the newest plan as it was read."""
    return rights.approve(number, data.digest, data.reason, data.facts, today(), over_http(principal))


@post(**_door("/{number:int}/run", "Carry a plan out", "request-run", _CARRY, 409))
def run(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Running],
) -> tuple[Task, ...]:
    """Carry an approved plan out store by store, or go on where it was cut off."""
    return rights.run(number, today(), over_http(principal), dry_run=data.dry_run)


_copy = _door("/{number:int}/copy", "Give a copy", "request-copy", _CARRY)
_copy["responses"] = {
    200: ResponseSpec(bytes, description="A ZIP.", media_type="application/zip", generate_examples=False),
    **problems(400, 401, 403, 404, 503),
}


@post(**_copy)
def copy(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Copying],
) -> Stream:
    """Give a copy as a ZIP encrypted under the passphrase (WinZip AES-256); tell that another way."""
    made = rights.give(number, data.passphrase, data.language, data.facts, today(), over_http(principal))
    return download(made)


@post(**_door("/{number:int}/hand-over", "Send a copy on", "request-hand-over", _CARRY))
def hand_over(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Facing],
) -> HandedOver:
    """Send a copy to the processor whom the person named."""
    return HandedOver(sha256=rights.hand_over(number, data.facts, today(), over_http(principal)))


@post(**_door("/{number:int}/refuse", "Refuse a request", "request-refuse", _CARRY))
def refuse(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Refusing],
) -> Request:
    """Refuse on a ground that the procedure knows for this right, with reasons."""
    return rights.refuse(number, data.ground, data.reasons, today(), over_http(principal))


@post(**_door("/{number:int}/settle", "Explain, restrict or withdraw", "request-settle", _CARRY))
def settle(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[Facing],
) -> Settled:
    """Do what needs no plan: explain the rules, restrict the use, withdraw consent."""
    case, explanation = rights.settle(number, data.text, data.facts, today(), over_http(principal))
    return Settled(case=case, explanation=explanation)


@post(**_door("/{number:int}/steps", "Take another step", "request-step", _CARRY))
def step(
    rights: NamedDependency[Rights],
    principal: NamedDependency[Principal],
    number: _Number,
    data: JSONBody[StepGiven],
) -> CaseView:
    """Take any other step of the case, as its procedure has it."""
    return rights.step(number, data, today(), over_http(principal))


@get(**_window("/{number:int}/receipt", "A receipt", "request-receipt", 404))
def receipt(rights: NamedDependency[Rights], number: _Number) -> Receipt:
    """Return what was done, what is kept until when and why, and the proofs; it names nobody."""
    return rights.receipt(number, today())


@post(**_door("/restricted", "What must not be used", "request-restricted", {"needs": "consent.read"}))
def restricted(
    rights: NamedDependency[Rights], principal: NamedDependency[Principal], data: JSONBody[About]
) -> tuple[Restriction, ...]:
    """Return what of a person must not be used any more; the reading is written into the ledger."""
    return rights.restricted(data.service, data.person, data.reason, over_http(principal))


@get(**_window("/stores", "Do maps and stores agree?", "request-stores"))
def stores(rights: NamedDependency[Rights]) -> list[dict[str, str]]:
    """Return where maps and stores differ, and which grants are missing or too many."""
    return [msgspec.to_builtins(one) for one in rights.check()]


def download(made: Given) -> Stream:
    """Return a copy as a download that names nobody."""
    headers = {
        "Content-Disposition": 'attachment; filename="copy.zip"',
        "Content-Length": str(made.size),
        "Cache-Control": "no-store",
    }
    return Stream(_chunks(made), media_type="application/zip", status_code=200, headers=headers)


def _chunks(made: Given) -> Iterator[bytes]:
    """Yield the bytes of a copy, and put it away behind the last."""
    with made:
        while chunk := made.file.read(_CHUNK):
            yield chunk
