"""Rules as words of bits, in which the extension decides (``native/rules.cpp``).

Each atom has two literals: bit ``2n`` says that atom ``n`` may hold, bit ``2n + 1`` that it may not. A
condition names the literals and the other conditions that it needs, a rule its condition and what defeats it.
"""

from collections.abc import Iterable, Mapping, Sequence

from shouxin.engine.expression import All, AnyOf, Atom, Compare, Expression, Fact, Facts, Not, normal, value
from shouxin.engine.rulebase import Rule

_Comparison = tuple[int, str, int | str | tuple[int | str, ...]]
_Condition = tuple[bool, tuple[int, ...], tuple[int, ...]]
_Line = tuple[int, bool, tuple[int, ...]]

Written = tuple[tuple[int, ...], tuple[_Comparison, ...], tuple[_Condition, ...], tuple[_Line, ...]]
"""What ``_native.Rules`` takes: places of booleans, comparisons, conditions, rules; all of it can be kept."""


def numbered(atoms: Iterable[Atom]) -> dict[Atom, int]:
    """Return the number of each atom: booleans first."""
    return {
        atom: number
        for number, atom in enumerate(
            sorted(dict.fromkeys(atoms), key=lambda atom: not isinstance(atom, Fact))
        )
    }


def words(numbers: Mapping[Atom, int], known: Facts) -> bytes:
    """Return what the atoms may be worth under some facts, as whole words with the lowest first."""
    bits = 0
    for atom, number in numbers.items():
        worth = value(atom, known)
        bits |= ((worth is not False) | (worth is not True) << 1) << 2 * number
    return bits.to_bytes((len(numbers) + 31) // 32 * 8, "little")


def written(rules: Sequence[Rule], numbers: Mapping[Atom, int], places: Mapping[str, int]) -> Written:
    """Return rules, every exception before what it defeats; ``places`` are those of the facts."""
    conditions = _Conditions(numbers)
    order = {rule.key: number for number, rule in enumerate(rules)}
    lines = tuple(
        (
            conditions.add(normal(rule.condition)),
            rule.effect == "permit",
            tuple(order[key] for key in rule.exceptions if key in order),
        )
        for rule in rules
    )
    return (
        tuple(places[atom.name] for atom in numbers if isinstance(atom, Fact)),
        tuple(_comparison(atom, places) for atom in numbers if not isinstance(atom, Fact)),
        tuple(conditions.found),
        lines,
    )


def _comparison(atom: Atom, places: Mapping[str, int]) -> _Comparison:
    assert not isinstance(atom, Fact)
    place = places[atom.name]
    return (place, atom.sign, atom.literal) if isinstance(atom, Compare) else (place, "in", atom.literals)


class _Conditions:
    """Conditions in normal form, each once and after its parts."""

    def __init__(self, numbers: Mapping[Atom, int]) -> None:
        self.found: list[_Condition] = []
        self._numbers = numbers
        self._seen: dict[Expression, int] = {}

    def add(self, expression: Expression) -> int:
        """Return the number of a condition."""
        number = self._seen.get(expression)
        if number is None:
            literals, parts = list[int](), list[int]()
            for item in expression.items if isinstance(expression, All | AnyOf) else (expression,):
                match item:
                    case All() | AnyOf():
                        parts.append(self.add(item))
                    case Not(atom):
                        literals.append(2 * self._numbers[atom] + 1)  # type: ignore[index]  # it is normal
                    case _:
                        literals.append(2 * self._numbers[item])
            number = self._seen[expression] = len(self.found)
            self.found.append((isinstance(expression, AnyOf), tuple(literals), tuple(parts)))
        return number
