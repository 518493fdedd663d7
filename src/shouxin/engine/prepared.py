"""Acts made ready: what each atom of the rules may be worth is worked out before they are decided."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from shouxin.engine.expression import Atom, Facts, atoms, value
from shouxin.engine.rulebase import Rule


class Prepared:
    """An act whose facts are read and checked once, to be decided many times; made by ``Gate.prepare``."""

    __slots__ = ("act",)
    act: str


class Shape(NamedTuple):
    """The type of one kind of acts made ready, and the number of each atom that rules about it read."""

    kind: type[Prepared]
    numbers: Mapping[Atom, int]

    def prepared(self, act: str, known: Facts) -> Prepared:
        """Return an act made ready: ``y3`` says that atom 3 may hold, ``n3`` that it may not."""
        made = self.kind()
        made.act = act
        for atom, number in self.numbers.items():
            worth = value(atom, known)
            setattr(made, f"y{number}", worth is not False)
            setattr(made, f"n{number}", worth is not True)
        return made


def shape(rules: Iterable[Rule]) -> Shape:
    """Return the shape of acts that these rules are about."""
    read = dict.fromkeys(atom for rule in rules for atom in atoms(rule.condition))
    numbers = {atom: number for number, atom in enumerate(read)}
    slots = tuple(f"{rail}{number}" for number in numbers.values() for rail in "yn")
    return Shape(type("PreparedAct", (Prepared,), {"__slots__": slots}), numbers)
