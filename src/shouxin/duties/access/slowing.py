"""Attempts to sign in are counted before they are looked at; after a few, each waits longer than the last."""

from typing import NamedTuple

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert

from shouxin.duties.access import tables
from shouxin.duties.access.tokens import digest
from shouxin.errors import InputError

_FORGOTTEN = text("interval '1 hour'")
_KEPT = text("interval '1 day'")


class Patience(NamedTuple):
    """How many attempts are free, and the longest wait in seconds; each further one doubles the wait."""

    free: int
    longest: int

    def wait(self, count: int) -> int:
        """Return the seconds after which the next attempt is looked at."""
        return min(2 ** min(count - self.free, 20), self.longest) if count >= self.free else 0


ACCOUNT = Patience(5, 60)
"""A stranger may slow an owner down, and never lock one out."""

ADDRESS = Patience(20, 600)
"""Many people may share an address."""


class Slowing:
    """Counts attempts for an account and for an address in the store behind ``engine``."""

    def __init__(self, engine: Engine, account: Patience = ACCOUNT, address: Patience = ADDRESS) -> None:
        self._engine = engine
        self._account, self._address = account, address

    def attempt(self, account: str, address: str) -> None:
        """Count an attempt that is about to be looked at; raise ``InputError`` (sign-in-slow).

        The count is committed first, so that many at once do not get in under one.
        """
        with self._engine.begin() as connection:
            seen = [
                (what, patience, *_held(connection, what))
                for what, patience in sorted(
                    [(_what("account", account), self._account), (_what("address", address), self._address)]
                )
            ]  # in one order, so that two attempts never wait for each other
            wait = max(waiting for _, _, _, waiting in seen)
            if wait <= 0:
                for what, patience, count, _ in seen:
                    _count(connection, what, count + 1, patience.wait(count + 1))
        if wait > 0:
            raise InputError(
                "sign-in-slow",
                f"there were too many attempts; the next is looked at in {int(wait) + 1} seconds",
                remedy="wait, then try again",
            )

    def forgive(self, account: str, address: str) -> None:
        """Forget what was counted for an account that got in, and the one attempt for its address."""
        with self._engine.begin() as connection:
            attempt = tables.attempt
            connection.execute(attempt.delete().where(attempt.c.what == _what("account", account)))
            connection.execute(
                attempt.update()
                .where(attempt.c.what == _what("address", address))
                .values(count=func.greatest(attempt.c.count - 1, 0), next_at=func.now())
            )
            connection.execute(attempt.delete().where(attempt.c.last_at < func.now() - _KEPT))


def _held(connection: Connection, what: bytes) -> tuple[int, float]:
    """Return the count and the seconds still to wait, and hold the row until the transaction ends."""
    attempt = tables.attempt
    connection.execute(
        insert(attempt).values(what=what, count=0, next_at=func.now()).on_conflict_do_nothing()
    )
    now = func.clock_timestamp()
    row = connection.execute(
        select(
            attempt.c.count.label("tries"),
            func.extract("epoch", attempt.c.next_at - now).label("wait"),
            (attempt.c.last_at < now - _FORGOTTEN).label("forgotten"),
        )
        .where(attempt.c.what == what)
        .with_for_update()
    ).one()
    return (0 if row.forgotten else row.tries), float(row.wait)


def _count(connection: Connection, what: bytes, count: int, wait: int) -> None:
    now = func.clock_timestamp()
    connection.execute(
        tables.attempt.update()
        .where(tables.attempt.c.what == what)
        .values(count=count, last_at=now, next_at=now + func.make_interval(0, 0, 0, 0, 0, 0, wait))
    )


def _what(kind: str, name: str) -> bytes:
    return digest(f"{kind}:{name.casefold()}")
