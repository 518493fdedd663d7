"""The gate as a page: one question at a time until the answer stands. All of it is in the address."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from litestar import Request, Router, get
from litestar.di import NamedDependency, Provide
from litestar.response import Template

from shouxin.duties import question
from shouxin.duties.clauses import Clause, clause
from shouxin.duties.days import day, today
from shouxin.duties.gate import acts as reading
from shouxin.duties.gate.service import Decider
from shouxin.duties.question import Asked
from shouxin.engine.decision import Decision
from shouxin.engine.explain import Explained
from shouxin.errors import InputError
from shouxin.law import citation
from shouxin.law.citation import Citation
from shouxin.law.model import AppCategory, Instrument, Reading, Words
from shouxin.law.wording import Act, Assumption, Fact

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``gate``."""


_ITEMS, _CATEGORY = "data.items", "app.category"


class Place(NamedTuple):
    """A provision as a page shows it: where it stands and what it says."""

    instrument: Instrument
    eid: str
    summary: Words


class Supposed(NamedTuple):
    """An assumption that the answer rests on, and the question that contradicts it."""

    fact: Fact
    value: str
    why: Words | None
    otherwise: Asked


class Rests(NamedTuple):
    """A reading that the answer rests on, the answer that stands, and whether the organisation chose it."""

    instrument: Instrument
    reading: Reading
    answer: Words
    by_organisation: bool


class Sided(NamedTuple):
    """How the act comes out under one answer to a contested reading."""

    answer: Words
    effect: str
    violations: list[Place]


class Reason(NamedTuple):
    """One rule behind an answer: its condition as a clause, its exceptions by whether they hold.

    ``side`` is the answer to a contested reading under which alone it takes effect.
    """

    explained: Explained
    place: Place
    side: Words | None
    rule: Clause
    exceptions: tuple[tuple[str, tuple[Place, ...]], ...]


class Choice(NamedTuple):
    """Values of a set that are shown together; under ``label`` those on the list of a category."""

    label: Words | None
    values: tuple[str, ...]


class Read(NamedTuple):
    """What could be read of an address, the facts in their types, and the first thing that could not."""

    asked: Asked
    facts: dict[str, Any]
    problem: InputError | None


def routes(decider: Decider) -> Router:
    """Return the page of the gate at /decide; it is no part of the API."""
    book = Book(decider)
    return Router(
        question.PATH,
        route_handlers=[decide],
        dependencies={"book": Provide(lambda: book, sync_to_thread=False)},
        include_in_schema=False,
        opt={"public": True},
    )


class Book:
    """The law's words by name, as the page looks them up."""

    def __init__(self, decider: Decider) -> None:
        self.decider = decider

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """Return the facts by name."""
        return {fact.name: fact for fact in self.decider.facts()}

    @cached_property
    def categories(self) -> tuple[AppCategory, ...]:
        """Return the app categories with their lists."""
        return self.decider.gate.rules.register.books.categories

    @cached_property
    def private(self) -> frozenset[str]:
        """Return the facts that never stand in an address."""
        return question.private(self.decider.gate.rules.vocabulary)

    @cached_property
    def acts(self) -> tuple[list[Act], list[Act]]:
        """Return the acts that some rule is about: those on personal information, and the others."""
        rules = [rule for rule in self.decider.gate.rules.rules.values() if rule.effect != "permit"]
        spoken = [act for act in self.decider.acts() if any(rule.about(act.name) for rule in rules)]
        return [act for act in spoken if act.personal], [act for act in spoken if not act.personal]

    def place(self, provision: str) -> Place:
        """Return where a provision stands."""
        cited = citation.parse(provision)
        entry = self.decider.gate.rules.register.find(provision)[0]
        return Place(entry.instrument, cited.eid, entry.provision.summary)

    def reading(self, name: str, answer: str = "") -> Rests:
        """Return a reading with its instrument and the words of ``answer``, else of the one that stands."""
        cited = Citation(*name.split(":", 1))
        rules = self.decider.gate.rules
        item = rules.register.instrument(cited.instrument)
        reading = next(reading for reading in item.readings if reading.id == cited.eid)
        return Rests(
            item, reading, reading.worded(answer or rules.readings[name]), name in self.decider.chosen
        )

    def assumptions(self, profile: str) -> dict[str, Assumption]:
        """Return what a profile assumes, by fact."""
        found = (view for view in self.decider.profiles() if view.profile.name == profile)
        return {item.fact: item for view in found for item in view.assumptions}


