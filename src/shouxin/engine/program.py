"""Rules as Python: one generated function for each act and each stretch of time between two changes of law.

For each rule the function tests "not known to be excluded" first and "known to hold" second. Both
tests only ever ask what is known, so plain ``and`` and ``or`` are exact Kleene logic. What several rules
demand is tested once for all of them, and first what rarely holds.

A function takes an act made ready, or what facts are worth as so many arguments, and returns integers: the
bits of the rules that take effect, and above these of those that may. Where the extension was built, it does
the same in words of bits (``circuit.py``).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from types import CodeType
from typing import NamedTuple

from shouxin.engine.expression import (
    TRUE,
    All,
    AnyOf,
    Atom,
    Compare,
    Expression,
    Fact,
    Facts,
    Not,
    normal,
    value,
)
from shouxin.engine.rulebase import Rule

Found = tuple[int, ...] | bytes
"""What a program finds: integers whose sum has the bits, or the bits as bytes with the lowest first."""

Program = Callable[..., Found]
Literal = Callable[[Atom, bool, bool], str]
"""Writes the test of an atom: (atom, sure, negated); ``sure`` asks that it is known, else that it may be."""

_SIGNS = {"=": "==", "<>": "!="}


def from_places(places: Mapping[str, int]) -> Literal:
    """Return a writer of tests on arguments: ``x3`` is what the fact at place 3 is worth."""

    def literal(atom: Atom, sure: bool, negated: bool) -> str:
        place = f"x{places[atom.name]}"
        if isinstance(atom, Fact):
            if sure:
                return f"{place} is False" if negated else place
            return f"not {place}" if negated else f"{place} is not False"
        if isinstance(atom, Compare):
            test = f"{place} {_SIGNS.get(atom.sign, atom.sign)} {atom.literal!r}"
        else:
            test = f"{place} in {atom.literals!r}"
        test = f"not ({test})" if negated else test
        return f"({place} is not None and {test})" if sure else f"({place} is None or {test})"

    return literal


def from_slots(numbers: Mapping[Atom, int]) -> Literal:
    """Return a writer of tests on an act made ready, ``f``: ``y3`` says that atom 3 may hold, ``n3`` not."""

    def literal(atom: Atom, sure: bool, negated: bool) -> str:
        return f"{'not ' if sure else ''}f.{'ny'[sure == negated]}{numbers[atom]}"

    return literal


def arguments(places: Mapping[str, int]) -> str:
    """Return the arguments of a function whose tests ``from_places`` writes; it ignores what comes behind."""
    return ", ".join([*(f"x{place}" for place in range(max(places.values(), default=-1) + 1)), "*_"])


def source(rules: Iterable[Rule], literal: Literal, *, head: str, usual: Facts | None = None) -> str:
    """Return the source of a function that finds which of ``rules`` take effect.

    ``literal`` writes the tests; ``head`` is the name of the function with its arguments in brackets.
    ``rules`` come with every exception before what it defeats. ``a`` and ``b`` hold whether a scope may hold
    and is known to; the bits of ``M`` and ``S`` say the same of permits; ``R`` is the result. ``usual`` are
    facts as they mostly are: what they make false is tested first. They change the speed, nothing else.
    """
    ordered = list(rules)
    writer = _Writer(
        literal=literal,
        usual=usual or {},
        bits={rule.key: 1 << bit for bit, rule in enumerate(ordered)},
        permits=_permits(ordered),
        rarities={},
    )
    scopes = {scope: number for number, scope in enumerate(dict.fromkeys(rule.scope for rule in ordered))}
    lines = [f"def {head}:", " M = S = 0", " R = []"]
    for scope, number in scopes.items():
        if scope != TRUE:
            lines.append(f" b{number} = {writer.holds(scope)}")
            lines.append(f" a{number} = b{number} or {writer.may(scope)}")
    for level in _levels(ordered):
        for scope, number in scopes.items():
            around = "" if scope == TRUE else f"b{number}"
            members = [_Member(rule, around, _parts(rule.own)) for rule in level if rule.scope == scope]
            if members:
                lines += [f" if {f'a{number}' if around else 'True'}:", *writer.tree(members, "  ")]
    lines.append(" return (*R,)")
    return "\n".join(lines)


def _permits(ordered: Sequence[Rule]) -> dict[str, int]:
    """Return the permits that defeat some rule, those of one condition with the same bit."""
    defeating = {key for rule in ordered for key in rule.exceptions}
    numbers: dict[tuple[object, ...], int] = {}
    return {
        rule.key: 1 << numbers.setdefault((rule.scope, rule.own, rule.exceptions), len(numbers))
        for rule in ordered
        if rule.key in defeating
    }


def _levels(ordered: Iterable[Rule]) -> list[list[Rule]]:
    """Return the rules in steps: permits after the permits that defeat them, then everything else."""
    height: dict[str, int] = {}
    steps: dict[int, list[Rule]] = {}
    others: list[Rule] = []
    for rule in ordered:
        if rule.effect == "permit":
            height[rule.key] = 1 + max((height[key] for key in rule.exceptions if key in height), default=0)
            steps.setdefault(height[rule.key], []).append(rule)
        else:
            others.append(rule)
    return [*(steps[step] for step in sorted(steps)), others]


def _parts(expression: Expression) -> tuple[Expression, ...]:
    """Return the conditions that must all hold for ``expression`` to hold."""
    whole = normal(expression)
    return whole.items if isinstance(whole, All) else (whole,)


class _Member(NamedTuple):
    """A rule, the name of what says that its scope is known to hold, and what is left to test of it."""

    rule: Rule
    scope: str
    parts: tuple[Expression, ...]


class _Writer(NamedTuple):
    """Writes the tests of rules: how an atom is read, how facts mostly are, the bit of each rule."""

    literal: Literal
    usual: Facts
    bits: Mapping[str, int]
    permits: Mapping[str, int]
    rarities: dict[Expression, float]

    def may(self, expression: Expression) -> str:
        """Return the test that a condition is not known not to hold."""
        return code(expression, self.literal, sure=False)

    def holds(self, expression: Expression) -> str:
        """Return the test that a condition is known to hold."""
        return code(expression, self.literal, sure=True)

    def tree(self, members: Sequence[_Member], indent: str) -> list[str]:
        """Return code that tests what most rules share and is rarely met, then the rest of these rules."""
        lines: list[str] = []
        while counts := Counter(part for member in members for part in member.parts):
            first = max(counts, key=lambda part: counts[part] * self._rarity(part))
            group = [member for member in members if first in member.parts]
            shared = [part for part in group[0].parts if all(part in member.parts for member in group)]
            shared.sort(key=self._rarity, reverse=True)
            tests = " and ".join(self.may(part) for part in shared)
            rest = [
                member._replace(parts=tuple(part for part in member.parts if part not in shared))
                for member in group
            ]
            lines += [f"{indent}if {tests}:", *self.tree(rest, indent + " ")]
            members = [member for member in members if first not in member.parts]
        alike: dict[tuple[object, ...], list[_Member]] = {}
        for member in members:
            kind = (member.rule.effect == "permit", member.rule.own, member.rule.exceptions)
            alike.setdefault(kind, []).append(member)
        return lines + [indent + line for group in alike.values() for line in self._effect(group)]

    def _rarity(self, part: Expression) -> float:
        """Return roughly how often a condition is known not to hold; facts are named so that few hold."""
        found = self.rarities.get(part)
        if found is None:
            worth = value(part, self.usual)
            unknown = 0.4 if isinstance(part, Not | All | AnyOf) else 0.8
            found = self.rarities[part] = unknown if worth is None else 0.1 if worth else 0.95
        return found

    def _effect(self, members: Sequence[_Member]) -> list[str]:
        """Return what happens where rules of one condition are not known to be excluded by it."""
        rule, scope, _ = members[0]
        bits = sum(self.bits[member.rule.key] for member in members)
        against = reduce(or_, (self.permits.get(key, 0) for key in rule.exceptions), 0)
        own = normal(rule.own)
        tests = [scope, self.holds(own) if own != TRUE else "", f"not M & {against}" if against else ""]
        known = " and ".join(test for test in tests if test) or "True"
        permit = reduce(or_, (self.permits.get(member.rule.key, 0) for member in members), 0)
        if rule.effect != "permit":
            lines = [f"if {known}: R.append({bits})", f"else: R.append({bits << len(self.bits)})"]
        elif permit:
            lines = [f"M |= {permit}", f"if {known}: R.append({bits}); S |= {permit}"]
        else:
            lines = [f"if {known}: R.append({bits})"]
        return [f"if not S & {against}:", *(f" {line}" for line in lines)] if against else lines


def translated(text: str, *, name: str) -> CodeType:
    """Return the code of the function that ``text`` defines; it is made from checked conditions only."""
    whole = compile(text, f"<{name}>", "exec")
    return next(item for item in whole.co_consts if isinstance(item, CodeType))


def code(expression: Expression, literal: Literal, *, sure: bool, negated: bool = False) -> str:
    """Return Python that is true where ``expression`` is known to hold, or not known not to hold."""
    match expression:
        case Not(item):
            return code(item, literal, sure=sure, negated=not negated)
        case All(items) | AnyOf(items):
            conjunction = isinstance(expression, All) != negated
            parts = [code(item, literal, sure=sure, negated=negated) for item in items]
            if not parts:
                return "True" if conjunction else "False"
            return f"({(' and ' if conjunction else ' or ').join(parts)})"
        case _:
            return literal(expression, sure, negated)
