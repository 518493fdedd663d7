"""Facts with short names: what one instrument's calculators, or one procedure, are told.

Numbers are exact: whole numbers and fractions, never floats.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from shouxin.engine import parser
from shouxin.engine.expression import FALSE, TRUE, All, AnyOf, Compare, Expression, Not, both
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError, LawError
from shouxin.law.mechanism import LocalFact
from shouxin.law.model import Parameter
from shouxin.law.wording import FactType

_PARAMETER = re.compile(r"(<>|<=|>=|=|<|>)\s*\$([a-z][a-z0-9_-]*)")
_SIGNS = {"min": ">=", "above": ">", "max": "<=", "below": "<"}


class LocalFacts:
    """The facts of one file beside those of the vocabulary: their types, and reading what is given."""

    def __init__(self, own: Iterable[LocalFact], rules: RuleBase) -> None:
        self.own = {fact.name: fact for fact in own}
        self._rules = rules
        self._types: dict[str, FactType] = {
            name: fact.kind for name, fact in rules.facts.items() if fact.type != "set"
        } | {name: FactType(type=fact.type, values=fact.values) for name, fact in self.own.items()}

    def parse(self, text: str, where: str, parameters: Iterable[Parameter] = ()) -> Expression:
        """Return a condition in which ``$name`` stands for a parameter's figure; raise ``LawError``."""
        figures = {item.name: item for item in parameters}

        def put_in(match: re.Match[str]) -> str:
            return f"{match[1]} {_figure(figures, match[2], match[1], where)}"

        return parser.parse(_PARAMETER.sub(put_in, text), self._types, where=where) if text else TRUE

    def read(self, given: Mapping[str, object]) -> dict[str, object]:
        """Return what is given in the types of the facts, with totals; raise ``InputError``.

        Codes: fact-unknown, fact-type. Numbers may be written as text, also as ``13/10``.
        """
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
            known |= self._rules_read({"act": any_act, **shared})
        return self._totals(known)

    def _rules_read(self, facts: dict[str, object]) -> dict[str, object]:
        from shouxin.engine.facts import Reader

        return Reader(self._rules).read(facts)[1]

    def _totals(self, known: dict[str, object]) -> dict[str, object]:
        for name, fact in self.own.items():
            parts = [known.get(part) for part in fact.total]
            if fact.total and name not in known and None not in parts:
                known[name] = sum(map(exactly, parts), Fraction(0))
        return known

    def least(self, name: str, known: Mapping[str, object]) -> Fraction | None:
        """Return what a total comes to at least, from the parts that are known; None without any."""
        if name in known:
            return exactly(known[name])
        fact = self.own.get(name)
        parts = [exactly(known[part]) for part in fact.total if part in known] if fact else []
        return sum(parts, Fraction(0)) if parts else None


def exactly(worth: object) -> Fraction:
    """Return a number that was read already as a fraction."""
    return worth if isinstance(worth, Fraction) else Fraction(str(worth))


def bounded(condition: Expression, known: Mapping[str, object], facts: LocalFacts) -> Expression:
    """Return ``condition`` with what the known parts of a total already reach taken for true."""
    match condition:
        case Not(item):
            return Not(bounded(item, known, facts))
        case All(items):
            return both(*(bounded(item, known, facts) for item in items))
        case AnyOf(items):
            return AnyOf(tuple(bounded(item, known, facts) for item in items))
        case Compare(name, sign, literal) if name not in known and not isinstance(literal, str):
            least = facts.least(name, known)
            if least is None:
                return condition
            if sign in (">=", ">"):
                return TRUE if (least >= literal if sign == ">=" else least > literal) else condition
            if sign in ("<", "<="):
                return FALSE if (least >= literal if sign == "<" else least > literal) else condition
            return condition
        case _:
            return condition


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
        wanted = " or ".join(fact.values) if fact.type == "enum" else fact.type
        raise InputError(
            "fact-type", f'"{fact.name}" cannot be what is given', remedy=f"give {wanted}, not negative"
        )
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
                return (
                    worth.isoformat()
                    if isinstance(worth, date)
                    else date.fromisoformat(str(worth)).isoformat()
                )
            except ValueError:
                return None
        case "enum":
            return worth if worth in fact.values else None


def number(worth: object, *, whole: bool) -> Fraction | int | None:
    """Return an exact number, not negative, from a number or its text; None where it is none."""
    if isinstance(worth, bool) or not isinstance(worth, int | float | str | Decimal | Fraction):
        return None
    text = str(worth).strip().replace(",", "").replace("_", "")
    if len(text) > 60 or "e" in text.lower():
        return None
    try:
        exact = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    if exact < 0 or (whole and exact.denominator != 1):
        return None
    return int(exact) if exact.denominator == 1 else exact
