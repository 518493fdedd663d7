"""Parquet files put together from pieces that are encoded already: columns side by side, row groups in a row.

A piece is the bytes of some columns of one row group and what the file must say of each. Columns of a
source are copied as they stand, neither decoded nor encoded. https://parquet.apache.org/docs/file-format/
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from shouxin.duties.gate.audit_thrift import BINARY, I16, I32, I64, LIST, STRUCT, Struct, decoded, encoded

MAGIC = b"PAR1"
"""How a Parquet file begins and ends."""

_TAIL = 8
_COLUMN_ELSEWHERE = {1, 8, 9}
"""Fields of a column chunk that tell that its bytes are in another file, or encrypted."""


Read = Callable[[int, int], bytes]
"""Reads a file: from which byte, and how many."""


class Piece(NamedTuple):
    """Columns of one row group: their bytes, and the metadata of each with places counted from the start."""

    data: bytes
    columns: list[Struct]
    rows: int


class Shape(NamedTuple):
    """What a file says of its columns before any row: their schema, and the order of their values."""

    schema: list[Struct]
    orders: list[Struct]


def footer(read: Read, size: int) -> Struct:
    """Return the metadata at the end of a Parquet file; raise ``ValueError`` where there is none."""
    tail = read(max(0, size - _TAIL), _TAIL)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or length + _TAIL + len(MAGIC) > size:
        raise ValueError("not a Parquet file, or an encrypted one")
    return decoded(read(size - _TAIL - length, length))


def shape(metadata: Struct) -> Shape:
    """Return the shape of a file's columns."""
    schema = metadata[2][1][1]
    leaves = sum(5 not in element for element in schema)
    orders = metadata[7][1][1] if 7 in metadata else [{} for _ in range(leaves)]
    return Shape(schema, orders)


def beside(left: Shape, right: Shape) -> Shape:
    """Return the shape of a table with the columns of two."""
    root = {**left.schema[0]}
    root[5] = (I32, root[5][1] + right.schema[0][5][1])
    return Shape([root, *left.schema[1:], *right.schema[1:]], [*left.orders, *right.orders])


def check(group: Struct) -> None:
    """Raise ``ValueError`` where the columns of a row group cannot be copied."""
    for column in group[1][1][1]:
        if _COLUMN_ELSEWHERE & column.keys() or 3 not in column:
            raise ValueError("the columns are encrypted or in another file")


def copied(read: Read, group: Struct) -> Piece:
    """Return the columns of a row group of a file; raise ``OSError`` where the file is cut off."""
    chunks: list[bytes] = []
    columns = []
    at = 0
    for column in group[1][1][1]:
        about: Struct = {key: worth for key, worth in column[3][1].items() if key not in (14, 15)}
        if about.get(11, (I64, 0))[1] <= 0:
            about.pop(11, None)
        start = min(about[key][1] for key in (9, 11) if key in about)
        size = about[7][1]
        chunks.append(read(start, size))
        if len(chunks[-1]) != size:
            raise OSError("the file is cut off")
        columns.append(_moved({2: (I64, 0), 3: (STRUCT, about)}, at - start))
        at += size
    return Piece(b"".join(chunks), columns, group[3][1])


def made(table: Any) -> Piece:
    """Return a table encoded as one row group."""
    sink = pa.BufferOutputStream()
    dictionaries = [field.name for field in table.schema if not _is_number(field.type)]
    with pq.ParquetWriter(
        sink, table.schema, compression="zstd", compression_level=1, use_dictionary=dictionaries
    ) as writer:
        writer.write_table(table, row_group_size=max(1, table.num_rows))
    read, size = _reader(sink)
    return copied(read, footer(read, size)[4][1][1][0])


def shape_of(schema: Any) -> Shape:
    """Return the shape of a table that ``made`` encodes."""
    sink = pa.BufferOutputStream()
    pq.ParquetWriter(sink, schema).close()
    return shape(footer(*_reader(sink)))


def row_group(pieces: Sequence[Piece]) -> tuple[bytes, Struct]:
    """Return the bytes of a row group of columns side by side, and what its file says of it."""
    columns: list[Struct] = []
    at = 0
    for piece in pieces:
        columns += [_moved(column, at) for column in piece.columns]
        at += len(piece.data)
    about = [column[3][1] for column in columns]
    return b"".join(piece.data for piece in pieces), {
        1: (LIST, (STRUCT, columns)),
        2: (I64, sum(column[6][1] for column in about)),
        3: (I64, pieces[0].rows),
        5: (I64, 0),
        6: (I64, at),
    }


def end(columns: Shape, schema: Any, groups: Iterable[tuple[int, Struct]]) -> bytes:
    """Return the end of a file whose row groups begin where each pair says; ``schema`` is that in Arrow."""
    moved: list[Struct] = []
    for place, group in groups:
        chunks = [_moved(column, place) for column in group[1][1][1]]
        ordinal = {7: (I16, len(moved))} if len(moved) < 1 << 15 else {}
        moved.append({**group, 1: (LIST, (STRUCT, chunks)), 5: (I64, place), **ordinal})
    arrow = b64encode(schema.serialize().to_pybytes())
    metadata: Struct = {
        1: (I32, 2),
        2: (LIST, (STRUCT, columns.schema)),
        3: (I64, sum(group[3][1] for group in moved)),
        4: (LIST, (STRUCT, moved)),
        5: (LIST, (STRUCT, [{1: (BINARY, b"ARROW:schema"), 2: (BINARY, arrow)}])),
        6: (BINARY, b"shouxin"),
        7: (LIST, (STRUCT, columns.orders)),
    }
    data = encoded(metadata)
    return data + len(data).to_bytes(4, "little") + MAGIC


def _reader(sink: Any) -> tuple[Read, int]:
    data = memoryview(sink.getvalue())
    return lambda start, size: bytes(data[start : start + size]), len(data)


def _moved(column: Struct, by: int) -> Struct:
    about: Struct = column[3][1]
    places: Struct = {key: (I64, about[key][1] + by) for key in (9, 10, 11) if key in about}
    return {**column, 3: (STRUCT, {**about, **places})}


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_primitive(kind))
