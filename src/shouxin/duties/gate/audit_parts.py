"""Finished chunks of an audit, kept beside the output until it is whole.

A part is an Arrow file named after its number, the digest of what went in (rows, law, question) and its own
digest, so that a part is used again only where it is what would be made again, byte for byte.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from shouxin.errors import InputError

_NAME = re.compile(r"^\d{6}-[0-9a-f]{32}-[0-9a-f]{32}\.arrow$")


class Parts:
    """The parts of one output; without ``resume`` those of an earlier run are taken away."""

    def __init__(self, out: Path, *, resume: bool) -> None:
        """Raise ``InputError`` (file-unwritable) where there is no place for them."""
        self._folder = out.with_name(f".{out.name}.parts")
        self.finished: list[Path] = []
        with writing(out):
            self._folder.mkdir(exist_ok=True)
            for path in [] if resume else self._all():
                path.unlink()

    def kept(self, question: str, batch: Any) -> Any:
        """Return the part that was made of ``batch`` for ``question`` in an earlier run, or None."""
        self._next = f"{len(self.finished):06d}-{_digest(question.encode(), batch.serialize())}"
        for path in self._folder.glob(f"{self._next}-*.arrow"):
            if _digest(path.read_bytes()) == path.stem.rpartition("-")[2]:
                self.finished.append(path)
                return _read(path)
            path.unlink()
        return None

    def add(self, table: Any) -> None:
        """Keep the part made of the batch that ``kept`` was last asked about."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(
            sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")
        ) as stream:
            stream.write_table(table)
        content = sink.getvalue()
        path = self._folder / f"{self._next}-{_digest(content)}.arrow"
        temporary = path.with_suffix(".partial")
        with writing(path):
            temporary.write_bytes(content)
            temporary.replace(path)
        self.finished.append(path)

    def tables(self) -> Iterator[Any]:
        """Yield the finished parts in order."""
        return map(_read, self.finished)

    def remove(self) -> None:
        """Take all parts away, and their folder."""
        for path in self._all():
            path.unlink()
        if not any(self._folder.iterdir()):
            self._folder.rmdir()

    def _all(self) -> list[Path]:
        return [
            path for path in self._folder.iterdir() if _NAME.match(path.name) or path.suffix == ".partial"
        ]


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what goes wrong with the disk into ``InputError`` (file-unwritable)."""
    try:
        yield
    except OSError as error:
        raise InputError(
            "file-unwritable",
            f"the file cannot be written: {error.strerror or error}",
            where=str(path),
            remedy="choose another place, or make room and give --resume",
        ) from None


def write(out: Path, tables: Iterator[Any], schema: Any) -> None:
    """Write tables as one file, Parquet or CSV by its name, in one step; ``InputError`` as ``writing``."""
    temporary = out.with_name(f".{out.name}.partial")
    with writing(out):
        try:
            if out.suffix == ".csv":
                flat = schema_of_text(schema)
                with pa_csv.CSVWriter(temporary, flat) as writer:
                    for table in tables:
                        writer.write_table(_flat(table))
            else:
                with pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
                    for table in tables:
                        writer.write_table(table)
            temporary.replace(out)
        finally:
            temporary.unlink(missing_ok=True)


def schema_of_text(schema: Any) -> Any:
    """Return the schema of a table in CSV; raise ``InputError`` (audit-column-type) for nested columns."""
    return _flat(schema.empty_table()).schema


def _flat(table: Any) -> Any:
    """Return a table with lists as text: items joined by "; ", a duty before its provision."""
    for index, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(index, field.name, table.column(index).cast(field.type.value_type))
        elif pa.types.is_nested(field.type):
            column = pa.chunked_array(
                [_joined(chunk, field) for chunk in table.column(index).chunks], pa.string()
            )
            table = table.set_column(index, field.name, column)
    return table


def _joined(array: Any, field: Any) -> Any:
    items = array.flatten() if pa.types.is_list(field.type) else None
    if items is not None and pa.types.is_struct(items.type):
        items = pc.binary_join_element_wise(*(part.cast(pa.string()) for part in items.flatten()), " ")
    if items is not None and pa.types.is_dictionary(items.type):
        items = items.dictionary_decode()
    if items is None or not pa.types.is_string(items.type):
        raise InputError(
            "audit-column-type",
            f'the column "{field.name}" holds {field.type}, which CSV cannot',
            remedy="write Parquet, or leave the column out",
        )
    lengths = pc.fill_null(pc.list_value_length(array), 0).to_pylist()
    offsets = [0]
    for length in lengths:
        offsets.append(offsets[-1] + length)
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), items), "; ")


def _read(path: Path) -> Any:
    with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
        return stream.read_all()


def _digest(*contents: Any) -> str:
    total = hashlib.blake2b(digest_size=16)
    for content in contents:
        total.update(content)
    return total.hexdigest()
