"""What is shown of a case: pure, from what was kept and the day it is."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from shouxin.duties.cases.model import (
    URGENCIES,
    Ahead,
    CaseLine,
    CaseView,
    ClockView,
    DeadlineLine,
    Event,
    NextStep,
    OpenCases,
    Tally,
    urgency,
)
from shouxin.engine.case import Case, Running
from shouxin.engine.expression import names
from shouxin.engine.procedure import Machine
from shouxin.law.base import Words
from shouxin.law.procedure import State

Row = Any
"""A row of a table, read by the names of its columns."""


def line(machines: Mapping[str, Machine], row: Row) -> CaseLine:
    """Return a case in a list."""
    machine = machines.get(row.procedure)
    title = machine.data.title if machine else _plain(row.procedure)
    state = _state(machine, row.state)
    return CaseLine(
        **_core(row),
        title=title,
        label=state.label,
        final=state.final,
        next_due=row.next_due,
        late=row.late,
        provisional=row.provisional,
    )


def whole(
    machine: Machine, row: Row, case: Case, events: Sequence[Row], states: Mapping[int, str], today: date
) -> CaseView:
    """Return a case with everything that is known of it."""
    clocks = tuple(_clock(clock, states.get(index, ""), today) for index, clock in enumerate(case.clocks))
    owed = [
        clock
        for clock, running in zip(clocks, case.clocks, strict=True)
        if clock.due and clock.stopped is None and not running.passes
    ]
    state = _state(machine, row.state)
    return CaseView(
        **_core(row),
        title=machine.data.title,
        label=state.label,
        final=state.final,
        next_due=min((clock.due for clock in owed if clock.due), default=None),
        late=any(clock.late for clock in owed),
        provisional=any(clock.provisional for clock in owed),
        law_version=row.law_version,
        facts=dict(row.body.get("facts", {})),
        clocks=clocks,
        next=following(machine, case),
        history=tuple(_event(item) for item in events),
    )


def following(machine: Machine, case: Case) -> tuple[NextStep, ...]:
    """Return the steps that may come next, with the facts that decide whether they may."""
    return tuple(
        NextStep(
            step=step.name,
            label=step.label,
            to=step.to or case.state,
            by=step.by,
            records=step.records,
            unknown=tuple(
                sorted(
                    name
                    for name in {*names(machine.condition(step.name)), *step.dates.values()}
                    if case.facts.get(name) is None
                )
            ),
            waits=step.waits,
            provisions=machine.provisions(step.name),
        )
        for step in machine.open_steps(case)
    )


def owed(machines: Mapping[str, Machine], row: Row, today: date) -> DeadlineLine:
    """Return a deadline in a list."""
    machine = machines.get(row.procedure or "")
    waited = machine is not None and any(row.provision in step.waits for step in machine.steps)
    return DeadlineLine(
        id=row.id,
        case=row.case_id,
        procedure=row.procedure or "",
        title=machine.data.title if machine else None,
        provision=row.provision,
        began=row.began,
        due=row.due_on,
        days_left=(row.due_on - today).days,
        state=row.state,
        late=row.over and not row.passes and row.state != "paused",
        provisional=row.provisional,
        passes=row.passes,
        until=("wait" if waited else "keep") if row.passes else "",
    )


def tally(machines: Mapping[str, Machine], days: Sequence[Row], states: Sequence[Row]) -> Tally:
    """Return deadlines by days left and cases by state in the figures that are shown."""
    owed = dict.fromkeys(URGENCIES, 0)
    for left, count in days:
        owed[urgency(left)] += count
    found: dict[str, int] = {}
    for row in states:
        if not _state(machines.get(row.procedure), row.state).final:
            found[row.procedure] = found.get(row.procedure, 0) + row.cases
    lines = (
        OpenCases(
            procedure=name,
            title=machines[name].data.title if name in machines else _plain(name),
            open=count,
        )
        for name, count in found.items()
    )
    return Tally(owed=owed, cases=tuple(sorted(lines, key=lambda one: (-one.open, one.procedure))))


def ahead(machine: Machine, row: Row, case: Case) -> Ahead:
    """Return the next steps of a case."""
    return Ahead(
        procedure=row.procedure,
        title=machine.data.title,
        version=row.version,
        parties={party.name: party.label for party in machine.data.parties},
        next=following(machine, case),
    )


def _core(row: Row) -> dict[str, Any]:
    columns = ("id", "procedure", "state", "version", "opened_at", "moved_at")
    return {name: getattr(row, name) for name in columns}


def _state(machine: Machine | None, name: str) -> State:
    """Return a state; one that the law no longer has is shown by its name."""
    known = machine.states.get(name) if machine else None
    return known or State(name=name, label=_plain(name))


def _plain(text: str) -> Words:
    return Words(zh=text, en=text)


def _clock(clock: Running, kept: str, today: date) -> ClockView:
    over = clock.due is not None and clock.due < today and clock.paused is None
    running = "unknown" if clock.due is None else "open" if clock.paused is None else "paused"
    return ClockView(
        provision=clock.provision,
        state=kept or (running if clock.stopped is None else "cancelled" if clock.cancelled else "met"),
        began=clock.began,
        due=clock.due,
        days_left=None if clock.due is None or clock.stopped else (clock.due - today).days,
        late=clock.late if clock.stopped else over and not clock.passes,
        provisional=clock.provisional,
        word=clock.word,
        at_once=clock.at_once,
        direction=clock.direction,
        paused=clock.paused,
        stopped=clock.stopped,
        extended_by=clock.extended_by,
    )


def _event(row: Row) -> Event:
    body: dict[str, Any] = row.body
    days = {name: date.fromisoformat(body[name]) for name in ("on", "due_on", "before") if body.get(name)}
    return Event(
        number=row.number,
        kind=row.kind,
        at=row.at,
        step=body.get("step", ""),
        by=body.get("by", ""),
        records=body.get("records", {}),
        facts=body.get("facts", {}),
        provision=body.get("provision", ""),
        **days,
    )
