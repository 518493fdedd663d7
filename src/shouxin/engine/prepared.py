"""Acts made ready: what each atom of the rules may be worth is worked out before they are decided."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from shouxin.engine import circuit
from shouxin.engine.expression import Atom, Facts, atoms, value
from shouxin.engine.rulebase import Rule


class Prepared(NamedTuple):
    """An act whose facts are read and checked once, to be decided many times; made by ``Gate.prepare``.

    ``known`` is what the programs about the act take.
    """

    act: str
    known: object


class Shape(NamedTuple):
    """The number of each atom that rules about one act read; no ``slots``: acts are words."""

    numbers: Mapping[Atom, int]
    slots: type | None

    def prepared(self, act: str, known: Facts) -> Prepared:
        """Return an act made ready: ``y3`` says that atom 3 may hold, ``n3`` that it may not."""
        if self.slots is None:
            return Prepared(act, circuit.words(self.numbers, known))
        made = self.slots()
        for atom, number in self.numbers.items():
            worth = value(atom, known)
            setattr(made, f"y{number}", worth is not False)
            setattr(made, f"n{number}", worth is not True)
        return Prepared(act, made)


def shape(rules: Iterable[Rule], *, in_words: bool) -> Shape:
    """Return the shape of acts that these rules are about."""
    numbers = circuit.numbered(atom for rule in rules for atom in atoms(rule.condition))
    slots = tuple(f"{rail}{number}" for number in numbers.values() for rail in "yn")
    return Shape(numbers, None if in_words else type("Slots", (), {"__slots__": slots}))
