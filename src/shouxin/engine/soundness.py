"""Whether a procedure is sound: looked at without any case, over every walk that its facts allow.

A walk takes steps whose conditions can hold together in one case: its facts stay as they are, but those
that a procedure calls ``changing``. From wherever one leads, an end can be reached; every step can be taken;
what a step stops, pauses, waits for or lengthens can be running then; and no clock starts where the case
ends at once and makes it pointless.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from shouxin.engine.engines import Engines
from shouxin.engine.expression import TRUE, All, Expression, both, names
from shouxin.engine.finding import Finding
from shouxin.engine.possible import World
from shouxin.engine.procedure import Machine
from shouxin.engine.rulebase import RuleBase
from shouxin.law.procedure import Procedure, Step, in_full
from shouxin.law.wording import Fact


class Stand(NamedTuple):
    """Where a walk has led: the state, the clocks that run, and what must hold for it to have come here."""

    state: str
    running: frozenset[str]
    facts: Expression


class Ended(NamedTuple):
    """A step that ends a case while a clock runs that neither outlives it nor keeps something."""

    step: str
    clock: str


def traps(machine: Machine) -> Iterator[str]:
    """Yield what is wrong with the shape of a procedure: unreachable states and states without a way out."""
    steps = machine.steps
    reached: set[str] = {step.to for step in steps if not step.from_}
    while more := {step.to for step in steps if step.to and reached & set(step.from_)} - reached:
        reached |= more
    ending = {name for name, state in machine.states.items() if state.final}
    while more := {name for step in steps if step.to in ending for name in step.from_} - ending:
        ending |= more
    for name, state in machine.states.items():
        if name not in reached:
            yield f'no path leads to the state "{name}"'
        if name not in ending:
            yield f'no path leads out of the state "{name}" to an end'
        if state.final and not any(step.to == name for step in steps):
            yield f'no step ends in "{name}"'


class Walks:
    """Every walk through a machine, up to what matters of it."""

    def __init__(self, machine: Machine, allows: Callable[[Expression], bool]) -> None:
        """Walk all of it, where ``allows`` tells which conditions can hold (``possible``)."""
        self._machine = machine
        self._steps = [in_full(step) for step in machine.steps]
        self._allows = allows
        self._lasting = machine.outlives | {
            name for step in self._steps for name in step.starts if machine.keeps(name)
        }
        self.moves: dict[Stand, list[tuple[Step, Stand]]] = {}
        waiting = [Stand("", frozenset(), TRUE)]
        while waiting:
            here = waiting.pop()
            if here not in self.moves:
                self.moves[here] = list(self._from(here))
                waiting += [there for _, there in self.moves[here]]

    def _from(self, here: Stand) -> Iterator[tuple[Step, Stand]]:
        for step in self._steps:
            if (here.state in step.from_) if here.state else not step.from_:
                facts = self._together(here.facts, self._machine.condition(step.name))
                if self._allows(facts):
                    state = step.to or here.state
                    running = (here.running - {*step.stops}) | {*step.starts}
                    if self._machine.states[state].final:
                        running &= self._lasting
                    yield step, Stand(state, running, facts)

    def _together(self, before: Expression, now: Expression) -> Expression:
        """Return what must hold on the way and now; what may change and is looked at anew counts as it is."""
        anew = names(now) & {*self._machine.data.changing}
        earlier = before.items if isinstance(before, All) else (before,)
        return both(*(item for item in earlier if not names(item) & anew), now)

    def ended(self) -> frozenset[Ended]:
        """Return the clocks that the end of a case makes pointless, with the step that ends it."""
        return frozenset(
            Ended(step.name, clock)
            for here, moves in self.moves.items()
            for step, there in moves
            if self._machine.states[there.state].final
            for clock in (here.running - {*step.stops}) | {*step.starts}
            if clock not in self._lasting
        )

    def wrong(self) -> Iterator[str]:
        """Yield what is not sound in whatever way the text is read."""
        yield from traps(self._machine)
        for state in self._stuck():
            yield f'a case can be stuck in the state "{state}": no steps to an end hold together'
        for step, clock in sorted(self.ended()):
            if clock in next(one for one in self._steps if one.name == step).starts:
                yield f'"{step}" starts {clock} and ends the case, which makes it pointless'
        lasting = {clock for here in self.moves if self._final(here) for clock in here.running}
        for clock in sorted(self._machine.outlives - lasting):
            yield f"{clock} is said to outlive the case, and never runs at its end"

    def uses(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """Return the steps, each with every clock it moves or waits for and with none; and those in use.

        A step is in use that some walk takes, and a clock with it that can be running then.
        """
        moved = {
            step.name: {"", *step.stops, *step.waits, *self._machine.stilled(step)} for step in self._steps
        }
        used = {
            (step.name, clock)
            for here, moves in self.moves.items()
            for step, _ in moves
            for clock in moved[step.name] & {"", *here.running}
        }
        return {(step, clock) for step, clocks in moved.items() for clock in clocks}, used

    def _stuck(self) -> list[str]:
        ending = {here for here in self.moves if self._final(here)}
        before: dict[Stand, set[Stand]] = {}
        for here, moves in self.moves.items():
            for _, there in moves:
                before.setdefault(there, set()).add(here)
        waiting = list(ending)
        while waiting:
            more = before.get(waiting.pop(), set()) - ending
            ending |= more
            waiting += more
        return sorted({here.state for here in self.moves.keys() - ending})

    def _final(self, here: Stand) -> bool:
        return bool(here.state) and self._machine.states[here.state].final


def readings(procedure: Procedure) -> list[Mapping[str, str]]:
    """Return the answers to readings under which a procedure is another: none, and those of each step."""
    different = dict.fromkeys(frozenset(step.readings.items()) for step in procedure.steps)
    return [{}, *(dict(answers) for answers in different if answers)]


def unsound(engines: Engines, procedure: Procedure) -> Iterator[str]:
    """Yield what is not sound in a procedure, under the readings chosen and under those of each step."""
    allows = possible(procedure, engines.rules)
    there: set[tuple[str, str]] = set()
    used: set[tuple[str, str]] = set()
    wrong: dict[str, None] = {}
    for answers in readings(procedure):
        walks = Walks(engines.machine(procedure, answers), allows)
        wrong |= dict.fromkeys(walks.wrong())
        some, in_use = walks.uses()
        there |= some
        used |= in_use
    yield from wrong
    for step, clock in sorted(there - used):
        yield f'{clock} never runs when "{step}" is taken' if clock else f'no walk takes the step "{step}"'


def findings(engines: Engines) -> Iterator[Finding]:
    """Yield what is not sound in the procedures of the law under the readings chosen."""
    for procedure in engines.register.books.procedures:
        walks = Walks(engines.machine(procedure, {}), possible(procedure, engines.rules))
        where = f"procedures/{procedure.procedure}.yaml"
        for detail in walks.wrong():
            yield Finding(kind="unsound-procedure", provision=procedure.procedure, detail=detail, file=where)


def possible(procedure: Procedure, rules: RuleBase) -> Callable[[Expression], bool]:
    """Return what tells whether a condition of a procedure can hold; each is worked out once."""
    own = {
        fact.name: Fact(
            name=fact.name,
            type=fact.type,
            values=fact.values,
            label=fact.label,
            question=fact.label,
            supplied_by="act",
        )
        for fact in procedure.facts
        if fact.type != "acts"
    }
    return cache(World({**rules.facts, **own}).allows)
