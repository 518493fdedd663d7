"""Group commit of single answers: what arrives while one transaction commits shares the next one."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Union

from shouxin.duties.consent.kept import KeptConsents, Outcomes, Recorded, Report
from shouxin.errors import StoreError
from shouxin.store.ledger import Writer

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST = 256
"""Answers that are taken down together at most."""

_Promise = Union["Future[Recorded]", "asyncio.Future[Recorded]"]
_Waiting = tuple[Report, _Promise]
_Answers = list[tuple[_Promise, Recorded | BaseException]]


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
        self._hand_in(report, future)
        return future

    async def taken(self, report: Report) -> Recorded:
        """Hand an answer in and wait for it, as ``take``; a loop hears of all answers of a batch at once."""
        future: asyncio.Future[Recorded] = asyncio.get_running_loop().create_future()
        self._hand_in(report, future)
        return await future

    def _hand_in(self, report: Report, promise: _Promise) -> None:
        with self._lock:
            self._waiting.append((report, promise))
            first = len(self._waiting) == 1
        if first:
            self._submit([])

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
            _tell(batch, [stopped] * len(batch))
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
            _tell(batch, future.result()[0])
        elif len(batch) > 1 and not isinstance(problem, StoreError):
            for waiting in batch:  # one of them is at fault, and the others are not to suffer for it
                self._submit([waiting])
        else:
            _tell(batch, [problem] * len(batch))


def _tell(batch: Sequence[_Waiting], outcomes: Sequence[Recorded | BaseException]) -> None:
    """Tell those who wait what became of their answers: each loop by one call, everybody else at once."""
    here: _Answers = []
    loops: dict[asyncio.AbstractEventLoop, _Answers] = {}
    for (_, promise), outcome in zip(batch, outcomes, strict=True):
        answers = loops.setdefault(promise.get_loop(), []) if isinstance(promise, asyncio.Future) else here
        answers.append((promise, outcome))
    _settle(here)
    for loop, answers in loops.items():
        with suppress(RuntimeError):  # the loop ended, and nobody waits there any more
            loop.call_soon_threadsafe(_settle, answers)


def _settle(answers: _Answers) -> None:
    """Keep promises; who went away meanwhile keeps nobody else waiting."""
    for promise, outcome in answers:
        if promise.done():
            continue
        if isinstance(outcome, BaseException):
            promise.set_exception(outcome)
        else:
            promise.set_result(outcome)
