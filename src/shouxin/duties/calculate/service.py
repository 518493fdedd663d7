"""What can be calculated, what it asks for, and the answer."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from shouxin.engine.calculator import Asked, Calculated, Calculators, Part
from shouxin.engine.consequence import decimal
from shouxin.engine.engines import Engines, engines
from shouxin.law import citation
from shouxin.law.base import Shape, Words
from shouxin.law.mechanism import LocalFact
from shouxin.law.register import Register
from shouxin.law.wording import Fact


class Calculable(Shape, frozen=True, kw_only=True):
    """A provision that calculates something, and what it says."""

    provision: str
    summary: Words


class Calculation(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What the provisions under a citation ask for before they answer."""

    provision: str
    facts: tuple[Asked, ...]
    breach: bool


class Share(NamedTuple):
    """One addend of an exact sum: a count of a fact, and how many of it make 1."""

    label: Words
    counted: str
    per: int


class Reckoner:
    """The calculators of the register."""

    def __init__(
        self, register: Register, chosen: Mapping[str, str] | None = None, shared: Engines | None = None
    ) -> None:
        """Take the engines that another duty ``shared``, else those under ``chosen``."""
        self._engines = shared or engines(register, chosen)

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

    def declared(self, text: str, fact: str) -> LocalFact | Fact:
        """Return a fact that a citation asks for, as the law files declare it."""
        own = self.calculators.facts[citation.parse(text).instrument].own
        return own[fact] if fact in own else self._engines.rules.facts[fact]

    def shares(self, part: Part, given: Mapping[str, object]) -> tuple[Share, ...]:
        """Return the addends of a part's exact sum, those that count at all; () where it has none."""
        if part.sum is None:
            return ()
        facts = self.calculators.facts[citation.parse(part.provision).instrument]
        ranges = facts.known(given).ranges
        shares = [
            (facts.own[term.count].label, ranges[term.count].low, term.per)
            for item in self.calculators.formulas[part.provision]
            if item.calculator.sum
            for term in item.parameters[item.calculator.sum].terms
        ]
        # Several acts have several sums; the one of the answer may be of one of them.
        if str(sum(count / per for _, count, per in shares)) != part.sum:
            return ()
        return tuple(Share(label, decimal(count), per) for label, count, per in shares if count)
