"""Group commit of single answers: what arrives while one transaction commits shares the next one."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

from shouxin.duties.consent.kept import KeptConsents, Outcomes, Recorded, Report
from shouxin.errors import InputError, StoreError
from shouxin.store.ledger import Writer

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST = 256
"""Answers that are taken down together at most."""

_Waiting = tuple[Report, "Future[Recorded]"]


class Intake:
    """Takes single answers for one process, through a writer that others use as well."""

    def __init__(self, kept: KeptConsents, writer: Writer) -> None:
        self._kept = kept
        self._writer = writer
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []

    def take(self, report: Report) -> "Future[Recorded]":
        """Hand an answer in; the future ends when it is durable, or with the ``InputError`` that refused it.

        Raises ``StoreError`` (ledger-stopped).
        """
        future: Future[Recorded] = Future()
        with self._lock:
            self._waiting.append((report, future))
            first = len(self._waiting) == 1
        if first:
            self._submit([])
        return future

    def _submit(self, batch: list[_Waiting]) -> None:
        """Take a batch down; an empty one is filled with what waits by the time the writer comes to it."""

        def work(connection: "Connection") -> Outcomes:
            if not batch:
                self._fill(batch)
            return self._kept.record(connection, [report for report, _ in batch])

        try:
            done = self._writer.submit(work, lambda outcomes: outcomes[1])
        except StoreError as stopped:
            self._fill(batch)
            _fail(batch, stopped)
        else:
            done.add_done_callback(lambda future: self._answer(batch, future))

    def _fill(self, batch: list[_Waiting]) -> None:
        with self._lock:
            batch += self._waiting[:MOST]
            del self._waiting[:MOST]
            more = bool(self._waiting)
        if more:
            self._submit([])

    def _answer(self, batch: Sequence[_Waiting], future: "Future[Outcomes]") -> None:
        problem = future.exception()
        if problem is None:
            for (_, one), outcome in zip(batch, future.result()[0], strict=True):
                if isinstance(outcome, InputError):
                    one.set_exception(outcome)
                else:
                    one.set_result(outcome)
        elif len(batch) > 1 and not isinstance(problem, StoreError):
            for waiting in batch:  # one of them is at fault, and the others are not to suffer for it
                self._submit([waiting])
        else:
            _fail(batch, problem)


def _fail(batch: Sequence[_Waiting], problem: BaseException) -> None:
    for _, future in batch:
        future.set_exception(problem)
