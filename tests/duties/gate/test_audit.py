"""A whole audit over a made-up law: files in and out, resuming, bad input."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from shouxin.duties.gate import audit_groups, audit_source
from shouxin.duties.gate.audit import Job, audit
from shouxin.engine.gate import Gate
from shouxin.errors import InputError
from tests.engine.conftest import DAY, gate_over, instrument, provision

ROWS: dict[str, list[Any]] = {
    "id": [1, 2, 3, 4],
    "act": ["collect", "collect", "collect", "send"],
    "a.one": [True, True, None, False],
    "a__two": [False, True, True, None],
    "b.kind": ["red", None, "green", "blue"],
}


@pytest.fixture
def gate() -> Gate:
    """Return a gate over a ban, its exception and a duty."""
    return gate_over(
        instrument(
            "old",
            "2015-01-01",
            provision("art_1", {"when": "a.one", "require": "a.two", "unless": ["art_2"]}),
            provision("art_2", {"effect": "permit", "when": "b.kind = 'blue'"}),
            provision("art_3", {"effect": "duty", "duty": "write-down", "when": "a.two"}),
        )
    )


def parquet(path: Path, rows: Mapping[str, Any]) -> str:
    """Write rows as Parquet and return the path."""
    pq.write_table(pa.table(rows), path)
    return str(path)


def refused(gate: Gate, source: Path | str, out: Path, **more: Any) -> InputError:
    """Return the refusal of a table, after seeing that it left no output."""
    job = {"as_of": None if more.get("day") else DAY, **more}
    with pytest.raises(InputError) as caught:
        audit(gate, Job(source=str(source), out=out, **job))
    assert not out.exists()
    assert caught.value.remedy
    return caught.value


def test_a_table_is_written_with_its_verdicts(gate: Gate, tmp_path: Path) -> None:
    """Every column is kept, and effect, provisions, duties, questions, day and law stand beside it."""
    out = tmp_path / "out.parquet"
    summary = audit(gate, Job(source=parquet(tmp_path / "in.parquet", ROWS), out=out, as_of=DAY))
    found = pq.read_table(out).to_pydict()
    assert {name: found[name] for name in ROWS} == ROWS
    assert found["effect"] == ["prohibited", "permitted", "permitted", "permitted"]
    assert found["violations"] == [["old:art_1"], [], [], []]
    assert found["duties"][1] == [{"duty": "write-down", "provision": "old:art_3"}]
    assert found["as_of"] == [DAY] * 4
    assert set(found["law_version"]) == {"made up"}
    assert (summary.rows, summary.effects) == (4, {"permitted": 3, "prohibited": 1})
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_is_missing_is_named(gate: Gate, tmp_path: Path) -> None:
    """An undetermined row has the provisions that may apply and the facts that settle it."""
    rows = {"act": ["send"], "a.one": [True], "a.two": [False]}
    out = tmp_path / "out.parquet"
    audit(gate, Job(source=parquet(tmp_path / "in.parquet", rows), out=out, as_of=DAY))
    (row,) = pq.read_table(out).to_pylist()
    assert (row["effect"], row["possible"], row["missing"]) == ("undetermined", ["old:art_1"], ["b.kind"])


def test_csv_in_and_out(gate: Gate, tmp_path: Path) -> None:
    """CSV holds true, false and nothing; lists are joined by semicolons."""
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text('act,name,a.one,a.two\ncollect,x,true,false\nsend,,FALSE,\nsend,"a,b",,true\n')
    audit(gate, Job(source=str(source), out=out, as_of=DAY, assume="plain"))
    found = pa_csv.read_csv(out, convert_options=pa_csv.ConvertOptions(strings_can_be_null=True)).to_pydict()
    assert found["effect"] == ["undetermined", "permitted", "permitted"]
    assert found["duties"][2] == "write-down old:art_3"
    assert found["name"] == ["x", None, "a,b"]


def test_a_pattern_names_several_files_in_the_order_of_their_names(gate: Gate, tmp_path: Path) -> None:
    """Files are read one after another; a name that looks like a pattern is still a name."""
    for number in (2, 1):
        parquet(tmp_path / f"part{number}.parquet", {"id": [number], "act": ["send"]})
    odd = parquet(tmp_path / "part[1].parquet", {"id": [9], "act": ["send"]})
    out = tmp_path / "out.csv"
    audit(gate, Job(source=str(tmp_path / "part?.parquet"), out=out, as_of=DAY))
    assert pa_csv.read_csv(out)["id"].to_pylist() == [1, 2]
    audit(gate, Job(source=odd, out=out, as_of=DAY))
    assert pa_csv.read_csv(out)["id"].to_pylist() == [9]


def test_each_row_may_have_its_own_day(gate: Gate, tmp_path: Path) -> None:
    """The law is that of the row's day; a day without law is a bad row."""
    rows = {"act": ["send"] * 3, "when": ["2015-01-01", "2014-12-31", None], "a.one": [False] * 3}
    source, bad = parquet(tmp_path / "in.parquet", rows), tmp_path / "bad.parquet"
    out = tmp_path / "out.parquet"
    summary = audit(gate, Job(source=source, out=out, day="when", bad=bad))
    assert (summary.rows, summary.skipped) == (1, 2)
    assert pq.read_table(bad).select(["row", "error_code", "act"]).to_pylist() == [
        {"row": 2, "error_code": "date-before-law", "act": "send"},
        {"row": 3, "error_code": "day-unreadable", "act": "send"},
    ]


