"""Parquet: row groups are read and written one at a time, with their schema, codecs and order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from shouxin.connect.files.formats import Changes, Opened, Values, unreadable
from shouxin.connect.rows import paths
from shouxin.connect.rows.source import Column, Kind

_BATCH = 16_384
_DICTIONARIES = {"PLAIN_DICTIONARY", "RLE_DICTIONARY"}


class Parquet:
    """A file of row groups; the largest of them bounds the memory of a change."""

    def __init__(self, opened: Opened, path: str) -> None:
        self._opened, self._path = opened, path

    def columns(self) -> Mapping[str, Column]:
        """Return its columns, those inside of others by their paths."""
        with self._file() as file:
            return {
                name: Column(_kind(field.type), empty=field.nullable)
                for top in file.schema_arrow
                for name, field in _fields(top.name, top)
            }

    def rows(
        self, looked: Sequence[str], test: Callable[[Values], bool], /
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the rows that pass a test, with their numbers; first only the columns looked at are read."""
        with self._file() as file:
            names = set(file.schema_arrow.names)
            roots = list(dict.fromkeys(one if one in names else paths.root(one) for one in looked)) or None
            first = 0
            for group in range(file.num_row_groups):
                found = [number for number, values in self._group(file, group, roots) if test(values)]
                wanted = set(found)
                for number, values in self._group(file, group, None) if found else ():
                    if number in wanted:
                        yield first + number, values
                first += file.metadata.row_group(group).num_rows

    def rewrite(self, out: IO[bytes], changes: Changes) -> None:
        """Write the file again, row group by row group."""
        with self._file() as file:
            first = 0
            with pq.ParquetWriter(out, file.schema_arrow, **_kept(file)) as writer:
                for group in range(file.num_row_groups):
                    table = file.read_row_group(group)
                    here = {
                        number - first: change
                        for number, change in changes.items()
                        if first <= number < first + table.num_rows
                    }
                    first += table.num_rows
                    new = self._changed(table, here)
                    if new.num_rows or not file.num_row_groups:
                        writer.write_table(new, row_group_size=max(1, new.num_rows))

    @contextmanager
    def _file(self) -> Iterator[Any]:
        with self._opened() as raw:
            try:
                with pq.ParquetFile(raw) as file:
                    yield file
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
                raise unreadable(self._path, "it is no Parquet file that can be read whole") from None

    def _group(
        self, file: Any, group: int, columns: list[str] | None
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        at = 0
        for batch in file.iter_batches(_BATCH, row_groups=[group], columns=columns):
            yield from enumerate(_plain(batch).to_pylist(), at)
            at += batch.num_rows

    def _changed(self, table: Any, changes: Changes) -> Any:
        """Return a row group with new values where rows change, and without those that go."""
        new: dict[str, dict[int, Any]] = {}
        for number, change in changes.items():
            if change:
                was = _plain(table.slice(number, 1)).to_pylist()[0]
                values = paths.written(was, change)
                for root in {one if one in was else paths.root(one) for one in change}:
                    new.setdefault(root, {})[number] = values[root]
        for name, cells in new.items():
            at = table.schema.get_field_index(name)
            column = _replaced(table.column(at), cells)
            table = table.set_column(at, table.schema.field(at), column)
        going = {number for number, change in changes.items() if change is None}
        if going:
            table = table.filter(pa.array([number not in going for number in range(table.num_rows)]))
        return table


def _replaced(column: Any, cells: Mapping[int, Any]) -> Any:
    """Return a column with some cells new; the others are the very same."""
    pieces, at = [], 0
    for number, value in sorted(cells.items()):
        pieces += [*column.slice(at, number - at).chunks, pa.array([value], type=column.type)]
        at = number + 1
    pieces += column.slice(at).chunks
    return pa.chunked_array(pieces, type=column.type)


def _plain(rows: Any) -> Any:
    """Return rows whose times Python can hold: nanoseconds are left out, for reading only."""
    for at, field in enumerate(rows.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
            shorter = rows.column(at).cast(pa.timestamp("us", field.type.tz), safe=False)
            rows = rows.set_column(at, field.name, shorter)
        elif pa.types.is_time64(field.type) and field.type.unit == "ns":
            rows = rows.set_column(at, field.name, rows.column(at).cast(pa.time64("us"), safe=False))
    return rows


def _kept(file: Any) -> dict[str, Any]:
    """Return how a file was written, as far as a writer can be told."""
    metadata = file.metadata
    if not metadata.num_row_groups:
        return {}
    group = metadata.row_group(0)
    columns = [group.column(at) for at in range(group.num_columns)]
    codecs = {one.path_in_schema: one.compression.lower() for one in columns}
    return {
        "compression": {name: "none" if codec == "uncompressed" else codec for name, codec in codecs.items()},
        "use_dictionary": [one.path_in_schema for one in columns if _DICTIONARIES & {*one.encodings}],
        "sorting_columns": group.sorting_columns or None,
        "version": metadata.format_version if metadata.format_version in ("1.0", "2.4", "2.6") else "2.6",
    }


def _fields(path: str, field: Any) -> Iterator[tuple[str, Any]]:
    """Yield a field and those inside of it, each with its path."""
    yield path, field
    kind = field.type
    if pa.types.is_struct(kind):
        for at in range(kind.num_fields):
            inside = kind.field(at)
            yield from _fields(f"{path}.{inside.name}", inside)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        yield from _fields(f"{path}[]", kind.value_field)


def _kind(kind: Any) -> Kind:
    """Return what a type of Arrow holds; "any" where values of Python say it."""
    if pa.types.is_dictionary(kind):
        return _kind(kind.value_type)
    for name, is_kind in _KINDS.items():
        if is_kind(kind):
            return name
    return "any"


_KINDS: Mapping[Kind, Callable[[Any], bool]] = {
    "text": lambda kind: (
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    ),
    "int": pa.types.is_integer,
    "number": lambda kind: pa.types.is_floating(kind) or pa.types.is_decimal(kind),
    "date": pa.types.is_date,
    "time": pa.types.is_timestamp,
    "bool": pa.types.is_boolean,
    "bytes": lambda kind: pa.types.is_binary(kind) or pa.types.is_large_binary(kind),
}
