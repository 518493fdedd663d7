"""Contested readings: where both answers are seriously held, a decision that turns on one carries every side.

An act is decided under each answer that a contested reading about it could have. Where the answers forbid
and permit it, it is contested; where one of them leaves it open, it is undetermined. What is known of one
side stays known whatever else becomes known, so this holds for the whole.
"""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from shouxin.engine.decision import Decision, Side
from shouxin.engine.expression import TRUE, Expression, Facts, value

if TYPE_CHECKING:
    from shouxin.engine.gate import Gate
    from shouxin.engine.rulebase import RuleBase


def about(rules: "RuleBase", act: str, as_of: date) -> dict[str, tuple[Expression, ...]]:
    """Return the contested readings that rules about ``act`` stand or would stand under on a day.

    With each go the conditions of these rules: where none of them can hold, the answer does not matter.
    """
    every = (*rules.rules.values(), *rules.dormant.values()) if rules.contested else ()
    found: dict[str, tuple[Expression, ...]] = {}
    for rule in every:
        for name in rule.readings if rule.live(as_of) and rule.about(act) else ():
            if name in rules.contested:
                condition = TRUE if name in rules.scopes else rule.condition
                found[name] = (*found.get(name, ()), condition)
    return {name: found[name] for name in rules.contested if name in found}


def settled(
    gate: "Gate", own: Decision, act: str, known: Facts, decide: Callable[["Gate"], Decision]
) -> Decision:
    """Return a decision under the register's readings as it stands among the sides of contested ones.

    ``decide`` decides the same act, with the facts ``known``, under the readings of another gate.
    """
    if own.effect == "undetermined":
        return own
    sides: list[tuple[str, str, Decision]] = []
    left_open: list[tuple[str, Decision]] = []
    for name, conditions in gate.contested(act, own.as_of).items():
        if all(value(condition, known) is False for condition in conditions):
            continue
        others = []
        for answer in gate.rules.contested[name]:
            other = gate.under({name: answer})
            same = other.outcome_of(act, known, own.as_of).effect == own.effect
            others.append((name, answer, own if same else decide(other)))
        effects = {made.effect for _, _, made in others}
        if effects - {own.effect, "undetermined"}:
            sides += [(name, gate.rules.readings[name], own), *others]
        left_open += [(name, made) for _, _, made in others if made.effect == "undetermined"]
    if sides:
        return _contested(own, sides)
    return _undetermined(own, *left_open[0]) if left_open else own


def _contested(own: Decision, sides: list[tuple[str, str, Decision]]) -> Decision:
    return msgspec.structs.replace(
        own,
        effect="contested",
        assumed=tuple(dict.fromkeys(item for _, _, made in sides for item in made.assumed)),
        readings=tuple(dict.fromkeys((*own.readings, *(name for name, _, _ in sides)))),
        sides=tuple(_side(*side) for side in sides),
    )


def _side(name: str, answer: str, made: Decision) -> Side:
    return Side(
        reading=name,
        answer=answer,
        effect=made.effect,
        violations=made.violations,
        duties=made.duties,
        missing=made.missing,
        grants=made.grants,
    )


def _undetermined(own: Decision, name: str, other: Decision) -> Decision:
    """Return a decision that one side of a contested reading leaves open, with what that side asks."""
    return msgspec.structs.replace(
        own,
        effect="undetermined",
        violations=(),
        missing=other.missing,
        possible=tuple(
            dict.fromkeys((*(item.provision for item in own.violations), *other.possible, *own.possible))
        ),
        assumed=tuple(dict.fromkeys((*own.assumed, *other.assumed))),
        readings=tuple(dict.fromkeys((*own.readings, *other.readings, name))),
    )
