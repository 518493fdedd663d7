"""Calculations as a page: the list, a form for the facts, the answer. All of it is in the address."""

from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from litestar import Request, Router, get
from litestar.di import NamedDependency, Provide
from litestar.response import Template

from shouxin.duties.calculate.service import Calculable, Reckoner
from shouxin.duties.days import day, today
from shouxin.engine.calculator import Asked
from shouxin.engine.consequence import Consequence
from shouxin.errors import InputError
from shouxin.law import citation
from shouxin.law.base import Words
from shouxin.law.mechanism import LocalFact
from shouxin.law.model import Instrument, Parameter
from shouxin.law.wording import Fact

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``calculate``."""

_OWN = ("id", "breach", "as_of", "lang")
_NOTHING = "none"
_RANGE = Words(zh="幅度", en="range")


class Field(NamedTuple):
    """A fact that the form asks for, as it is declared, and what the address says of it."""

    asked: Asked
    fact: LocalFact | Fact
    given: str


class Article(NamedTuple):
    """The calculable provisions of one article, and its citation."""

    provision: str
    items: list[Calculable]


def routes(reckoner: Reckoner) -> Router:
    """Return the page at /calculate; it is no part of the API."""
    return Router(
        "/calculate",
        route_handlers=[calculate],
        dependencies={"reckoner": Provide(lambda: reckoner, sync_to_thread=False)},
        include_in_schema=False,
        opt={"public": True},
    )


@get("/", sync_to_thread=True)
def calculate(request: Request[Any, Any, Any], reckoner: NamedDependency[Reckoner]) -> Template:
    """Show the list, the form of one citation, or the answer; a refusal with its code."""
    asked = {name: request.query_params.get(name, "").strip() for name in _OWN}
    given: dict[str, str] = {}
    problem = made = None
    fields: list[Field] = []
    breach = False
    try:
        given = _given(request)
        if asked["id"]:
            wanted = reckoner.asks(asked["id"])
            fields = [_field(reckoner, asked["id"], item, given) for item in wanted.facts]
            breach = wanted.breach
        if fields or breach:
            on = day(asked["as_of"]) if asked["as_of"] else today()
            if given or asked["breach"]:
                made = reckoner.calculate(asked["id"], given, on, _breached(asked["breach"]))
    except InputError as error:
        problem = error
    shown = {field.asked.fact for field in fields}
    context = {
        "asked": asked,
        "fields": fields,
        "breach": breach,
        "others": [pair for pair in given.items() if pair[0] not in shown],
        "made": made,
        "shares": {part.provision: reckoner.shares(part, given) for part in made.parts} if made else {},
        "problem": problem,
        "instruments": [] if fields or breach else _listed(reckoner),
        "home": lambda text: reckoner.register.instrument(citation.parse(text).instrument),
        "eid": lambda text: citation.parse(text).eid,
        "range": _range,
    }
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
    status = 400 if problem else 200
    return Template("calculate/calculate.html", context=context, status_code=status, headers=headers)


def _given(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return the facts of the address by name; a field that was left empty is not given."""
    pairs = [(name, worth.strip()) for name, worth in request.query_params.multi_items()]
    facts = [(name, worth) for name, worth in pairs if worth and name not in _OWN]
    names = [name for name, _ in facts]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError("act-word", f'"{twice[:60]}" is given twice', remedy="give it once")
    return dict(facts)


def _breached(text: str) -> tuple[str, ...] | None:
    """Return the provisions breached; None where it is not said, and empty where there are none."""
    if text == _NOTHING:
        return ()
    return tuple(text.split()) or None


def _field(reckoner: Reckoner, text: str, asked: Asked, given: dict[str, str]) -> Field:
    return Field(asked, reckoner.declared(text, asked.fact), given.get(asked.fact, ""))


def _listed(reckoner: Reckoner) -> list[tuple[Instrument, list[Article]]]:
    """Return every instrument that calculates something, with its articles."""

    def home(item: Calculable) -> str:
        return citation.parse(item.provision).instrument

    def article(item: Calculable) -> str:
        return item.provision.partition("__")[0]

    return [
        (
            reckoner.register.instrument(name),
            [Article(head, list(items)) for head, items in groupby(group, article)],
        )
        for name, group in groupby(reckoner.all(), home)
    ]


def _range(item: Consequence) -> Parameter | None:
    """Return the range of a sanction as a figure that can be put into words."""
    if item.min is None and item.max is None:
        return None
    low, high = (None if text is None else _figure(text) for text in (item.min, item.max))
    if low == high:
        return Parameter(name="range", what=_RANGE, value=low, unit=item.unit)
    return Parameter(name="range", what=_RANGE, min=low, max=high, unit=item.unit)


def _figure(text: str) -> int | str:
    return int(text) if text.isdecimal() else text
