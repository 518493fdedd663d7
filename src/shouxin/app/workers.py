"""More processes that answer on the same address: ``shouxin serve --workers N``.

The first process is the server itself, with all that runs beside the answers: deadlines, rounds, the
signing of the ledger. A worker is the application over the same store and nothing else; what one
process learns the others hear of from the store, as they do of every other server on it. A worker that
ends is started anew, and all end with the first, even where it is killed.
"""

import multiprocessing
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Semaphore
from typing import TYPE_CHECKING, NamedTuple

from shouxin.app.settings import Settings, store_config
from shouxin.app.signals import SIGNALS

if TYPE_CHECKING:
    from shouxin.demo.place import Mark

_SPAWN = multiprocessing.get_context("spawn")
_PATIENCE = 60.0
"""Seconds a worker gets to come up before the server goes on without waiting for it."""
_END = 10.0
"""Seconds a worker gets to end in order; then it is ended."""
_AGAIN = 1.0
"""Seconds before a worker that ended is started anew, so that one that cannot live does no harm."""


class Share(NamedTuple):
    """What all processes of a server share: settings and their sources, two secrets, a demo's mark."""

    chosen: Settings
    sources: Mapping[str, str]
    token: str
    mark: "Mark | None"
    first: bytes


@contextmanager
def working(share: Share, listener: socket.socket, say: Callable[[str], None]) -> Iterator[None]:
    """Keep the workers of the settings answering on ``listener`` for the time of the block.

    They are up when it begins; with one process asked for there are none.
    """
    if share.chosen.workers == 1:
        yield
        return
    crew = _Crew(share, listener, say)
    watch = threading.Thread(target=crew.watch, name="workers", daemon=True)
    try:
        crew.start()
        watch.start()
        yield
    finally:
        crew.end()


class _Crew:
    """The workers of one server."""

    def __init__(self, share: Share, listener: socket.socket, say: Callable[[str], None]) -> None:
        self._share = share
        self._listener = listener
        self._say = say
        self._ending = threading.Event()
        self._theirs, self._life = _SPAWN.Pipe(duplex=False)
        self._up = _SPAWN.Semaphore(0)
        self._workers: list[SpawnProcess] = []

    def start(self) -> None:
        """Start all and wait until they answer."""
        for _ in range(self._share.chosen.workers - 1):
            self._workers.append(self._new())
        for _ in self._workers:
            if not self._up.acquire(timeout=_PATIENCE):
                self._say("a worker does not come up; the server goes on without it")

    def watch(self) -> None:
        """Start every worker that ends anew, until the server ends."""
        while not self._ending.is_set():
            wait([worker.sentinel for worker in self._workers], timeout=_AGAIN)
            for number, worker in enumerate(self._workers):
                if worker.exitcode is None or self._ending.wait(_AGAIN):
                    continue
                self._say(f"a worker ended ({worker.exitcode}); another takes its place")
                self._workers[number] = self._new()

    def end(self) -> None:
        """Let all end in order, and end those that do not."""
        self._ending.set()
        self._life.close()
        for worker in self._workers:
            worker.join(_END)
            if worker.exitcode is None:
                worker.kill()
                worker.join()

    def _new(self) -> SpawnProcess:
        made = _SPAWN.Process(
            target=_work, args=(self._share, self._listener, self._theirs, self._up), name="shouxin worker"
        )
        made.start()
        return made


def _work(share: Share, listener: socket.socket, life: Connection, up: Semaphore) -> None:
    """Answer until the first process ends: its end of ``life`` closes, whatever became of it."""
    for number in SIGNALS:  # a signal to all of them is the first one's to heed
        signal.signal(number, signal.SIG_IGN)
    from shouxin.app import logs
    from shouxin.app.answering import Server, settle
    from shouxin.app.whole import assembled
    from shouxin.store import open_store

    logs.install()
    with (
        open_store(store_config(share.chosen)) as store,
        assembled(share.chosen, store.engine, share.token, share.mark, share.sources, beside=False) as whole,
    ):
        whole.access.first = share.first
        settle()
        server = Server(whole.app, up.release, share.chosen.proxies, signals=())

        def watch() -> None:
            life.poll(None)
            server.should_exit = True

        threading.Thread(target=watch, daemon=True).start()
        server.run(sockets=[listener])
