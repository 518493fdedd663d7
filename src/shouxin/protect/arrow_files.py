"""CSV and Parquet, batch by batch in constant memory. Columns of CSV are text, so that 007 stays 007."""

import io
from collections import Counter
from collections.abc import Iterator
from csv import Error, reader
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from shouxin.protect.files import Done, Job, misshapen
from shouxin.protect.tables import TableShield, keeps

_BLOCK = 1 << 23
_ROWS = 1 << 17

_NO_CSV = "this is not UTF-8 CSV of one header and rows of as many cells"
_LONGEST_NAME = 10_000
"""Characters that the name of a column may have."""


def csv(source: BinaryIO, target: BinaryIO, job: Job, where: str, *, separator: str) -> Done:
    """Protect a CSV file with a header into UTF-8, every cell quoted; errors as ``protect_stream``."""
    names = _header(source.readline(_BLOCK), separator, where)
    parse = pyarrow.csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    convert = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    body = pyarrow.csv.ReadOptions(block_size=_BLOCK, column_names=names)
    shield = TableShield(job.protector, names, find=job.find, person=job.person, restore=job.restore)
    written = pa.schema([(name, pa.string()) for name in names])
    options = pyarrow.csv.WriteOptions(delimiter=separator)
    done = _Counted(shield, job)
    try:
        with pyarrow.csv.CSVWriter(target, written, write_options=options) as writer:
            rest = source.read(1)
            if rest:
                joined = pa.PythonFile(_Joined(rest, source), mode="r")
                for batch in pyarrow.csv.open_csv(joined, body, parse, convert):
                    writer.write_batch(done.batch(batch).cast(written))
    except pa.ArrowInvalid as error:
        long = "straddl" in str(error)  # a row that reaches over a whole block
        what = f"a row has more than {_BLOCK >> 20} MB" if long else _NO_CSV
        raise misshapen(what, where) from None
    return done.result()


def _header(line: bytes, separator: str, where: str) -> list[str]:
    """Return the names of the columns; raise ``InputError`` (protect-file-shape) where there are none."""
    try:
        names = next(reader([line.decode("utf-8-sig")], delimiter=separator, strict=True), [])
    except Error:
        names = []
    if not any(names):
        raise misshapen("the first line names no column", where)
    if max(map(len, names)) > _LONGEST_NAME:
        raise misshapen(f"the first line names a column in more than {_LONGEST_NAME:,} characters", where)
    return names


class _Joined(io.RawIOBase):
    """A stream with the first bytes put back before it."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._first, self._rest = first, rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        first, self._first = self._first, b""
        return first + self._rest.read(size - len(first) if size >= 0 else -1)


def parquet(source: BinaryIO, target: BinaryIO, job: Job, where: str) -> Done:
    """Protect a Parquet file, its metadata and statistics left behind; errors as ``protect_stream``."""
    try:
        file = pyarrow.parquet.ParquetFile(source)
        schema = file.schema_arrow
    except (pa.ArrowException, OSError):
        raise misshapen("this is not Parquet", where) from None
    done = _Counted(
        TableShield(job.protector, schema.names, find=job.find, person=job.person, restore=job.restore), job
    )
    writer: Any = None
    try:
        for batch in _batches(file, schema):
            out = done.batch(batch)
            writer = writer or pyarrow.parquet.ParquetWriter(target, out.schema, compression="zstd")
            writer.write_batch(out)
    except (pa.ArrowInvalid, OSError):
        raise misshapen("a part of the file cannot be read", where) from None
    finally:
        if writer is not None:
            writer.close()
    return done.result()


def _batches(file: Any, schema: Any) -> Iterator[Any]:
    """Yield the batches of a Parquet file, and an empty one where it has none."""
    empty = True
    for batch in file.iter_batches(batch_size=_ROWS):
        empty = False
        yield batch
    if empty:
        yield pa.RecordBatch.from_pylist([], schema=schema)


class _Counted:
    """Protects batches and counts the values of each type."""

    def __init__(self, shield: TableShield, job: Job) -> None:
        self._shield = shield
        self._kept = set(keeps(job.protector, shield.kinds))
        self._counts: Counter[str] = Counter()
        self._rows = 0

    def batch(self, batch: Any) -> Any:
        self._rows += batch.num_rows
        for name, kind in self._shield.kinds.items():
            if name not in self._kept:
                values = pc.count(batch.column(batch.schema.get_field_index(name))).as_py()
                self._counts[kind] += values
        return self._shield.table(batch)

    def result(self) -> Done:
        return Done(self._rows, dict(self._counts + self._shield.found))
