"""Keys that were let in a moment ago: forgotten at once, in every process, when one is revoked.

Nothing counts unless the line to the store stands, nor longer than ``SECONDS``, nor beyond the key's own end.
"""

import threading
import time
from types import TracebackType

from sqlalchemy import Connection, Engine

from shouxin.duties.access.model import Principal
from shouxin.store import line

SUBJECT = "access"
"""What the messages are about that tell that a key was revoked."""

SECONDS = 10.0
"""How long a key is let in without a look at the store; its last use is kept no more exactly than that."""

MOST = 10_000
"""Keys that are remembered at most."""


def tell(connection: Connection) -> None:
    """Tell every process, once this transaction is committed, to look at the store again."""
    line.tell(connection, SUBJECT, "*")


class Remembered:
    """Who came with a key, by the digest of the key; a context manager that holds the line to the store."""

    def __init__(self, engine: Engine) -> None:
        self._line = line.Line(engine, self._hear, self.forget)
        self._lock = threading.Lock()
        self._changes = 0
        self._known: dict[bytes, tuple[Principal, float]] = {}

    def __enter__(self) -> "Remembered":
        self._line.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.__exit__(kind, problem, trace)

    @property
    def changes(self) -> int:
        """Return how often everything was forgotten; to be asked before the store is."""
        return self._changes

    def recall(self, digest: bytes) -> Principal | None:
        """Return who came with a key, where that still counts."""
        found = self._known.get(digest)
        if found is None or time.monotonic() >= found[1] or not self._line.stands:
            return None
        return found[0]

    def keep(self, digest: bytes, principal: Principal, seconds: float, before: int) -> None:
        """Remember for so long at most who came with a key, unless something changed since ``before``."""
        with self._lock:
            if self._line.stands and before == self._changes:
                if len(self._known) >= MOST:
                    self._known.clear()
                self._known[digest] = principal, time.monotonic() + min(seconds, SECONDS)

    def forget(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._changes += 1
            self._known.clear()

    def _hear(self, subject: str, _message: str) -> None:
        if subject == SUBJECT:
            self.forget()
