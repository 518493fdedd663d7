"""The engines together, over one register under one choice of readings."""

from collections.abc import Mapping
from functools import cached_property, lru_cache

from shouxin.engine.calculator import Calculators
from shouxin.engine.clock import Clocks
from shouxin.engine.control import Controls
from shouxin.engine.machines import Machines
from shouxin.engine.procedure import Machine
from shouxin.engine.readings import Readings, full_name
from shouxin.engine.retention import Records
from shouxin.engine.rulebase import RuleBase
from shouxin.law.procedure import Procedure
from shouxin.law.register import Register


class Engines:
    """Clocks, controls, calculators, records and procedures; each is made when it is first asked for."""

    def __init__(self, register: Register, chosen: Mapping[str, str] | None = None) -> None:
        """Raise ``LawError`` (reading-unknown) for a reading or an answer that does not exist."""
        self.register = register
        self.rules = RuleBase(register, chosen)
        self.readings = Readings(register, chosen)
        self._calculating: dict[frozenset[tuple[str, str]], Calculators] = {}
        self._under: dict[frozenset[tuple[str, str]], Engines] = {}

    def under(self, home: str, answers: Mapping[str, str]) -> "Engines":
        """Return the engines under other answers to some readings, of ``home`` unless named in full."""
        named = {full_name(name, home): answer for name, answer in answers.items()}
        if named.items() <= self.readings.answers.items():
            return self
        key = frozenset(named.items())
        if key not in self._under:
            self._under[key] = Engines(self.register, {**self.readings.answers, **named})
        return self._under[key]

    def machine(self, procedure: Procedure, answers: Mapping[str, str]) -> Machine:
        """Return one procedure under other answers to some readings, named in full."""
        under = self.under("", answers)
        return Machine(procedure, under.rules, under.readings, under.clocks)

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


def engines(register: Register, chosen: Mapping[str, str] | None = None) -> Engines:
    """Return the engines under the readings ``chosen``; the duties of a process share them.

    Raises ``LawError`` (reading-unknown) for a reading or an answer that does not exist.
    """
    return _shared(register, frozenset((chosen or {}).items()))


@lru_cache(maxsize=8)
def _shared(register: Register, chosen: frozenset[tuple[str, str]]) -> Engines:
    return Engines(register, dict(chosen))
