"""Row groups of Parquet files as chunks: only columns that are asked for are decoded, the rest is copied."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from shouxin.duties.gate import audit_splice
from shouxin.duties.gate.audit_splice import Piece, Shape
from shouxin.duties.gate.audit_thrift import Struct

_LEAST, _MOST = 8_192, 2_097_152
"""Rows that a row group has on the average, and at most, to be worth a chunk of its own."""


class Copied(NamedTuple):
    """What can be copied: the columns in Arrow, the row groups, and the shape of the file to come."""

    schema: Any
    groups: Iterator["Group"]
    shape: Shape


class Group:
    """A row group; its columns are read when they are asked for, and kept."""

    def __init__(self, path: str, number: int, about: Any, metadata: Struct) -> None:
        self.num_rows = about.row_group(number).num_rows
        self.number = number
        self._path = path
        self._about = about
        self._metadata = metadata
        self._columns: dict[str, Any] = {}

    def column(self, name: str) -> Any:
        """Return a column; text comes with a dictionary."""
        if name not in self._columns:
            file = pq.ParquetFile(self._path, metadata=self._about, read_dictionary=[name])
            found = file.read_row_group(self.number, columns=[name], use_threads=False).column(name)
            chunks = found.unify_dictionaries().chunks
            self._columns[name] = chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks)
        return self._columns[name]

    def piece(self) -> Piece:
        """Return the whole row group as it stands; raise ``OSError`` where the file is cut off."""
        with Path(self._path).open("rb", buffering=0) as file:
            return audit_splice.copied(
                lambda start, size: os.pread(file.fileno(), size, start), self._metadata
            )


def opened(paths: Sequence[str]) -> Copied | None:
    """Return the row groups of files in order, or None where they cannot be copied into one file.

    They can where the files have one schema, nothing is encrypted, no name of a folder says what a column
    holds, and no row group is too small or too large to be worked on by itself.
    """
    if any("=" in path for path in paths):
        return None
    try:
        files = [_read(path) for path in paths]
    except (ValueError, KeyError, TypeError, OSError, pa.ArrowException):
        return None
    shapes = [audit_splice.shape(metadata) for _, metadata in files]
    sizes = [group[3][1] for _, metadata in files for group in metadata[4][1][1]]
    schema = pq.read_schema(paths[0])
    if (
        any(shape != shapes[0] for shape in shapes)
        or not sizes
        or max(sizes) > _MOST
        or (len(sizes) > 1 and sum(sizes) < _LEAST * len(sizes))
        or len(set(schema.names)) < len(schema)
    ):
        return None
    groups = (
        Group(path, number, about, group)
        for path, (about, metadata) in zip(paths, files, strict=True)
        for number, group in enumerate(metadata[4][1][1])
        if group[3][1]
    )
    return Copied(schema.remove_metadata(), groups, shapes[0])


def _read(path: str) -> tuple[Any, Struct]:
    with Path(path).open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        metadata = audit_splice.footer(lambda start, size: os.pread(file.fileno(), size, start), size)
    for group in metadata[4][1][1]:
        audit_splice.check(group)
    return pq.read_metadata(path), metadata
