"""What keeps the guard in a service's own database current: put together, and beside a server."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shouxin.duties.gate.service import Decider
from shouxin.duties.guard.grounds import StoredGrounds
from shouxin.duties.guard.rows_follow import Follower
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.rounds import Beside
from shouxin.errors import StoreError
from shouxin.law.register import Register
from shouxin.store.database import connected
from shouxin.store.dsn import read_dsn
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Engine


_BETWEEN = re.compile(r"\s+(?=postgres(?:ql)?://)")


def databases(text: str) -> Sequence[str]:
    """Return the DSNs of the setting ``guard_dsn``: several URLs stand between spaces, one each."""
    return [one for one in _BETWEEN.split(text.strip()) if one]


@contextmanager
def follower_of(
    engine: "Engine", dsn: str, register: Register, readings: Mapping[str, str], people: People
) -> Iterator[Follower]:
    """Give what follows the store of ``engine`` for the database that a DSN names.

    Raises ``StoreError`` (store-dsn).
    """
    there = connected(dsn)
    inventory = Inventory(register, readings, engine)
    try:
        yield Follower(
            engine,
            there,
            Decider(register, readings),
            StoredGrounds(inventory.declared, engine),
            inventory.covered,
            people,
            register.version,
        )
    finally:
        there.dispose()


class Following(Beside):
    """A thread that follows for as long as the server runs; a context manager.

    Where the other database cannot be reached, that is said once and tried again.
    Raises ``StoreError`` (store-dsn) at once for a DSN that cannot be read.
    """

    def __init__(
        self,
        engine: "Engine",
        dsn: str,
        law: tuple[Register, Mapping[str, str]],
        people: People,
        say: Callable[[str], None],
    ) -> None:
        try:
            self._place = read_dsn(dsn).place
        except StoreError as error:
            where = "the setting guard_dsn (not shown: it may hold a password)"
            raise StoreError(error.code, error.what, where=where, remedy=error.remedy) from None
        super().__init__("guard follow")
        self._parts = engine, dsn, *law, people
        self._say = say

    def _run(self) -> None:
        with follower_of(*self._parts) as follower:
            follower.run(self._stopping, lambda problem: self._say(f"the guard in {self._place}: {problem}"))
