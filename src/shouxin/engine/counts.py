"""Numbers known in part: what each comes to at least and at most, and what that settles.

A total is the sum of its parts, and what is known of either narrows the other. A condition is worth what
holds wherever in these ranges the numbers lie, in Kleene's logic.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from shouxin.engine.expression import All, Among, AnyOf, Compare, Expression, Not, value
from shouxin.errors import InputError
from shouxin.law.mechanism import LocalFact

NUMBERS = ("int", "decimal")


class Range(NamedTuple):
    """What a number is at least and at most; None where it has no end."""

    low: Fraction
    high: Fraction | None

    @property
    def exact(self) -> Fraction | None:
        """Return the number where only one is possible."""
        return self.low if self.low == self.high else None


ANY = Range(Fraction(0), None)


class Known(NamedTuple):
    """What is known: facts by name, and the range of every number."""

    exact: dict[str, object]
    ranges: dict[str, Range]


def all_of(worths: Iterable[bool | None]) -> bool | None:
    """Return whether all hold; None where that is open."""
    found = list(worths)
    return False if False in found else None if None in found else True


def any_of(worths: Iterable[bool | None]) -> bool | None:
    """Return whether at least one holds; None where that is open."""
    found = list(worths)
    return True if True in found else None if None in found else False


def only(number: object) -> Range:
    """Return the range of a number that is known."""
    exact = number if isinstance(number, Fraction) else Fraction(str(number))
    return Range(exact, exact)


def summed(ranges: Iterable[Range]) -> Range:
    """Return the range of a sum."""
    items = list(ranges)
    highs = [item.high for item in items if item.high is not None]
    low = sum((item.low for item in items), Fraction(0))
    return Range(low, sum(highs, Fraction(0)) if len(highs) == len(items) else None)


def narrowed(facts: Mapping[str, LocalFact], known: Mapping[str, Range]) -> dict[str, Range]:
    """Return the range of every number of ``facts``; raise ``InputError`` (fact-contradiction)."""
    ranges = {name: known.get(name, ANY) for name, fact in facts.items() if fact.type in NUMBERS}
    for _ in ranges:
        before = dict(ranges)
        for name, fact in facts.items():
            if fact.total:
                _total(ranges, name, fact.total)
            if fact.at_most:
                _meet(ranges, name, Range(Fraction(0), ranges[fact.at_most].high))
                _meet(ranges, fact.at_most, Range(ranges[name].low, None))
        if ranges == before:
            break
    return ranges


def _total(ranges: dict[str, Range], name: str, parts: tuple[str, ...]) -> None:
    if all(ranges[one] is ANY for one in (name, *parts)):
        return
    _meet(ranges, name, summed(ranges[part] for part in parts))
    for part in parts:
        others = summed(ranges[other] for other in parts if other != part)
        whole = ranges[name]
        least = whole.low - others.high if others.high is not None else Fraction(0)
        _meet(ranges, part, Range(least, None if whole.high is None else whole.high - others.low))


def _meet(ranges: dict[str, Range], name: str, other: Range) -> None:
    here = ranges[name]
    highs = [high for high in (here.high, other.high) if high is not None]
    met = Range(max(here.low, other.low), min(highs) if highs else None)
    if met.high is not None and met.low > met.high:
        raise InputError(
            "fact-contradiction",
            f'"{name}" does not agree with the numbers it is added up from or bounded by',
            remedy="take one of them away, or mend it",
        )
    if met != here:
        ranges[name] = met


def holds(condition: Expression, known: Known) -> bool | None:
    """Return what a condition is worth wherever the numbers lie in their ranges."""
    match condition:
        case Not(item):
            inner = holds(item, known)
            return None if inner is None else not inner
        case All(items):
            return all_of(holds(item, known) for item in items)
        case AnyOf(items):
            return any_of(holds(item, known) for item in items)
        case Compare(name, sign, literal) if name in known.ranges:
            if isinstance(literal, int):
                return compared(known.ranges[name], sign, only(literal))
            return compared(known.ranges[name], sign, known.ranges[literal.removeprefix("$")])
        case Among(name, literals) if name in known.ranges:
            return any_of(compared(known.ranges[name], "=", only(literal)) for literal in literals)
        case _:
            return value(condition, known.exact)


def compared(left: Range, sign: str, right: Range) -> bool | None:
    """Return how two ranges compare; None where it depends on the number."""
    if sign in ("<", "<=", "<>"):
        opposite = compared(left, {"<": ">=", "<=": ">", "<>": "="}[sign], right)
        return None if opposite is None else not opposite
    least = None if right.high is None else left.low - right.high
    most = None if left.high is None else left.high - right.low
    if sign == "=":
        apart = (least is not None and least > 0) or (most is not None and most < 0)
        return False if apart else True if least == most == 0 else None
    if least is not None and (least > 0 or (least == 0 and sign == ">=")):
        return True
    return False if most is not None and (most < 0 or (most == 0 and sign == ">")) else None
