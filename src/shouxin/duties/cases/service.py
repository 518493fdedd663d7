"""Cases for whoever works on them: open one, take a step, see where it stands and what is due."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from shouxin.duties.cases import view
from shouxin.duties.cases.given import move_of, opening
from shouxin.duties.cases.model import (
    Ahead,
    CaseLine,
    CaseView,
    DeadlineLine,
    Following,
    Given,
    Planned,
    Taken,
    Tally,
    between,
)
from shouxin.duties.cases.procedures import Procedures
from shouxin.duties.due.service import Timekeeper
from shouxin.engine.calendar import DAY
from shouxin.engine.case import Case, Effect, Move, Running
from shouxin.engine.clock import add_months
from shouxin.engine.procedure import Machine
from shouxin.errors import InputError
from shouxin.law.mechanism import Span
from shouxin.store import deadlines
from shouxin.store.ledger.entry import SYSTEM, Actor, Entry

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from shouxin.duties.cases.kept import KeptCases, Work

LAST = 2**63 - 1
"""The highest number that a case can have."""

MOST = 1000
"""Lines that a list has at most."""


Beside = Callable[["Work", int], Sequence[Entry]]
"""What another duty writes with a step, in its transaction: gets the number, returns its entries."""


class Cases:
    """The cases of one store under one law, one calendar and the organisation's own times."""

    def __init__(self, keeper: Timekeeper, kept: "KeptCases") -> None:
        self.keeper = keeper
        self.procedures = Procedures(keeper)
        self._kept = kept

    def within(self, connection: "Connection") -> "Cases":
        """Return the same cases, opened and moved in a transaction of another duty."""
        from shouxin.duties.cases.kept import KeptWithin

        return Cases(self.keeper, KeptWithin(connection))

    def open(
        self,
        procedure: str,
        given: Given,
        today: date,
        actor: Actor = SYSTEM,
        *,
        beside: Beside | None = None,
    ) -> Taken:
        """Open a case with its first step, which may be left unnamed where only one fits the party.

        Raises ``InputError``: procedure-unknown, step-missing, record-long, those of ``Machine.advance``.
        """
        machine = self.keeper.engines.machines.find(procedure)
        move = move_of(given, today, step=given.step or opening(machine, given.by))
        after, effects = machine.advance(
            Case(procedure=procedure), move, self.keeper.calendar, self.keeper.own
        )
        if given.dry_run:
            return _taken(after, move, effects, None)
        with self._kept.work() as work:
            number = work.add(procedure, after.state, _plain(after), self.keeper.register.version)
            self._write(work, number, 1, (Case(procedure=procedure), after), (move, given, effects))
            more = beside(work, number) if beside else ()
            work.tells([actor.did("case.opened", case=number, procedure=procedure, step=move.step), *more])
        return _taken(after, move, effects, self.show(number, today))

    def move(
        self,
        number: int,
        given: Given,
        today: date,
        actor: Actor = SYSTEM,
        *,
        beside: Beside | None = None,
    ) -> Taken:
        """Take a step; a step that is refused changes nothing.

        Raises ``InputError``: case-unknown, case-version, record-long, those of ``Machine.advance``.
        """
        with self._kept.work() as work:
            row = work.lock(number) if 0 < number <= LAST else None
            if row is None:
                raise _unknown(number)
            if given.version not in (None, row.version):
                raise InputError(
                    "case-version",
                    f"case {number} has moved on: it is at version {row.version}, not {given.version}",
                    remedy="look at it again, then take the step",
                )
            machine = self.keeper.engines.machines.find(row.procedure)
            before = _case(machine, row.body)
            move = move_of(given, today, step=given.step)
            after, effects = machine.advance(before, move, self.keeper.calendar, self.keeper.own)
            if not given.dry_run:
                work.save(number, after.state, _plain(after))
                self._write(work, number, row.version + 1, (before, after), (move, given, effects))
                told = {"case": number, "procedure": row.procedure, "step": move.step}
                more = beside(work, number) if beside else ()
                work.tells([actor.did("case.moved", **told), *more])
        return _taken(after, move, effects, self.show(number, today), dry_run=given.dry_run)

    def show(self, number: int, today: date) -> CaseView:
        """Return a case with its history, clocks and next steps; raise ``InputError`` (case-unknown)."""
        found = self._kept.find(number) if 0 < number <= LAST else None
        if found is None:
            raise _unknown(number)
        row, events, states = found
        machine = self.keeper.engines.machines.find(row.procedure)
        return view.whole(machine, row, _case(machine, row.body), events, states, today)

    def list(
        self,
        *,
        procedure: str | Sequence[str] = "",
        state: str = "",
        late: bool = False,
        before: int | None = None,
        limit: int = 100,
        soonest: bool = False,
    ) -> tuple[CaseLine, ...]:
        """Return cases, newest first, or ``soonest`` those due first; ``state`` is open, ended, or a state.

        ``procedure`` is one, several, or "" for all.

        Raises ``InputError``: procedure-unknown, state-unknown.
        """
        from shouxin.duties.cases.kept import Filters

        machines = self.keeper.engines.machines
        procedures = [procedure] if isinstance(procedure, str) else [*procedure]
        asked = [name for name in procedures if name]
        for name in asked:
            machines.find(name)
        known = {name for machine in machines.all.values() for name in machine.states}
        if state and state not in known | {"open", "ended"}:
            raise InputError(
                "state-unknown",
                f'there is no state "{state[:80]}"',
                remedy="give open, ended, or a state that `shouxin procedure show` names",
            )
        finals = [
            (name, one.name)
            for name, machine in machines.all.items()
            for one in machine.data.states
            if one.final
        ]
        filters = Filters(
            procedures=asked,
            state="" if state in ("open", "ended") else state,
            ended={"open": False, "ended": True}.get(state),
            finals=finals,
            late=late,
            before=None if before is None else min(before, LAST),
            limit=max(1, min(limit, MOST)),
            soonest=soonest,
        )
        return tuple(view.line(machines.all, row) for row in self._kept.list(filters))

    def due(
        self,
        today: date,
        *,
        within: Span | None = None,
        procedure: str = "",
        near: str = "",
        after: int | None = None,
        limit: int = MOST,
    ) -> tuple[DeadlineLine, ...]:
        """Return what is owed, late ones first; ``near`` keeps what must be done, of one urgency or ``SOON``.

        ``after`` is the number of the deadline after which the list goes on. Raises ``InputError``:
        procedure-unknown, urgency-unknown.
        """
        from shouxin.duties.cases.kept import Owed

        machines = self.keeper.engines.machines
        if procedure:
            machines.find(procedure)
        since, until = between(near, today) if near else (None, None)
        if within:
            until = min(until or date.max, self._until(today, within))
        after = None if after is None else max(0, min(after, LAST))
        asked = Owed(since, until, procedure, bool(near), after, limit)
        return tuple(view.owed(machines.all, row, today) for row in self._kept.owed(asked))

    def lines(self, numbers: Sequence[int]) -> Mapping[int, CaseLine]:
        """Return cases by their numbers, as a list shows them; those there are not are left out."""
        from shouxin.duties.cases.kept import Filters

        machines, asked = self.keeper.engines.machines.all, Filters(numbers=numbers, limit=len(numbers))
        return {row.id: view.line(machines, row) for row in self._kept.list(asked)}

    def tally(self, today: date) -> Tally:
        """Return how much is owed by urgency, and how many cases of each procedure are open."""
        return view.tally(self.keeper.engines.machines.all, *self._kept.tally(today))

    def ahead(self, numbers: Sequence[int]) -> Mapping[int, Ahead]:
        """Return the next steps of cases whose procedures the law still has."""
        machines, rows = self.keeper.engines.machines.all, self._kept.some(numbers)
        known = [(row, machines[row.procedure]) for row in rows if row.procedure in machines]
        return {row.id: view.ahead(machine, row, _case(machine, row.body)) for row, machine in known}

    def fire(self) -> int:
        """Fire every deadline that is over; return how many."""
        return self._kept.fire()

    def plan_again(self) -> tuple[Planned, ...]:
        """Count every provisional deadline with the calendar of now, all in one transaction.

        Returns those that moved or became certain.
        """
        moved: list[Planned] = []
        with self._kept.work() as work:
            for number in work.provisional():
                row = work.lock(number)
                if row is None or row.procedure not in self.keeper.engines.machines.all:
                    continue
                machine = self.keeper.engines.machines.find(row.procedure)
                before = _case(machine, row.body)
                after = machine.planned_again(before, self.keeper.calendar, self.keeper.own)
                if after == before:
                    continue
                work.save(number, after.state, _plain(after))
                self._deadlines(work, number, before.clocks, after.clocks)
                for old, new in zip(before.clocks, after.clocks, strict=True):
                    if old != new and old.due and new.due:
                        moved.append(_planned(number, row.procedure, old, new))
                        work.happened(number, "planned", _told(moved[-1]))
                        key = f"case-{number}-{row.version + 1}-planned-{new.provision}"
                        work.tell([(key, "deadline.planned", _told(moved[-1]))])
            if moved:
                work.tells([SYSTEM.did("deadline.planned", count=len(moved))])
        return tuple(moved)

    def _write(
        self,
        work: "Work",
        number: int,
        version: int,
        cases: tuple[Case, Case],
        taken: tuple[Move, Given, Sequence[Effect]],
    ) -> None:
        """Write what a step leaves behind beside the case: its event, the deadlines, the messages."""
        move, given, effects = taken
        event = {
            "step": move.step,
            "by": move.by,
            "on": move.on.isoformat(),
            "records": given.records,
            "facts": msgspec.to_builtins(given.facts, enc_hook=str),
        }
        work.happened(number, "step", event)
        self._deadlines(work, number, cases[0].clocks, cases[1].clocks)
        self._cancelled(work, number, version, cases)
        about = {"case": number, "procedure": cases[1].procedure, "step": move.step}
        work.tell(
            [
                (
                    f"case-{number}-{version}-{item.what}-{item.about}",
                    f"case.{item.what}",
                    {**about, "about": item.about},
                )
                for item in effects
                if item.what in ("tell", "do")
            ]
        )

    def _deadlines(
        self, work: "Work", number: int, before: Sequence[Running], after: Sequence[Running]
    ) -> None:
        rows = []
        for index, clock in enumerate(after):
            if clock.due is None or (index < len(before) and before[index] == clock):
                continue
            planned = deadlines.Planned(
                provision=clock.provision,
                began=clock.began,
                due_on=clock.due,
                provisional=clock.provisional,
                counted=self._counted(clock),
                case_id=number,
                clock=index,
                passes=clock.passes,
            )
            rows.append((planned, _state(clock), clock.stopped))
        work.deadlines(rows)

    def _cancelled(self, work: "Work", number: int, version: int, cases: tuple[Case, Case]) -> None:
        """Write and tell which deadlines the end of a case made pointless; one that was missed stays so."""
        before = {index for index, clock in enumerate(cases[0].clocks) if clock.stopped}
        for index, clock in enumerate(cases[1].clocks):
            if index not in before and clock.due and _state(clock) == "cancelled":
                body = {"provision": clock.provision, "due_on": clock.due.isoformat()}
                work.happened(number, "cancelled", body)
                key = f"case-{number}-{version}-cancelled-{index}"
                told = {**body, "case": number, "procedure": cases[1].procedure}
                work.tell([(key, "deadline.cancelled", told)])

    def _counted(self, clock: Running) -> Mapping[str, object]:
        """Return what gave the last day: enough to count it again and to see why it was that day."""
        own = self.keeper.own.get(clock.provision)
        plain = {
            "own": own,
            "pauses": clock.pauses,
            "extended_by": clock.extended_by,
            "years": sorted(self.keeper.calendar.years)[-1:],
            "law": self.keeper.register.version,
        }
        return {key: msgspec.to_builtins(worth) for key, worth in plain.items()}

    def _until(self, today: date, within: Span) -> date:
        if within.unit != "days":
            return add_months(today, within.length * (12 if within.unit == "years" else 1))
        if within.kind == "calendar":
            return today + timedelta(days=min(within.length, 40_000))
        day = today
        for _ in range(min(within.length, 10_000)):
            day = self.keeper.calendar.next_working(day + DAY)
        return day


