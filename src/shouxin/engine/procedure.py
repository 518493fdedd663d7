"""Cases that move by steps: events in, the new case and its effects out; what is not allowed changes nothing.

The procedures are data in ``law/procedures``. Pure: the store keeps the cases, services carry out the
effects.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import msgspec

from shouxin.engine.calendar import Calendar
from shouxin.engine.case import Case, Done, Effect, Move, RefusalError, Running
from shouxin.engine.clock import Clocks, Due
from shouxin.engine.expression import Expression, names, value
from shouxin.engine.local import LocalFacts
from shouxin.engine.readings import Readings
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import LawError
from shouxin.law import citation
from shouxin.law.mechanism import Pause, Span
from shouxin.law.procedure import Procedure, Step, in_full

REMEMBERED = 4096
"""Clocks started on one day, and conditions met with the same facts, that are not worked out again."""


class _Ready(NamedTuple):
    """A step with its condition parsed, its citations whole and its records at hand.

    ``holds`` is what the condition is worth for the facts it ``reads``, in their order; ``tells`` what
    the step always has as effects.
    """

    step: Step
    condition: Expression
    reads: tuple[str, ...]
    holds: Callable[[tuple[object, ...]], bool | None]
    from_: frozenset[str]
    needed: frozenset[str]
    allowed: frozenset[str]
    provisions: tuple[str, ...]
    behind: str
    clocks: bool
    delayed: bool
    tells: tuple[Effect, ...]


class Machine:
    """One procedure, ready to run under the readings chosen."""

    def __init__(self, procedure: Procedure, rules: RuleBase, readings: Readings, clocks: Clocks) -> None:
        """Raise ``LawError`` where the data names what does not exist, or a state is a trap."""
        self.data = procedure
        self.facts = LocalFacts(procedure.facts, rules)
        self.states = {state.name: state for state in procedure.states}
        self._clocks = clocks
        self._where = f"procedures/{procedure.procedure}.yaml"
        self._steps = {
            step.name: self._ready(step)
            for step in procedure.steps
            if readings.stand("", step.readings, self._where)
        }
        self._waited = {name for item in self._steps.values() for name in item.step.waits}
        self.outlives = {str(citation.parse(text)) for text in procedure.outlives}
        self._begun = lru_cache(REMEMBERED)(self._begin)
        self._check()

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the steps that stand under the readings chosen."""
        return tuple(item.step for item in self._steps.values())

    def keeps(self, clock: str) -> bool:
        """Tell whether a clock is a time to keep something, which no end of a case cuts short."""
        return self._clocks.timers[clock].direction == "at_least" and clock not in self._waited

    def stilled(self, step: Step) -> frozenset[str]:
        """Return the clocks that a step pauses, resumes or lengthens."""
        longer = (target for name in step.extends for target in self._clocks.find(name).extends)
        return frozenset((*self._stilled(step.pauses), *self._stilled(step.resumes), *longer))

    def condition(self, step: str) -> Expression:
        """Return the condition under which a step may be taken."""
        return self._steps[step].condition

    def provisions(self, step: str) -> tuple[str, ...]:
        """Return everything that orders a step or a record of it."""
        return self._steps[step].provisions

    def open_steps(self, case: Case) -> Iterator[Step]:
        """Yield the steps that may be taken now, also those whose condition is not known yet."""
        for item in self._steps.values():
            here = case.state in item.from_ if item.from_ else not case.state
            if here and value(item.condition, case.facts) is not False:
                yield item.step

    def advance(
        self, case: Case, move: Move, calendar: Calendar, own: Mapping[str, Span] | None = None
    ) -> tuple[Case, tuple[Effect, ...]]:
        """Return the case after a step and what follows from it; the case given is never changed.

        ``own`` holds the organisation's lengths, by provision, for clocks without a figure. Raises
        ``RefusalError``: step-unknown, step-not-now, step-role, step-date, step-early, step-facts,
        step-not-allowed, step-records; and ``InputError`` fact-unknown or fact-type for facts.
        """
        item = self._steps.get(move.step)
        if item is None:
            raise RefusalError(
                "step-unknown",
                f'the procedure "{self.data.procedure}" has no step "{move.step[:80]}"',
                remedy=f"its steps are: {', '.join(self._steps)}",
            )
        facts = {**case.facts, **self.facts.read(move.facts)} if move.facts else case.facts
        own = own or {}
        self._permit(item, case, move, facts)
        if item.delayed:
            self._wait(item, case, move.on, calendar, own)
        clocks, effects = case.clocks, item.tells
        if item.clocks:
            begins = {name: date.fromisoformat(str(facts[fact])) for name, fact in item.step.dates.items()}
            clocks, moved = self._clocked(item.step, case.clocks, (move.on, begins), calendar, own)
            effects = (*moved, *item.tells)
        state = item.step.to or case.state
        if self.states[state].final:
            clocks, pointless = self._settled(clocks, move.on)
            effects = (*effects, *pointless)
        after = Case(
            procedure=case.procedure,
            state=state,
            facts=facts,
            history=(*case.history, Done(step=move.step, by=move.by, on=move.on, records=move.records)),
            clocks=clocks,
        )
        return after, effects

    def planned_again(self, case: Case, calendar: Calendar, own: Mapping[str, Span] | None = None) -> Case:
        """Return the case with its running clocks that were provisional counted with this calendar."""
        clocks = (
            self._counted(clock, calendar, own or {})
            if clock.provisional and clock.stopped is None
            else clock
            for clock in case.clocks
        )
        return msgspec.structs.replace(case, clocks=tuple(clocks))

    def _permit(self, item: _Ready, case: Case, move: Move, facts: Mapping[str, object]) -> None:
        """Raise ``RefusalError`` unless the step may be taken now, by this party, with these facts."""
        step, behind = item.step, item.behind
        here = case.state in item.from_ if item.from_ else not case.state
        if not here:
            names_now = ", ".join(one.name for one in self.open_steps(case)) or "none"
            raise RefusalError(
                "step-not-now",
                f'"{step.name}" cannot be taken in the state "{case.state or "not opened"}"',
                where=behind,
                remedy=f"steps that can be taken now: {names_now}",
            )
        if move.by not in step.by:
            raise RefusalError(
                "step-role",
                f'"{move.by[:80]}" may not take the step "{step.name}"',
                where=behind,
                remedy=f"it is for: {', '.join(step.by)}",
            )
        if case.history and move.on < case.history[-1].on:
            raise RefusalError(
                "step-date",
                f"{move.on} lies before the last step, which was taken on {case.history[-1].on}",
                where=behind,
                remedy="give the day on which the step was taken",
            )
        worth = item.holds(tuple(map(facts.get, item.reads))) if item.reads else True
        dateless = [name for name in step.dates.values() if facts.get(name) is None]
        if worth is None or dateless:
            unknown = sorted({*dateless, *(n for n in names(item.condition) if facts.get(n) is None)})
            raise RefusalError(
                "step-facts",
                f'whether "{step.name}" may be taken depends on: {", ".join(unknown)}',
                where=behind,
                remedy="give these facts with the step",
            )
        if worth is False:
            raise RefusalError(
                "step-not-allowed",
                f'the facts of the case do not allow "{step.name}": {step.when}',
                where=behind,
                remedy="take another step, or correct the facts",
            )
        _check_records(item, move, behind)

    def _wait(self, item: _Ready, case: Case, on: date, calendar: Calendar, own: Mapping[str, Span]) -> None:
        """Raise ``RefusalError`` (step-early) while a time has to pass before the step."""
        until = [clock.due for name in item.step.waits for _, clock in _open(list(case.clocks), name)]
        early = any(due and on <= due for due in until)
        for name, before in item.step.ahead.items():
            last = self._clocks.due(name, on, calendar, own=own.get(name)).due
            taken = max((done.on for done in case.history if done.step == before), default=None)
            early = early or (last is not None and (taken is None or taken > last))
        if early:
            raise RefusalError(
                "step-early",
                f'it is too early on {on} for the step "{item.step.name}"',
                where=", ".join((*item.step.waits, *item.step.ahead)),
                remedy="wait until the time has passed",
            )

    def _clocked(
        self,
        step: Step,
        clocks: tuple[Running, ...],
        days: tuple[date, Mapping[str, date]],
        calendar: Calendar,
        own: Mapping[str, Span],
    ) -> tuple[tuple[Running, ...], list[Effect]]:
        on, begins = days
        effects: list[Effect] = []
        running = list(clocks)
        for name in step.stops:
            for index, clock in _open(running, name):
                running[index] = msgspec.structs.replace(clock, stopped=on)
                effects.append(Effect("stop", name))
        for name in self._stilled(step.pauses):
            for index, clock in _open(running, name):
                running[index] = msgspec.structs.replace(clock, paused=clock.paused or on)
                effects.append(Effect("pause", name))
        for name in self._stilled(step.resumes):
            for index, clock in _open(running, name):
                running[index] = self._resumed(clock, on, calendar, own)
                effects.append(Effect("resume", name, running[index].due))
        for name in step.extends:
            for target in self._clocks.find(name).extends:
                for index, clock in _open(running, target):
                    longer = msgspec.structs.replace(clock, extended_by=(*clock.extended_by, name))
                    running[index] = self._counted(longer, calendar, own)
                    effects.append(Effect("extend", target, running[index].due))
        for name in step.starts:
            clock = self._begun(name, begins.get(name, on), calendar, own.get(name))
            running.append(clock)
            effects.append(Effect("start", name, clock.due))
        return tuple(running), effects

    def _settled(
        self, clocks: tuple[Running, ...], on: date
    ) -> tuple[tuple[Running, ...], tuple[Effect, ...]]:
        """Cancel what the end of a case makes pointless: what runs and neither keeps nor outlives it."""
        pointless = [
            index
            for index, clock in enumerate(clocks)
            if clock.stopped is None and not clock.keeps and clock.provision not in self.outlives
        ]
        settled = list(clocks)
        for index in pointless:
            settled[index] = msgspec.structs.replace(clocks[index], stopped=on, cancelled=True)
        return tuple(settled), tuple(Effect("cancel", clocks[index].provision) for index in pointless)

    def _stilled(self, names: Sequence[str]) -> Iterator[str]:
        """Yield the clocks that stand still: for a provision that pauses others, those others."""
        for name in names:
            yield from self._clocks.timers[name].pauses or (name,)

    def _resumed(self, clock: Running, on: date, calendar: Calendar, own: Mapping[str, Span]) -> Running:
        if clock.paused is None:
            return clock
        pauses = (*clock.pauses, Pause(begins=clock.paused, ends=on))
        return self._counted(msgspec.structs.replace(clock, pauses=pauses, paused=None), calendar, own)

    def _begin(self, name: str, began: date, calendar: Calendar, own: Span | None) -> Running:
        lengths = {name: own} if own else {}
        return self._counted(Running(provision=name, began=began, due=None), calendar, lengths)

    def _counted(self, clock: Running, calendar: Calendar, own: Mapping[str, Span]) -> Running:
        due: Due = self._clocks.due(
            clock.provision,
            clock.began,
            calendar,
            own=own.get(clock.provision),
            pauses=clock.pauses,
            extended_by=clock.extended_by,
        )
        return msgspec.structs.replace(
            clock,
            due=due.due,
            provisional=due.provisional,
            word=due.word,
            at_once=due.at_once,
            direction=due.direction,
            waited=clock.provision in self._waited,
        )

    def _ready(self, step: Step) -> _Ready:
        whole = in_full(step)
        cited = dict.fromkeys(
            [
                *whole.provisions,
                *(name for record in whole.records for name in record.provisions),
                *whole.starts,
                *whole.stops,
            ]
        )
        condition = self.facts.parse(step.when, f"{self._where}, {step.name}")
        reads = tuple(sorted(names(condition)))
        return _Ready(
            step=whole,
            condition=condition,
            reads=reads,
            holds=lru_cache(REMEMBERED)(
                lambda worths: value(condition, dict(zip(reads, worths, strict=True)))
            ),
            from_=frozenset(step.from_),
            needed=frozenset(record.name for record in step.records if not record.optional),
            allowed=frozenset(record.name for record in step.records),
            provisions=tuple(cited),
            behind=", ".join(list(cited)[:3]),
            clocks=bool(_moved(step)),
            delayed=bool(step.waits or step.ahead),
            tells=(
                *(Effect("tell", name) for name in step.tells),
                *(Effect("do", name) for name in step.does),
            ),
        )

    def _check(self) -> None:
        parties = {party.name for party in self.data.parties}
        for item in self._steps.values():
            step = item.step
            for name in {*step.from_, step.to} - {""} - set(self.states):
                raise self._wrong(step.name, f'there is no state "{name}"')
            for name in {*step.by, *step.tells} - parties:
                raise self._wrong(step.name, f'there is no party "{name}"')
            if not step.from_ and not step.to:
                raise self._wrong(step.name, "a step that opens a case names the state it leads `to`")
            for name in set(step.dates.values()) - {fact.name for fact in self.data.facts}:
                raise self._wrong(step.name, f'there is no fact "{name}"')
            for name in (*_moved(step), *step.waits, *step.ahead):
                if name not in self._clocks.timers:
                    raise self._wrong(step.name, f'there is no clock at "{name}"')
        for name in set(self.data.changing) - self.facts.known_names:
            raise self._wrong("changing", f'there is no fact "{name}"')
        for name in self.outlives - {name for item in self._steps.values() for name in item.step.starts}:
            raise self._wrong("outlives", f'no step starts the clock "{name}"')

    def _wrong(self, place: str, what: str) -> LawError:
        return LawError("procedure-unknown", what, where=f"{self._where}, {place}", remedy="mend the name")


def _check_records(item: _Ready, move: Move, behind: str) -> None:
    given = frozenset(move.records)
    lacking: Collection[str] = item.needed - given
    strange: Collection[str] = given - item.allowed
    if lacking:
        ordered: Sequence[str] = [one.name for one in item.step.records if one.name in lacking]
        cited = next((one.provisions for one in item.step.records if one.name in lacking), ())
        raise RefusalError(
            "step-records",
            f'"{item.step.name}" must be recorded with: {", ".join(ordered)}',
            where=", ".join(cited) or behind,
            remedy="write these down with the step",
        )
    if strange:
        raise RefusalError(
            "step-records",
            f'"{item.step.name}" has no record "{min(strange)[:80]}"',
            where=behind,
            remedy=f"its records are: {', '.join(sorted(item.allowed)) or 'none'}",
        )


def _moved(step: Step) -> tuple[str, ...]:
    return (*step.starts, *step.stops, *step.pauses, *step.resumes, *step.extends)


def _open(running: list[Running], provision: str) -> list[tuple[int, Running]]:
    return [
        (index, clock)
        for index, clock in enumerate(running)
        if clock.provision == provision and clock.stopped is None
    ]
