"""What a look at the rules without any case finds, and what the checks of rules share."""

from datetime import date
from functools import cache, cached_property

from shouxin.engine import parser
from shouxin.engine.expression import TRUE, Expression, Not, both, names
from shouxin.engine.gate import Gate
from shouxin.engine.possible import World
from shouxin.law import citation
from shouxin.law.base import Shape
from shouxin.law.rule import Gate as Written


class Finding(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Something to mend or to account for.

    ``kind`` is dead-rule, idle-exception, implied-rule, unread-fact, unread-assumption, unsupplied-fact,
    conflict, late-exception, ended-exception, no-successor, double-version, gap, silent-act, idle-beside or
    unsound-procedure.
    ``provision`` is the rule (or fact, act, instrument), ``other`` what it clashes with, if anything.
    ``accepted`` is the note of the rule that stands ``beside`` the other; ``file`` and ``line`` (from 1,
    0 where there is no file) say where ``provision`` stands.
    """

    kind: str
    provision: str
    other: str = ""
    detail: str
    accepted: str = ""
    file: str = ""
    line: int = 0


class Subject:
    """The rules under examination, as they run and as they are written.

    ``conditions`` are those that ``effective`` has numbered.
    """

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.rules = gate.rules.rules
        self.world = World(gate.rules.facts)
        self.conditions: list[Expression] = []
        self._numbers: dict[Expression, int] = {}
        self._types = {name: fact.kind for name, fact in gate.rules.facts.items() if fact.type != "set"}

    @cached_property
    def written(self) -> dict[str, Written]:
        """Return every rule as it stands in the law files, by its key; the dormant ones too."""
        return {
            str(entry.citation) + (f"#{number}" if number > 1 else ""): rule
            for entry in self.gate.rules.register.entries
            for number, rule in enumerate(entry.provision.gate, start=1)
        }

    @cached_property
    def demands(self) -> dict[str, Expression]:
        """Return what each rule that forbids or binds asks for: the condition it has under ``require``."""
        return {
            key: parser.parse(rule.require, self._types) if rule.require and rule.effect != "permit" else TRUE
            for key, rule in self.written.items()
            if key in self.rules
        }

    @cached_property
    def reads(self) -> dict[str, frozenset[str]]:
        """Return the facts that each rule reads on its own, without the scope of its instrument."""
        return {key: frozenset(names(rule.own)) for key, rule in self.rules.items()}

    @cached_property
    def wants(self) -> dict[str, frozenset[str]]:
        """Return the facts that each rule asks for."""
        return {key: frozenset(names(demand)) for key, demand in self.demands.items()}

    def effective(self, day: date, act: str) -> dict[str, int]:
        """Return a number for when each rule about ``act`` takes effect: equal conditions, equal numbers."""
        found = {}
        for key, condition in self.gate.effective(day, act).items():
            found[key] = self._numbers.setdefault(condition, len(self._numbers))
            if found[key] == len(self.conditions):
                self.conditions.append(condition)
        return found

    def implies(self, one: Expression, other: Expression) -> bool:
        """Tell whether ``other`` holds wherever ``one`` does."""
        return not self.world.allows(both(one, Not(other)))


@cache
def home(key: str) -> str:
    """Return the instrument that a rule stands in."""
    return citation.parse(key.partition("#")[0]).instrument
