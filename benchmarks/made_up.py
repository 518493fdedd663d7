"""Made-up acts: each differs from the first profile in a tenth of the facts that the rules about it read."""

import random
from collections.abc import Iterator
from datetime import date

from shouxin.engine.gate import Gate
from shouxin.errors import InputError

DAY = date(2025, 6, 3)
HEAVIEST = "collect"


def acts(gate: Gate, act: str, count: int, *, unknown: float) -> list[dict[str, object]]:
    """Return acts as an application states them, a share ``unknown`` of their facts left None."""
    chance = random.Random(1)  # noqa: S311
    found: list[dict[str, object]] = []
    while len(found) < count:
        drawn: dict[str, object] = {"act": act, **dict(_facts(gate, act, chance))}
        try:
            gate.reader.read(drawn, DAY)
        except InputError:  # by lot, one fact contradicts another
            continue
        found.append(
            {name: None if chance.random() < unknown and name != "act" else v for name, v in drawn.items()}
        )
    return found


def _facts(gate: Gate, act: str, chance: random.Random) -> Iterator[tuple[str, object]]:
    usual = gate.reader.usual()
    for name in sorted(gate.reads(DAY, act)):
        fact, odd = gate.rules.facts[name], chance.random() < 0.1
        if fact.type == "bool":
            yield name, bool(usual.get(name, False)) ^ odd
        elif fact.type == "enum":
            yield name, chance.choice(fact.values) if odd else usual.get(name, fact.values[0])
        elif fact.type == "int":
            yield name, chance.randrange(2_000_000) if odd else usual.get(name, 30)


def free(gate: Gate, act: str) -> list[str]:
    """Return the boolean facts that the rules read and no other fact hangs on, in order."""
    facts = gate.rules.facts
    tied = {
        name
        for fact in facts.values()
        for name in (fact.name, *fact.implies, *fact.excludes, *fact.derived_from)
        if fact.implies or fact.excludes or fact.derived_from
    }
    return [name for name in sorted(gate.reads(DAY, act)) if facts[name].type == "bool" and name not in tied]
