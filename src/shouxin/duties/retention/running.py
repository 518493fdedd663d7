"""A retention run carried out: one transaction a store, as it was approved, resumed where it was cut off."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from shouxin.connect.remote import planned
from shouxin.connect.survey import Outcome, Part, Problem, Survey
from shouxin.duties.access.service import SYSTEM_KEY, Approvals
from shouxin.duties.retention import kept
from shouxin.duties.rights.service import Stores, Task
from shouxin.duties.saga import State, carry
from shouxin.errors import InputError, ShouxinError
from shouxin.store.ledger import Entry, append
from shouxin.store.ledger.entry import Actor
from shouxin.store.refusals import REFUSALS

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

CHANGED = "erase-changed"
"""What a store raises that holds something else than was approved."""


class Expires(Protocol):
    """A store as runs ask it: one of the service's, or one of our own; errors as ``Store``."""

    @property
    def name(self) -> str:
        """Return what it is called."""

    def overdue(self, as_of: date) -> tuple[Part, ...]:
        """Return what is past its keeping time."""

    def expire(self, as_of: date, *, digest: str | None = None, dry_run: bool = False) -> Outcome:
        """Carry out what ``overdue`` says in one transaction."""


class Office(NamedTuple):
    """What runs go through; ``own`` are the stores of our own."""

    engine: "Engine"
    stores: Stores
    approvals: Approvals
    own: tuple[Expires, ...] = ()

    @contextmanager
    def opened(self) -> Iterator[tuple[list[Expires], list[Problem]]]:
        """Give every store that can be opened, and a problem for each that cannot."""
        with self.stores.opened() as (stores, problems):
            yield [*stores, *self.own], problems


def run(office: Office, number: int, actor: Actor, *, dry_run: bool = False) -> tuple[Task, ...]:
    """Carry an approved run out, or go on with it; with ``dry_run`` do it all and take it back.

    Raises ``InputError``: retention-unknown, retention-replaced, retention-approval, retention-busy, and
    those of ``Approvals.spend``.
    """
    with office.engine.connect() as connection, _alone(connection, number):
        return _Run(office, connection, number, actor).go(dry_run=dry_run)


@contextmanager
def _alone(connection: "Connection", number: int) -> Iterator[None]:
    with connection.begin():
        mine = kept.take_alone(connection, number)
    if not mine:
        raise InputError(
            "retention-busy",
            f"retention run {number} is being carried out",
            remedy="wait until it is done, then look again",
        )
    try:
        yield
    finally:
        with suppress(*REFUSALS), connection.begin():
            kept.let_go(connection, number)


class _Run:
    """The work of one run, and its journal."""

    def __init__(self, office: Office, connection: "Connection", number: int, actor: Actor) -> None:
        self._office, self._connection, self._number, self._actor = office, connection, number, actor
        with connection.begin():
            self._row = kept.find(connection, number)
            self._tasks = kept.WORK.tasks(connection, number)
        self._found = kept.overdue(self._row)

    def go(self, *, dry_run: bool) -> tuple[Task, ...]:
        """Do what is left to do."""
        if self._row.finished_at is not None:
            return self._tasks
        if self._row.replaced_at is not None:
            raise InputError(
                "retention-replaced",
                f"another run came in the place of retention run {self._number}",
                remedy="look at the newest: `shouxin retention list`",
            )
        if not dry_run:
            self._start()
        with self._office.opened() as (stores, _):
            known = {store.name: store for store in stores}
            if dry_run:
                return tuple(self._tried(known, task) for task in self._tasks)
            for task in self._tasks:
                if task.state != "done" and task.problem != CHANGED:
                    self._one(known, task)
        return self._finish()

    def _start(self) -> None:
        """Count the run against its approval, once."""
        with self._connection.begin():
            row = kept.find(self._connection, self._number, lock=True)
            if row.started_at is not None:
                return
            if self._office.approvals.one(row.approval).state != "given":
                raise InputError(
                    "retention-approval",
                    f"nobody has approved retention run {self._number}",
                    remedy="let another person look at it: `shouxin retention approve --help`",
                )
            self._office.approvals.spend(
                self._connection,
                SYSTEM_KEY,
                self._actor.origin,
                "destruction",
                self._found.rows,
                number=row.approval,
                place="retention",
                matter=f"retention run {self._number}",
            )
            kept.move(self._connection, self._number, "started")
            self._note("retention.started", {"rows": self._found.rows, "approval": row.approval})

    def _one(self, known: Mapping[str, Expires], task: Task) -> None:
        """Do the work in one store, or see that it was done."""

        def before() -> Outcome | None:
            left = _there(known, task.store).expire(self._row.as_of, dry_run=True)
            return planned(self._survey(task.store)) if left.nothing else None

        carry(self, task.store, task.state, lambda: self._work(known, task.store), before)

    def _work(self, known: Mapping[str, Expires], store: str, *, dry_run: bool = False) -> Outcome:
        seen = self._survey(store).digest
        return _there(known, store).expire(self._row.as_of, digest=seen, dry_run=dry_run)

    def _tried(self, known: Mapping[str, Expires], task: Task) -> Task:
        """Return what a store would do; it does it and takes it back."""
        if task.state == "done":
            return task
        try:
            outcome = self._work(known, task.store, dry_run=True)
        except ShouxinError as error:
            return msgspec.structs.replace(task, state="failed", problem=error.code)
        return msgspec.structs.replace(task, outcome=outcome)

    def _survey(self, store: str) -> Survey:
        return next(one for one in self._found.surveys if one.store == store)

    def begun(self, store: str) -> None:
        """Write into the journal that a store is about to be changed."""
        with self._connection.begin():
            kept.WORK.mark(self._connection, self._number, store, "doing")

    def ended(self, store: str, state: State, outcome: Outcome | None = None, problem: str = "") -> None:
        """Write into the journal and the ledger how the work in a store ended."""
        told = msgspec.to_builtins(outcome) if outcome else {"store": store, "code": problem}
        with self._connection.begin():
            entry = self._note("retention.store", told, failed=state != "done")
            kept.WORK.mark(
                self._connection, self._number, store, state, outcome=outcome, problem=problem, entry=entry
            )

    def _finish(self) -> tuple[Task, ...]:
        """End the run where every store is done, or holds something else than was approved."""
        with self._connection.begin():
            tasks = kept.WORK.tasks(self._connection, self._number)
            if all(task.state == "done" or task.problem == CHANGED for task in tasks):
                kept.move(self._connection, self._number, "finished")
                done = sum(task.state == "done" for task in tasks)
                self._note("retention.finished", {"stores": len(tasks), "done": done})
        return tasks

    def _note(self, kind: str, what: Mapping[str, object], *, failed: bool = False) -> int:
        entry = Entry(
            kind=kind,
            who=self._actor.who,
            origin=self._actor.origin,
            what={"run": self._number, "digest": self._row.digest, **what},
            why=f"approval:{self._row.approval}",
            outcome="failed" if failed else "done",
        )
        return append(self._connection, [entry])[0]


def _there(known: Mapping[str, Expires], name: str) -> Expires:
    if name not in known:
        raise InputError(
            "rights-store", f'the store "{name}" cannot be opened', remedy="see its address in `stores`"
        )
    return known[name]
