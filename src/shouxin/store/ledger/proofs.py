"""Reading proofs: which hashes show that an entry is in the tree, or that an older tree begins a newer one.

All a proof needs are a few tiles, read at once; the edge of the head stands in for tiles that are not full.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import text

from shouxin.errors import InputError, IntegrityError
from shouxin.store.driver import END, START
from shouxin.store.ledger.append import Head, head
from shouxin.store.ledger.entry import COLUMNS
from shouxin.store.ledger.merkle import Range, consistency, inclusion
from shouxin.store.ledger.tiles import Where, edge_tiles, node_reader, range_roots, tiles_of

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Connection

_TILES = """
select t.level, t."index", t.hashes from shouxin.ledger_tile t
join unnest(%(levels)b::smallint[], %(indexes)b::bigint[]) as w (level, index)
    on t.level = w.level and t."index" = w.index
"""
LEAVES = (
    f"copy (select {', '.join(COLUMNS)} from shouxin.ledger_entry "  # noqa: S608  # whole numbers come in
    "where number >= {:d} and number < {:d} order by number) to stdout (format binary)"
)
"""Asks for the entries from one number up to another as the bytes that were hashed."""


class Tree:
    """The tree of the ledger as one transaction sees it."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection

    @cached_property
    def head(self) -> Head:
        """Return the head; raise ``IntegrityError`` (ledger-head)."""
        return head(self._connection)

    def root(self, size: int) -> bytes:
        """Return the root that the tree had at a size; errors as ``inclusion``."""
        if size == self.head.size:
            return self.head.root()
        self._within(size, self.head.size)
        return self._roots([(0, size)])[0]

    def inclusion(self, number: int, size: int) -> list[bytes]:
        """Return the proof that an entry is in the tree of a size.

        Raises ``InputError`` (ledger-number), ``IntegrityError`` (ledger-tile).
        """
        self._within(size, self.head.size)
        self._within(number, size - 1)
        return self._roots(inclusion(number, size))

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the tree of ``old`` begins that of ``new``; errors as ``inclusion``."""
        self._within(new, self.head.size)
        self._within(old, new)
        return self._roots(consistency(old, new))

    def leaf(self, number: int) -> bytes:
        """Return an entry as the bytes that were hashed; raise ``InputError`` (ledger-number)."""
        self._within(number, self.head.size - 1)
        found = rows(self._connection, number, number + 1)
        if not found:
            raise _no_entry(number)
        return found[0]

    def _within(self, number: int, most: int) -> None:
        if not 0 <= number <= most:
            raise _no_entry(number)

    def _roots(self, ranges: Sequence[Range]) -> list[bytes]:
        tiles = self._tiles(tiles_of(ranges))
        try:
            return range_roots(ranges, node_reader(tiles, self.head.hashed), self.head.hashed)
        except KeyError as missing:
            level, index = missing.args[0]
            raise IntegrityError(
                "ledger-tile",
                "hashes of the ledger are gone or damaged",
                where=f"table shouxin.ledger_tile, level {level}, index {index}",
                remedy="`shouxin ledger verify` says what else is; restore the store from a backup",
            ) from None

    def _tiles(self, wanted: set[Where]) -> dict[Where, bytes]:
        asked = {"levels": [level for level, _ in wanted], "indexes": [index for _, index in wanted]}
        stored = self._connection.exec_driver_sql(_TILES, asked)
        return edge_tiles(self.head.edge) | {(level, index): bytes(hashes) for level, index, hashes in stored}


def rows(connection: "Connection", first: int, end: int) -> list[bytes]:
    """Return the leaves from one number up to, not including, another, as PostgreSQL writes them."""
    connection.execute(text("select 1"))  # the transaction is SQLAlchemy's, whatever the driver does in it
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(LEAVES.format(first, end)) as copy:
        found = [bytes(part) for part in copy]
    found[0] = found[0].removeprefix(START)
    return [part for part in found if part and part != END]


def _no_entry(number: int) -> InputError:
    return InputError(
        "ledger-number",
        f"the ledger has no {number} entries" if number < 0 else f"the ledger has no entry {number}",
        remedy="`shouxin ledger show` lists the newest; the first one is 0",
    )
