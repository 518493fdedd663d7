"""Detection on Spark: the same places as in process, whatever the batches, and no value leaves a cell."""

from typing import Any

import pyarrow as pa

from shouxin.detect import Scanner
from shouxin.detect.lake import findings
from shouxin.detect.search import Found, Search
from shouxin.detect.sources import tables


def test_a_frame_gives_the_same_findings_as_the_table(spark: Any) -> None:
    """Strings, numbers and structures in three partitions; keys tell the rows apart."""
    from pyspark.sql import Row, SparkSession

    session = SparkSession(spark)
    rows = [
        Row(
            id=at,
            phone=f"1380013{at:04}" if at % 3 else None,
            number=13900139000 + at,
            note=Row(text="写信至 a@example.com"),
        )
        for at in range(50)
    ]
    frame = session.createDataFrame(rows).repartition(3)
    found = findings(frame, "id")
    assert found.columns == ["key", "column", "type", "start", "end", "byte_start", "byte_end", "score"]
    told = {
        (row.key, row.column, row.type, row.start, row.end, round(row.score, 3)) for row in found.collect()
    }
    table = pa.Table.from_pylist([row.asDict(recursive=True) for row in rows])
    here = set()
    for result in Search(Scanner().spans, b"").pieces(tables.columns(table), ""):
        assert isinstance(result, Found)
        column, _, row = result.finding.path.rpartition("[")
        place = (
            int(row.rstrip("]")) - 1,
            column,
            result.finding.type,
            result.finding.start,
            result.finding.end,
        )
        here.add((*place, result.finding.score))
    assert told == here
    assert {place[1] for place in told} == {"phone", "number", "note.text"}


def test_only_the_kinds_asked_for_are_looked_for(spark: Any) -> None:
    """As with the scanner."""
    from pyspark.sql import SparkSession

    frame = SparkSession(spark).createDataFrame([("a", "13800138000 a@example.com")], "k string, t string")
    (row,) = findings(frame, "k", ["email"]).collect()
    assert (row.key, row.type, row.start) == ("a", "email", 12)
