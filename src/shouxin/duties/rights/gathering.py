"""What entrusted parties hold of a person, for a copy: asked for once, waited for, brought into the copy.

A party that does not answer, or answers with what does not count, is asked again; the copy says that it is
missing, and the request does not end before it came or somebody wrote down why it does not.
"""

import uuid
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from shouxin.connect.model import DatasetMap
from shouxin.connect.opendsr.model import MAKE, Want
from shouxin.connect.opendsr.store import OpenDsrStore
from shouxin.connect.person import Held, Person
from shouxin.connect.remote import Progress
from shouxin.connect.survey import Outcome, Row
from shouxin.duties.rights import kept, kept_errands
from shouxin.duties.rights.desk import LEARNED, Desk, Found
from shouxin.duties.rights.errands import LATEST, REFERENCE, SOONEST
from shouxin.duties.rights.model import Missing, Plan, Task
from shouxin.errors import InputError, ShouxinError
from shouxin.store.ledger.entry import Actor

if TYPE_CHECKING:
    from sqlalchemy import Connection

FOUND = "rights/party"
"""What the sealed rows are for."""

GIVES = frozenset({"give", "hand_over"})
"""The works that end in a copy."""

_OVER = frozenset({"service-refused", "opendsr-identities"})
"""What asking again does not mend."""


class Brought(NamedTuple):
    """What a copy has of the parties, by their names, and which of them it lacks."""

    parts: tuple[tuple[str, list[Row]], ...] = ()
    missing: tuple[Missing, ...] = ()


def open_errands(connection: "Connection", found: Found, plan: Plan, maps: tuple[DatasetMap, ...]) -> None:
    """Let every party be asked for what it holds; what an earlier plan asked for is not asked for twice."""
    if found.kind.own.work not in GIVES:
        return
    for one in _parties(maps):
        if not kept_errands.take_over(connection, found.number, plan.number, one.store):
            kept_errands.begin_soon(connection, plan.number, one.store, str(uuid.uuid4()))
            kept.WORK.mark(connection, plan.number, one.store, "elsewhere")


def gather(desk: Desk, connection: "Connection", found: Found, today: date, actor: Actor) -> tuple[Task, ...]:
    """Ask every party that has not answered; return where each store stands. Nobody else works on it."""
    with connection.begin():
        row = kept.newest_plan(connection, found.number)
        if row is None:
            raise _unplanned(found.number)
        opened = desk.people.unsealed(connection, found.row.person, row.learned, LEARNED)
    people = msgspec.json.decode(opened, type=dict[str, dict[str, tuple[Held, ...]]])
    waiting = {task.store: task for task in row.plan.tasks if task.state == "elsewhere"}
    with desk.stores.opened(make=MAKE) as (stores, _):
        for store in stores:
            if isinstance(store, OpenDsrStore) and store.name in waiting and store.name in people:
                asking = _Asking(desk, connection, found, row.plan, actor)
                asking.ask(store, waiting[store.name], people[store.name], today)
    with connection.begin():
        after = kept.newest_plan(connection, found.number)
    assert after
    return after.plan.tasks


def brought(desk: Desk, connection: "Connection", found: Found) -> Brought:
    """Return what the parties hold; raise ``InputError`` (rights-plan) where none was asked yet."""
    parties = list(_parties(tuple(desk.stores.maps())))
    if not parties:
        return Brought()
    row = kept.newest_plan(connection, found.number)
    if row is None:
        raise _unplanned(found.number)
    states = {task.store: task for task in row.plan.tasks}
    parts, missing = [], []
    for one in parties:
        assert one.hand_off
        told = kept_errands.told(connection, row.plan.number, one.store)
        if told is None or told.found is None:
            task = states.get(one.store)
            failed = task is None or task.state == "failed"
            missing.append(Missing(party=one.hand_off.party, why="failed" if failed else "waits"))
            continue
        opened = desk.people.unsealed(connection, found.row.person, told.found, FOUND)
        tables: Mapping[str, list[dict[str, Any]]] = msgspec.json.decode(opened)
        rows = [Row(table, "own", values) for table, rows in tables.items() for values in rows]
        parts.append((one.hand_off.party, rows))
    return Brought(tuple(parts), tuple(missing))


