"""What was found is found again as long as nothing was done: the ledger says so, for everything is in it."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from shouxin.duties.ledger.service import Ledger

T = TypeVar("T")
MOST = 64
"""Answers that are remembered; at one more all are forgotten."""


class Remembered:
    """Answers under a key, for as long as the ledger has not grown; without a ledger nothing is remembered.

    The size is read before an answer is made, so that what happens meanwhile ends its time.
    """

    def __init__(self, ledger: Ledger | None) -> None:
        self._ledger = ledger
        self._lock = Lock()
        self._size = -1
        self._known: dict[Hashable, Any] = {}

    def of(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the answer under a key, made where none is remembered that still holds."""
        if self._ledger is None:
            return make()
        size = self._ledger.size()
        with self._lock:
            if size != self._size or len(self._known) > MOST:
                self._known, self._size = {}, size
            elif key in self._known:
                known: T = self._known[key]
                return known
        made = make()
        with self._lock:
            if size == self._size:
                self._known[key] = made
        return made
