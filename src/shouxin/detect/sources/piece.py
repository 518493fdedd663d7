"""What a source hands out: texts with their place, columns of a table, and what it could not read."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec
import pyarrow as pa


class Limits(msgspec.Struct, frozen=True):
    """How far reading goes before a part is given up and named as unscanned."""

    document: int = 64 << 20
    """Bytes of one document that must be parsed as a whole (JSON, XML, PDF, DOCX, Excel)."""
    unpacked: int = 4 << 30
    """Bytes that the members of one archive may unpack to, all nesting included."""
    ratio: int = 200
    """How many times a member may be larger than it is packed, beyond its first megabyte."""
    members: int = 100_000
    """Members of one archive, all nesting included."""
    depth: int = 4
    """Archives within archives."""


class Text(msgspec.Struct, frozen=True):
    """A piece of text in UTF-8 and where it stands.

    ``label`` is what names the value (a JSON key, a column): context, not part of the text. ``start``
    and ``byte_start`` count what stands before the piece in the source, in characters and bytes.
    """

    data: bytes
    path: str = ""
    label: str = ""
    start: int = 0
    byte_start: int = 0
    low: int = 0
    """Findings that begin before this byte belong to the piece before."""
    high: int | None = None
    """Findings that begin at or after this byte belong to the next piece."""
    encoding: str = "utf-8"
    """What the source is written in; byte offsets count in it."""


class Column(msgspec.Struct, frozen=True):
    """Cells of one column, in order; ``first`` is the number of the first row, from 1 on."""

    name: str
    cells: pa.Array
    first: int = 1
    table: str = ""


Code = Literal[
    "encrypted", "not-a-file", "not-json", "not-xml", "picture", "too-deep", "too-large", "unknown-kind",
    "unreadable",
]  # fmt: skip
"""Why a part was not looked at; the codes are stable."""


class Unscanned(msgspec.Struct, frozen=True):
    """A part that was not looked at, and why: ``code`` is stable, ``why`` is for people."""

    code: Code
    why: str
    path: str = ""


class Member(msgspec.Struct, frozen=True):
    """What comes now belongs to this member of an archive (``a.zip!b/c.csv``)."""

    name: str


Piece: TypeAlias = Text | Column | Unscanned | Member
Pieces: TypeAlias = Iterator[Piece]
