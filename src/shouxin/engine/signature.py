"""Many acts at once: conditions over integers that hold one bit for each act.

A condition is worth two integers: the acts for which it is known to hold, and those for which it is not
known not to hold. AND, OR and NOT over these two are Kleene's logic, 131,072 acts at a time, and agree with
``expression.value`` act by act.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from shouxin.engine.expression import All, AnyOf, Atom, Expression, Not, atoms
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


class Plan:
    """What deciding one act takes in one stretch of time: rules in the gate's order, and what they read.

    ``bans`` and ``duties`` map the key of a rule to when it takes effect; ``atoms`` holds every atom of
    a rule, in order; ``reads`` the facts of all rules.
    """

    def __init__(self, gate: Gate, act: str, day: date) -> None:
        """Raise ``InputError`` (act-unknown, act-unregulated, date-before-law) as ``Gate.decide``."""
        gate.decide({"act": act}, day)
        self.effective = gate.effective(day, act)
        least = gate.outcome_of(act, {}, day)
        self.bans = self._chosen((*least.violations, *least.open))
        self.duties = self._chosen((*least.duties, *least.possible_duties))
        self.reads = frozenset(read_facts((*self.bans.values(), *self.duties.values())))
        self.atoms = {
            key: tuple(dict.fromkeys(atoms(rule))) for key, rule in (*self.bans.items(), *self.duties.items())
        }

    def _chosen(self, keys: Iterable[str]) -> dict[str, Expression]:
        return {key: self.effective[key] for key in keys}
