"""One calculator, parsed and checked: what it reads, and what it comes to over what is known."""

from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from shouxin.engine.clock import add_months
from shouxin.engine.counts import Known, Range, all_of, compared, holds, only, summed
from shouxin.engine.expression import Expression
from shouxin.engine.local import LocalFacts, read_by
from shouxin.errors import LawError
from shouxin.law import citation
from shouxin.law.citation import Citation
from shouxin.law.mechanism import Adding, Calculator
from shouxin.law.model import Parameter
from shouxin.law.register import Entry

_MONTHS = {"months": 1, "years": 12}


class Adds(NamedTuple):
    """Which acts are added up: what each must meet, and besides for each provision they count towards."""

    rule: Adding
    acts: Expression
    to: tuple[tuple[Citation, Expression], ...]


class Found(NamedTuple):
    """What one calculator came to; the sum at least."""

    reached: bool | None
    sum: Fraction | None = None


class Formula(NamedTuple):
    """One calculator of a provision."""

    entry: Entry
    calculator: Calculator
    condition: Expression
    upon: tuple[str, ...]
    after: tuple[str, ...]
    adds: Adds | None

    @property
    def provision(self) -> str:
        """Return the citation of the provision."""
        return str(self.entry.citation)

    @property
    def home(self) -> str:
        """Return the id of the instrument."""
        return self.entry.instrument.instrument

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Return the figures of the provision by name."""
        return {item.name: item for item in self.entry.provision.parameters}

    @property
    def reads(self) -> frozenset[str]:
        """Return the facts that the calculator names, those of each act included."""
        found = read_by(self.condition)
        calculator = self.calculator
        if calculator.sum:
            found |= {term.count for term in self.parameters[calculator.sum].terms}
        if calculator.within:
            found |= {calculator.within.begins, calculator.within.ends}
        if self.adds:
            found |= {self.adds.rule.of, self.adds.rule.day, *read_by(self.adds.acts)}
            found = found.union(*(read_by(besides) for _, besides in self.adds.to))
        found |= {calculator.gives, *(sanction.base for sanction in calculator.sanctions)}
        return frozenset(found - {""})

    def run(self, known: Known, breached: bool | None) -> Found:
        """Return what the calculator comes to by itself, without regard to ``upon`` and ``after``."""
        calculator = self.calculator
        worths = [holds(self.condition, known)]
        total = None
        if calculator.sum:
            worth, total = self._summed(known)
            worths.append(worth)
        if calculator.within:
            worths.append(self._within(known))
        if calculator.for_breach:
            worths.append(breached)
        if self.adds:
            worths.append(None)
        return Found(all_of(worths), total)

    def _summed(self, known: Known) -> tuple[bool | None, Fraction | None]:
        """Return whether the proportional sum reaches its figure, and what it comes to at least."""
        parameter = self.parameters[self.calculator.sum]
        parts = [(known.ranges[term.count], term.per) for term in parameter.terms]
        shares = [
            Range(part.low / per, None if part.high is None else part.high / per) for part, per in parts
        ]
        total = summed(shares)
        reached = compared(total, ">=", only(parameter.min))
        return reached, total.low if total.low or total.high is not None else None

    def _within(self, known: Known) -> bool | None:
        rule = self.calculator.within
        assert rule is not None
        begins, ends = known.exact.get(rule.begins), known.exact.get(rule.ends)
        if begins is None or ends is None:
            return None
        first, last = date.fromisoformat(str(begins)), date.fromisoformat(str(ends))
        return first <= last <= last_day(self.parameters[rule.parameter], first)


def last_day(parameter: Parameter, begins: date) -> date:
    """Return the last day of the time that a parameter gives, begun on a day that does not count."""
    figures = (parameter.max, parameter.below, parameter.value)
    length = int(next(figure for figure in figures if figure is not None))
    ends = (
        begins + timedelta(days=length)
        if parameter.unit == "days"
        else add_months(begins, length * _MONTHS[parameter.unit])
    )
    return ends if parameter.below is None else ends - timedelta(days=1)


def formula(entry: Entry, calculator: Calculator, facts: LocalFacts) -> Formula:
    """Return a calculator of a provision, ready to run; raise ``LawError``."""
    where, home, parameters = str(entry.citation), entry.instrument.instrument, entry.provision.parameters
    adds, rule = None, calculator.adds
    if rule:
        to = tuple(
            (citation.parse(text, home), facts.parse(besides, where)) for text, besides in rule.to.items()
        )
        adds = Adds(rule, facts.parse(rule.acts, where), to)
    found = Formula(
        entry,
        calculator,
        facts.parse(calculator.when, where, parameters),
        tuple(str(citation.parse(text, home)) for text in calculator.upon),
        tuple(str(citation.parse(text, home)) for text in calculator.after),
        adds,
    )
    _check(found, facts)
    return found


def _check(item: Formula, facts: LocalFacts) -> None:
    """Raise ``LawError`` where a calculator names a parameter or a fact that does not exist."""
    calculator, parameters = item.calculator, item.parameters
    windows = {rule.within for rule in (calculator.adds,) if rule} - {""}
    windows |= {rule.parameter for rule in (calculator.within,) if rule}
    wanted = {calculator.sum, *windows, *(sanction.parameter for sanction in calculator.sanctions)}
    for name in wanted - {""} - set(parameters):
        raise LawError(
            "calculator-parameter",
            f'the provision has no parameter "{name}"',
            where=item.provision,
            remedy=f"the parameters are: {', '.join(parameters) or 'none'}",
        )
    for name in windows:
        _check_window(parameters[name], item.provision)
    if calculator.sum and parameters[calculator.sum].min is None:
        raise LawError(
            "calculator-parameter",
            f'the sum "{calculator.sum}" has no least figure',
            where=item.provision,
            remedy="give it `min`",
        )
    counts = {term.count for term in parameters[calculator.sum].terms} if calculator.sum else set()
    own = item.reads - set(facts.known_names)
    for name in {*own, *(counts - set(facts.numbers))}:
        raise LawError(
            "calculator-fact",
            f'the instrument declares no fact "{name}"' if name else "a term of the sum has no `count`",
            where=item.provision,
            remedy="declare it under `facts` of the instrument",
        )


def _check_window(parameter: Parameter, where: str) -> None:
    whole = {"days", *_MONTHS}
    figures = (parameter.max, parameter.below, parameter.value)
    if parameter.unit not in whole or all(figure is None for figure in figures):
        raise LawError(
            "calculator-parameter",
            f'the parameter "{parameter.name}" is no length of time',
            where=where,
            remedy=f"give it `max`, `below` or `value`, in {', '.join(sorted(whole))}",
        )