@get("/", sync_to_thread=True)
def decide(request: Request[Any, Any, Any], book: NamedDependency[Book]) -> Template:
    """Show the form to begin with, or the answer so far with the next question."""
    asked, facts, problem = _read(book, question.read(request.scope["query_string"]))
    answer: dict[str, Any] = {}
    if asked.act and not problem:
        try:
            answer = _answer(book, asked, facts)
        except InputError as error:
            problem = error
    context = {
        "asked": asked,
        "problem": problem,
        "facts": book.facts,
        "given": [(book.facts[name], text) for name, text in asked.facts],
        "acts": book.acts,
        "act": next((act for act in book.decider.acts() if act.name == asked.act), None),
        "profiles": [view.profile for view in book.decider.profiles()],
        "on": day(asked.as_of),
        "decision": None,
        "fact": None,
        **answer,
    }
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"}
    return Template("gate/decide.html", context=context, status_code=400 if problem else 200, headers=headers)


def _read(book: Book, asked: Asked) -> Read:
    """Return what of an address can be used: the page and its links hold nothing else."""
    problems: list[InputError] = []

    def good(check: Callable[[], object]) -> bool:
        try:
            check()
        except InputError as error:
            problems.append(error)
            return False
        return True

    reader = book.decider.gate.reader
    act = asked.act if asked.act and good(lambda: reader.read({"act": asked.act})) else ""
    assume = asked.assume if asked.assume and good(lambda: reader.profile(asked.assume)) else ""
    as_of = day(asked.as_of) if asked.as_of and good(lambda: day(asked.as_of)) else today()
    facts: dict[str, Any] = {}
    for name, text in asked.facts:
        good(lambda name=name, text=text: facts.update(_fact(book, name, text, facts)))  # type: ignore[misc]
    skipped = tuple(name for name in asked.skipped if name in book.facts and name not in facts)
    clean = Asked(
        act=act,
        assume=assume,
        as_of=as_of.isoformat(),
        facts=tuple((name, question.written(worth)) for name, worth in facts.items()),
        skipped=skipped,
        ask=asked.ask if asked.ask in book.facts.keys() - book.private else "",
        explain=asked.explain,
    )
    return Read(clean, facts, problems[0] if problems else None)


def _fact(book: Book, name: str, text: str, before: dict[str, Any]) -> dict[str, Any]:
    """Return one fact of an address in its type.

    Raises ``InputError``: fact-unknown, fact-type, fact-private, act-word where it is given twice.
    """
    if name in book.private:
        instead = " or ".join(f'"{other}"' for other in question.instead_of(name, book.decider.facts()))
        raise InputError(
            "fact-private",
            f'"{name}" says who somebody is and is not taken from an address',
            remedy=f"give {instead}" if instead else "ask with POST /api/decide or on the command line",
        )
    together = name in book.facts and book.facts[name].type == "set"
    if name in before and not together:
        raise InputError("act-word", f'"{name}" is given twice', remedy="keep one of the two")
    known = reading.from_words([f"{name}={text}"], book.facts)
    some_act = next(iter(book.decider.gate.rules.acts), "")
    book.decider.gate.reader.read({"act": some_act, **known})
    return {name: sorted({*before.get(name, ()), *known[name]})} if together else known


