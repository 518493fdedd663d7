"""Reading everything back: entries, hashes, head and checkpoints, and naming the first that is wrong.

The entries come as one binary copy in chunks; their hashes are computed anew and compared with the tiles, the
edge of the head, and the root in each signed checkpoint. Every checkpoint's root is that of the same growing
tree, so each is also shown to begin the next. Nothing that was read is believed before it was compared.
"""

import struct
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

import msgspec
from cryptography.x509 import Certificate
from sqlalchemy import func, or_, select, text

from shouxin.errors import IntegrityError, ShouxinError
from shouxin.store.driver import START
from shouxin.store.ledger import tables
from shouxin.store.ledger.append import Head, head
from shouxin.store.ledger.checkpoint import note_of
from shouxin.store.ledger.merkle import SIZE, joined
from shouxin.store.ledger.note import Checkpoint, Previous, PublicKey, opened, read_note
from shouxin.store.ledger.proofs import LEAVES
from shouxin.store.ledger.tiles import (
    HEIGHT,
    WIDTH,
    Edge,
    Where,
    edge_tiles,
    extended,
    node_reader,
    range_roots,
    tile_roots,
)
from shouxin.store.ledger.timestamps import checked, stamped

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Connection, Engine

CHUNK = 65_536
"""Entries that are read and compared at a time; whole tiles of every level up to the fourth."""

_PLACE = struct.Struct(">hiqiq")

Kind = Literal[
    "entry-missing", "entry-changed", "entry-time", "entry-extra", "tile-changed", "head-changed",
    "checkpoint-changed", "checkpoint-key", "fork", "rolled-back", "other-ledger", "timestamp",
]  # fmt: skip


