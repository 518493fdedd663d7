"""The examples of clocks, controls, calculators, records and procedures hold under the readings they name."""

import pytest

from shouxin.engine import proofs
from shouxin.engine.calendar import official
from shouxin.engine.engines import Engines
from shouxin.engine.procedure import Machine
from shouxin.law.register import register

ENGINES = Engines(register())
MACHINES = list(ENGINES.machines.all.values())


@pytest.mark.parametrize("instrument", [item.instrument for item in register().instruments])
def test_every_example_of_a_provision_holds(instrument: str) -> None:
    """What the law files show of clocks, controls, calculators and records is what the engines answer."""
    wrong = [
        text
        for entry in register().find(instrument)
        for text in (
            *proofs.clocks(ENGINES, entry, official()),
            *proofs.controls(ENGINES, entry),
            *proofs.calculators(ENGINES, entry),
            *proofs.records(ENGINES, entry),
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.data.procedure)
def test_every_path_of_a_procedure_ends_where_it_says(machine: Machine) -> None:
    """Each path is walked step by step: its end, its deadlines, its lateness, its refusal.

    Each form of a step that stands under another answer to a reading is taken under that answer too.
    """
    assert list(proofs.paths(ENGINES, machine.data, official())) == []


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.data.procedure)
def test_every_step_is_walked(machine: Machine) -> None:
    """Every step is taken by some path."""
    walked = {taken.step for way in machine.data.paths for taken in way.takes}
    assert {step.name for step in machine.data.steps} <= walked
