"""What can be seen of the rules without any case: rules that never hold, exceptions that never matter.

Every check is exact: it runs a condition over all ways its unknown facts can turn out, as truth tables
that are integers. Conditions with more atoms than ``MOST`` are not checked, and counted.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from shouxin.engine.expression import Expression, Not, atoms, both, names
from shouxin.engine.gate import Gate
from shouxin.engine.missing import ways
from shouxin.engine.rulebase import Rule
from shouxin.law import citation
from shouxin.law.base import Shape
from shouxin.law.register import Register

MOST = 16
_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")


class Finding(Shape, frozen=True, kw_only=True):
    """Something to look at: ``kind`` is dead-rule, idle-exception, implied-rule, unread-fact or unchecked."""

    kind: str
    provision: str
    detail: str


def findings(gate: Gate, as_of: date) -> Iterator[Finding]:
    """Yield everything that is odd about the rules in force on ``as_of``."""
    seen: set[tuple[str, str, str]] = set()
    for act in gate.rules.acts:
        effective = gate.effective(as_of, act)
        live = [gate.rules.rules[key] for key in effective]
        for rule in live:
            if rule.acts is not None and min(rule.acts) != act and rule.acts & _before(gate, act):
                continue
            for found in (*_dead(gate, rule), *_idle(gate, rule, effective), *_implied(gate, rule, live)):
                key = (found.kind, found.provision, found.detail)
                if key not in seen:
                    seen.add(key)
                    yield found
    yield from _unread(gate)


def _before(gate: Gate, act: str) -> set[str]:
    """Return the acts that come before ``act``, so that a rule about several acts is looked at once."""
    order = list(gate.rules.acts)
    return set(order[: order.index(act)])


def _dead(gate: Gate, rule: Rule) -> Iterator[Finding]:
    found = _holds(gate, rule.condition)
    if found is None:
        yield Finding(kind="unchecked", provision=rule.key, detail=f"more than {MOST} facts")
    elif found == (0, found[1]):
        yield Finding(kind="dead-rule", provision=rule.key, detail="its condition can never hold")


def _idle(gate: Gate, rule: Rule, effective: dict[str, Expression]) -> Iterator[Finding]:
    for key in rule.exceptions:
        if key in effective:
            other = gate.rules.rules[key]
            found = _holds(gate, both(rule.condition, other.condition))
            if found is not None and found[0] == 0:
                detail = f"the exception {other.provision} can never hold together with it"
                yield Finding(kind="idle-exception", provision=rule.key, detail=detail)


def _implied(gate: Gate, rule: Rule, live: Sequence[Rule]) -> Iterator[Finding]:
    """Yield the wider rules of the same instrument and effect that hold wherever this one does."""
    home = citation.parse(rule.provision).instrument
    if rule.effect != "prohibit" or rule.exceptions:
        return
    mine = names(rule.condition)
    for other in live:
        wider = (
            other.key != rule.key
            and other.effect == rule.effect
            and not other.exceptions
            and citation.parse(other.provision).instrument == home
            and names(other.condition) <= mine
            and (other.acts is None or (rule.acts is not None and rule.acts <= other.acts))
        )
        if wider:
            found = _holds(gate, both(rule.condition, Not(other.condition)))
            if found is not None and found[0] == 0:
                detail = f"wherever it holds, {other.provision} holds too"
                yield Finding(kind="implied-rule", provision=rule.key, detail=detail)


def _unread(gate: Gate) -> Iterator[Finding]:
    rules = gate.rules
    every = (*rules.rules.values(), *rules.dormant.values())
    read = {name for rule in every for name in names(rule.condition)}
    needed = gate.reader.sources(read | set(_elsewhere(rules.register)))
    for fact in rules.facts.values():
        feeds = {*fact.implies, *fact.excludes} & needed
        answers = fact.derived_by and fact.type == "set"
        if fact.name not in needed and not feeds and not answers:
            detail = "no rule reads it, under any reading"
            yield Finding(kind="unread-fact", provision=fact.name, detail=detail)


def _elsewhere(register: Register) -> Iterator[str]:
    """Yield the names in the conditions of controls, records, calculators and the steps of procedures."""
    for entry in register.entries:
        held = entry.provision
        for condition in (*(item.applies for item in held.control), *(item.applies for item in held.record)):
            yield from _NAME.findall(condition)
        for calculator in held.calculator:
            yield from _NAME.findall(calculator.when)
    for procedure in register.books.procedures:
        for step in procedure.steps:
            yield from _NAME.findall(step.when)


def _holds(gate: Gate, condition: Expression) -> tuple[int, int] | None:
    """Return the ways in which ``condition`` holds and all ways there are; None where there are too many."""
    unknown = list(dict.fromkeys(atoms(condition)))
    if len(unknown) > MOST:
        return None
    return ways([condition], unknown, gate.values)
