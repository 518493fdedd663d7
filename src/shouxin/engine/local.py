"""Facts with short names: what one instrument's calculators, or one procedure, are told.

Numbers are exact: whole numbers and fractions, never floats.
"""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import msgspec

from shouxin.engine import parser
from shouxin.engine.counts import NUMBERS, Known, Range, holds, narrowed, only
from shouxin.engine.expression import TRUE, Compare, Expression, atoms
from shouxin.engine.facts import Reader
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError, LawError
from shouxin.law.mechanism import LocalFact, Meaning
from shouxin.law.model import Parameter
from shouxin.law.wording import FactType

_PARAMETER = re.compile(r"(<>|<=|>=|=|<|>)\s*\$([a-z][a-z0-9_-]*)")
_THOUSANDS = re.compile(r"\d{1,3}([,_]\d{3})+(\.\d+)?")
_MOST_ACTS = 100
_WANTED = {
    "bool": "true or false",
    "int": "a whole number, not negative",
    "decimal": "a number, not negative, without exponent",
    "date": "a day, for example 2025-06-03",
    "acts": f"a list of 1 to {_MOST_ACTS} acts, each with facts of its own",
}
_LONGEST = 60  # digits of a number
Stand = Callable[[Mapping[str, str]], bool]
_SIGNS = {"min": ">=", "above": ">", "max": "<=", "below": "<"}


class LocalFacts:
    """The facts of one file beside those of the vocabulary: their types, and reading what is given.

    ``stand`` tells which answers to the readings are chosen; facts with ``means`` need it.
    """

    def __init__(self, own: Iterable[LocalFact], rules: RuleBase, stand: Stand | None = None) -> None:
        self._rules = rules
        self.own: dict[str, LocalFact] = {}
        self.readings: dict[str, Mapping[str, str]] = {}
        self._types: dict[str, FactType] = {
            name: fact.kind for name, fact in rules.facts.items() if fact.type != "set"
        }
        meanings: dict[str, Meaning] = {}
        for fact in own:
            self.own[fact.name] = fact
            if fact.type != "acts":
                self._types[fact.name] = FactType(type=fact.type, values=fact.values)
            for meaning in fact.means:
                if stand and stand(meaning.readings):
                    self.own[fact.name] = msgspec.structs.replace(fact, total=meaning.total)
                    self.readings[fact.name] = meaning.readings
                    meanings[fact.name] = meaning
        self._figures = {f"${name}": FactType(type="decimal") for name in self.numbers}
        self.follows = {
            name: self.parse(meaning.when, f'the fact "{name}"')
            for name, meaning in meanings.items()
            if meaning.when
        }
        self._check()

    @property
    def numbers(self) -> dict[str, LocalFact]:
        """Return the facts of the file that are numbers."""
        return {name: fact for name, fact in self.own.items() if fact.type in NUMBERS}

    @property
    def known_names(self) -> set[str]:
        """Return the names of all facts that may be read here."""
        return {*self.own, *self._types}

    @property
    def acts(self) -> str:
        """Return the name of the fact that holds several acts; empty where there is none."""
        return next((name for name, fact in self.own.items() if fact.type == "acts"), "")

    def _sources(self, name: str) -> set[str]:
        follows = self.follows.get(name)
        total = self.own[name].total if name in self.own else ()
        return {*total, *(read_by(follows) if follows else ())}

    def rests_on(self, names: Iterable[str]) -> set[str]:
        """Return ``names`` with everything that they are worked out from."""
        found: set[str] = set()
        waiting = set(names)
        while waiting:
            found |= waiting
            waiting = {source for name in waiting for source in self._sources(name)} - found
        return found

    def leaves(self, names: Iterable[str], lacks: Callable[[str], bool] = lambda _: True) -> set[str]:
        """Return what must be asked for ``names``: what they are worked out from, where it is lacking."""
        found, seen = set[str](), set[str]()
        waiting = set(names)
        while waiting:
            seen |= waiting
            open_ = set(filter(lacks, waiting))
            found |= {name for name in open_ if not self._sources(name)}
            waiting = {source for name in open_ for source in self._sources(name)} - seen
        return found

    def _check(self) -> None:
        for name, fact in self.own.items():
            for other in {*fact.total, fact.at_most} - {"", *self.numbers}:
                raise LawError(
                    "calculator-fact",
                    f'"{name}" is tied to "{other}", which is no number of this file',
                    where=f'the fact "{name}"',
                    remedy="declare it under `facts`",
                )

    def parse(self, text: str, where: str, parameters: Iterable[Parameter] = ()) -> Expression:
        """Return a condition in which ``$name`` stands for a figure; raise ``LawError``.

        The figure is a parameter's, or else what a number among the facts comes to.
        """
        figures = {item.name: item for item in parameters}

        def put_in(match: re.Match[str]) -> str:
            if match[2] not in figures and f"${match[2]}" in self._figures:
                return match[0]
            return f"{match[1]} {_figure(figures, match[2], match[1], where)}"

        types = {**self._types, **self._figures}
        return parser.parse(_PARAMETER.sub(put_in, text), types, where=where) if text else TRUE

    def read(self, given: Mapping[str, object]) -> dict[str, object]:
        """Return what is given in the types of the facts, with what follows; raise ``InputError``.

        Codes: fact-unknown, fact-type, fact-contradiction. Numbers may be written as text, also as ``13/10``.
        """
        return self.known(given).exact

    def known(self, given: Mapping[str, object], ranges: Mapping[str, Range] | None = None) -> Known:
        """Return what is given and what follows from it, with the ``ranges`` of numbers known in part.

        Raises ``InputError`` as ``read`` does.
        """
        exact = self._typed(given)
        numbers = {name: only(exact[name]) for name in self.numbers if name in exact}
        found = Known(exact, narrowed(self.own, {**(ranges or {}), **numbers}))
        for name, here in found.ranges.items():
            if here.exact is not None:
                exact[name] = here.exact
        for name, condition in self.follows.items():
            follows = holds(condition, found)
            if follows is not None and exact.setdefault(name, follows) != follows:
                raise InputError(
                    "fact-contradiction",
                    f'"{name}" is given as one thing and follows as another',
                    remedy="take it away: it is worked out",
                )
        return found

    def unjudged(self, given: Mapping[str, object]) -> dict[str, object]:
        """Return what is given without what persons judged, also within several acts."""
        plain = {
            name: worth
            for name, worth in given.items()
            if name not in self.own or not self.own[name].judgement
        }
        acts = self._typed(plain).get(self.acts)
        if isinstance(acts, tuple):
            plain[self.acts] = [self.unjudged(act) for act in acts]
        return plain

    def _typed(self, given: Mapping[str, object]) -> dict[str, object]:
        known: dict[str, object] = {}
        shared: dict[str, object] = {}
        for name, worth in given.items():
            if worth is None:
                continue
            if name in self.own:
                known[name] = _typed(self.own[name], worth)
            elif name in self._types:
                shared[name] = worth
            else:
                near = difflib.get_close_matches(name[:80], self.own, n=1) or list(self.own)
                raise InputError(
                    "fact-unknown",
                    f'there is no fact "{name[:80]}" here',
                    remedy=f"the facts are: {', '.join(near)}",
                )
        if shared:
            any_act = next(iter(self._rules.acts))
            known |= self._reader.read({"act": any_act, **shared})[1]
        return known

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._rules)

    def stored(self, kept: Mapping[str, object]) -> dict[str, object]:
        """Return facts that were read once and then kept as JSON, where exact fractions are text."""
        exact = {name for name, fact in self._types.items() if fact.type in ("int", "decimal")}
        return {
            name: Fraction(worth) if name in exact and isinstance(worth, str) else worth
            for name, worth in kept.items()
        }


