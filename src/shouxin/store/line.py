"""A line to what other processes commit: NOTIFY of PostgreSQL, and whether the line still stands.

Whoever keeps something of the store in memory hears here when it changed, and must not trust what it keeps
while the line is down.
"""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from shouxin.errors import StoreError
from shouxin.store.refusals import REFUSALS

if TYPE_CHECKING:
    import psycopg

CHANNEL = "shouxin_changed"
"""The channel of PostgreSQL on which everything is told."""

_TELL = text("select pg_notify(:channel, :message)")

BEAT = 1.0
"""Seconds after which a silent line is tried."""

STALE = 3.0
"""Seconds after which a line that answered nothing no longer stands."""


def tell(connection: Connection, subject: str, message: str) -> None:
    """Tell every listener, once this transaction is committed; a message has up to 7,900 characters."""
    connection.execute(_TELL, {"channel": CHANNEL, "message": f"{subject} {message}"})


class Line:
    """Listens in a thread of its own; a context manager.

    ``hear`` gets subject and message. ``again`` is called when the line stands, at first and after every
    break: whatever was kept from before may have changed unheard.
    """

    def __init__(self, engine: Engine, hear: Callable[[str, str], None], again: Callable[[], None]) -> None:
        self._engine = engine
        self._hear = hear
        self._again = again
        self._answered = float("-inf")
        self._stopping = threading.Event()
        self._standing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)

    @property
    def stands(self) -> bool:
        """Tell whether the line answered within ``STALE`` seconds."""
        return time.monotonic() - self._answered < STALE

    def __enter__(self) -> "Line":
        self._thread.start()
        self._standing.wait(STALE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        import psycopg

        while not self._stopping.is_set():
            try:
                self._listen()
            except (psycopg.Error, SQLAlchemyError, StoreError, *REFUSALS):
                self._answered = float("-inf")
                self._stopping.wait(BEAT)

    def _listen(self) -> None:
        """Listen until the line breaks or is to stop."""
        from psycopg import sql

        pooled = self._engine.raw_connection()
        raw = cast("psycopg.Connection[Any]", pooled.driver_connection)
        pooled.detach()  # it is ours until it is closed, and the pool makes another
        try:
            raw.autocommit = True
            raw.execute(sql.SQL("listen {}").format(sql.Identifier(CHANNEL)))
            self._again()
            while not self._stopping.is_set():
                self._answered = time.monotonic()
                self._standing.set()
                for message in raw.notifies(timeout=BEAT):
                    subject, _, what = message.payload.partition(" ")
                    self._hear(subject, what)
                raw.execute("select 1")  # what it notices on the way is given by the next round
        finally:
            self._answered = float("-inf")
            raw.close()
