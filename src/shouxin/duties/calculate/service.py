"""What can be calculated, what it asks for, and the answer."""

from collections.abc import Mapping, Sequence
from datetime import date

from shouxin.engine.calculator import Asked, Calculated, Calculators
from shouxin.engine.engines import Engines
from shouxin.law.base import Shape, Words
from shouxin.law.register import Register


class Calculable(Shape, frozen=True, kw_only=True):
    """A provision that calculates something, and what it says."""

    provision: str
    summary: Words


class Calculation(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What the provisions under a citation ask for before they answer."""

    provision: str
    facts: tuple[Asked, ...]
    breach: bool


class Reckoner:
    """The calculators of the register."""

    def __init__(self, register: Register, chosen: Mapping[str, str] | None = None) -> None:
        self._engines = Engines(register, chosen)

    @property
    def register(self) -> Register:
        """Return the register."""
        return self._engines.register

    @property
    def calculators(self) -> Calculators:
        """Return the engine."""
        return self._engines.calculators

    def all(self) -> tuple[Calculable, ...]:
        """Return every provision that calculates something, in the order of the register."""
        return tuple(
            Calculable(provision=name, summary=self.register.find(name)[0].provision.summary)
            for name in self.calculators.provisions
        )

    def asks(self, text: str) -> Calculation:
        """Return what a citation asks for; errors as ``Calculators.asks``."""
        return Calculation(
            provision=text, facts=self.calculators.asks(text), breach=self.calculators.asks_breach(text)
        )

    def calculate(
        self, text: str, given: Mapping[str, object], as_of: date, breach: Sequence[str] | None = None
    ) -> Calculated:
        """Return the answer; errors as ``Calculators.calculate``."""
        return self.calculators.calculate(text, given, as_of, breach)
