"""Calculations over HTTP: what can be calculated, what it asks for, and ``POST /api/calculate/{id}``."""

from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, Parameter

from shouxin.duties.calculate.service import Calculable, Calculation, Reckoner
from shouxin.duties.days import day, today
from shouxin.duties.problem import problems
from shouxin.engine.calculator import Calculated
from shouxin.law.base import Shape

_Id = Annotated[str, Parameter(description="citation, for example judicial-interpretation-2019-15:art_4")]


Worth = bool | int | str | None


class Given(Shape, frozen=True, kw_only=True):
    """Facts by name, numbers also as text; the provisions that were breached; the day of the law.

    Several acts are a list, each with facts of its own.
    """

    given: dict[str, Worth | list[dict[str, Worth]]] = msgspec.field(default_factory=dict)
    breach: tuple[str, ...] | None = None
    as_of: str = ""


def routes(reckoner: Reckoner) -> Router:
    """Return the API under /api/calculate."""
    return Router(
        "/api/calculate",
        route_handlers=[calculable, asks, calculate],
        dependencies={"reckoner": Provide(lambda: reckoner, sync_to_thread=False)},
        tags=["calculate"],
        opt={"public": True},
    )


@get(
    "/",
    summary="What can be calculated",
    operation_id="calculable",
    responses=problems(400),
    sync_to_thread=False,
)
def calculable(reckoner: NamedDependency[Reckoner]) -> tuple[Calculable, ...]:
    """Return every provision that calculates something."""
    return reckoner.all()


@get(
    "/{provision:str}",
    summary="What a calculation asks for",
    operation_id="calculation",
    responses=problems(400, 404),
    sync_to_thread=False,
)
def asks(reckoner: NamedDependency[Reckoner], provision: _Id) -> Calculation:
    """Return the facts that the provisions under a citation read."""
    return reckoner.asks(provision)


@post(
    "/{provision:str}",
    summary="Is the threshold reached, and what follows?",
    operation_id="calculate",
    responses=problems(400, 404, 413),
    status_code=200,
    sync_to_thread=True,
)
def calculate(reckoner: NamedDependency[Reckoner], provision: _Id, data: JSONBody[Given]) -> Calculated:
    """Calculate; it changes nothing and needs no token."""
    given: dict[str, Any] = dict(data.given)
    return reckoner.calculate(provision, given, day(data.as_of) if data.as_of else today(), data.breach)
