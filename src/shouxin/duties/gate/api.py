"""The gate over HTTP: ``POST /api/decide``, and the words of rules under /api/law."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.openapi.spec import Example, OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import QueryParameter, RawBody

from shouxin.duties.days import day, today
from shouxin.duties.gate import acts as reading
from shouxin.duties.gate.service import Decider, FactView, ProfileView
from shouxin.duties.problem import problems
from shouxin.engine.decision import Decision
from shouxin.engine.explain import Explained
from shouxin.errors import InputError
from shouxin.law.base import Shape
from shouxin.law.wording import Act

MOST = 100
"""Acts that one request may ask about."""

_VALUE = Schema(
    one_of=[
        Schema(type=OpenAPIType.BOOLEAN),
        Schema(type=OpenAPIType.NUMBER),
        Schema(type=OpenAPIType.STRING),
        Schema(type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.STRING)),
        Schema(type=OpenAPIType.NULL),
    ]
)
_ACT = Schema(
    type=OpenAPIType.OBJECT,
    description="An act and the facts of it by name; what is left out, or null, is unknown.",
    properties={"act": Schema(type=OpenAPIType.STRING, description="one of /api/law/acts")},
    required=["act"],
    additional_properties=_VALUE,
)
_ACTS = Schema(
    type=OpenAPIType.OBJECT,
    description="Several acts, decided in their order.",
    properties={"acts": Schema(type=OpenAPIType.ARRAY, items=_ACT, min_items=1, max_items=MOST)},
    required=["acts"],
    additional_properties=False,
)


class Decided(Decision, frozen=True, kw_only=True):
    """A decision, with the rules behind it where they were asked for."""

    explanation: tuple[Explained, ...] = ()


class Decisions(Shape, frozen=True, kw_only=True):
    """The decisions on several acts, in the order in which the acts were given."""

    decisions: tuple[Decided, ...]


@dataclass
class _Decides(Operation):
    """An operation that takes one act or several as JSON."""

    def __post_init__(self) -> None:
        example = Example(value={"act": "collect", "data.sensitive": True, "consent.separate": False})
        media = OpenAPIMediaType(schema=Schema(any_of=[_ACT, _ACTS]), examples={"one act": example})
        self.request_body = RequestBody(
            content={"application/json": media}, required=True, description="One act, or several."
        )


def routes(decider: Decider) -> Router:
    """Return the API of the gate: /api/decide, /api/law/facts, /api/law/acts, /api/law/profiles."""
    return Router(
        "/api",
        route_handlers=[decide, facts, acts, profiles],
        dependencies={"decider": Provide(lambda: decider, sync_to_thread=False)},
        tags=["gate"],
        opt={"public": True},
    )


@post(
    "/decide",
    summary="May this be done?",
    operation_id="decide",
    operation_class=_Decides,
    responses=problems(400, 413),
    status_code=200,
    opt={"json": True},
    sync_to_thread=True,
)
def decide(
    decider: NamedDependency[Decider],
    body: RawBody,
    as_of: Annotated[str, QueryParameter(description="day of the law, YYYY-MM-DD; today in Beijing")] = "",
    assume: Annotated[str, QueryParameter(description="profile that fills in what is left out")] = "",
    explain: Annotated[bool, QueryParameter(description="add the rules behind the decision")] = False,
) -> Decided | Decisions:
    """Decide an act, or several of them; it changes nothing and needs no token.

    Either every act is decided or, where one of them cannot be read, none.
    """
    plain = reading.from_json(body, where="body")
    on = day(as_of) if as_of else today()
    if "act" in plain or "acts" not in plain:
        return _decided(decider, plain, (on, assume, explain))
    answers = [
        _numbered(number, decider, act, (on, assume, explain))
        for number, act in enumerate(_several(plain), start=1)
    ]
    return Decisions(decisions=tuple(answers))


@get(
    "/law/facts",
    summary="The facts that rules read",
    operation_id="law-facts",
    responses=problems(400),
    sync_to_thread=False,
)
def facts(decider: NamedDependency[Decider]) -> tuple[FactView, ...]:
    """Return every fact with its type, label, and the question asked where it is missing."""
    return decider.fact_views()


@get(
    "/law/acts",
    summary="The acts one can ask about",
    operation_id="law-acts",
    responses=problems(400),
    sync_to_thread=False,
)
def acts(decider: NamedDependency[Decider]) -> tuple[Act, ...]:
    """Return every act with its label."""
    return decider.acts()


@get(
    "/law/profiles",
    summary="The profiles of assumptions",
    operation_id="law-profiles",
    responses=problems(400),
    sync_to_thread=False,
)
def profiles(decider: NamedDependency[Decider]) -> tuple[ProfileView, ...]:
    """Return every profile with all that it assumes, what it inherits included."""
    return decider.profiles()


_How = tuple[Any, str, bool]


def _decided(decider: Decider, act: dict[str, Any], how: _How) -> Decided:
    on, assume, explained = how
    made = decider.decide(act, on, assume)
    reasons = decider.explain(act, on, assume) if explained else ()
    return Decided(**{name: getattr(made, name) for name in made.__struct_fields__}, explanation=reasons)


def _several(plain: dict[str, Any]) -> list[dict[str, Any]]:
    several = plain["acts"]
    if len(plain) > 1 or not isinstance(several, list) or not several:
        raise InputError(
            "act-json",
            'several acts are an object with the one key "acts", a list of them',
            where="body",
            remedy='send {"acts": [{"act": "collect", …}, …]}',
        )
    if len(several) > MOST:
        raise InputError(
            "act-too-many",
            f"{len(several)} acts are more than one request may ask about",
            where="body",
            remedy=f"send at most {MOST} at a time",
        )
    return several


def _numbered(number: int, decider: Decider, act: object, how: _How) -> Decided:
    """Decide one of several acts; an error says which it was."""
    where = f"body, act {number}"
    if not isinstance(act, dict):
        raise InputError(
            "act-json", "an act is a JSON object", where=where, remedy='write {"act": "collect", …}'
        )
    try:
        return _decided(decider, act, how)
    except InputError as error:
        raise InputError(error.code, error.what, where=where, remedy=error.remedy) from None