class _Asking(NamedTuple):
    """One party of one request that is asked how far it is."""

    desk: Desk
    connection: "Connection"
    found: Found
    plan: Plan
    actor: Actor

    def ask(self, store: OpenDsrStore, task: Task, person: Person, today: date) -> None:
        """Hand the request over, or ask after it; what it holds is sealed as soon as it came."""
        try:
            progress, asked = self._progress(store, person, today)
        except ShouxinError as error:
            self._failed(task, error)
            return
        if progress.done:
            self._take(task, progress)
        else:
            self._wait(task, progress, asked)

    def _progress(self, store: OpenDsrStore, person: Person, today: date) -> tuple[Progress, int]:
        problems = store.survey(person, today).problems
        with self.connection.begin():
            before = kept_errands.errand(self.connection, self.plan.number, store.name)
            assert before
            opened = None
            if before.reference is not None:
                whose = self.found.row.person
                opened = self.desk.people.unsealed(self.connection, whose, before.reference, REFERENCE)
        if opened is not None:
            return store.ask(person, today, opened.decode()), before.asked
        if problems:
            raise InputError(problems[0].code, problems[0].what, where=store.name, remedy=problems[0].remedy)
        want: Want = "access" if self.found.kind.own.work == "give" else "portability"
        return store.hand_over(person, today, before.key, want), before.asked

    def _wait(self, task: Task, progress: Progress, asked: int) -> None:
        with self.connection.begin():
            whose = self.found.row.person
            sealed = self.desk.people.seal(self.connection, whose, progress.reference.encode(), REFERENCE)
            pause = min(LATEST, SOONEST * 2 ** min(asked, 20))
            kept_errands.outstanding(self.connection, self.plan.number, task.store, sealed, pause)
            entry = task.entry
            if entry is None:
                entry = self._note({"store": task.store, "plan": self.plan.digest, "state": "elsewhere"})
            kept.WORK.mark(self.connection, self.plan.number, task.store, "elsewhere", entry=entry)

    def _take(self, task: Task, progress: Progress) -> None:
        found = progress.found or {}
        counts = {name: len(rows) for name, rows in found.items()}
        with self.connection.begin():
            plain = msgspec.json.encode(found)
            sealed = self.desk.people.seal(self.connection, self.found.row.person, plain, FOUND)
            kept_errands.gathered(self.connection, self.plan.number, task.store, sealed)
            what = {"store": task.store, "plan": self.plan.digest, "found": counts, "sha256": progress.digest}
            outcome = Outcome(store=task.store)
            entry = self._note(what)
            kept.WORK.mark(
                self.connection, self.plan.number, task.store, "done", outcome=outcome, entry=entry
            )

    def _failed(self, task: Task, error: ShouxinError) -> None:
        """Write down what stands in the way; only what asking again does not mend is an entry."""
        over = error.code in _OVER
        with self.connection.begin():
            entry = task.entry
            if over:
                what = {"store": task.store, "plan": self.plan.digest, "code": error.code}
                entry = self._note(what, failed=True)
                kept_errands.rest(self.connection, self.plan.number, task.store)
            kept.WORK.mark(
                self.connection,
                self.plan.number,
                task.store,
                "failed" if over else "elsewhere",
                problem=error.code,
                entry=entry,
            )

    def _note(self, what: Mapping[str, Any], *, failed: bool = False) -> int:
        outcome = "failed" if failed else "done"
        row = self.found.row
        return self.desk.note(self.connection, self.actor, row, "request.store", what, outcome=outcome)


def _parties(maps: tuple[DatasetMap, ...]) -> Iterator[DatasetMap]:
    return (one for one in maps if one.make == MAKE and one.hand_off)


def _unplanned(number: int) -> InputError:
    return InputError(
        "rights-plan",
        f"request {number} has no plan yet, so no party was asked for what it holds",
        remedy=f"make one: shouxin request plan {number}",
    )
