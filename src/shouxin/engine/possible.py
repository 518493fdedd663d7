"""Whether a condition can hold at all: facts are tried one by one until nothing is left of it.

Exact for any number of facts. What follows from a boolean fact follows here too (``implies`` and
``excludes`` of the vocabulary), so that two facts that exclude each other never hold together.
"""

from collections.abc import Iterable, Mapping

from shouxin.engine.expression import (
    FALSE,
    TRUE,
    All,
    Among,
    Atom,
    Compare,
    Expression,
    Fact,
    Not,
    atoms,
    reduced,
)
from shouxin.engine.missing import samples
from shouxin.law.wording import Fact as Declared


class World:
    """What can be: the facts of a vocabulary, the values of enums and what follows from what."""

    def __init__(self, facts: Mapping[str, Declared]) -> None:
        self._facts = facts

    def allows(self, condition: Expression) -> bool:
        """Tell whether some case makes ``condition`` hold."""
        return self._allows(condition, {}, _by_name(condition))

    def _allows(self, left: Expression, known: dict[str, object], groups: Mapping[str, list[Atom]]) -> bool:
        if left in (TRUE, FALSE):
            return left == TRUE
        name = _next(left).name
        for worth in self._values(name, groups[name]):
            more = self._with(name, worth, known)
            if more is not None and self._allows(reduced(left, more), more, groups):
                return True
        return False

    def _values(self, name: str, group: Iterable[Atom]) -> Iterable[object]:
        declared = self._facts[name]
        if declared.type == "bool":
            return (True, False)
        return declared.values or samples(group)

    def _with(self, name: str, worth: object, known: Mapping[str, object]) -> dict[str, object] | None:
        """Return the facts with one more and what follows from it; None where they contradict each other."""
        found = dict(known)
        new = [(name, worth)]
        while new:
            fact, value = new.pop()
            if fact in found:
                if found[fact] != value:
                    return None
                continue
            found[fact] = value
            if value is True:
                declared = self._facts.get(fact)
                new += [(other, True) for other in declared.implies] if declared else []
                new += [(other, False) for other in declared.excludes] if declared else []
        return found


def _next(left: Expression) -> Atom:
    """Return the atom to try next: one that alone decides a conjunction, where there is one."""
    if isinstance(left, All):
        for item in left.items:
            inner = item.item if isinstance(item, Not) else item
            if isinstance(inner, Fact | Compare | Among):
                return inner
        return next(atoms(min(left.items, key=lambda item: sum(1 for _ in atoms(item)))))
    return next(atoms(left))


def _by_name(condition: Expression) -> dict[str, list[Atom]]:
    groups: dict[str, list[Atom]] = {}
    for atom in atoms(condition):
        groups.setdefault(atom.name, []).append(atom)
    return groups
