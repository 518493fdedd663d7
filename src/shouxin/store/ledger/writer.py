"""Group commit: one thread puts the changes of many callers, with their entries, into one transaction."""

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from shouxin.errors import StoreError
from shouxin.store.ledger.append import append_bodies
from shouxin.store.ledger.entry import Entry, body

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

MOST = 256
"""Changes that share a commit at most."""

WAITING = 8192
"""Changes that wait at most; whoever brings one more waits for a place."""

Answer = TypeVar("Answer")
Work = Callable[["Connection"], Answer]
Entries = Sequence[Entry] | Callable[[Any], Sequence[Entry]]
"""Entries, or what makes them of the answer of the work."""


class _Job(NamedTuple):
    """One change: what does it, its entries, and where its answer goes."""

    work: Work[Any]
    entries: Entries
    future: Future[Any]

    def done(self, connection: "Connection") -> tuple[Any, list[bytes]]:
        """Do the work; return its answer and the bodies of its entries, which can be written."""
        answer = self.work(connection)
        entries = self.entries(answer) if callable(self.entries) else self.entries
        return answer, [body(entry) for entry in entries]


class Writer:
    """Writes for one process; a context manager that finishes what was submitted before it ends.

    A future has its answer only when the change and its entries are durable. Where one change fails, the
    others are done again without it, so ``work`` may run twice; what it did the first time is undone then.
    """

    def __init__(self, engine: "Engine", most: int = MOST) -> None:
        self._engine = engine
        self._most = most
        self._jobs: queue.Queue[_Job | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._jobs.put(None)
        self._thread.join()
        while not self._jobs.empty():
            if late := self._jobs.get():
                late.future.set_exception(_stopped())

    def submit(self, work: Work[Answer], entries: Entries = ()) -> "Future[Answer]":
        """Let ``work`` change the store and its entries be appended, together or not at all.

        The future gives the answer of ``work``, or the error that ``work``, its entries or the store raised.
        Raises ``StoreError`` (ledger-stopped) where the writer does not run.
        """
        if not self._thread.is_alive():
            raise _stopped()
        future: Future[Answer] = Future()
        self._jobs.put(_Job(work, entries, future))
        return future

    def _run(self) -> None:
        while (first := self._jobs.get()) is not None:
            jobs, last = [first], False
            while len(jobs) < self._most and not self._jobs.empty():
                following = self._jobs.get()
                if following is None:
                    last = True
                    break
                jobs.append(following)
            running = [job for job in jobs if job.future.set_running_or_notify_cancel()]
            if running and not self._together(running):
                self._apart(running)
            if last:
                return

    def _together(self, jobs: Sequence[_Job]) -> bool:
        """Do all changes and commit; False, and nothing is changed, where one of them fails."""
        try:
            with self._engine.connect() as connection, connection.begin() as transaction:
                try:
                    done = [job.done(connection) for job in jobs]
                except Exception:
                    transaction.rollback()
                    return False
                append_bodies(connection, [one for _, bodies in done for one in bodies])
                transaction.commit()
        except Exception as problem:
            _refuse(jobs, problem)
            return True
        for job, (answer, _) in zip(jobs, done, strict=True):
            job.future.set_result(answer)
        return True

    def _apart(self, jobs: Sequence[_Job]) -> None:
        """Do all changes, each undone by itself where it fails, and commit the rest."""
        outcomes: list[tuple[Any, Exception | None]] = []
        bodies: list[bytes] = []
        try:
            with self._engine.begin() as connection:
                for job in jobs:
                    try:
                        with connection.begin_nested():
                            answer, own = job.done(connection)
                    except Exception as problem:
                        outcomes.append((None, problem))
                    else:
                        outcomes.append((answer, None))
                        bodies += own
                append_bodies(connection, bodies)
        except Exception as problem:
            _refuse(jobs, problem)
            return
        for job, (answer, failure) in zip(jobs, outcomes, strict=True):
            if failure:
                job.future.set_exception(failure)
            else:
                job.future.set_result(answer)


def _refuse(jobs: Iterable[_Job], problem: Exception) -> None:
    for job in jobs:
        job.future.set_exception(problem)


def _stopped() -> StoreError:
    return StoreError(
        "ledger-stopped",
        "the writer of the ledger does not run",
        remedy="try again when the server has started anew",
    )
