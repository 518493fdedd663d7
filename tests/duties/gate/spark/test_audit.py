"""An audit on Spark writes what the engine in process writes: random laws, tables, unknowns; bad input."""

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouxin.duties.gate.audit import Job, Summary
from shouxin.duties.gate.audit import audit as in_process
from shouxin.duties.gate.spark import chunks
from shouxin.duties.gate.spark.audit import audit as on_spark
from shouxin.engine.gate import Gate
from shouxin.errors import InputError
from tests.duties.gate.test_audit import BAD, parquet
from tests.duties.gate.test_audit_decide import TYPES, WHEN
from tests.engine.conftest import DAY, gate_over, instrument, provision
from tests.engine.test_sql_agreement import laws

FEW = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
COUNT = 1000
GROUP = 128
MAYBE = (None, True, False)
KNOWN: dict[str, tuple[str, tuple[Any, ...]]] = {
    "act": ("enum", ("collect", "send")),
    "day": ("date", ("2016-01-01", "2019-12-31", "2020-01-01", "2023-12-31", "2025-06-03")),
    "a.one": ("bool", MAYBE),
    "a__two": ("bool", MAYBE),
    "a.three": ("bool", MAYBE),
    "b.count": ("int", (None, -1, 0, 3)),
    "b.kind": ("enum", (None, "red", "green", "blue")),
    "b.day": ("date", (None, "2021-10-31", "2021-11-01")),
    "p.born": ("date", (None, None, "2008-06-03", "2011-06-03", "2011-06-04")),
}
ODD: dict[str, tuple[Any, ...]] = {
    "act": ("sleep", "fly", None),
    "day": ("2014-12-31", None),
    "b.kind": ("pink",),
}
ODD_TEXT: dict[str, tuple[Any, ...]] = {"day": ("2020-02-30",), "a.one": ("yes",), "b.count": ("3.5", "x")}


