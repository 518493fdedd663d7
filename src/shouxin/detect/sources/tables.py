"""Arrow tables and Parquet, batch by batch: any number of rows in the same memory."""

from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from shouxin.detect.sources.piece import Column, Pieces, Unscanned

ROWS = 65_536


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
