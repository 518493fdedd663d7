"""The procedures of the law as they are shown; nothing here is kept."""

from shouxin.duties.cases.model import ProcedureLine, ProcedureView
from shouxin.duties.due.service import Timekeeper
from shouxin.engine.procedure import Machine
from shouxin.law import citation


class Procedures:
    """Every procedure under the readings chosen."""

    def __init__(self, keeper: Timekeeper) -> None:
        self.keeper = keeper

    def all(self) -> tuple[ProcedureLine, ...]:
        """Return every procedure, by name."""
        return tuple(_line(machine) for machine in self.keeper.engines.machines.all.values())

    def machine(self, name: str) -> Machine:
        """Return a procedure that runs; raise ``InputError`` (procedure-unknown)."""
        return self.keeper.engines.machines.find(name)

    def show(self, name: str) -> ProcedureView:
        """Return a procedure with its steps; raise ``InputError`` (procedure-unknown)."""
        machine = self.machine(name)
        data = machine.data
        return ProcedureView(
            procedure=data.procedure,
            title=data.title,
            about=data.about,
            parties=data.parties,
            states=data.states,
            facts=data.facts,
            steps=machine.steps,
            note=data.note,
        )


def _line(machine: Machine) -> ProcedureLine:
    data = machine.data
    cited = (text for step in machine.steps for text in machine.provisions(step.name))
    return ProcedureLine(
        procedure=data.procedure,
        title=data.title,
        about=data.about,
        states=len(data.states),
        steps=len(machine.steps),
        instruments=tuple(dict.fromkeys(citation.parse(text).instrument for text in cited)),
    )
