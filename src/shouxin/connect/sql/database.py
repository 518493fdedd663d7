"""One database of a map: its connections, and what is known of it, looked at once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import sqlalchemy as sa

from shouxin.connect.model import DatasetMap
from shouxin.connect.sql.opening import Crossed, engine_for, told
from shouxin.connect.sql.own import Keys
from shouxin.connect.sql.rights import granted
from shouxin.connect.sql.schema import ground
from shouxin.connect.survey import Problem
from shouxin.errors import InputError, StoreError

T = TypeVar("T")

TRIES = 5
"""Times that a change is begun at most."""


class Database:
    """Gives transactions; ``timeout`` in seconds ends each statement."""

    def __init__(self, found: DatasetMap, url: str, timeout: float) -> None:
        self._found = found
        self.engine = engine_for(url, timeout)
        self._keys: Keys | None = None
        self._lock = threading.Lock()

    @contextmanager
    def began(self, *, commit: bool, keys: bool = False) -> Iterator[tuple[sa.Connection, Keys]]:
        """Give a transaction, and what is known of the database; with ``keys`` their tables are there.

        What was changed lasts with ``commit`` only, and where the block ends without an error.
        """
        try:
            with told(self._found.store), self.engine.connect() as connection:
                known = self._known(connection)
                if keys:
                    known.ready(connection)
                transaction = connection.begin()
                yield connection, known
                if commit:
                    transaction.commit()
                else:
                    transaction.rollback()
        except Crossed:
            raise
        except StoreError:
            self._keys = None  # what was known of the database may be what went wrong
            raise

    def tried(self, work: Callable[[], T]) -> T:
        """Return what comes of a change, begun again where another session was in its way."""
        for _ in range(TRIES - 1):
            with suppress(Crossed):
                return work()
        return work()

    def check(self, *, temporary: bool) -> tuple[Problem, ...]:
        """Return where map and database differ, and which rights are missing or too many.

        ``temporary``: whether the account has to be able to make temporary tables.
        """
        with told(self._found.store), self.engine.connect() as connection:
            try:
                real = ground(self._found, connection)
            except InputError as error:
                return (Problem(code=error.code, where=error.where, what=error.what, remedy=error.remedy),)
            return tuple(granted(connection, real, temporary=temporary))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _known(self, connection: sa.Connection) -> Keys:
        with self._lock:
            if self._keys is None:
                self._keys = Keys(ground(self._found, connection))
                connection.rollback()
            return self._keys
