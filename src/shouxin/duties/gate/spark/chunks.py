"""A table cut into chunks that workers read by themselves: row groups of Parquet, or a whole file of CSV.

The files must lie where every worker sees them under the same path.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from shouxin.duties.gate import audit_groups, audit_source
from shouxin.errors import InputError

_ROWS = 500_000
"""Rows of a chunk, or a few more: a row group is read whole."""


class Chunk(NamedTuple):
    """A part of a file: its number in the table, the rows before it, and its row groups.

    CSV has no row groups, and its rows are counted from the beginning of the file.
    """

    number: int
    file: str
    first: int = 0
    groups: tuple[int, ...] = ()


class Table(NamedTuple):
    """A table of several files in order: its columns, whether all are text, its chunks and a digest.

    The digest is of the names, sizes and times of the files.
    """

    schema: Any
    text: bool
    chunks: list[Chunk]
    digest: str


def table(source: str) -> Table:
    """Return how a file, a glob of files or a folder is read; ``InputError``: audit-missing, -unreadable."""
    files = [path.absolute() for path in _files(source)]
    text = any(path.name.endswith((".csv", ".csv.gz")) for path in files)
    if text:
        with audit_source.opened(str(files[0])) as first:
            schema = first.schema
        chunks = [Chunk(number, str(path)) for number, path in enumerate(files)]
    else:
        with _reading(files[0]):
            schema = pq.read_schema(files[0]).remove_metadata()
        chunks = list(_cut(files))
    return Table(schema, text, chunks, _digest(files))


@contextmanager
def opened(chunk: Chunk, schema: Any, *, copy: bool) -> Iterator[audit_source.Table]:
    """Open a chunk as ``audit_source`` opens a table; raise ``InputError`` (audit-unreadable)."""
    if chunk.file.endswith((".csv", ".csv.gz")):
        with audit_source.opened(chunk.file) as read:
            _require_columns(read.schema, schema, chunk.file)
            yield read
        return
    copied = audit_groups.opened([chunk.file]) if copy else None
    if copied and copied.schema == schema:
        groups = (group for group in copied.groups if group.number in chunk.groups)
        yield audit_source.Table(schema, groups, text=False, shape=copied.shape)
    else:
        yield audit_source.Table(schema, _batches(chunk, schema), text=False)


def _batches(chunk: Chunk, schema: Any) -> Iterator[Any]:
    with _reading(Path(chunk.file)):
        file = pq.ParquetFile(chunk.file)
        _require_columns(file.schema_arrow, schema, chunk.file)
        for batch in file.iter_batches(audit_source.CHUNK, row_groups=chunk.groups):
            yield batch.cast(schema)


def _files(source: str) -> list[Path]:
    root = Path(source)
    if not root.is_dir():
        return audit_source.files(source)
    inside = (path.relative_to(root) for path in root.rglob("*"))
    shown = (path for path in inside if not any(name.startswith((".", "_")) for name in path.parts))
    files = sorted(root / path for path in shown if (root / path).is_file())
    if not files:
        raise InputError(
            "audit-missing", f'the folder "{source[:200]}" holds no file', remedy="name a folder of files"
        )
    return files


def _cut(files: list[Path]) -> Iterator[Chunk]:
    """Yield the row groups of files, some together."""
    number = first = 0
    for path in files:
        with _reading(path):
            metadata = pq.read_metadata(path)
        held: list[int] = []
        rows = 0
        for group in range(metadata.num_row_groups):
            held.append(group)
            rows += metadata.row_group(group).num_rows
            if rows >= _ROWS or group + 1 == metadata.num_row_groups:
                yield Chunk(number, str(path), first, tuple(held))
                number, first = number + 1, first + rows
                held, rows = [], 0


def _require_columns(found: Any, wanted: Any, file: str) -> None:
    if found.names != wanted.names:
        raise InputError(
            "audit-unreadable",
            "the table cannot be read: its files have different columns",
            where=file,
            remedy="audit files with the same columns in the same order",
        )


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise audit_source.unreadable(str(path), error) from None


def _digest(files: list[Path]) -> str:
    total = hashlib.blake2b(digest_size=16)
    for path in files:
        state = path.stat()
        total.update(repr((str(path), state.st_size, state.st_mtime_ns)).encode())
    return total.hexdigest()
