"""Which steps may come next in a matter, and what each asks of a person. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from shouxin.duties.desk.model import Kind, StepAhead
from shouxin.engine.case import Case
from shouxin.engine.expression import names, value
from shouxin.engine.procedure import Machine
from shouxin.errors import InputError


def ahead(machine: Machine, state: str, facts: Mapping[str, Any], by: str) -> tuple[StepAhead, ...]:
    """Return the steps that a party may take in a state.

    What a person judges is asked at each step anew: an objection may show it otherwise than before.
    """
    return tuple(_ahead(machine, state, facts, by))


def _ahead(machine: Machine, state: str, facts: Mapping[str, Any], by: str) -> Iterator[StepAhead]:
    judged = {fact.name for fact in machine.data.facts if fact.judgement}
    known = {name: worth for name, worth in facts.items() if name not in judged}
    for step in machine.steps:
        condition = machine.condition(step.name)
        if by not in step.by or state not in step.from_ or value(condition, known) is False:
            continue
        open_ = {name for name in names(condition) if known.get(name) is None}
        yield StepAhead(
            step=step.name,
            label=step.label,
            records=step.records,
            asks=tuple(fact for fact in machine.data.facts if fact.name in open_),
            tells=step.tells,
            provisions=machine.provisions(step.name),
        )


def opening(
    machine: Machine, kind: Kind, given: Mapping[str, Any], around: Mapping[str, Any], step: str
) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    """Return the step that opens a case, all its facts, and those that are assumed.

    ``around`` is what the inventory says. What it leaves open is taken to hold: a clock that runs for
    nothing does less harm than one that was never started. Raises ``InputError`` (desk-subject).
    """
    wanted = {name for one in machine.steps for name in names(machine.condition(one.name))}
    facts = {name: worth for name, worth in around.items() if name in wanted} | dict(given)
    typed = machine.facts.read(facts)
    for one in machine.open_steps(Case(procedure=kind.procedure, facts=typed)):
        if kind.stranger in one.by and step in ("", one.name):
            lacking = tuple(sorted(n for n in names(machine.condition(one.name)) if typed.get(n) is None))
            return one.name, facts | dict.fromkeys(lacking, True), lacking
    raise InputError(
        "desk-subject",
        "this cannot be brought here",
        remedy="choose another subject; `shouxin procedure show` lists what each step needs",
    )