def table(seed: int, *, text: bool = False) -> Any:
    """Return random rows, some of them odd."""
    chance = random.Random(seed)
    columns = {}
    for name, (kind, values) in KNOWN.items():
        odd = ODD.get(name, ()) + (ODD_TEXT.get(name, ()) if text else ())
        drawn = [chance.choice(odd if odd and chance.random() < 0.02 else values) for _ in range(COUNT)]
        if text:
            drawn = [None if worth is None else str(worth).lower() for worth in drawn]
        elif kind == "date":
            drawn = [worth and date.fromisoformat(worth) for worth in drawn]
        columns[name] = pa.array(drawn, pa.string() if text else TYPES[kind])
    note = pa.array(['it\'s "here"\nand there', None] * (COUNT // 2))
    return pa.table({"id": range(COUNT), **columns, "note": note})


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut tables into chunks of two row groups."""
    monkeypatch.setattr(chunks, "_ROWS", 2 * GROUP)


@pytest.fixture
def law() -> Gate:
    """Return a gate over one ban."""
    return gate_over(instrument("old", "2015-01-01", provision("art_1", {"when": "a.one"})))


def written(run: Callable[[Job], Summary], folder: Path, job: dict[str, Any]) -> tuple[Any, ...]:
    """Run a job and return all that it wrote and said."""
    folder.mkdir()
    out, bad = folder / "out.parquet", folder / "bad.parquet"
    made = run(Job(out=out, bad=bad, **job))
    assert {path.name for path in folder.iterdir()} <= {"out.parquet", "bad.parquet"}
    refused = pq.read_table(bad).to_pylist() if bad.exists() else []
    return made.rows, made.skipped, made.effects, refused, pq.read_table(out).to_pylist()


@pytest.mark.parametrize("form", ["typed", "typed, one day", "text"])
def test_everything_is_written_as_in_process(
    spark: Any, tmp_path_factory: pytest.TempPathFactory, form: str
) -> None:
    """Effects, citations, duties, questions, days and refusals, in the order of the rows."""

    @FEW
    @given(gate=laws(WHEN), seed=st.integers(0, 2**32), assume=st.sampled_from(["", "more"]))
    def agrees(gate: Gate, seed: int, assume: str) -> None:
        folder = tmp_path_factory.mktemp("audit")
        made = table(seed, text=form == "text")
        source = folder / ("in.csv" if form == "text" else "in.parquet")
        if form == "text":
            pa_csv.write_csv(made, source)
        else:
            pq.write_table(made, source, row_group_size=GROUP)
        when = {"as_of": DAY} if form == "typed, one day" else {"day": "day"}
        job = {"source": str(source), "assume": assume, **when}
        expected = written(lambda job: in_process(gate, job), folder / "in process", job)
        assert written(lambda job: on_spark(gate, job, spark), folder / "on spark", job) == expected

    agrees()


def test_a_folder_is_one_table(spark: Any, tmp_path: Path, law: Gate) -> None:
    """Files follow in the order of their names, hidden ones are none, and rows are counted through."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in (2, 1):
        parquet(folder / f"{number}.parquet", {"id": [number] * 2, "act": ["send", "sned"]})
    (folder / "_SUCCESS").touch()
    out, bad = tmp_path / "out.parquet", tmp_path / "bad.csv"
    made = on_spark(law, Job(source=str(folder), out=out, bad=bad, as_of=DAY), spark)
    assert pq.read_table(out)["id"].to_pylist() == [1, 2]
    assert pa_csv.read_csv(bad)["row"].to_pylist() == [2, 4]
    assert made.skipped == 2


def test_an_earlier_output_is_replaced_and_nothing_else(spark: Any, tmp_path: Path, law: Gate) -> None:
    """A second audit takes the place of the first; a folder of something else stays."""
    source = parquet(tmp_path / "in.parquet", {"act": ["send"]})
    out, other = tmp_path / "out.parquet", tmp_path / "other.parquet"
    for _ in range(2):
        on_spark(law, Job(source=source, out=out, as_of=DAY), spark)
    assert pq.read_table(out).num_rows == 1
    other.mkdir()
    Path(other, "letter.txt").write_text("keep me")
    with pytest.raises(InputError) as caught:
        on_spark(law, Job(source=source, out=other, as_of=DAY), spark)
    assert (caught.value.code, Path(other, "letter.txt").read_text()) == ("file-unwritable", "keep me")


@pytest.mark.parametrize(("code", "rows"), BAD.items())
def test_what_is_refused_in_process_is_refused(
    spark: Any, tmp_path: Path, law: Gate, code: str, rows: dict[str, Any]
) -> None:
    """No act column, no rows, wrong columns, unknown acts; and no output is left."""
    source, out = parquet(tmp_path / "in.parquet", rows), tmp_path / "out.parquet"
    with pytest.raises(InputError) as caught:
        on_spark(law, Job(source=source, out=out, as_of=DAY), spark)
    assert caught.value.code == code
    assert not out.exists()
    if code == "audit-bad-rows":
        assert "2 of the rows" in caught.value.what
        assert "row 2: there is no act" in caught.value.what


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "audit-missing"),
        ({"torn.parquet": b"PAR1 and nothing else"}, "audit-unreadable"),
        ({"bytes.csv": b"act,a.one\nsend,\xff\xfe\n"}, "audit-unreadable"),
        ({"ragged.csv": b"act,a.one\nsend,true\nsend,true,false,x\nsend,true\n"}, "audit-unreadable"),
        ({"a.csv": b"act,a.one\nsend,true\n", "b.csv": b"act,a.two\nsend,true\n"}, "audit-unreadable"),
    ],
)
def test_files_that_cannot_be_read_are_refused(
    spark: Any, tmp_path: Path, law: Gate, files: dict[str, bytes], code: str
) -> None:
    """None, torn, not text, not a table, two tables; found here or by a worker."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name, content in files.items():
        Path(folder, name).write_bytes(content)
    out = tmp_path / "out.parquet"
    with pytest.raises(InputError) as caught:
        on_spark(law, Job(source=str(folder), out=out, as_of=DAY), spark)
    assert (caught.value.code, out.exists()) == (code, False)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"query": "SELECT 1"}, "audit-query"),
        ({"out": Path("out.csv")}, "audit-format"),
        ({"bad": Path("out.parquet")}, "audit-format"),
    ],
)
def test_spark_writes_parquet_from_files(law: Gate, more: dict[str, Any], code: str) -> None:
    """A query, CSV as output, and one place for all rows are refused before anything starts."""
    job = {"source": "in.parquet", "out": Path("out.parquet"), "as_of": DAY, **more}
    with pytest.raises(InputError) as caught:
        on_spark(law, Job(**job), None)
    assert caught.value.code == code
