"""Conditions as one web of ANDs and ORs in which equal parts stand once, however many rules share them.

What is asked about many rules at once is answered part by part, each part at most once: what is left of
a condition when some facts are known, and in which ways of the unknown ones it holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from struct import unpack

from shouxin.engine.expression import All, AnyOf, Atom, Expression, Facts, Not, value

FALSE, TRUE = 0, 1
"""What a part is worth; where it is open, ``TRUE`` and the bit of every atom that still matters to it."""

_ATOM, _ALL, _ANY = range(3)


class Web:
    """Grows by ``add``; a part is known by its number."""

    def __init__(self) -> None:
        self.atoms: list[Atom] = []
        self._parts: list[tuple[int, int | tuple[int, ...]]] = []
        self._opposites: dict[int, int] = {}
        self._numbers: dict[tuple[int, int | tuple[int, ...]], int] = {}
        self._places: dict[Atom, int] = {}
        self._seen: dict[Expression, int] = {}
        self._open: dict[int, int] = {}
        self._about: dict[str, list[tuple[int, Atom, bool]]] = {}
        self._several: dict[str, int] = {}
        self._alike = 0
        self._by_name: list[int] = []

    def add(self, expression: Expression) -> int:
        """Return the number of a condition."""
        number = self._seen.get(expression)
        if number is None:
            match expression:
                case Not(item):
                    number = self.opposite(self.add(item))
                case All(items):
                    number = self.every(map(self.add, items))
                case AnyOf(items):
                    number = self._part(_ANY, tuple(dict.fromkeys(map(self.add, items))))
                case _:
                    number = self._part(_ATOM, 2 * self._place(expression))
            self._seen[expression] = number
        return number

    def every(self, parts: Iterable[int]) -> int:
        """Return the number of the condition that every one of ``parts`` holds."""
        return self._part(_ALL, tuple(dict.fromkeys(parts)))

    def opposite(self, number: int) -> int:
        """Return the number of the condition that a part does not hold."""
        found = self._opposites.get(number)
        if found is None:
            kind, content = self._parts[number]
            if isinstance(content, int):
                found = self._part(_ATOM, content ^ 1)
            else:
                parts = tuple(self.opposite(part) for part in content)
                found = self._part(_ANY if kind == _ALL else _ALL, parts)
            self._opposites[number], self._opposites[found] = found, number
        return found

    def known(self, facts: Facts) -> dict[int, int]:
        """Return what the atoms are worth under ``facts``, by the numbers of their parts, for ``left``."""
        known = self._open.copy()
        for name in self._about.keys() & facts.keys():
            for number, atom, negated in self._about[name]:
                holds = value(atom, facts)
                if holds is not None:
                    known[number] = holds ^ negated
        return known

    def left(self, number: int, known: dict[int, int]) -> int:
        """Return what a part is worth where atoms are worth what is ``known``; it keeps what is found."""
        if number in known:
            return known[number]
        kind, content = self._parts[number]
        assert not isinstance(content, int), "every atom is known"
        if kind == _ALL:
            worth = TRUE
            for part in content:
                found = known.get(part)
                if found is None:
                    found = self.left(part, known)
                if found == FALSE:
                    worth = FALSE
                    break
                worth |= found
        else:
            worth = FALSE
            for part in content:
                found = known.get(part)
                if found is None:
                    found = self.left(part, known)
                if found == TRUE:
                    worth = TRUE
                    break
                worth |= found
        known[number] = worth
        return worth

    def ways(
        self, number: int, known: Mapping[int, int], patterns: Mapping[int, int], everything: int
    ) -> int:
        """Return the ways in which a part holds that ``left`` has looked at, one bit for each.

        ``patterns`` says so of each atom that is left, by its place in ``atoms``.
        """
        worth = known[number]
        if worth <= TRUE:
            return everything if worth else 0
        kind, content = self._parts[number]
        if isinstance(content, int):
            found = patterns[content >> 1]
            return everything ^ found if content & 1 else found
        if kind == _ALL:
            found = everything
            for part in content:
                found &= self.ways(part, known, patterns, everything)
            return found
        found = 0
        for part in content:
            found |= self.ways(part, known, patterns, everything)
        return found

    def walk(self, number: int, known: Mapping[int, int], seen: set[int]) -> Iterator[str]:
        """Yield the facts that matter to a part that ``left`` has looked at, as they stand in it."""
        if known[number] <= TRUE or number in seen:
            return
        seen.add(number)
        content = self._parts[number][1]
        if isinstance(content, int):
            yield self.atoms[content >> 1].name
        else:
            for part in content:
                yield from self.walk(part, known, seen)

    def open_atoms(self, worth: int) -> list[int]:
        """Return the places of the atoms that matter to what is worth ``worth``."""
        places, rest = [], worth >> 1
        while rest:
            low = rest & -rest
            places.append(low.bit_length() - 1)
            rest ^= low
        return places

    def by_frequency(self, worths: Iterable[int]) -> list[str]:
        """Return the facts that matter to what is worth ``worths``, those that matter to most first.

        Equal ones stand by their names. All are counted at once: the bits of ``ones``, ``twos`` and so on
        are the digits of their counts.
        """
        digits: list[int] = []
        for worth in worths:
            carry = self._one_for_each_fact(worth)
            for place, digit in enumerate(digits):
                if not carry:
                    break
                digits[place], carry = digit ^ carry, digit & carry
            if carry:
                digits.append(carry)
        size, total = len(self.atoms), 0
        for place, digit in enumerate(digits):  # two bytes for each atom, the first atom lowest
            text = f"{digit:0{size}b}".encode("utf-16-be")
            total += (int.from_bytes(text) & int.from_bytes(b"\0\1" * size)) << place
        counts = unpack(f"<{size}H", total.to_bytes(2 * size, "little"))
        if len(self._by_name) < size:
            self._by_name = sorted(range(size), key=lambda place: self.atoms[place].name)
        found = [place for place in self._by_name if counts[place]]
        found.sort(key=counts.__getitem__, reverse=True)
        return [self.atoms[place].name for place in found]

    def _one_for_each_fact(self, worth: int) -> int:
        """Return the bits of the atoms that matter, one for those over the same fact."""
        bits = worth >> 1
        if bits & self._alike:
            for several in self._several.values():
                if bits & several:
                    bits = bits & ~several | several & -several
        return bits

    def _part(self, kind: int, content: int | tuple[int, ...]) -> int:
        if isinstance(content, tuple) and len(content) == 1:
            return content[0]
        number = self._numbers.setdefault((kind, content), len(self._parts))
        if number == len(self._parts):
            self._parts.append((kind, content))
            if isinstance(content, int):
                atom = self.atoms[content >> 1]
                self._open[number] = TRUE | 2 << (content >> 1)
                self._about.setdefault(atom.name, []).append((number, atom, bool(content & 1)))
        return number

    def _place(self, atom: Atom) -> int:
        place = self._places.get(atom)
        if place is None:
            place = self._places[atom] = len(self.atoms)
            others = sum(1 << at for at, other in enumerate(self.atoms) if other.name == atom.name)
            self.atoms.append(atom)
            if others:
                self._several[atom.name] = others | 1 << place
                self._alike |= self._several[atom.name]
        return place


def web_of(rules: Sequence[Expression]) -> tuple[Web, list[int]]:
    """Return a web of some conditions, and their numbers."""
    web = Web()
    return web, [web.add(rule) for rule in rules]
