"""The engines together, over one register under one choice of readings."""

from collections.abc import Mapping
from functools import cached_property

from shouxin.engine.calculator import Calculators
from shouxin.engine.clock import Clocks
from shouxin.engine.control import Controls
from shouxin.engine.procedure import Machines
from shouxin.engine.readings import Readings
from shouxin.engine.retention import Records
from shouxin.engine.rulebase import RuleBase
from shouxin.law.register import Register


class Engines:
    """Clocks, controls, calculators, records and procedures; each is made when it is first asked for."""

    def __init__(self, register: Register, chosen: Mapping[str, str] | None = None) -> None:
        """Raise ``LawError`` (reading-unknown) for a reading or an answer that does not exist."""
        self.register = register
        self.rules = RuleBase(register, chosen)
        self.readings = Readings(register, chosen)
        self._calculating: dict[frozenset[tuple[str, str]], Calculators] = {}

    @cached_property
    def clocks(self) -> Clocks:
        """Return every clock."""
        return Clocks(self.register, self.readings)

    @cached_property
    def controls(self) -> Controls:
        """Return every control."""
        return Controls(self.rules, self.readings)

    @cached_property
    def calculators(self) -> Calculators:
        """Return every calculator."""
        return Calculators(self.rules, self.readings)

    def calculating(self, answers: Mapping[str, str]) -> Calculators:
        """Return the calculators under other answers to some readings, each named in full."""
        chosen = {**self.readings.answers, **answers}
        key = frozenset(chosen.items())
        if key not in self._calculating:
            self._calculating[key] = (
                self.calculators
                if chosen == self.readings.answers
                else Calculators(self.rules, Readings(self.register, chosen))
            )
        return self._calculating[key]

    @cached_property
    def records(self) -> Records:
        """Return every record."""
        return Records(self.rules, self.readings, self.clocks)

    @cached_property
    def machines(self) -> Machines:
        """Return every procedure."""
        return Machines(self.rules, self.readings, self.clocks)