def read_by(condition: Expression) -> set[str]:
    """Return the facts that a condition names, also those whose number is its figure."""
    figures = [atom.literal for atom in atoms(condition) if isinstance(atom, Compare)]
    shown = {text[1:] for text in figures if isinstance(text, str) and text.startswith("$")}
    return {atom.name for atom in atoms(condition)} | shown


def exactly(worth: object) -> Fraction:
    """Return a number that was read already as a fraction."""
    return worth if isinstance(worth, Fraction) else Fraction(str(worth))


def _figure(figures: Mapping[str, Parameter], name: str, sign: str, where: str) -> int | str:
    found = figures.get(name)
    if found is None:
        raise LawError(
            "calculator-parameter",
            f'the provision has no parameter "{name}"',
            where=where,
            remedy=f"the parameters are: {', '.join(figures) or 'none'}",
        )
    bounds = {bound: getattr(found, bound) for bound in _SIGNS if getattr(found, bound) is not None}
    fitting: list[int | str] = [figure for bound, figure in bounds.items() if _SIGNS[bound] == sign]
    if found.value is not None:
        fitting.append(found.value)
    if len(fitting) != 1:
        raise LawError(
            "calculator-parameter",
            f'"{sign}" does not read the bound of the parameter "{name}"',
            where=where,
            remedy="min is >=, above is >, max is <=, below is <",
        )
    return fitting[0]


def _typed(fact: LocalFact, worth: object) -> object:
    typed = _convert(fact, worth)
    if typed is None:
        wanted = " or ".join(fact.values) if fact.type == "enum" else _WANTED[fact.type]
        raise InputError("fact-type", f'"{fact.name}" cannot be what is given', remedy=f"give {wanted}")
    return typed


def _convert(fact: LocalFact, worth: object) -> object:
    match fact.type:
        case "bool":
            words = {"true": True, "yes": True, "false": False, "no": False}
            return (
                words.get(worth.lower())
                if isinstance(worth, str)
                else worth
                if isinstance(worth, bool)
                else None
            )
        case "int" | "decimal":
            return number(worth, whole=fact.type == "int")
        case "date":
            try:
                return date.fromisoformat(str(worth)).isoformat()
            except ValueError:
                return None
        case "enum":
            return worth if worth in fact.values else None
        case "acts":
            return _acts(worth)


def _acts(worth: object) -> tuple[object, ...] | None:
    """Return several acts from a list of them, or from its JSON text; None where it is neither."""
    if isinstance(worth, str):
        try:
            worth = json.loads(worth, parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            return None
    if not isinstance(worth, list | tuple) or not 0 < len(worth) <= _MOST_ACTS:
        return None
    return tuple(worth) if all(isinstance(act, Mapping) for act in worth) else None


def number(worth: object, *, whole: bool) -> Fraction | int | None:
    """Return an exact number, not negative, from a number or its text; None where it is none."""
    if isinstance(worth, bool) or not isinstance(worth, int | float | str | Decimal | Fraction):
        return None
    if isinstance(worth, int) and abs(worth) >= 10**_LONGEST:
        return None
    text = str(worth).strip()
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "").replace("_", "")
    if len(text) > _LONGEST or "e" in text.lower():
        return None
    try:
        exact = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    if exact < 0 or (whole and exact.denominator != 1):
        return None
    return int(exact) if exact.denominator == 1 else exact
