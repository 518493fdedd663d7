"""The examples of the law files, run: each says whether a rule takes effect in a case a lawyer can read."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from shouxin.engine.decision import Decision
from shouxin.engine.gate import Gate
from shouxin.engine.readings import full_name
from shouxin.law import citation
from shouxin.law.register import Entry
from shouxin.law.rule import Example

DAY = date(2025, 6, 3)
"""The day on which an example stands that names none."""


class Case(NamedTuple):
    """An example with its facts written out, and the facts it changed if it is a twin.

    ``readings`` are the answers it runs under, by the full names of the readings.
    """

    entry: Entry
    example: Example
    facts: dict[str, Any]
    changed: tuple[str, ...]
    readings: dict[str, str]

    @property
    def day(self) -> date:
        """Return the day on which the case stands."""
        return date.fromisoformat(self.example.as_of) if self.example.as_of else DAY


def cases(entry: Entry) -> Iterator[Case]:
    """Yield the examples of a provision, twins completed from the example before them that gives facts.

    A twin stands under the readings of that example as well.
    """
    base: dict[str, Any] = {}
    under: dict[str, str] = {}
    home = entry.instrument.instrument
    for example in entry.provision.examples:
        if example.facts:
            base, under = example.facts, {}
        own = {full_name(name, home): answer for name, answer in example.readings.items()}
        under = {**under, **own}
        facts = {name: worth for name, worth in {**base, **example.but}.items() if worth is not None}
        yield Case(entry, example, facts, tuple(example.but), under)


def all_cases(gate: Gate) -> Iterator[Case]:
    """Yield the examples of every provision."""
    return (case for entry in gate.rules.register.entries for case in cases(entry))


def differences(gate: Gate, case: Case) -> list[str]:
    """Return in words what an example expects and does not get; nothing where it holds."""
    under = gate.under(case.readings)
    return disagreements(case, under.decide(case.facts, case.day, case.example.assume))


def disagreements(case: Case, decision: Decision) -> list[str]:
    """Return in words where ``decision`` is not what the example expects."""
    wanted, home = case.example.expect, case.entry.instrument.instrument
    brought = [citation.parse(text) for text in brought_about(decision)]
    open_ = [citation.parse(text) for text in decision.possible]
    found = []
    if wanted.effect and wanted.effect != decision.effect:
        found.append(f"the effect is {decision.effect}, not {wanted.effect}")
    found += [
        f"{text} does not take effect" for text in wanted.by if citation.parse(text, home) not in brought
    ]
    found += [
        f"{text} takes effect or may"
        for text in wanted.not_by
        if citation.parse(text, home) in (*brought, *open_)
    ]
    return found


def brought_about(decision: Decision) -> tuple[str, ...]:
    """Return every provision that is known to take effect in a decision."""
    duties = (duty.provision for duty in decision.duties)
    return (*(item.provision for item in decision.violations), *duties, *decision.grants)
