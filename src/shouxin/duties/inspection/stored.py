"""The archives of packs in the store: put there whole or not at all, read piece by piece.

Who makes a pack holds a lock of the database on its number. The lock ends with its process, however that
ends, so that a pack which is neither whole nor held is known to be broken off.
"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy import Connection, insert, select, text

from shouxin.duties.inspection import tables
from shouxin.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from sqlalchemy import Engine

PIECE = 1 << 20
"""Bytes of a piece."""

_SPACE = 0x73780005
"""The space of advisory locks in which the number of a pack stands."""
_HOLD = text("select pg_try_advisory_lock(:space, :pack)")
_FREE = text("select pg_advisory_unlock(:space, :pack)")
_HELD = text(
    "select objid from pg_locks where locktype = 'advisory' and classid = :space and objsubid = 2 "
    "and database = (select oid from pg_database where datname = current_database())"
)


@contextmanager
def held(engine: "Engine", pack: int) -> Iterator[None]:
    """Hold a pack for as long as it is made; raise ``InputError`` (inspection-making) where another does."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        of = {"space": _SPACE, "pack": pack % 2**31}
        if not connection.execute(_HOLD, of).scalar_one():
            raise InputError(
                "inspection-making",
                "this pack is being made at this moment",
                remedy="open the page of the inspection again in a while",
            )
        try:
            yield
        finally:
            connection.execute(_FREE, of)


def being_made(connection: Connection) -> frozenset[int]:
    """Return the numbers of the packs that somebody makes at this moment."""
    return frozenset(connection.execute(_HELD, {"space": _SPACE}).scalars())


def put(connection: Connection, pack: int, file: BinaryIO) -> None:
    """Put an archive into the store, in the caller's transaction."""
    number = 0
    while content := file.read(PIECE):
        connection.execute(insert(tables.piece).values(pack=pack, number=number, content=content))
        number += 1


def pieces(engine: "Engine", pack: int, size: int) -> Iterator[bytes]:
    """Yield an archive of so many bytes; no connection is held between pieces."""
    for number in range(-(-size // PIECE)):
        with engine.connect() as connection:
            content = _piece(connection, pack, number)
        yield content


def member(connection: Connection, pack: int, size: int, name: str) -> bytes | None:
    """Return a file of an archive, None where it holds no such file."""
    with zipfile.ZipFile(io.BufferedReader(_Archive(connection, pack, size))) as archive:
        return archive.read(name) if name in archive.namelist() else None


class _Archive(io.RawIOBase):
    """An archive in the store as a file that can be read anywhere."""

    def __init__(self, connection: Connection, pack: int, size: int) -> None:
        self._connection, self._pack, self._size, self._at = connection, pack, size, 0
        self._held = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        number, start = divmod(self._at, PIECE)
        if self._at >= self._size or not view:
            return 0
        if self._held[0] != number:
            self._held = (number, _piece(self._connection, self._pack, number))
        part = self._held[1][start : start + len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)


def _piece(connection: Connection, pack: int, number: int) -> bytes:
    of = (tables.piece.c.pack == pack) & (tables.piece.c.number == number)
    return bytes(connection.execute(select(tables.piece.c.content).where(of)).scalar_one())