BAD = {
    "audit-no-act": {"acts": ["send"]},
    "audit-empty": {"act": pa.array([], pa.string())},
    "audit-column-taken": {"act": ["send"], "effect": ["x"]},
    "audit-column-unknown": {"act": ["send"], "a_one": [True]},
    "audit-column-twice": {"act": ["send"], "a.one": [True], "a__one": [True]},
    "audit-column-type": {"act": ["send"], "a.one": ["true"]},
    "audit-bad-rows": {"act": ["send", "sned", None], "a.one": [True, True, True]},
}


@pytest.mark.parametrize(("code", "rows"), BAD.items())
def test_a_table_that_cannot_be_read_so_is_refused(
    gate: Gate, tmp_path: Path, code: str, rows: dict[str, Any]
) -> None:
    """No act column, no rows, taken, misspelt, doubled or wrong columns, unknown acts."""
    error = refused(gate, parquet(tmp_path / "in.parquet", rows), tmp_path / "out.parquet")
    assert error.code == code


def test_bad_rows_are_named_with_their_reasons(gate: Gate, tmp_path: Path) -> None:
    """The refusal counts them and names the first with what is wrong."""
    rows = {"act": ["send", "sned"], "b.kind": ["pink", "red"], "b.count": [1, 2]}
    error = refused(gate, parquet(tmp_path / "in.parquet", rows), tmp_path / "out.parquet")
    assert "2 of the rows" in error.what
    assert 'row 1: "b.kind" cannot be pink [fact-type]' in error.what
    assert "row 2: there is no act" in error.what


def test_a_number_that_is_none_is_a_wrong_type(gate: Gate, tmp_path: Path) -> None:
    """A float is no whole number, NaN included, and the column is refused before any row is read."""
    rows = {"act": ["send"], "b.count": [float("nan")]}
    error = refused(gate, parquet(tmp_path / "in.parquet", rows), tmp_path / "out.parquet")
    assert error.code == "audit-column-type"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("none.parquet", None, "audit-missing"),
        ("empty.parquet", b"", "audit-unreadable"),
        ("torn.parquet", b"PAR1 and nothing else", "audit-unreadable"),
        ("empty.csv", b"", "audit-no-act"),
        ("head.csv", b"act,a.one\n", "audit-empty"),
        ("bytes.csv", b"act,a.one\nsend,\xff\xfe\n", "audit-unreadable"),
        ("ragged.csv", b"act,a.one\nsend,true\nsend,true,false,x\nsend,true\n", "audit-unreadable"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    gate: Gate, tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    """Missing, empty, torn, not text, not a table."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert refused(gate, path, tmp_path / "out.parquet").code == code


def test_outputs_have_one_of_two_forms(gate: Gate, tmp_path: Path) -> None:
    """The name says which; another ending, or a folder that is not there, is refused."""
    source = parquet(tmp_path / "in.parquet", ROWS)
    assert refused(gate, source, tmp_path / "out.txt").code == "audit-format"
    assert refused(gate, source, tmp_path / "none" / "out.csv").code == "file-unwritable"


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_resumed_audit_decides_only_what_is_not_finished(
    gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """Finished chunks are used again as far as they are whole and the rows the same; the file is the same."""
    monkeypatch.setattr(audit_source, "CHUNK", 2048)
    monkeypatch.setattr(audit_groups, "_LEAST", 1)
    count = 13_000
    table = pa.table(
        {"id": range(count), "act": ["send"] * count, "a.one": [n % 3 == 0 for n in range(count)]}
    )
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=2048)
    pa_csv.write_csv(table, tmp_path / "in.csv")
    source = str(tmp_path / f"in.{ending}")
    plain, out = tmp_path / "a.parquet", tmp_path / "b.parquet"
    audit(gate, Job(source=source, out=plain, as_of=DAY))

    def stop(done: int, seen: list[int] = []) -> None:  # noqa: B006
        seen.append(done)
        if len(seen) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit(gate, Job(source=source, out=out, as_of=DAY), stop)
    assert not out.exists()
    journal, partial = tmp_path / ".b.parquet.journal", tmp_path / ".b.parquet.partial"
    assert len(journal.read_bytes().splitlines()) == 5
    with partial.open("r+b") as file:
        file.truncate(partial.stat().st_size - 1)
    summary = audit(gate, Job(source=source, out=out, as_of=DAY, resume=True))
    assert (summary.kept, summary.rows) == (3, count)
    assert out.read_bytes() == plain.read_bytes()
    assert not journal.exists()
    assert not partial.exists()


def test_a_resumed_audit_asks_whether_the_rows_are_the_same(
    gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another table, another day or other bad rows begin anew, whatever the journal says."""
    monkeypatch.setattr(audit_source, "CHUNK", 2048)
    out, bad = tmp_path / "out.parquet", tmp_path / "bad.csv"

    def run(worth: str, **more: Any) -> int:
        rows = [f"send,{worth if n == 4000 else 'true'}" for n in range(7000)]
        (tmp_path / "in.csv").write_text("act,a.one\n" + "\n".join(rows))

        def stop(done: int) -> None:
            if not more and done != 2048:
                raise KeyboardInterrupt

        job = Job(source=str(tmp_path / "in.csv"), out=out, as_of=DAY, bad=bad, resume=True, **more)
        try:
            return audit(gate, job, stop).kept
        except KeyboardInterrupt:
            return -1

    assert run("true") == -1
    assert run("perhaps") == -1
    assert (tmp_path / ".bad.csv.partial").read_text().count("\n") == 2
    assert run("perhaps", assume="plain") == 0
    assert bad.read_text().splitlines()[1].startswith("4001,")
    assert pq.read_table(out).num_rows == 6999
