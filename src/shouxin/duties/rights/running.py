"""The run of a plan: the work in each store as ``saga`` has it, and the step that ends it.

What somebody else has to do is ``elsewhere`` until they have done it (``errands``).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from shouxin.connect.manual import ManualStore
from shouxin.connect.remote import Remote, planned
from shouxin.connect.stores import Store
from shouxin.connect.survey import Outcome, Survey
from shouxin.duties.rights import by_hand, errands, gathering, kept, planning
from shouxin.duties.rights.desk import LEARNED, Desk, Found, source
from shouxin.duties.rights.model import Change, Plan, State, Task
from shouxin.duties.saga import after, carry
from shouxin.errors import InputError, ShouxinError
from shouxin.store import restrictions
from shouxin.store.ledger.entry import Actor
from shouxin.store.refusals import REFUSALS

if TYPE_CHECKING:
    from sqlalchemy import Connection


def run(desk: Desk, number: int, today: date, actor: Actor, *, dry_run: bool = False) -> tuple[Task, ...]:
    """Carry an approved plan out, or go on where it was cut off; return where each store stands.

    With ``dry_run`` every store does the work and rolls it back. For a copy, parties are asked for what they
    hold, which no approval has to come before. Raises ``InputError``: rights-unverified,
    rights-plan, rights-approval, rights-busy, rights-ended, and those of ``Cases.move`` at the end.
    """
    with desk.engine.connect() as connection:
        with connection.begin():
            found = desk.verified(connection, number, today)
        with _alone(connection, number, found.row.person):
            if found.kind.own.work in gathering.GIVES and not dry_run:
                return gathering.gather(desk, connection, found, today, actor)
            return _Run(desk, connection, number, today, actor).go(dry_run=dry_run)


@contextmanager
def _alone(connection: "Connection", number: int, person: int) -> Iterator[None]:
    """Let nobody else work on the person meanwhile; the lock ends with the connection, however that ends."""
    with connection.begin():
        mine = kept.take_alone(connection, person)
    if not mine:
        raise InputError(
            "rights-busy",
            "a request of the same person is being carried out",
            where=f"request {number}",
            remedy="wait until it is done, then try again",
        )
    try:
        yield
    finally:
        with suppress(*REFUSALS), connection.begin():
            kept.let_go(connection, person)


class _Run:
    """One run of the plan of a request."""

    def __init__(self, desk: Desk, connection: "Connection", number: int, today: date, actor: Actor) -> None:
        self._desk, self._connection = desk, connection
        self._number, self._today, self._actor = number, today, actor
        with connection.begin():
            self._found: Found = desk.verified(connection, number, today)
            row = planning.newest(connection, number)
            self._plan: Plan = row.plan
            self._facts = row.facts
            self._people: planning.People = {}
            self._changes: tuple[Change, ...] = ()
            if not row.plan.finished:
                whose = self._found.row.person
                opened = desk.people.unsealed(connection, whose, row.learned, LEARNED)
                self._people = dict(msgspec.json.decode(opened, type=planning.PEOPLE))
                self._changes = desk.content(connection, self._found.row).changes

    def go(self, *, dry_run: bool) -> tuple[Task, ...]:
        """Do what is left to do."""
        if self._plan.finished:
            return self._plan.tasks
        if not self._plan.approved_by and not dry_run:
            raise InputError(
                "rights-approval",
                f"nobody has approved the plan of request {self._number}",
                remedy=f"read it and approve it: shouxin request approve {self._number} --help",
            )
        with self._desk.stores.opened(self._found.kind.own.erases) as (stores, _):
            known = {store.name: store for store in stores}
            if dry_run:
                return tuple(self._tried(known, task) for task in self._plan.tasks)
            for task in self._plan.tasks:
                if task.state != "done":
                    self._one(known, task)
        with self._connection.begin():
            self._plan = planning.newest(self._connection, self._number).plan
            if all(task.state == "done" for task in self._plan.tasks):
                self._finish()
        return self._plan.tasks

    def _tried(self, known: Mapping[str, Store], task: Task) -> Task:
        """Return what a store would do; it does it and takes it back."""
        try:
            outcome = self._work(_there(known, task.store), dry_run=True)
        except ShouxinError as error:
            return msgspec.structs.replace(task, state="failed", problem=error.code)
        return msgspec.structs.replace(task, outcome=outcome)

    def _one(self, known: Mapping[str, Store], task: Task) -> None:
        """Do the work in one store, or see that it was done."""
        store, erases = known.get(task.store), self._found.kind.own.work == "erase"
        if task.state == "elsewhere" and store is None:
            self._outstanding(task, None, problem="rights-store")
            return
        if isinstance(store, ManualStore) or (isinstance(store, Remote) and erases):
            self._elsewhere(store, task)
            return

        def before() -> Outcome | None:
            done = erases and self._left(_there(known, task.store)).nothing
            return planned(self._survey(task.store)) if done else None

        carry(self, task.store, task.state, lambda: self._work(_there(known, task.store)), before)

    def _elsewhere(self, store: Remote, task: Task) -> None:
        """Have somebody else do the work, or ask whether they have; what they refuse is over."""
        asked = task.state == "elsewhere"
        if not asked:
            self.begun(task.store)
        try:
            outcome = self._carried(store, task)
        except ShouxinError as error:
            if asked and error.code != "service-refused":
                self._outstanding(task, store, problem=error.code)
            else:
                self.ended(task.store, after(error), problem=error.code)
            return
        if outcome is None:
            self._outstanding(task, store)
        else:
            self.ended(task.store, "done", outcome)

    def _carried(self, store: Remote, task: Task) -> Outcome | None:
        """Have somebody else do it; return what was done, None while they have not finished."""
        survey = self._survey(store.name)
        errand = errands.Errand(self._plan.number, self._people[store.name], self._plan.body.as_of, survey)
        progress = errands.carried(self._desk, self._connection, self._found, store, errand)
        if not progress.done:
            return None
        in_doubt = task.state in ("doing", "unknown")
        return planned(survey) if in_doubt or progress.outcome is None else progress.outcome

    def _outstanding(self, task: Task, store: Store | None, problem: str = "") -> None:
        """Write down that the answer of somebody else is outstanding; that they were asked is an entry."""
        with self._connection.begin():
            entry = task.entry
            if task.state != "elsewhere":
                if isinstance(store, ManualStore):
                    by_hand.summon(self._desk, self._found, store.map)
                what = {"store": task.store, "plan": self._plan.digest, "state": "elsewhere"}
                entry = self._desk.note(self._connection, self._actor, self._found.row, "request.store", what)
            kept.WORK.mark(
                self._connection, self._plan.number, task.store, "elsewhere", problem=problem, entry=entry
            )

    def _left(self, store: Store) -> Outcome:
        """Return what an erasure would still do."""
        return store.erase(self._people[store.name], self._plan.body.as_of, dry_run=True)

    def _work(self, store: Store, *, dry_run: bool = False) -> Outcome:
        if self._found.kind.own.work == "erase":
            seen = self._survey(store.name).digest
            return store.erase(self._people[store.name], self._plan.body.as_of, digest=seen, dry_run=dry_run)
        if isinstance(store, ManualStore):
            return Outcome(store=store.name)
        changed: dict[str, int] = {}
        for one in self._changes:
            if one.store == store.name:
                rows = store.correct(
                    self._people[store.name],
                    one.table,
                    one.key,
                    one.values,
                    self._plan.body.as_of,
                    dry_run=dry_run,
                )
                changed[one.table] = changed.get(one.table, 0) + rows
        return Outcome(store=store.name, changed=changed)

    def _survey(self, store: str) -> Survey:
        """Return what was approved for a store; nothing is known of one that people correct."""
        found = (one for one in self._plan.body.surveys if one.store == store)
        return next(found, None) or Survey(store=store)

    def begun(self, store: str) -> None:
        """Write into the journal that a store is about to be changed."""
        with self._connection.begin():
            kept.WORK.mark(self._connection, self._plan.number, store, "doing")

    def ended(self, store: str, state: State, outcome: Outcome | None = None, problem: str = "") -> None:
        """Write into the journal and the ledger how the work in a store ended."""
        told = msgspec.to_builtins(outcome) if outcome else {"store": store, "code": problem}
        with self._connection.begin():
            entry = self._desk.note(
                self._connection,
                self._actor,
                self._found.row,
                "request.store",
                {"plan": self._plan.digest, **told},
                outcome="done" if state == "done" else "failed",
            )
            kept.WORK.mark(
                self._connection,
                self._plan.number,
                store,
                state,
                outcome=outcome,
                problem=problem,
                entry=entry,
            )

    def _finish(self) -> None:
        """Take the step that closes the work, restrict what is kept, forget the person where nothing is."""
        at, found = self._connection, self._found
        kept_rows, kept_until = sum(part.rows for part in self._plan.kept), self._plan.kept_until
        if told := self._plan.kept_by_hand:
            kept_rows, kept_until = kept_rows + told, None
        facts = self._facts | dict.fromkeys(found.kind.shared.keeping, bool(kept_rows))
        text = f"plan {self._plan.digest[:16]}, {len(self._plan.tasks)} stores, {kept_rows} rows kept"
        found = self._desk.find(at, self._number, self._today)
        case = self._desk.take(at, found, found.kind.ends, text, facts, self._today, self._actor)
        restrictions.lift(at, source(self._number))
        if not case.final:
            because = ", ".join(sorted({part.because for part in self._plan.kept if part.because}))
            self._desk.restrict(at, found, facts, because, (self._today, kept_until))
        kept.finish(at, self._plan.number)
        what = {"plan": self._plan.digest, "kept": kept_rows, "state": case.state}
        self._desk.note(at, self._actor, found.row, "request.carried_out", what)
        whole = found.kind.own.work == "erase" and not found.kind.own.erases
        if whole and case.final and not self._others():
            self._desk.people.shred(at, [found.row.person])
            self._desk.note(at, self._actor, found.row, "person.shredded", {})

    def _others(self) -> bool:
        """Tell whether another request of the person is still open."""
        cases = self._desk.cases.within(self._connection)
        return any(
            not cases.show(row.case, self._today).final
            for row in kept.of_person(self._connection, self._found.row.person)
            if row.number != self._number
        )


def _there(known: Mapping[str, Store], name: str) -> Store:
    if name not in known:
        raise InputError(
            "rights-store", f'the store "{name}" cannot be opened', remedy="see its address in `stores`"
        )
    return known[name]
