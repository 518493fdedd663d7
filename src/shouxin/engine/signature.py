"""Many acts at once: conditions over integers that hold one bit for each act.

A condition is worth two integers: the acts for which it is known to hold, and those for which it is not
known not to hold. AND, OR and NOT over these two are Kleene's logic, 131,072 acts at a time, and agree with
``expression.value`` act by act.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from shouxin.engine.expression import FALSE, All, AnyOf, Atom, Expression, Facts, Not, atoms, reduced
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import read_facts


class Bits(NamedTuple):
    """The acts for which something is known to hold, and those for which it may hold."""

    sure: int
    maybe: int


def run(expression: Expression, table: Mapping[Atom, Bits], everything: int) -> Bits:
    """Return for which acts ``expression`` holds or may; ``table`` says so of each atom.

    ``everything`` has the bit of every act set.
    """
    match expression:
        case Not(item):
            inner = run(item, table, everything)
            return Bits(everything ^ inner.maybe, everything ^ inner.sure)
        case All(items):
            sure = maybe = everything
            for item in items:
                part = run(item, table, everything)
                sure, maybe = sure & part.sure, maybe & part.maybe
                if not maybe:
                    break
            return Bits(sure, maybe)
        case AnyOf(items):
            sure = maybe = 0
            for item in items:
                part = run(item, table, everything)
                sure, maybe = sure | part.sure, maybe | part.maybe
            return Bits(sure, maybe)
        case _:
            return table[expression]


def left(expression: Expression, table: Mapping[Atom, Bits], everything: int, acts: int) -> Iterator[int]:
    """Yield for each atom of ``expression``, in order, for which acts ``expression.reduced`` leaves it.

    An atom is left where it is unknown and so is everything that it stands in: what is reduced is told by
    this alone.
    """
    sure, maybe = run(expression, table, everything) if acts else (0, 0)
    acts &= maybe & ~sure
    match expression:
        case Not(item):
            yield from left(item, table, everything, acts)
        case All(items) | AnyOf(items):
            for item in items:
                yield from left(item, table, everything, acts)
        case _:
            yield acts


class Plan:
    """What deciding one act takes in one stretch of time: rules in the gate's order, and what they read.

    ``constants`` are facts that are the same for all the acts to come: they are put into the rules, and
    rules that can no longer take effect are left out. ``bans`` and ``duties`` map the key of a rule to when
    it takes effect; ``atoms`` holds the distinct atoms of each rule; ``reads`` the facts of all rules.
    """

    def __init__(self, gate: Gate, act: str, day: date, constants: Facts) -> None:
        """Raise ``InputError`` (act-unknown, act-unregulated, date-before-law) as ``Gate.decide``."""
        gate.decide({"act": act}, day)
        effective = gate.effective(day, act)
        least = gate.outcome_of(act, {}, day)

        def chosen(*keys: str) -> dict[str, Expression]:
            left = {key: reduced(effective[key], constants) for key in keys}
            return {key: rule for key, rule in left.items() if rule != FALSE}

        self.bans = chosen(*least.violations, *least.open)
        self.duties = chosen(*least.duties, *least.possible_duties)
        rules = {**self.bans, **self.duties}
        self.reads = frozenset(read_facts(rules.values()))
        self.atoms = {key: tuple(dict.fromkeys(atoms(rule))) for key, rule in rules.items()}
