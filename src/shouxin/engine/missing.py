"""Which missing facts matter: exact, by truth tables that are integers.

Each unknown atom of the rules still possible gets the pattern of its truth table, one bit for each way
the unknown atoms can turn out; running the rules over these integers with ``&``, ``|`` and ``^`` gives
the verdict of every way at once. Ways that cannot be (two values of one fact) are masked out.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, product
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
    atoms,
    reduced,
    value,
)

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
    open_rules = [reduced(rule, facts) for rule in open_rules]
    unknown = list(dict.fromkeys(atom for rule in open_rules for atom in atoms(rule)))
    if len(unknown) > MOST:
        return Verdict(None, _by_frequency(open_rules, unknown))
    patterns = _patterns(len(unknown))[1]
    result, possible = ways(open_rules, unknown, values or {})
    if result in (0, possible):
        return Verdict(result == possible, ())
    names = [
        name
        for name in dict.fromkeys(atom.name for atom in unknown)
        if _matters(name, unknown, patterns, result, possible)
    ]
    for size in range(1, min(len(names), _MOST_TOGETHER) + 1):
        for chosen in combinations(names, size):
            if _settles(set(chosen), unknown, patterns, result, possible):
                return Verdict(None, chosen)
    return Verdict(None, tuple(name for name in _by_frequency(open_rules, unknown) if name in names))


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


def _by_frequency(rules: Iterable[Expression], unknown: Iterable[Atom]) -> tuple[str, ...]:
    known = set(unknown)
    counts: dict[str, int] = {}
    for rule in rules:
        for name in {atom.name for atom in atoms(rule) if atom in known}:
            counts[name] = counts.get(name, 0) + 1
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))


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
        for sample in values.get(name) or _samples(group):
            now = everything
            for atom in group:
                holds = value(atom, {atom.name: sample})
                now &= table[atom] if holds else everything ^ table[atom]
            together |= now
        possible &= together
    return possible


def _samples(group: Iterable[Atom]) -> list[object]:
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


def _matters(name: str, unknown: Sequence[Atom], patterns: Sequence[int], result: int, possible: int) -> bool:
    """Tell whether some answer about ``name`` can change the result."""
    for index, atom in enumerate(unknown):
        if atom.name != name:
            continue
        shift = 1 << index
        high, low = (result & patterns[index]) >> shift, result & ~patterns[index]
        high_ok, low_ok = (possible & patterns[index]) >> shift, possible & ~patterns[index]
        if (high ^ low) & high_ok & low_ok:
            return True
        if sum(other.name == name for other in unknown) > 1 and high != low:
            return True
    return False


def _settles(
    chosen: set[str], unknown: Sequence[Atom], patterns: Sequence[int], result: int, possible: int
) -> bool:
    """Tell whether every way of answering the chosen facts leaves one verdict."""
    asked = [index for index, atom in enumerate(unknown) if atom.name in chosen]
    for answers in product((True, False), repeat=len(asked)):
        ways = possible
        for index, yes in zip(asked, answers, strict=True):
            ways &= patterns[index] if yes else ~patterns[index]
        if ways and (result & ways) not in (0, ways):
            return False
    return True
