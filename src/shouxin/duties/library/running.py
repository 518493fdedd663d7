"""What makes a provision run besides its rules: clocks, controls, calculators, records and steps in words."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from shouxin.duties.clauses import Clause, worded
from shouxin.duties.library.model import StepLink
from shouxin.duties.library.rules import Under, under
from shouxin.duties.library.shown import Facts, Shown, of_calculator, of_control
from shouxin.engine.engines import Engines
from shouxin.engine.local import LocalFacts
from shouxin.law import citation
from shouxin.law.base import Words
from shouxin.law.citation import Citation
from shouxin.law.mechanism import (
    Adding,
    Calculator,
    Clock,
    ClockExample,
    Control,
    LocalFact,
    Record,
    Sanction,
)
from shouxin.law.model import Parameter, Provision
from shouxin.law.register import Entry
from shouxin.law.wording import Fact


class ClockView(NamedTuple):
    """A clock: whether it counts calendar or working time, which clocks it moves, which move it.

    ``examples`` are pairs with the clock that is run where that is another one.
    """

    data: Clock
    kind: str
    unit: str
    extends: tuple[Citation, ...]
    pauses: tuple[Citation, ...]
    extended_by: tuple[Citation, ...]
    paused_by: tuple[Citation, ...]
    examples: tuple[tuple[ClockExample, Citation | None], ...]
    under: tuple[Under, ...]


class ControlView(NamedTuple):
    """A control: where it applies, and its examples."""

    data: Control
    applies: Clause | None
    examples: tuple[tuple[Shown, ...], ...]
    under: tuple[Under, ...]


class AddsView(NamedTuple):
    """How the counts of several acts are added up."""

    data: Adding
    acts: Clause | None
    window: Parameter | None
    to: tuple[tuple[Citation, Clause | None], ...]


class CalculatorView(NamedTuple):
    """A calculator: its condition, the figures it reads, what it rests on, its consequences and examples."""

    data: Calculator
    when: Clause | None
    sum: Parameter | None
    within: tuple[Fact | LocalFact, Fact | LocalFact, Parameter] | None
    adds: AddsView | None
    upon: tuple[Citation, ...]
    after: tuple[Citation, ...]
    gives: Fact | LocalFact | None
    sanctions: tuple[tuple[Sanction, Parameter | None], ...]
    examples: tuple[tuple[Shown, ...], ...]
    under: tuple[Under, ...]


class RecordView(NamedTuple):
    """A record: of which kind, where it applies."""

    data: Record
    label: Words
    applies: Clause | None
    under: tuple[Under, ...]


class Running(NamedTuple):
    """Everything that makes a provision run besides its rules."""

    clocks: tuple[ClockView, ...]
    controls: tuple[ControlView, ...]
    calculators: tuple[CalculatorView, ...]
    records: tuple[RecordView, ...]
    procedures: tuple[tuple[str, Words, tuple[StepLink, ...]], ...]


class Reader:
    """Puts what makes provisions run into words, under the answers that stand for each reading."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._answers = engines.readings.answers

    def running(self, entry: Entry, steps: Iterable[StepLink]) -> Running:
        """Return what makes a provision run; ``steps`` are those of procedures that rest on it."""
        provision = entry.provision
        grouped: dict[tuple[str, Words], list[StepLink]] = {}
        for step in steps:
            grouped.setdefault((step.procedure, step.title), []).append(step)
        return Running(
            clocks=tuple(self._clock(entry, clock) for clock in provision.clock),
            controls=tuple(self._control(entry, control) for control in provision.control),
            calculators=tuple(self._calculator(entry, item) for item in provision.calculator),
            records=tuple(self._record(entry, record) for record in provision.record),
            procedures=tuple((*head, tuple(items)) for head, items in grouped.items()),
        )

    def _clock(self, entry: Entry, clock: Clock) -> ClockView:
        home, here, deadline = entry.instrument.instrument, str(entry.citation), entry.provision.deadline
        timers = self._engines.clocks.timers.values()
        return ClockView(
            data=clock,
            kind=clock.kind or (deadline.kind if deadline and deadline.kind else ""),
            unit=deadline.unit if deadline and deadline.unit else "",
            extends=_cited(clock.extends, home),
            pauses=_cited(clock.pauses, home),
            extended_by=_cited(timer.provision for timer in timers if here in timer.extends),
            paused_by=_cited(timer.provision for timer in timers if here in timer.pauses),
            examples=tuple(
                (example, citation.parse(example.of, home) if example.of else None)
                for example in clock.examples
            ),
            under=self._under(home, clock.readings),
        )

    def _control(self, entry: Entry, control: Control) -> ControlView:
        facts = self._facts(entry)
        return ControlView(
            data=control,
            applies=self._clause(entry, control.applies),
            examples=of_control(control, facts),
            under=self._under(entry.instrument.instrument, control.readings),
        )

    def _calculator(self, entry: Entry, item: Calculator) -> CalculatorView:
        home, facts = entry.instrument.instrument, self._facts(entry)
        figures = {parameter.name: parameter for parameter in entry.provision.parameters}
        within = item.within
        return CalculatorView(
            data=item,
            when=self._clause(entry, item.when),
            sum=figures[item.sum] if item.sum else None,
            within=(facts[within.begins], facts[within.ends], figures[within.parameter]) if within else None,
            adds=self._adds(entry, item.adds) if item.adds else None,
            upon=_cited(item.upon, home),
            after=_cited(item.after, home),
            gives=facts[item.gives] if item.gives else None,
            sanctions=tuple((sanction, figures.get(sanction.parameter)) for sanction in item.sanctions),
            examples=of_calculator(
                item.examples,
                home,
                facts,
                lambda pair: under(self._engines.register, home, pair, self._answers),
            ),
            under=self._under(home, item.readings),
        )

    def _adds(self, entry: Entry, adding: Adding) -> AddsView:
        figures = {parameter.name: parameter for parameter in entry.provision.parameters}
        home = entry.instrument.instrument
        return AddsView(
            data=adding,
            acts=self._clause(entry, adding.acts),
            window=figures.get(adding.within),
            to=tuple(
                (citation.parse(text, home), self._clause(entry, besides))
                for text, besides in adding.to.items()
            ),
        )

    def _record(self, entry: Entry, record: Record) -> RecordView:
        return RecordView(
            data=record,
            label=self._engines.records.kinds[record.kind].label,
            applies=self._clause(entry, record.applies),
            under=self._under(entry.instrument.instrument, record.readings),
        )

    def _under(self, home: str, readings: Mapping[str, str]) -> tuple[Under, ...]:
        register = self._engines.register
        return tuple(under(register, home, pair, self._answers) for pair in readings.items())

    def _local(self, entry: Entry) -> LocalFacts:
        return self._engines.calculators.facts[entry.instrument.instrument]

    def _facts(self, entry: Entry) -> Facts:
        return {**self._engines.rules.facts, **self._local(entry).own}

    def _clause(self, entry: Entry, text: str) -> Clause | None:
        """Return a condition in which ``$name`` stands for a figure of the provision; None without one."""
        if not text:
            return None
        provision: Provision = entry.provision
        parsed = self._local(entry).parse(text, str(entry.citation), provision.parameters)
        return worded(parsed, self._facts(entry))


def _cited(texts: Iterable[str], home: str = "") -> tuple[Citation, ...]:
    return tuple(citation.parse(text, home) for text in texts)
