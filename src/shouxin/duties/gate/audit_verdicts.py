"""Verdicts about many rows at once: the rules run over bits, and words are made for what differs only.

Rows with the same rules in effect share an outcome; undetermined rows of which the same is left of the open
rules share their questions. Both are kept for the rows to come.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from shouxin.duties.gate.audit_facts import FactTable
from shouxin.engine import missing
from shouxin.engine.expression import Atom
from shouxin.engine.gate import Gate
from shouxin.engine.missing import settling
from shouxin.engine.signature import Bits, Plan, left, run
from shouxin.engine.web import Web, web_of

Code = tuple[int, ...]
"""Some bits of a row, as words of 64."""

_NO_QUESTION = missing.Verdict(None, ())
_MOST_KEPT = 6_000_000
"""Numbers and words in all that is kept for rows to come; at about twelve bytes each, 70 MB."""
_AROUND = 20
"""What holds an answer together takes as much as so many of its words."""


class Verdict(NamedTuple):
    """What an audit says about a row: provisions, and duties with the provisions that attach them."""

    effect: str
    violations: tuple[str, ...] = ()
    duties: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


class Kept:
    """Answers for rows to come, of every kind and about every act; when too many, all go at once."""

    def __init__(self) -> None:
        self._stores: list[dict[Any, Any]] = []
        self.words = 0

    def store(self) -> dict[Any, Any]:
        """Return a new place for answers of one kind."""
        self._stores.append({})
        return self._stores[-1]

    def make_room(self, words: int) -> None:
        """Count an answer that is about to be stored."""
        words += _AROUND
        if self.words + words > _MOST_KEPT:
            self.words = 0
            for store in self._stores:
                store.clear()
        self.words += words


class Found(NamedTuple):
    """What the rules bring about in some rows, one vector of bits for each thing.

    ``effects`` are the bans that forbid, the bans that may, and the duties, in the order of the docket;
    ``left`` the atoms that are left of bans in undetermined rows: they tell what to ask.
    """

    effects: list[int]
    left: list[int]


class Docket:
    """The rules about one act in one stretch of time, and the verdicts that they have led to."""

    def __init__(self, gate: Gate, plan: Plan, kept: Kept) -> None:
        self._rules = gate.rules.rules
        self._values = gate.values
        self._plan = plan
        self._kept = kept
        self._bans = list(plan.bans)
        self._asked_about = {atom.name for key in plan.bans for atom in plan.atoms[key]}
        self._duties = list(plan.duties)
        self._verdicts: dict[tuple[Code, Code], Verdict] = kept.store()
        self._answers: dict[Code, missing.Verdict] = kept.store()

    def run(self, facts: FactTable, atoms: dict[Atom, Bits], rows: int) -> Found:
        """Run the rules over the rows whose bit is set in ``rows``; ``atoms`` keeps what was worked out."""
        for several in self._plan.atoms.values():
            for atom in several:
                if atom not in atoms:
                    atoms[atom] = facts.bits(atom)
        bans = [run(rule, atoms, facts.everything) for rule in self._plan.bans.values()]
        duties = [run(rule, atoms, facts.everything) for rule in self._plan.duties.values()]
        undecided = 0
        for ban in bans:
            undecided |= ban.maybe
        undecided &= rows
        for ban in bans:
            undecided &= ~ban.sure
        effects = [ban.sure & rows for ban in bans]
        effects += [(ban.maybe ^ ban.sure) & rows for ban in bans]
        effects += [duty.sure & rows for duty in duties]
        rules = self._plan.bans.values() if undecided else ()
        return Found(
            effects, [bits for rule in rules for bits in left(rule, atoms, facts.everything, undecided)]
        )

    def verdict(self, effects: Code, rest: Code) -> Verdict | None:
        """Return the verdict on rows of which ``Found`` says the same, if there was such a row before."""
        return self._verdicts.get((effects, rest))

    def rule(self, effects: Code, rest: Code, facts: FactTable, row: int) -> Verdict:
        """Return the verdict on a row and on all of which ``Found`` says the same."""
        violations = list(_chosen(self._bans, effects))
        possible = list(_chosen(self._bans, effects, len(self._bans)))
        answer = _NO_QUESTION
        if possible and not violations:
            answer = self._answers.get(rest) or self._ask(possible, rest, facts, row)
        if answer.holds is not None:  # rules open one by one can be settled together, as in Gate.decide
            violations, possible = (possible if answer.holds else []), []
        duties = _chosen(self._duties, effects, 2 * len(self._bans))
        verdict = Verdict(
            "prohibited" if violations else "undetermined" if possible else "permitted",
            tuple(dict.fromkeys(self._rules[key].provision for key in violations)),
            tuple(dict.fromkeys((self._rules[key].duty, self._rules[key].provision) for key in duties)),
            answer.asked,
            tuple(dict.fromkeys(self._rules[key].provision for key in possible)),
        )
        self._kept.make_room(len(effects) + len(rest) + sum(map(len, verdict[1:])))
        self._verdicts[effects, rest] = verdict
        return verdict

    def _ask(self, possible: list[str], rest: Code, facts: FactTable, row: int) -> missing.Verdict:
        """Return what to ask; it depends on nothing but what the facts leave of the rules."""
        web, parts = self._web
        known = facts.row(row, self._asked_about)
        answer = settling(web, [parts[key] for key in possible], known, self._values)
        self._kept.make_room(len(rest) + len(answer.asked))
        self._answers[rest] = answer
        return answer

    @cached_property
    def _web(self) -> tuple[Web, dict[str, int]]:
        """Return a web of the bans, and the part of each."""
        web, numbers = web_of([*self._plan.bans.values()])
        return web, dict(zip(self._bans, numbers, strict=True))


def _chosen(keys: list[str], code: Code, start: int = 0) -> Iterator[str]:
    """Yield the keys whose bit is set in ``code``, the first at ``start``."""
    return (
        key
        for place, key in enumerate(keys, start)
        if place >> 6 < len(code) and code[place >> 6] >> (place & 63) & 1
    )
