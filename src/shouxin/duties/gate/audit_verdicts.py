"""Verdicts about many rows at once: the rules run over bits, and words are made for what differs only.

Rows with the same rules in effect share an outcome; undetermined rows that agree in every atom of the open
rules share their questions.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

import pyarrow as pa

from shouxin.duties.gate import audit_bits
from shouxin.duties.gate.audit_facts import FactTable
from shouxin.engine import missing
from shouxin.engine.expression import Atom, Expression, Facts, reduced
from shouxin.engine.gate import Gate
from shouxin.engine.missing import deciding
from shouxin.engine.signature import Bits, Plan, run

_NO_QUESTION = missing.Verdict(None, ())
_MOST_KEPT = 100_000
"""Answers about missing facts that are kept for rows to come."""


class Verdict(NamedTuple):
    """What an audit says about a row: provisions, and duties with the provisions that attach them."""

    effect: str
    violations: tuple[str, ...] = ()
    duties: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


class Numbered(NamedTuple):
    """For each row the number of its verdict, and the verdicts; None for rows that cannot be decided."""

    numbers: Any
    verdicts: list[Verdict | None]


class Questions:
    """Which facts are missing, asked of the engine once for each case; the answers are kept."""

    def __init__(self, gate: Gate) -> None:
        self._values = gate.values
        self._kept: dict[tuple[Expression, ...], missing.Verdict] = {}

    def about(self, open_rules: Iterable[Expression], facts: Facts) -> missing.Verdict:
        """Return what to ask; it depends on nothing but what the facts leave of the rules."""
        left = tuple(reduced(rule, facts) for rule in open_rules)
        found = self._kept.get(left)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[left] = deciding(left, {}, self._values)
        return found


class _Effect(NamedTuple):
    """What some rules bring about: provisions that forbid and may forbid, duties, keys of what may forbid."""

    violations: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    duties: tuple[tuple[str, str], ...] = ()
    open: tuple[str, ...] = ()

    def __or__(self, other: "_Effect") -> "_Effect":
        return _Effect(
            self.violations + other.violations,
            self.possible + other.possible,
            self.duties + other.duties,
            self.open + other.open,
        )


class Ruling:
    """One act's rules applied to rows; ``bad`` has the bits of rows that cannot be decided."""

    def __init__(self, gate: Gate, plan: Plan, facts: FactTable, bad: int, questions: Questions) -> None:
        self._rules = gate.rules.rules
        self._plan = plan
        self._facts = facts
        self._bad = bad
        self._questions = questions
        distinct = {atom for several in plan.atoms.values() for atom in several}
        self._atoms: dict[Atom, Bits] = {atom: facts.bits(atom) for atom in distinct}
        self._vectors: list[int] = [bad]
        self._effects: list[_Effect] = [_Effect()]
        self._eights: dict[tuple[int, int], _Effect] = {}
        self._places: dict[Atom, int] = {}
        self._masks: dict[tuple[str, ...], int] = {}

    def numbered(self) -> Numbered:
        """Return the verdicts on all rows."""
        undecided = self._run()
        split = (1 << len(self._vectors)) - 1
        self._split_by_atoms(undecided)
        ids, codes = audit_bits.grouped(self._vectors, self._facts.count)
        seen: dict[Verdict | None, int] = {}
        asked: dict[tuple[int, int], missing.Verdict] = {}
        numbers = []
        for number, code in enumerate(codes):
            effect = self._effect(code & split)
            answer = _NO_QUESTION
            if effect.open and not effect.violations:
                case = (code & split, code & self._mask(effect.open))
                if case not in asked:
                    asked[case] = self._ask(effect.open, ids.index(number).as_py())
                answer = asked[case]
            verdict = None if code & 1 else _verdict(effect, answer)
            numbers.append(seen.setdefault(verdict, len(seen)))
        return Numbered(pa.array(numbers, pa.int32()).take(ids), list(seen))

    def _run(self) -> int:
        """Run the rules, note which rows each takes effect in, and return the rows left undetermined."""
        everything = self._facts.everything
        good = everything ^ self._bad
        forbidden = maybe = 0
        for key, rule in self._plan.bans.items():
            found = run(rule, self._atoms, everything)
            forbidden |= found.sure
            maybe |= found.maybe
            provision = (self._rules[key].provision,)
            self._note(found.sure & good, _Effect(violations=provision))
            self._note((found.maybe ^ found.sure) & good, _Effect(possible=provision, open=(key,)))
        for key, rule in self._plan.duties.items():
            sure = run(rule, self._atoms, everything).sure
            duty = (self._rules[key].duty, self._rules[key].provision)
            self._note(sure & good, _Effect(duties=(duty,)))
        return maybe & ~forbidden & good

    def _note(self, bits: int, effect: _Effect) -> None:
        if bits:
            self._vectors.append(bits)
            self._effects.append(effect)

    def _split_by_atoms(self, undecided: int) -> None:
        """Add the atoms of open rules to what tells undecided rows apart."""
        open_rules = [key for effect in self._effects for key in effect.open] if undecided else []
        for key in open_rules:
            for atom in self._plan.atoms[key]:
                if atom not in self._places:
                    sure, maybe = self._atoms[atom]
                    self._places[atom] = self._bit(sure & undecided, undecided)
                    self._places[atom] |= self._bit(maybe & undecided, undecided)

    def _bit(self, bits: int, undecided: int) -> int:
        if bits in (0, undecided):
            return 0
        self._vectors.append(bits)
        return 1 << (len(self._vectors) - 1)

    def _effect(self, low: int) -> _Effect:
        """Return what the rules bring about whose bits are set in ``low``, eight at a time."""
        found = _Effect()
        for place, byte in enumerate(low.to_bytes((len(self._effects) + 7) // 8, "little")):
            if byte:
                eight = self._eights.get((place, byte))
                if eight is None:
                    chosen = (self._effects[place * 8 + bit] for bit in range(8) if byte >> bit & 1)
                    eight = self._eights[place, byte] = reduce(or_, chosen)
                found |= eight
        return found

    def _mask(self, open_: tuple[str, ...]) -> int:
        """Return the bits of a code that belong to the atoms of rules."""
        if open_ not in self._masks:
            places = (self._places[atom] for key in open_ for atom in self._plan.atoms[key])
            self._masks[open_] = reduce(or_, places, 0)
        return self._masks[open_]

    def _ask(self, open_: tuple[str, ...], row: int) -> missing.Verdict:
        names = {atom.name for key in open_ for atom in self._plan.atoms[key]}
        return self._questions.about(
            (self._plan.effective[key] for key in open_), self._facts.row(row, names)
        )


def _verdict(effect: _Effect, answer: missing.Verdict) -> Verdict:
    """Return the verdict; rules that are open one by one can be settled together, as in ``Gate.decide``."""
    violations, possible = effect.violations, effect.possible
    if answer.holds is not None:
        violations, possible = (possible if answer.holds else ()), ()
    return Verdict(
        "prohibited" if violations else "undetermined" if possible else "permitted",
        tuple(dict.fromkeys(violations)),
        tuple(dict.fromkeys(effect.duties)),
        answer.asked,
        tuple(dict.fromkeys(possible)),
    )