def _answer(book: Book, asked: Asked, facts: dict[str, Any]) -> dict[str, Any]:
    """Return what the page shows of a decision."""
    act = {"act": asked.act, **facts}
    on = day(asked.as_of)
    made = book.decider.decide(act, on, asked.assume)
    reasons = book.decider.explain(act, on, asked.assume) if asked.explain else ()
    missing = [item.fact for item in made.missing]
    open_ = [name for name in missing if name in asked.skipped or name in book.private]
    askable = [name for name in missing if name not in open_]
    name = asked.ask or next(iter(askable), "")
    whole = name
    if not asked.ask:
        name = _first_step(book, asked, made, name)
    return {
        "decision": made,
        "fact": book.facts[name] if name else None,
        "whole": book.facts[whole] if whole != name else None,
        "choices": _choices(book, name, act, on) if name else (),
        "left": len(askable),
        "open": [(book.facts[name], name in book.private) for name in open_],
        "violations": [book.place(item.provision) for item in made.violations],
        "duties": [(item.duty, book.place(item.provision)) for item in made.duties],
        "grants": [book.place(provision) for provision in made.grants],
        "possible": _possible(book, made),
        "assumed": _supposed(book, asked, made),
        "readings": [book.reading(name) for name in made.readings],
        "sides": _sides(book, made),
        "reasons": _reasons(book, reasons),
    }


def _first_step(book: Book, asked: Asked, made: Decision, name: str) -> str:
    """Return the fact to ask about instead of one that can be computed from it."""
    steps = (step for item in made.missing if item.fact == name for step in item.follows_from)
    return next((step for step in steps if step not in asked.skipped and step not in book.private), name)


def _choices(book: Book, name: str, act: dict[str, Any], on: date) -> tuple[Choice, ...]:
    """Return the values of a set to be ticked; among items the list of the app's category comes first."""
    values = book.facts[name].values
    known = book.decider.gate.reader.read(act, on)[1] if name == _ITEMS else {}
    found = [item for item in book.categories if item.key == known.get(_CATEGORY)]
    listed = tuple(item.key for category in found for item in category.necessary)
    rest = tuple(value for value in values if value not in listed)
    groups = (Choice(found[0].label if found else None, listed), Choice(None, rest))
    return tuple(group for group in groups if group.values)


def _sides(book: Book, made: Decision) -> list[tuple[Rests, list[Sided]]]:
    """Return each contested reading that the answer turns on, with what becomes of it on every side."""
    return [
        (
            book.reading(name),
            [
                Sided(
                    book.reading(name, side.answer).answer,
                    side.effect,
                    [book.place(item.provision) for item in side.violations],
                )
                for side in sides
            ],
        )
        for name, sides in groupby(made.sides, lambda side: side.reading)
    ]


def _possible(book: Book, made: Decision) -> list[Place]:
    """Return the provisions that facts still unknown could bring in, without those that hold already."""
    known = {item.provision for item in made.violations}
    return [book.place(provision) for provision in made.possible if provision not in known]


def _supposed(book: Book, asked: Asked, made: Decision) -> list[Supposed]:
    """Return the assumptions, each with the question that takes the opposite or asks for another value."""
    why = book.assumptions(asked.assume)
    found = []
    for item in made.assumed:
        opposite = question.written(not item.value) if isinstance(item.value, bool) else ""
        otherwise = asked.answered(item.fact, opposite) if opposite else asked.asking(item.fact)
        reason = why[item.fact].why if item.fact in why else None
        found.append(Supposed(book.facts[item.fact], question.written(item.value), reason, otherwise))
    return found


def _reasons(book: Book, reasons: Sequence[Explained]) -> list[Reason]:
    """Return the rules that take effect, then those an exception defeats, then those still possible."""
    order = ("takes_effect", "defeated", "may_take_effect")
    return [
        Reason(
            item,
            book.place(item.provision),
            book.reading(*item.side.split("=", 1)).answer if item.side else None,
            clause(item.rule, book.facts),
            _exceptions(book, item),
        )
        for item in sorted(reasons, key=lambda item: order.index(item.outcome))
    ]


def _exceptions(book: Book, item: Explained) -> tuple[tuple[str, tuple[Place, ...]], ...]:
    """Return the exceptions that hold, those that are unknown, and those that do not, each once."""
    found = dict.fromkeys(item.exceptions)
    grouped = (
        (worth, tuple(book.place(provision) for provision, now in found if now == worth))
        for worth in ("true", "unknown", "false")
    )
    return tuple((worth, places) for worth, places in grouped if places)
