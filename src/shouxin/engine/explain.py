"""Why a decision came out as it did: computed only when asked for, from the facts and the rules."""

from collections.abc import Iterator
from datetime import date

import msgspec

from shouxin.engine import printer
from shouxin.engine.expression import (
    All,
    Among,
    AnyOf,
    Compare,
    Expression,
    Fact,
    Facts,
    Not,
    atoms,
    reduced,
    value,
)
from shouxin.engine.gate import Gate
from shouxin.law.base import Shape, Words


class Because(Shape, frozen=True, kw_only=True):
    """A fact that a rule rests on, its value, and its origin: given, assumed, derived or missing."""

    fact: str
    value: str
    origin: str
    label: Words


class Explained(Shape, frozen=True, kw_only=True):
    """One rule of a decision: what it says, whether it takes effect, why, and what exceptions there are.

    ``outcome`` is takes_effect, may_take_effect or defeated; ``exceptions`` names each exception
    with whether it holds (true, false or unknown). ``side`` is the answer to a contested reading,
    "pipl:some-reading=answer", under which alone the rule takes effect; empty on the register's own side.
    """

    provision: str
    effect: str
    duty: str
    outcome: str
    summary: Words
    rule: str
    because: tuple[Because, ...]
    exceptions: tuple[tuple[str, str], ...]
    readings: tuple[str, ...]
    side: str = ""


def explain(gate: Gate, facts: Facts, as_of: date, assume: str = "") -> tuple[Explained, ...]:
    """Return the rules a decision rests on and those an exception defeated; errors as ``Gate.decide``.

    For a contested decision the rules follow that take effect on another side only.
    """
    act, given = gate.reader.read(facts, as_of)
    profile = gate.reader.profile(assume) if assume else {}
    known = gate.reader.derived(
        {**{k: v for k, v in profile.items() if given.get(k) is None}, **given}, as_of
    )
    own = _own(gate, act, (known, given, facts, profile), as_of)
    if not gate.contested(act, as_of):
        return own
    shown = {(item.provision, item.rule) for item in own}
    found = [*own]
    for side in gate.decide(facts, as_of, assume).sides:
        if side.answer != gate.rules.readings[side.reading]:
            other = gate.under({side.reading: side.answer})
            found += [
                msgspec.structs.replace(item, side=f"{side.reading}={side.answer}")
                for item in _own(other, act, (known, given, facts, profile), as_of)
                if item.outcome == "takes_effect" and (item.provision, item.rule) not in shown
            ]
    return tuple(found)


def _own(
    gate: Gate, act: str, cases: tuple[Facts, Facts, Facts, Facts], as_of: date
) -> tuple[Explained, ...]:
    """Return the rules under one gate's readings; ``cases`` are the facts known, read, asked and assumed."""
    effective = gate.effective(as_of, act)
    order = ("takes_effect", "defeated", "may_take_effect")
    found = sorted(_explained(gate, effective, *cases), key=lambda item: order.index(item.outcome))
    settled = any(item.outcome == "takes_effect" and item.effect == "prohibit" for item in found)
    return tuple(item for item in found if not (settled and item.outcome == "may_take_effect"))


def because(expression: Expression, facts: Facts, *, holds: bool | None = True) -> list[str]:
    """Return the names of the facts that make ``expression`` what it is: the shortest sufficient branch.

    With ``holds`` None the facts that leave it open are returned.
    """
    if holds is None:
        return [atom.name for atom in atoms(reduced(expression, facts))]
    match expression:
        case Not(item):
            return because(item, facts, holds=not holds)
        case All(items) | AnyOf(items):
            if isinstance(expression, All) == holds:
                return [name for item in items for name in because(item, facts, holds=holds)]
            branches = [because(item, facts, holds=holds) for item in items if value(item, facts) is holds]
            return min(branches, key=len, default=[])
        case Fact(name) | Compare(name) | Among(name):
            return [name]


def _explained(
    gate: Gate,
    effective: dict[str, Expression],
    known: Facts,
    given: Facts,
    asked: Facts,
    profile: Facts,
) -> Iterator[Explained]:
    for key, whole in effective.items():
        rule = gate.rules.rules[key]
        worth = value(whole, known)
        own = value(rule.condition, known)
        if worth is False and (own is not True or rule.effect == "permit"):
            continue
        if worth is None and rule.effect == "permit":
            continue
        outcome = {True: "takes_effect", None: "may_take_effect", False: "defeated"}[worth]
        reasons = (
            because(rule.condition, known, holds=own)
            if worth is False
            else because(whole, known, holds=worth)
        )
        yield Explained(
            provision=rule.provision,
            effect=rule.effect,
            duty=rule.duty,
            outcome=outcome,
            summary=gate.cited(key).summary,
            rule=printer.text(rule.own),
            because=tuple(
                _because(gate, name, known, given, asked, profile)
                for name in _with_sources(gate, reasons, known, asked)
            ),
            exceptions=_tried(gate, [key for key in rule.exceptions if key in effective], effective, known),
            readings=rule.readings,
        )


def _with_sources(gate: Gate, reasons: list[str], known: Facts, asked: Facts) -> list[str]:
    """Return the facts with what those that were computed follow from."""
    found = []
    for name in reasons:
        computed = known.get(name) is not None and asked.get(name) is None
        found += [name, *(gate.reader.behind(name, known) if computed else ())]
    return list(dict.fromkeys(found))


def _tried(
    gate: Gate, keys: list[str], effective: dict[str, Expression], known: Facts
) -> tuple[tuple[str, str], ...]:
    """Return each provision that could be an exception, and whether one of its permits holds."""
    worths: dict[str, list[bool | None]] = {}
    for key in keys:
        worths.setdefault(gate.rules.rules[key].provision, []).append(value(effective[key], known))
    return tuple(
        (provision, "true" if True in found else "unknown" if None in found else "false")
        for provision, found in worths.items()
    )


def _because(gate: Gate, name: str, known: Facts, given: Facts, asked: Facts, profile: Facts) -> Because:
    worth = known.get(name)
    if worth is None:
        origin = "missing"
    elif asked.get(name) is not None:
        origin = "given"
    elif given.get(name) is not None:
        origin = "derived"
    else:
        origin = "assumed" if name in profile else "derived"
    fact = gate.rules.facts[name]
    return Because(fact=name, value=_truth(worth), origin=origin, label=fact.label)


def _truth(worth: object) -> str:
    if worth is None:
        return "unknown"
    if isinstance(worth, frozenset):
        return ",".join(sorted(worth)) or "none"
    return str(worth).lower() if isinstance(worth, bool) else str(worth)
