"""Counts over a table that only grows: counted once, and from then on only what was added."""

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import Connection

K = TypeVar("K")
Count = Callable[["Connection", datetime, int, int], Mapping[K, int]]
"""Counts the rows since an instant whose number is above the first and at most the second figure."""


class Growing(Generic[K]):
    """Counts by a key, of rows since an instant; numbers have to rise in the order of commits.

    When the instant moves, everything is counted anew.
    """

    def __init__(self, count: "Count[K]") -> None:
        self._count = count
        self._lock = Lock()
        self._since: datetime | None = None
        self._top = -1
        self._known: dict[K, int] = {}

    def of(self, connection: "Connection", since: datetime, top: int) -> dict[K, int]:
        """Return the counts of the rows up to the number ``top``, which is the highest there is."""
        with self._lock:
            if since != self._since:
                self._known, self._since, self._top = {}, None, -1
            if top > self._top:
                for key, count in self._count(connection, since, self._top, top).items():
                    self._known[key] = self._known.get(key, 0) + count
                self._since, self._top = since, top
            return dict(self._known)
