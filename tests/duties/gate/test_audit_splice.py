"""The output of an audit is sound Parquet: copied columns, verdict columns, metadata nobody here knows of."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouxin.duties.gate import audit_groups, audit_source, audit_splice, audit_table, audit_thrift
from shouxin.duties.gate.audit import Job, audit
from shouxin.duties.gate.audit_decide import Decided
from shouxin.duties.gate.audit_output import Form
from shouxin.duties.gate.audit_pages import pages
from shouxin.duties.gate.audit_verdicts import Verdict
from tests.engine.conftest import DAY, gate_over, instrument, provision

NAMES = st.lists(st.sampled_from([f"法:art_{n}" for n in range(400)]), max_size=5).map(tuple)
DUTIES = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=3).map(tuple)
VERDICTS = st.builds(Verdict, st.sampled_from(["permitted", "prohibited"]), NAMES, DUTIES, NAMES, NAMES)
DAYS = st.one_of(st.dates(), st.just(DAY))


def fields(inner: Any) -> Any:
    """Return how structs look whose fields hold ``inner`` or plain values."""
    numbers = st.integers(-(2**62), 2**62).map(lambda n: (audit_thrift.I64, n))
    texts = st.binary(max_size=200).map(lambda text: (audit_thrift.BINARY, text))
    flags = st.sampled_from([(audit_thrift.TRUE, None), (audit_thrift.FALSE, None)])
    doubles = st.binary(min_size=8, max_size=8).map(lambda data: (audit_thrift.DOUBLE, data))
    structs = inner.map(lambda struct: (audit_thrift.STRUCT, struct))
    lists = st.lists(inner, max_size=20).map(lambda items: (audit_thrift.LIST, (audit_thrift.STRUCT, items)))
    return st.dictionaries(
        st.integers(1, 300), st.one_of(numbers, texts, flags, doubles, structs, lists), max_size=5
    )


@given(st.recursive(st.just({}), fields, max_leaves=20))
def test_metadata_is_read_and_written_back_unchanged(struct: audit_thrift.Struct) -> None:
    """Fields of all types, known or not, near and far apart."""
    assert audit_thrift.decoded(audit_thrift.encoded(struct)) == struct


@given(st.binary(max_size=60))
def test_any_bytes_are_metadata_or_refused(data: bytes) -> None:
    """Nothing but ``ValueError`` comes of bytes that are no struct."""
    try:
        audit_thrift.decoded(data)
    except ValueError as error:
        assert str(error)


@settings(max_examples=60, deadline=None)
@given(st.lists(VERDICTS, min_size=1, max_size=40, unique=True), st.integers(1, 300), DAYS, st.data())
def test_verdicts_are_read_back_as_they_were_written(
    verdicts: list[Verdict], count: int, day: date, data: st.DataObject
) -> None:
    """Encoded by hand or by pyarrow, read by pyarrow or by DuckDB, a column says the same."""
    numbers = np.array(
        data.draw(st.lists(st.integers(0, len(verdicts) - 1), min_size=count, max_size=count)), np.int32
    )
    days: Any = day
    if data.draw(st.booleans()):
        days = pa.array([day, DAY] * count, pa.date32()).slice(0, count)
    decided = Decided(numbers, list(verdicts), days)
    form = Form(Path("x.parquet"), audit_table.ADDED)
    rows = form.pieces(pages(decided, "v1"))
    content = form.head + rows.data + form.end([rows.segment()])
    wanted = audit_table.verdict_columns(decided, "v1").to_pylist()
    found = pq.read_table(pa.BufferReader(content))
    found.validate(full=True)
    assert found.to_pylist() == wanted


def test_more_values_than_a_byte_numbers_and_more_rows_than_a_page_holds(tmp_path: Path) -> None:
    """DuckDB and pyarrow read wide dictionaries, several pages and several row groups."""
    verdicts: list[Verdict | None] = [
        Verdict("permitted", possible=tuple(f"p{n}" for n in range(some, some * 2))) for some in range(70)
    ]
    verdicts += [Verdict("prohibited", (f"v{n}",)) for n in range(70_000)]
    decided = Decided(np.arange(100_000, dtype=np.int32) % len(verdicts), verdicts, DAY)
    form = Form(tmp_path / "x.parquet", audit_table.ADDED)
    rows = form.pieces(pages(decided, "v1"))
    form.path.write_bytes(form.head + rows.data * 2 + form.end([rows.segment()] * 2))
    wanted = audit_table.verdict_columns(decided, "v1").to_pylist() * 2
    assert pq.read_table(form.path).to_pylist() == wanted
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT violations, possible, effect FROM read_parquet($1)", [str(form.path)]
        )
        assert found.fetchall() == [(row["violations"], row["possible"], row["effect"]) for row in wanted]


ODD = pa.table(
    {
        "act": ["send", "send", None, "send"],
        "a.one": pa.array([True, None, False, False]),
        "b__kind": pa.array(["red", "blue", None, "red"]).dictionary_encode(),
        "b.day": pa.array([DAY, None, DAY, DAY], pa.date32()),
        "tags": pa.array([["x", None], [], None, ["y"]], pa.list_(pa.large_string())),
        "at": pa.array([1, 2, None, 4], pa.timestamp("us", "Asia/Shanghai")),
        "price": pa.array([1, None, 3, 4]).cast(pa.decimal128(30, 2)),
        "where": pa.array([{"x": 1.5}, None, {"x": None}, {"x": 0.0}]),
        "raw": pa.array([b"\0", None, b"", b"x"]),
    }
)


@pytest.mark.parametrize(
    "more", [{}, {"compression": "gzip", "data_page_version": "2.0"}, {"version": "1.0"}]
)
def test_columns_are_passed_on_as_they_are(tmp_path: Path, more: dict[str, Any]) -> None:
    """Nested, dated, decimal, binary columns in any compression; statistics and types are kept."""
    gate = gate_over(
        instrument("old", "2015-01-01", provision("art_1", {"when": "a.one AND b.kind = 'red'"}))
    )
    table = ODD.filter(ODD["act"].is_valid())
    source, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pq.write_table(table, source, use_dictionary=["act"], write_page_index=True, **more)
    audit(gate, Job(source=str(source), out=out, as_of=DAY))
    found = pq.read_table(out)
    assert found.select(table.column_names).equals(pq.read_table(source))
    assert found["effect"].to_pylist() == ["prohibited", "permitted", "permitted"]
    statistics = pq.read_metadata(out).row_group(0).column(2).statistics
    assert statistics.max == "red"


def test_tables_that_cannot_be_copied_are_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of several schemas, folders that say a column, tiny row groups: the rows are the same."""
    gate = gate_over(instrument("old", "2015-01-01", provision("art_1", {"when": "a.one"})))
    rows = pa.table({"act": ["send"] * 6, "a.one": [True, False, None] * 2})
    for name in ("day=1", "day=2"):
        (tmp_path / name).mkdir()
        pq.write_table(rows, tmp_path / name / "x.parquet")
    pq.write_table(rows, tmp_path / "1.parquet", row_group_size=2)
    pq.write_table(rows.set_column(1, "a.one", rows["a.one"].fill_null(False)), tmp_path / "2.parquet")
    pq.write_table(rows.cast(pa.schema([("act", pa.large_string()), rows.field(1)])), tmp_path / "3.parquet")

    def found(source: str) -> dict[str, int]:
        out = tmp_path / "out.parquet"
        return audit(gate, Job(source=str(tmp_path / source), out=out, as_of=DAY)).effects

    assert found("1.parquet") == {"permitted": 2, "prohibited": 2, "undetermined": 2}
    assert found("day=*/x.parquet")["undetermined"] == 4
    assert pq.read_table(tmp_path / "out.parquet")["day"].to_pylist() == [1] * 6 + [2] * 6
    assert found("[12].parquet")["prohibited"] == 4
    assert found("3.parquet")["prohibited"] == 2
    monkeypatch.setattr(audit_groups, "_LEAST", 1)
    assert found("[12].parquet")["prohibited"] == 4


def test_a_row_group_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """The end of a file may be whole while its rows are not."""
    path = tmp_path / "in.parquet"
    pq.write_table(pa.table({"act": ["send"] * 9}), path)
    with audit_source.opened(str(path), copy=True) as table:
        (group,) = table.chunks
        path.write_bytes(path.read_bytes()[:10])
        with pytest.raises(OSError, match="cut off"):
            group.piece()
    with pytest.raises(ValueError, match="not a Parquet file"):
        audit_splice.footer(lambda start, size: b"PAR1PAR1"[:size], 8)
