"""Tables on Spark: their columns looked through where they lie, with the same answers as in process."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from shouxin.detect.search import Search
    from shouxin.detect.sources.piece import Column

_FINDINGS = "column string, type string, start long, end long, byte_start long, byte_end long, score double"


def findings(
    frame: "DataFrame", key: str, kinds: Iterable[str] | None = None, *, min_score: float = 0.5
) -> "DataFrame":
    """Return one row a finding: the ``key`` of its row, its column, kind, place in the cell, and score.

    ``key`` names the column that tells rows apart; it is looked through like every other. No value leaves
    the cells. Works in the executors, which need this package, batch by batch.
    """
    kept = frame.schema[key].dataType.simpleString()
    wanted = None if kinds is None else list(kinds)

    def look(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from shouxin.detect import Scanner
        from shouxin.detect.search import Search
        from shouxin.detect.sources import tables
        from shouxin.detect.sources.piece import Column

        search = Search(Scanner(wanted, min_score=min_score).spans, b"")
        for batch in batches:
            keys = batch.column(key)
            rows: list[dict[str, Any]] = []
            for column in tables.columns(pa.Table.from_batches([batch])):
                assert isinstance(column, Column)
                rows += _rows(search, column, keys)
            yield pa.RecordBatch.from_pylist(rows, _schema(keys.type))

    return frame.mapInArrow(look, f"key {kept}, {_FINDINGS}")


def _rows(search: "Search", column: "Column", keys: pa.Array) -> Iterator[dict[str, Any]]:
    for place, _value in search.cells(column):
        yield {
            "key": keys[place.row].as_py(),
            "column": column.name,
            "type": place.kind,
            "start": place.first,
            "end": place.last,
            "byte_start": place.begin,
            "byte_end": place.end,
            "score": place.score,
        }


def _schema(key: pa.DataType) -> pa.Schema:
    whole = pa.int64()
    return pa.schema([
        ("key", key), ("column", pa.string()), ("type", pa.string()), ("start", whole), ("end", whole),
        ("byte_start", whole), ("byte_end", whole), ("score", pa.float64()),
    ])  # fmt: skip