class Fault(msgspec.Struct, frozen=True):
    """The first thing that is wrong: what kind, the entry or the size it is about, and in words."""

    kind: Kind
    number: int
    what: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was read: how many entries and checkpoints, how far those reach, the first problem."""

    origin: str
    hash: str
    size: int
    root: str
    checkpoints: int
    signed: int
    problem: Fault | None = None


class _Chunk(NamedTuple):
    """Some entries, read and hashed: the edge before and after them, and the tiles they fill."""

    before: Edge
    after: Edge
    tiles: dict[Where, bytes]


def verify(
    engine: "Engine",
    keys: Sequence[PublicKey],
    against: Sequence[Checkpoint] = (),
    progress: Callable[[int, int], None] = lambda _done, _size: None,
    roots: Sequence[Certificate] = (),
) -> Report:
    """Read the whole ledger and return what was found, with the first problem where there is one.

    ``keys`` are the public keys that are believed, ``against`` checkpoints that were kept outside, ``roots``
    the certificates to which time stamps must lead.
    Raises ``IntegrityError`` (ledger-head) where there is nothing to begin with.
    """
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.execute(text("set local statement_timeout = 0"))
        report = _Reader(connection, keys, against, progress).report()
        problem = report.problem or _stamps(connection, roots)
        return msgspec.structs.replace(report, problem=problem)


class _Reader:
    """One reading of the ledger."""

    def __init__(
        self,
        connection: "Connection",
        keys: Sequence[PublicKey],
        against: Sequence[Checkpoint],
        progress: Callable[[int, int], None],
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._against = against
        self._progress = progress
        self._head: Head = head(connection)
        self._hashed = self._head.hashed
        self._checkpoints = self._signed = 0
        self._newest: Previous | None = None
        self._last = -(2**63)

    def report(self) -> Report:
        """Read everything; stop at the first problem."""
        problem = self._outside() or self._walked() or self._beyond() or self._kept_outside()
        return Report(
            origin=self._head.origin,
            hash=self._head.hash,
            size=self._head.size,
            root=self._head.root().hex(),
            checkpoints=self._checkpoints,
            signed=self._signed,
            problem=problem,
        )

    def _outside(self) -> Fault | None:
        """Compare the ledger with what was kept outside, as far as its head says enough."""
        for checkpoint in self._against:
            if checkpoint.origin != self._head.origin:
                what = f'the checkpoint is of the ledger "{checkpoint.origin[:80]}", and this is another'
                return Fault("other-ledger", checkpoint.size, what)
            if checkpoint.size > self._head.size:
                what = f"there were {checkpoint.size:,} entries, and now there are {self._head.size:,}"
                return Fault("rolled-back", self._head.size, what)
        return None

    def _walked(self) -> Fault | None:
        """Read the entries chunk by chunk."""
        edge = Edge()
        while edge.size < self._head.size:
            end = min(edge.size + CHUNK, self._head.size)
            hashes, problem = self._leaves(edge.size, end)
            after, tiles = extended(edge, hashes, self._hashed)
            chunk = _Chunk(edge, after, dict(tiles))
            problem = self._differing(chunk) or problem or self._against_notes(chunk)
            if problem:
                return problem
            edge = after
            self._progress(edge.size, self._head.size)
        if edge != self._head.edge:
            return Fault("head-changed", edge.size, "the head does not hold the hashes of the last entries")
        return None

    def _leaves(self, first: int, end: int) -> tuple[list[bytes], Fault | None]:
        """Return the hashes of the entries of a chunk, up to the first that is missing."""
        driver = cast("psycopg.Connection[Any]", self._connection.connection.driver_connection)
        hashes: list[bytes] = []
        hashed, unpack, add, last = self._hashed, _PLACE.unpack_from, hashes.append, self._last
        expected, problem = first, None
        with driver.cursor() as cursor, cursor.copy(LEAVES.format(first, end)) as copy:
            for part in copy:
                leaf = bytes(part)
                if expected == first:
                    leaf = leaf.removeprefix(START)
                if len(leaf) < _PLACE.size:
                    continue
                _, _, number, _, at = unpack(leaf)
                if problem:
                    continue
                if number != expected:
                    problem = _missing(expected)
                elif at < last:
                    problem = Fault("entry-time", number, f"entry {number} is older than the one before it")
                else:
                    last = at
                    expected += 1
                    add(hashed(b"\0" + leaf))
        self._last = last
        return hashes, problem or (None if expected == end else _missing(expected))

    def _differing(self, chunk: _Chunk) -> Fault | None:
        """Return the first difference between the hashes of a chunk and those that were stored."""
        stored = self._stored(chunk)
        if all(stored.get(where) == tile for where, tile in chunk.tiles.items()):
            return self._rest_differing(chunk)
        for where, tile in sorted(chunk.tiles.items()):
            kept = stored.get(where, b"")
            if kept == tile:
                continue
            level, index = where
            at = next((n for n in range(WIDTH) if kept[n * SIZE :][:SIZE] != tile[n * SIZE :][:SIZE]), 0)
            number = (index * WIDTH + at) << HEIGHT * level
            if level == 0 and len(kept) == len(tile) and not self._vouched(index, tile, stored):
                return Fault("entry-changed", number, f"entry {number} is not what was written")
            what = (
                f"the hashes of level {level}, index {index} were changed or are gone; the entries were not"
            )
            return Fault("tile-changed", number, what)
        return None

    def _rest_differing(self, chunk: _Chunk) -> Fault | None:
        """Return the first difference among the last entries of a chunk, which fill no tile."""
        rest = chunk.after.levels[0] if chunk.after.levels else ()
        start = chunk.after.size - len(rest)
        if start // WIDTH == self._head.size // WIDTH:
            kept = b"".join(self._head.edge.levels[0])
        else:
            tile = tables.tile.c
            asked = select(tile.hashes).where(tile.level == 0, tile.index == start // WIDTH)
            kept = bytes(self._connection.execute(asked).scalar_one_or_none() or b"")
        for at, hash_ in enumerate(rest):
            if kept[at * SIZE :][:SIZE] != hash_:
                return Fault("entry-changed", start + at, f"entry {start + at} is not what was written")
        return None

    def _vouched(self, index: int, tile: bytes, stored: dict[Where, bytes]) -> bool:
        """Tell whether the level above agrees with the entries, so that it is the tile that was changed."""
        parts = [tile[at : at + SIZE] for at in range(0, len(tile), SIZE)]
        above = stored.get((1, index // WIDTH)) or edge_tiles(self._head.edge).get((1, index // WIDTH), b"")
        return tile_roots(parts, self._hashed)[0] == above[index % WIDTH * SIZE :][:SIZE]

    def _stored(self, chunk: _Chunk) -> dict[Where, bytes]:
        """Return the stored tiles of a chunk."""
        tile, found = tables.tile, dict[Where, bytes]()
        ends: dict[int, tuple[int, int]] = {}
        for level, index in chunk.tiles:
            low, _ = ends.get(level, (index, index))
            ends[level] = (low, index)
        for level, (low, high) in ends.items():
            asked = select(tile.c.index, tile.c.hashes).where(
                tile.c.level == level, tile.c.index.between(low, high)
            )
            found |= {(level, index): bytes(hashes) for index, hashes in self._connection.execute(asked)}
        return found

    def _against_notes(self, chunk: _Chunk) -> Fault | None:
        """Check every checkpoint whose size lies in a chunk."""
        column = tables.checkpoint.c
        asked = select(column.size, column.note).where(
            column.size > chunk.before.size, column.size <= chunk.after.size
        )
        reader = node_reader(chunk.tiles | edge_tiles(chunk.after), self._hashed)
        outside = [item for item in self._against if chunk.before.size < item.size <= chunk.after.size]
        for size, note in self._connection.execute(asked.order_by(column.size)):
            try:
                checkpoint = opened(note, self._keys)
            except ShouxinError as error:
                kind: Kind = "checkpoint-key" if error.code == "ledger-key-unknown" else "checkpoint-changed"
                return Fault(kind, size, error.what)
            if (checkpoint.size, checkpoint.origin) != (size, self._head.origin):
                return Fault("checkpoint-changed", size, f"the checkpoint at {size:,} entries is another one")
            if gone := self._before(checkpoint):
                return gone
            outside.append(checkpoint)
            self._checkpoints += 1
        for checkpoint in sorted(outside, key=lambda item: item.size):
            if checkpoint.size == chunk.after.size:
                root = chunk.after.root(self._hashed)
            else:
                inside = range_roots([(chunk.before.size, checkpoint.size)], reader, self._hashed)
                root = joined([*chunk.before.roots(self._hashed), *inside], self._hashed)
            if root != checkpoint.root:
                what = (
                    f"one of the entries {self._signed} to {checkpoint.size - 1} is not what was signed, "
                    "though the hashes in the store were made to fit"
                )
                return Fault("fork", self._signed, what)
            self._signed = checkpoint.size
        return None

    def _before(self, checkpoint: Checkpoint) -> Fault | None:
        """Look whether the checkpoint that another names as the one before it is still there."""
        named, last = checkpoint.previous, self._newest
        self._newest = Previous(checkpoint.size, checkpoint.digest)
        if named is None or named == last:
            return None
        note = note_of(self._connection, named.size)  # two servers that sign at once name the same one
        if note is not None and read_note(note)[0].digest == named.digest:
            return None
        return _gone(named.size, "the next one names it")

    def _kept_outside(self) -> Fault | None:
        """Look whether each checkpoint that was kept outside is still in the store."""
        for kept in self._against:
            note = note_of(self._connection, kept.size)
            if note is None:
                return _gone(kept.size, "it was kept outside")
        return None

    def _beyond(self) -> Fault | None:
        """Return what stands outside of what the head says there is."""
        number = tables.entry.c.number
        outside = select(func.min(number)).where(or_(number < 0, number >= self._head.size))
        found = self._connection.execute(outside).scalar_one()
        if found is not None:
            return Fault("entry-extra", found, f"entry {found} was never appended")
        if self._connection.execute(
            select(func.count())
            .select_from(tables.checkpoint)
            .where(tables.checkpoint.c.size > self._head.size)
        ).scalar_one():
            return Fault(
                "rolled-back", self._head.size, "there is a checkpoint of more entries than there are"
            )
        levels = range(1, (self._head.size.bit_length() // HEIGHT) + 2)
        expected = sum(self._head.size >> HEIGHT * level for level in levels)
        count = self._connection.execute(select(func.count()).select_from(tables.tile)).scalar_one()
        if count != expected:
            return Fault("tile-changed", self._head.size, f"there are {count - expected:,} tiles too many")
        return None


def _gone(size: int, why: str) -> Fault:
    return Fault("checkpoint-changed", size, f"the checkpoint at {size:,} entries is gone or another: {why}")


def _stamps(connection: "Connection", roots: Sequence[Certificate]) -> Fault | None:
    """Return the first time stamp that is not of its checkpoint."""
    for size, note, token in stamped(connection):
        try:
            checked(token, note, list(roots))
        except IntegrityError as error:
            return Fault("timestamp", size, error.what)
    return None


def _missing(number: int) -> Fault:
    return Fault("entry-missing", number, f"entry {number} is gone")
