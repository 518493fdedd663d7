"""Which missing facts matter: exact, by truth tables that are integers.

Each unknown atom of the rules still possible gets the pattern of its truth table, one bit for each way
the unknown atoms can turn out; running the rules over these integers with ``&``, ``|`` and ``^`` gives
the verdict of every way at once. Ways that cannot be (two values of one fact) are masked out.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from itertools import combinations, product
from operator import or_
from typing import NamedTuple

from shouxin.engine.expression import (
    All,
    Among,
    AnyOf,
    Atom,
    Compare,
    Expression,
    Fact,
    Facts,
    Not,
    value,
)
from shouxin.engine.web import TRUE, Web, web_of

MOST = 12
"""Unknown atoms up to which the answer is exact; beyond it all candidates are named."""

_MOST_TOGETHER = 3


class Verdict(NamedTuple):
    """Whether one of some rules holds, where every way agrees on it, and else the facts that settle it."""

    holds: bool | None
    asked: tuple[str, ...]


def deciding(
    open_rules: Sequence[Expression], facts: Facts, values: Mapping[str, tuple[str, ...]] | None = None
) -> Verdict:
    """Return the smallest set of facts whose answers always settle whether one of ``open_rules`` holds.

    Where no set of up to three always does, the facts that matter are returned, the one that occurs in
    most rules first; where too many atoms are unknown, all of them. Rules that are open one by one can
    be settled together; then nothing is asked. ``values`` holds all that an enum can be.
    """
    return settling(*web_of(open_rules), facts, values or {})


def settling(
    web: Web, open_rules: Sequence[int], facts: Facts, values: Mapping[str, tuple[str, ...]]
) -> Verdict:
    """Do as ``deciding`` for rules that stand in a web."""
    known = web.known(facts)
    left = [web.left(number, known) for number in open_rules]
    if TRUE in left:
        return Verdict(True, ())
    worth = reduce(or_, left, TRUE)
    by_frequency = web.by_frequency(left)
    if worth.bit_count() - 1 > MOST:
        return Verdict(None, tuple(by_frequency))
    places = web.open_atoms(worth)
    everything, patterns = _patterns(len(places))
    table = dict(zip(places, patterns, strict=True))
    unknown = [web.atoms[place] for place in places]
    possible = _possible(unknown, dict(zip(unknown, patterns, strict=True)), everything, values)
    result = possible & reduce(or_, (web.ways(number, known, table, everything) for number in open_rules), 0)
    if result in (0, possible):
        return Verdict(result == possible, ())
    chosen = _smallest(by_frequency, _Ways(unknown, patterns, result, possible))
    if 1 < len(chosen) <= _MOST_TOGETHER:
        seen: set[int] = set()
        in_order = dict.fromkeys(name for number in open_rules for name in web.walk(number, known, seen))
        chosen = tuple(name for name in in_order if name in chosen)
    return Verdict(None, chosen)


def _smallest(names: Sequence[str], ways: "_Ways") -> tuple[str, ...]:
    """Return the smallest set of facts that settles the verdict, or all that matter where it is large.

    A fact that can change the verdict by itself, all else equal, is in every such set.
    """
    needed = {name for name in names if ways.turns(name)}
    others = [name for name in names if name not in needed and ways.may_matter(name)]
    for size in range(_MOST_TOGETHER - len(needed) + 1):
        for chosen in combinations(others, size):
            if ways.settled_by({*needed, *chosen}):
                return tuple(name for name in names if name in needed or name in chosen)
    return tuple(name for name in names if name in needed or name in others)


def ways(
    rules: Sequence[Expression], unknown: Sequence[Atom], values: Mapping[str, tuple[str, ...]]
) -> tuple[int, int]:
    """Return the ways in which some rule holds, and all ways that can be, one bit for each.

    ``unknown`` are the atoms of the rules, at most ``MOST`` or so: there are 2 to that power of ways.
    """
    everything, patterns = _patterns(len(unknown))
    table = dict(zip(unknown, patterns, strict=True))
    possible = _possible(unknown, table, everything, values)
    result = 0
    for rule in rules:
        result |= _run(rule, table, everything)
    return result & possible, possible


@lru_cache(maxsize=32)
def _patterns(count: int) -> tuple[int, tuple[int, ...]]:
    """Return the mask of all 2**count ways, and for each atom the ways in which it is true."""
    everything = (1 << (1 << count)) - 1
    return everything, tuple(everything // ((1 << (1 << i)) + 1) << (1 << i) for i in range(count))


def _run(expression: Expression, table: Mapping[Atom, int], everything: int) -> int:
    match expression:
        case Not(item):
            return everything ^ _run(item, table, everything)
        case All(items):
            found = everything
            for item in items:
                found &= _run(item, table, everything)
            return found
        case AnyOf(items):
            found = 0
            for item in items:
                found |= _run(item, table, everything)
            return found
        case Fact() | Compare() | Among():
            return table[expression]


def _possible(
    unknown: Sequence[Atom],
    table: Mapping[Atom, int],
    everything: int,
    values: Mapping[str, tuple[str, ...]],
) -> int:
    """Return the ways that some value of each fact brings about: atoms over one fact hang together."""
    possible = everything
    groups: dict[str, list[Atom]] = {}
    for atom in unknown:
        groups.setdefault(atom.name, []).append(atom)
    for name, group in groups.items():
        if isinstance(group[0], Fact):
            continue
        together = 0
        for sample in values.get(name) or samples(group):
            now = everything
            for atom in group:
                holds = value(atom, {atom.name: sample})
                now &= table[atom] if holds else everything ^ table[atom]
            together |= now
        possible &= together
    return possible


def samples(group: Iterable[Atom]) -> list[object]:
    """Return values of one fact that bring about every way its atoms can turn out together."""
    literals: set[int | str] = set()
    for atom in group:
        if isinstance(atom, Compare):
            literals.add(atom.literal)
        elif isinstance(atom, Among):
            literals.update(atom.literals)
    numbers = sorted(item for item in literals if isinstance(item, int))
    words = sorted(item for item in literals if isinstance(item, str))
    around = [item + step for item in numbers for step in (-1, 0, 1)]
    between = [word + "\x00" for word in words]
    return [*around, *words, *between, *([""] if words else [])]


class _Ways(NamedTuple):
    """The ways the unknown atoms can turn out, those that are possible, and those in which a rule holds."""

    unknown: Sequence[Atom]
    patterns: Sequence[int]
    result: int
    possible: int

    def turns(self, name: str) -> bool:
        """Tell whether another answer about ``name`` alone turns the verdict, all else being equal."""
        for index, atom in enumerate(self.unknown):
            if atom.name == name:
                shift, pattern = 1 << index, self.patterns[index]
                high, low = (self.result & pattern) >> shift, self.result & ~pattern
                if (high ^ low) & (self.possible & pattern) >> shift & self.possible:
                    return True
        return False

    def may_matter(self, name: str) -> bool:
        """Tell whether ``name`` has several atoms and one of them tells results apart."""
        own = [index for index, atom in enumerate(self.unknown) if atom.name == name]
        return len(own) > 1 and any(
            (self.result & self.patterns[index]) >> (1 << index) != self.result & ~self.patterns[index]
            for index in own
        )

    def settled_by(self, chosen: set[str]) -> bool:
        """Tell whether every way of answering the chosen facts leaves one verdict."""
        asked = [index for index, atom in enumerate(self.unknown) if atom.name in chosen]
        for answers in product((True, False), repeat=len(asked)):
            ways = self.possible
            for index, yes in zip(asked, answers, strict=True):
                ways &= self.patterns[index] if yes else ~self.patterns[index]
            if ways and (self.result & ways) not in (0, ways):
                return False
        return True
