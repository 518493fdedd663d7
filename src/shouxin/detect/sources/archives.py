"""Archives and packed files, within limits: how much they unpack to, how deep, how many members."""

import bz2
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO, cast

from shouxin.detect.sources.piece import Limits, Member, Pieces, Unscanned

_FREE = 1 << 20
_IN_MEMORY = 8 << 20
_PACKED_NOTHING = 64
"""Bytes that nothing at all packs to at the most, whatever the method."""

Reader = Callable[[str, BinaryIO, "Budget"], Pieces]
"""Hand out what a member holds, by its name; given by the caller, so that archives nest."""


class TooMuchError(Exception):
    """An archive unpacks to more than its limits allow."""


class BombError(Exception):
    """One member unpacks to far more than it is packed."""


class Budget:
    """What may still be unpacked, shared by an archive and all the archives in it."""

    def __init__(self, limits: Limits, *, depth: int = 0) -> None:
        self.limits = limits
        self.depth = depth
        self._left = [limits.unpacked, limits.members]

    def inner(self) -> "Budget":
        """Return the budget of an archive inside this one, which counts on the same account."""
        budget = Budget(self.limits, depth=self.depth + 1)
        budget._left = self._left
        return budget

    def member(self) -> None:
        """Count a member; raise ``TooMuchError``."""
        self._left[1] -= 1
        if self._left[1] < 0:
            raise TooMuchError(f"more than {self.limits.members} members")

    def take(self, size: int) -> None:
        """Count bytes; raise ``TooMuchError``."""
        self._left[0] -= size
        if self._left[0] < 0:
            raise TooMuchError(f"more than {self.limits.unpacked >> 20} MB unpacked")


class _Metered(io.RawIOBase):
    """A member whose bytes are counted while they are read; one that breaks off ends there, ``broken``."""

    def __init__(self, file: IO[bytes], budget: Budget, size: int) -> None:
        self._file, self._budget, self._size, self._read = file, budget, size, 0
        self.broken = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            part = cast("io.BufferedReader", self._file).read1(len(buffer))
        except BROKEN:
            self.broken, part = True, b""
        self._read += len(part)
        self._budget.take(len(part))
        if self._read > _FREE + self._budget.limits.ratio * self._size:
            raise BombError(f"it unpacks to more than {self._budget.limits.ratio} times its size")
        buffer[: len(part)] = part
        return len(part)


def zipped(file: BinaryIO, budget: Budget, read: Reader) -> Pieces:
    """Hand out the members of a zip archive."""
    with zipfile.ZipFile(file) as archive:
        for item in archive.infolist():
            if item.is_dir() and not item.file_size:
                continue
            if not item.file_size and item.compress_size <= _PACKED_NOTHING:
                budget.member()
                continue
            if not item.file_size:
                yield Member(item.filename)
                yield Unscanned(
                    "unreadable", "the member holds bytes and is said to be empty; unpack it otherwise"
                )
                continue
            if item.flag_bits & 1:
                yield Member(item.filename)
                yield Unscanned("encrypted", "the member asks for a password; unpack it and look again")
                continue
            with archive.open(item) as member:
                yield from _member(item.filename, member, budget, read, item.compress_size)


def tarred(file: BinaryIO, budget: Budget, read: Reader) -> Pieces:
    """Hand out the members of a tar archive, packed or not; links are not followed."""
    with tarfile.open(fileobj=file, mode="r:*") as archive:
        for item in archive:
            member = archive.extractfile(item) if item.isfile() else None
            if member is not None:
                with member:
                    yield from _member(item.name, member, budget, read, item.size)


def packed(file: BinaryIO, name: str, budget: Budget, read: Reader) -> Pieces:
    """Hand out what a single packed file (gz, bz2, xz) holds."""
    mark = file.read(2)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    opener: Any = {b"\x1f\x8b": gzip.open, b"BZ": bz2.open}.get(mark, lzma.open)
    with opener(file, "rb") as inner:
        yield from _member(name, inner, budget, read, size)


def _member(name: str, member: IO[bytes], budget: Budget, read: Reader, size: int) -> Pieces:
    """Hand out one member; of ``size`` bytes when packed. A member of a member has both names.

    One that is a bomb by itself is named and passed over; an account that is used up ends the archive.
    """
    yield Member(name)
    budget.member()
    try:
        metered = _Metered(member, budget, size)
        with _whole(metered) as whole:
            for piece in read(name, whole, budget):
                yield Member(f"{name}!{piece.name}") if isinstance(piece, Member) else piece
        if metered.broken:
            yield Member(name)
            yield Unscanned("unreadable", "the member breaks off; what comes before the break was looked at")
    except BombError as problem:
        yield Unscanned("too-large", f"the member was given up: {problem}")


@contextmanager
def _whole(member: _Metered) -> Iterator[BinaryIO]:
    """Have a member as a file that can be searched, in memory or beyond that on disk without a name."""
    metered = io.BufferedReader(member)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        while chunk := metered.read(1 << 20):
            spool.write(chunk)
        spool.seek(0)
        yield cast("BinaryIO", spool)


BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
)
"""What a broken archive raises."""
