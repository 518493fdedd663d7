"""Appending: entries, the hashes they add and the new head, in the caller's transaction.

The head is locked from here to the end of the transaction, so the numbers have no gap and run in the order in
which transactions commit. Whoever appends does it last, and holds the lock for no longer than a commit takes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, cast

from sqlalchemy import text

from shouxin.errors import InputError, IntegrityError
from shouxin.store.clock import set_time
from shouxin.store.driver import END, START, ByteStrings, driver, numbers
from shouxin.store.ledger.entry import COLUMNS, Entry, body, microseconds, row
from shouxin.store.ledger.merkle import Hasher, HashName, hasher, leaf_hashes
from shouxin.store.ledger.tiles import Edge, extended, unpacked

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LOCK = text(
    "select origin, hash, size, greatest(at, clock_timestamp()) as at, edge "
    "from shouxin.ledger_head where id = 1 for update"
)
_LOCK_AT = text(
    "select origin, hash, size, edge, case when size = 0 then said else greatest(at, said) end as at "
    "from shouxin.ledger_head "
    "cross join (select least(cast(:now as timestamptz), clock_timestamp()) as said) as clock "
    "where id = 1 for update of ledger_head"
)
"""Under a clock that was handed in: never ahead of the database, never before an entry that is there."""
_LOOK = text("select origin, hash, size, at, edge from shouxin.ledger_head where id = 1")
_MOVE = """
with added as (
    insert into shouxin.ledger_tile (level, "index", hashes)
    select * from unnest(%(levels)s::smallint[], %(indexes)s::bigint[], %(hashes)s)
)
update shouxin.ledger_head set size = %(size)s, at = %(at)s, edge = %(edge)b where id = 1
"""
_ENTRIES = f"copy shouxin.ledger_entry ({', '.join(COLUMNS)}) from stdin (format binary)"


class Head(NamedTuple):
    """How far the ledger has grown: its name, its hash, the last time, the right edge of its tree."""

    origin: str
    hash: HashName
    at: datetime
    edge: Edge

    @property
    def size(self) -> int:
        """Return the number of entries, which is the number that the next one gets."""
        return self.edge.size

    @property
    def hashed(self) -> Hasher:
        """Return the function that hashes for this ledger."""
        return hasher(self.hash)

    def root(self) -> bytes:
        """Return the root of the tree."""
        return self.edge.root(self.hashed)


def append(connection: "Connection", entries: Sequence[Entry]) -> range:
    """Append entries in the caller's transaction; return their numbers.

    All entries of a call share one time, the database's (``store/clock.py``), which never runs backwards.
    Call it last in the transaction: others who append wait for its end.

    Raises ``InputError`` (ledger-entry), ``IntegrityError`` (ledger-head), ``StoreError``
    (store-unreachable).
    """
    return append_bodies(connection, [body(entry) for entry in entries])


def append_bodies(connection: "Connection", bodies: Sequence[bytes]) -> range:
    """Append entries whose bodies are made already; see ``append``."""
    before = head(connection, lock=True)
    added = range(before.size, before.size + len(bodies))
    if not bodies:
        return added
    at = microseconds(before.at)
    leaves = [row(number, at, packed) for number, packed in zip(added, bodies, strict=True)]
    with driver(connection) as cursor, cursor.copy(_ENTRIES) as copy:
        copy.write(b"".join((START, *leaves, END)))
        # The database is not done with them yet.
        edge, tiles = extended(before.edge, leaf_hashes(leaves, before.hashed), before.hashed)
    moved = {
        "levels": numbers(level for (level, _), _ in tiles),
        "indexes": numbers(index for (_, index), _ in tiles),
        "hashes": ByteStrings(hashes for _, hashes in tiles),
        "size": edge.size,
        "at": before.at,
        "edge": edge.packed(),
    }
    connection.exec_driver_sql(_MOVE, moved)
    return added


def choose_hash(connection: "Connection", name: HashName) -> None:
    """Choose the hash of the tree; raise ``InputError`` (ledger-begun) where there are entries already."""
    if head(connection, lock=True).size:
        raise InputError(
            "ledger-begun",
            "the ledger has entries, and its hash stays what it is",
            remedy="choose the hash before anything is written, in a new store",
        )
    connection.execute(text("update shouxin.ledger_head set hash = :name"), {"name": name})


def head(connection: "Connection", *, lock: bool = False) -> Head:
    """Return the head of the ledger; raise ``IntegrityError`` (ledger-head) where it is gone or damaged.

    Locked, its time is now, or the last one where the clock was set back.
    """
    now = set_time(connection) if lock else None
    if now is not None:
        asked = connection.execute(_LOCK_AT, {"now": now})
    else:
        asked = connection.execute(_LOCK if lock else _LOOK)
    found = asked.one_or_none()
    edge = unpacked(found.size, bytes(found.edge)) if found else None
    if found is None or edge is None:
        raise IntegrityError(
            "ledger-head",
            "the head of the ledger is gone or damaged",
            where="table shouxin.ledger_head",
            remedy="find out who changed it; `shouxin ledger verify` looks at the rest",
        )
    return Head(found.origin, cast("HashName", found.hash), found.at, edge)