def _state(clock: Running) -> str:
    """Return the state of the deadline of a clock."""
    if clock.stopped is None or clock.due is None:
        return "open" if clock.paused is None else "paused"
    if clock.passes and clock.stopped > clock.due:
        return "passed"
    if clock.late:
        return "missed"
    return "cancelled" if clock.cancelled else "met"


def _planned(number: int, procedure: str, old: Running, new: Running) -> Planned:
    return Planned(
        case=number,
        procedure=procedure,
        provision=new.provision,
        before=old.due or date.min,
        due=new.due or date.min,
        provisional=new.provisional,
    )


def _told(item: Planned) -> dict[str, Any]:
    plain = {**msgspec.to_builtins(item), "due_on": item.due.isoformat()}
    return {key: worth for key, worth in plain.items() if key != "due"}


def _plain(case: Case) -> object:
    return msgspec.to_builtins(case, enc_hook=str)


def _case(machine: Machine, body: object) -> Case:
    """Return a case as the engine reads it; exact fractions were kept as text."""
    kept = msgspec.convert(body, Case)
    return msgspec.structs.replace(kept, facts=machine.facts.stored(kept.facts))


def _taken(
    after: Case, move: Move, effects: Sequence[Effect], case: CaseView | None, *, dry_run: bool | None = None
) -> Taken:
    return Taken(
        dry_run=case is None if dry_run is None else dry_run,
        procedure=after.procedure,
        step=move.step,
        state=after.state,
        follows=tuple(Following(what=item.what, about=item.about, due=item.due) for item in effects),
        case=case,
    )


def _unknown(number: int) -> InputError:
    return InputError(
        "case-unknown", f"there is no case {number}", remedy="`shouxin case list` lists the cases"
    )
