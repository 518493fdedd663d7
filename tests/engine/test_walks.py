"""Random walks through every procedure never break what holds of each case, and a bent one is noticed."""

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouxin.engine import proofs
from shouxin.engine.calendar import official
from shouxin.engine.case import Case, Move, RefusalError
from shouxin.engine.engines import Engines
from shouxin.engine.procedure import Machine
from shouxin.errors import LawError
from shouxin.law.procedure import Procedure
from shouxin.law.register import register

ENGINES = Engines(register())
MACHINES = list(ENGINES.machines.all.values())
SHARE = 0.95
"""What the paths must notice."""


def worth(machine: Machine, draw: st.DrawFn) -> dict[str, object]:
    """Draw facts of a procedure's own, some of them left unknown."""
    found: dict[str, object] = {}
    for fact in machine.data.facts:
        kind = {
            "bool": st.booleans(),
            "enum": st.sampled_from(fact.values or ("x",)),
            "date": st.dates(date(2025, 1, 1), date(2025, 12, 31)),
        }.get(fact.type, st.integers(0, 1000))
        if draw(st.integers(0, 3)):
            found[fact.name] = draw(kind)
    return found


@st.composite
def moves(draw: st.DrawFn, machine: Machine) -> list[Move]:
    """Draw steps of a procedure in any order, mostly as they should be taken."""
    day, found = date(2025, 6, 3), []
    for _ in range(draw(st.integers(1, 12))):
        step = draw(st.sampled_from(machine.steps))
        day += timedelta(days=draw(st.integers(-1, 40)))
        records = tuple(record.name for record in step.records if draw(st.integers(0, 9)))
        found.append(Move(step=step.name, by=step.by[0], on=day, facts=worth(machine, draw), records=records))
    return found


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.data.procedure)
@settings(max_examples=15)
@given(data=st.data())
def test_a_walk_keeps_what_holds_of_every_case(machine: Machine, data: st.DataObject) -> None:
    """The state is declared, history grows by one, a refusal changes nothing, what stopped stays stopped."""
    case = Case(procedure=machine.data.procedure)
    for move in data.draw(moves(machine)):
        before = msgspec.json.encode(case, enc_hook=str)
        try:
            after, _ = machine.advance(case, move, official())
        except RefusalError:
            assert msgspec.json.encode(case, enc_hook=str) == before
            continue
        assert msgspec.json.encode(case, enc_hook=str) == before
        assert after.state in machine.states
        assert len(after.history) == len(case.history) + 1
        assert len(after.clocks) >= len(case.clocks)
        for old, new in zip(case.clocks, after.clocks, strict=False):
            assert (new.provision, new.began) == (old.provision, old.began)
            if old.stopped:
                assert new == old
        for clock in after.clocks:
            if clock.due and clock.stopped and not clock.paused and not clock.passes:
                assert clock.late == (clock.stopped > clock.due)
        case = after


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.data.procedure)
def test_the_steps_of_a_procedure_have_names_of_their_own(machine: Machine) -> None:
    """A move names one step only; forms of it under other readings share the name."""
    steps = machine.data.steps
    names = [step.name for step in steps if ENGINES.readings.stand("", step.readings, step.name)]
    assert len(set(names)) == len(names)


def bends(procedure: Procedure) -> Iterator[tuple[str, Procedure]]:
    """Yield a procedure with one thing changed: a `from`, a record, a clock or a party gone, or who acts."""
    parties = [party.name for party in procedure.parties]
    for index, step in enumerate(procedure.steps):
        if not ENGINES.readings.stand("", step.readings, step.name):
            continue
        changes: list[tuple[str, dict[str, object]]] = []
        if len(step.from_) > 1:
            changes += [
                (f"from {name}", {"from_": tuple(x for x in step.from_ if x != name)}) for name in step.from_
            ]
        changes += [
            (f"record {one.name}", {"records": tuple(x for x in step.records if x != one)})
            for one in step.records
            if not one.optional
        ]
        for kind in ("starts", "stops"):
            held = getattr(step, kind)
            changes += [(f"{kind} {name}", {kind: tuple(x for x in held if x != name)}) for name in held]
        others = [name for name in parties if name not in step.by]
        if others:
            changes.append(("who", {"by": (others[0],)}))
        for what, change in changes:
            bent = msgspec.structs.replace(step, **change)
            steps = (*procedure.steps[:index], bent, *procedure.steps[index + 1 :])
            yield (
                f"{procedure.procedure}, {step.name}: {what}",
                msgspec.structs.replace(procedure, steps=steps),
            )


def outcomes(machine: Machine, shown: Machine) -> list[object]:
    """Return what the paths of the law make of a machine: each case at its end, or its refusal.

    Every path is walked as the law's own procedure has it: who may act and what is recorded.
    """
    steps = {step.name: step for step in shown.steps}
    found: list[object] = []
    for way in (one for one in shown.data.paths if not one.readings):
        case = Case(procedure=shown.data.procedure)
        code = ""
        for taken in way.takes:
            step = steps.get(taken.step)
            if step is None:
                break
            records = tuple(one.name for one in step.records if one.name not in taken.without)
            by = taken.by or step.by[0]
            move = Move(step=taken.step, by=by, on=taken.day, facts=taken.facts, records=records)
            try:
                case, _ = machine.advance(case, move, official(), way.own)
            except RefusalError as error:
                code = error.code
                break
        found.append((case.state, len(case.history), code, case.clocks))
    return found


def test_the_paths_notice_nearly_every_bend() -> None:
    """As many bent procedures as before end some path otherwise; the figure is printed."""
    survivors: list[str] = []
    total = 0
    for machine in MACHINES:
        assert list(proofs.paths(ENGINES, machine.data, official())) == []
        known = outcomes(machine, machine)
        for name, bent in bends(machine.data):
            total += 1
            try:
                changed = Machine(bent, ENGINES.rules, ENGINES.readings, ENGINES.clocks)
            except LawError:
                continue
            if outcomes(changed, machine) == known:
                survivors.append(name)
    share = 1 - len(survivors) / total
    print(f"{total} bent procedures, {share:.1%} noticed")
    assert share >= SHARE, "\n".join(survivors[:60])
