"""CSV and Parquet, batch by batch: any number of rows in the same memory."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from shouxin.detect.sources import text
from shouxin.detect.sources.piece import Column, Pieces, Unscanned

ROWS = 65_536
_LONGEST = 32 << 20


def parquet(file: BinaryIO) -> Pieces:
    """Hand out the columns of a Parquet file; structures are opened, numbers are read as digits."""
    try:
        source = pa.parquet.ParquetFile(file)
        first = 1
        for batch in source.iter_batches(batch_size=ROWS):
            yield from columns(pa.Table.from_batches([batch]), first)
            first += batch.num_rows
    except (pa.ArrowInvalid, OSError, pa.ArrowNotImplementedError):
        yield Unscanned("unreadable", "the Parquet file is broken or of an unknown kind")


def columns(table: pa.Table, first: int = 1, name: str = "") -> Pieces:
    """Hand out the columns of an Arrow table as text, structures opened; a kind without text is left out."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    for field, column in zip(table.schema, table.columns, strict=True):
        kind = field.type
        if pa.types.is_dictionary(kind):
            column, kind = column.cast(kind.value_type), kind.value_type
        if pa.types.is_null(kind) or pa.types.is_boolean(kind):
            continue
        if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_map(kind):
            column = pa.chunked_array([pa.array(map(_joined, column.to_pylist()), pa.large_string())])
        elif pa.types.is_floating(kind):
            column = _digits(column)
        elif pa.types.is_decimal(kind):
            column = pc.replace_substring_regex(column.cast(pa.large_string()), r"\.0+$", "")
        elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            column = column.cast(pa.large_binary())
        else:
            column = column.cast(pa.large_string())
        cells = column.combine_chunks()
        yield Column(field.name, cells, first, name)


def _digits(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write floats as people do: a phone number that became one has no exponent and no fraction."""
    column = column.cast(pa.float64())
    whole = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), 1e18))
    digits = pc.if_else(whole, column, 0.0).cast(pa.int64()).cast(pa.large_string())
    return pc.if_else(whole, digits, column.cast(pa.large_string()))


def _joined(value: object) -> str | None:
    return None if value is None else str(value)


def separated(file: BinaryIO, delimiter: str | None = None) -> Pieces:
    """Hand out the columns of a CSV file; the first row names them and is looked at too.

    Rows of uneven length, quotes that do not close and other encodings are borne.
    """
    head = file.read(1 << 20)
    encoding = text.guess(head)
    raw = io.BufferedReader(_Joined(head, file))
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    stream = io.TextIOWrapper(raw, codec, errors="replace", newline="")
    sample = head.decode(codec, "replace")
    rows = _rows(stream, delimiter or _delimiter(sample))
    names: list[str] = []
    batch: list[list[str]] = []
    first, broken = 1, None
    try:
        for row in rows:
            names = names or row
            batch.append(row)
            if len(batch) >= ROWS:
                yield from _batch(names, batch, first)
                first, batch = first + len(batch), []
    except csv.Error as problem:
        broken = problem
    yield from _batch(names, batch, first)
    if broken:
        why = f"the file cannot be read from here on ({broken}); what follows was not looked at"
        yield Unscanned("unreadable", why, f"row {first + len(batch)}")


def _rows(stream: io.TextIOWrapper, delimiter: str) -> Iterator[list[str]]:
    """Read rows; a line without an end is an error and not the end of memory."""
    csv.field_size_limit(_LONGEST)

    def lines() -> Iterator[str]:
        while line := stream.readline(_LONGEST):
            if len(line) == _LONGEST:
                raise csv.Error(f"a line of more than {_LONGEST >> 20} million characters")
            yield line.replace("\0", " ")

    return csv.reader(lines(), delimiter=delimiter)


def _batch(names: list[str], rows: list[list[str]], first: int) -> Pieces:
    width = max(map(len, rows), default=0)
    for at in range(width):
        name = names[at].strip() if at < len(names) and names[at].strip() else f"column {at + 1}"
        cells = [row[at] if at < len(row) else None for row in rows]
        yield Column(name, pa.array(cells, pa.large_string()), first)


def _delimiter(sample: str) -> str:
    """Return what separates the columns: what most lines hold as often as the first one does."""
    lines = [line for line in sample.splitlines()[:50] if line.strip()]
    best = (0, ",")
    for mark in "|;\t,":
        wanted = lines[0].count(mark) if lines else 0
        alike = sum(line.count(mark) == wanted for line in lines) if wanted else 0
        best = max(best, (alike, mark), key=lambda pair: pair[0])
    return best[1]


class _Joined(io.RawIOBase):
    """What was read ahead, then the rest of the file."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = memoryview(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        part = self._head[: len(buffer)] if self._head else self._rest.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)
