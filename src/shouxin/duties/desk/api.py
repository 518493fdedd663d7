"""A kind of matter over HTTP: what needs only the word, and what needs a permission."""

from typing import Annotated, Any

from litestar import Request, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, Parameter, QueryParameter

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import day, today
from shouxin.duties.desk.model import (
    Kind,
    Letter,
    Matter,
    MatterFigure,
    MatterLine,
    OfficeStep,
    OfficeStepTaken,
    OwnMatter,
)
from shouxin.duties.desk.pages import BODY_LIMIT, address
from shouxin.duties.desk.service import Desk, there
from shouxin.duties.problem import problems
from shouxin.law.base import Shape

_Number = Annotated[int, Parameter(description="number of the matter")]
_PUBLIC = problems(400, 404, 413, 429, 503)
_STAFF = problems(400, 401, 403, 404, 409, 413, 503)


class MatterKey(Shape, frozen=True, kw_only=True):
    """The number of a matter and its secret word."""

    number: int
    word: str


class OwnLetter(MatterKey, frozen=True, kw_only=True):
    """A letter to the office, alone, with a step of one's own, or to bring the matter ``again``."""

    text: str = ""
    step: str = ""


class ReadingReason(Shape, frozen=True, kw_only=True):
    """Why something personal is read."""

    reason: str


class OfficeNote(Shape, frozen=True, kw_only=True):
    """A letter of the office, or a note that only the office sees (``shown`` false)."""

    text: str
    shown: bool = True


class TiedCase(Shape, frozen=True, kw_only=True):
    """The case of a request or an incident."""

    case: int


def routes(kind: Kind, path: str, intake: Any, desk: Desk | None) -> Router:
    """Return the API of a kind at ``path``; ``intake`` are its own public routes."""
    name = kind.name

    def given() -> Desk:
        return there(desk)

    def public(route: str, function: Any, summary: str) -> Any:
        made = post(
            route,
            summary=summary,
            operation_id=f"{name}-{function.__name__}",
            responses=_PUBLIC,
            status_code=200,
            sync_to_thread=True,
            opt={"public": True},
        )
        return made(function)

    def staff(method: Any, route: str, function: Any, summary: str, needs: str) -> Any:
        made = method(
            route,
            summary=summary,
            operation_id=f"{name}-{function.__name__}",
            responses=_STAFF,
            status_code=200,
            sync_to_thread=True,
            opt={"needs": f"{name}.{needs}"},
        )
        return made(function)

    return Router(
        path,
        route_handlers=[
            *intake,
            public("/own", own, "Look a matter up with its word"),
            public("/letter", letter, "Write to the office with the word"),
            staff(get, "/", listed, "What has to be answered", "read"),
            staff(get, "/statistics", statistics, "What came, stands and was late", "read"),
            staff(get, "/{number:int}", shown, "A matter, its letters unopened", "read"),
            staff(post, "/{number:int}/read", read, "Open its letters, with a reason", "handle"),
            staff(post, "/{number:int}/steps", step, "Take a step of the office", "handle"),
            staff(post, "/{number:int}/notes", note, "Write to whoever brought it", "handle"),
            staff(post, "/{number:int}/take", take, "Deal with it", "handle"),
            staff(post, "/{number:int}/leave", leave, "Undo that you took it on", "handle"),
            staff(post, "/{number:int}/ties", tie, "Tie it to a case", "handle"),
        ],
        dependencies={"desk": Provide(given, sync_to_thread=False)},
        request_max_body_size=BODY_LIMIT,
        tags=[name],
    )


def own(request: Request[Any, Any, Any], desk: NamedDependency[Desk], data: JSONBody[MatterKey]) -> OwnMatter:
    """Return a matter to whoever knows its word; wrong words are slowed."""
    return desk.own(data.number, data.word, address(request), today())


def letter(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], data: JSONBody[OwnLetter]
) -> OwnMatter:
    """Take a letter, and a step of the person's own where one is named."""
    body = {"text": data.text} if data.text.strip() else {}
    given = (data.number, data.word, address(request), body, today())
    if data.step == "again":
        desk.again(*given)
    else:
        desk.write(*given, step=data.step)
    return desk.own(data.number, data.word, address(request), today())


def listed(
    desk: NamedDependency[Desk],
    standing: Annotated[str, QueryParameter(name="state", description="open, ended or all")] = "open",
    before: Annotated[int | None, QueryParameter(description="only lower numbers")] = None,
    limit: Annotated[int, QueryParameter(description="at most so many", ge=1, le=500)] = 100,
) -> tuple[MatterLine, ...]:
    """Return matters without anything personal: open ones by what is due first, others the newest first."""
    return desk.queue(today(), ended={"open": False, "ended": True}.get(standing), before=before, limit=limit)


def statistics(
    desk: NamedDependency[Desk],
    since: Annotated[str, QueryParameter(description="first day")],
    until: Annotated[str, QueryParameter(description="last day; today in Beijing")] = "",
) -> tuple[MatterFigure, ...]:
    """Return figures by subject; nobody is named."""
    return desk.figures(day(since), day(until) if until else today())


def shown(desk: NamedDependency[Desk], number: _Number) -> Matter:
    """Return a matter with the heads of its letters and the steps that may come next."""
    return desk.show(number, today())[0]


def read(
    desk: NamedDependency[Desk],
    principal: NamedDependency[Principal],
    data: JSONBody[ReadingReason],
    number: _Number,
) -> tuple[Letter, ...]:
    """Return the letters opened; the reading and its reason stand in the ledger."""
    return desk.read(number, data.reason, over_http(principal))


def step(
    desk: NamedDependency[Desk],
    principal: NamedDependency[Principal],
    data: JSONBody[OfficeStep],
    number: _Number,
) -> OfficeStepTaken:
    """Take a step: texts of its records, facts a person decided, letters to others that are heard."""
    return desk.act(number, data, today(), over_http(principal))


def note(
    desk: NamedDependency[Desk],
    principal: NamedDependency[Principal],
    data: JSONBody[OfficeNote],
    number: _Number,
) -> Matter:
    """Write to whoever brought it, or a note for the office."""
    desk.note(number, data.text, over_http(principal), shown=data.shown)
    return desk.show(number, today())[0]


def take(desk: NamedDependency[Desk], principal: NamedDependency[Principal], number: _Number) -> Matter:
    """Put on record that whoever asks deals with it."""
    desk.take(number, over_http(principal))
    return desk.show(number, today())[0]


def leave(desk: NamedDependency[Desk], principal: NamedDependency[Principal], number: _Number) -> Matter:
    """Undo within 15 minutes that whoever asks took it on; who dealt with it before does again."""
    desk.leave(number, over_http(principal))
    return desk.show(number, today())[0]


def tie(
    desk: NamedDependency[Desk],
    principal: NamedDependency[Principal],
    data: JSONBody[TiedCase],
    number: _Number,
) -> Matter:
    """Tie it to the case of a request or an incident."""
    desk.tie(number, data.case, over_http(principal))
    return desk.show(number, today())[0]
