"""Whole files: every format, bad ones, and a process killed in the middle."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.detect import scan
from shouxin.errors import InputError, ShouxinError
from shouxin.protect import encodings, files
from shouxin.protect.encodings import Encoding
from shouxin.protect.files import Job, protect_stream
from shouxin.protect.replace import replaced
from tests.protect.made_up import find, protector

RULES = "default: {do: mask}\nfields: {phone: mobile, name: person_name}"


def run(data: bytes, form: str, rules: str = RULES, **job: Any) -> tuple[bytes, dict[str, int]]:
    """Return a protected file and its counts."""
    target = io.BytesIO()
    done = protect_stream(io.BytesIO(data), target, Job(protector(rules), **job), form=form, where="given")
    return target.getvalue(), done.changes


def parquet(table: Any) -> bytes:
    """Return a table as a Parquet file."""
    out = io.BytesIO()
    pyarrow.parquet.write_table(table, out)
    return out.getvalue()


def test_a_csv_file_keeps_its_text_as_it_was() -> None:
    """Leading noughts, empty cells, quotes and line breaks in cells stay."""
    given = 'id,phone,name,note\n007,13800138000,张三,"a\n""13900139000"""\n,,,\n'
    found, counts = run(given.encode(), "csv", find=find)
    assert (
        found.decode() == '"id","phone","name","note"\n"007","138****8000","张*","a\n""139****9000"""\n,,,\n'
    )
    assert counts == {"mobile": 2, "person_name": 1}
    assert (
        run("\ufeffphone\tx\n13800138000\t1\n".encode(), "tsv")[0].decode()
        == '"phone"\t"x"\n"138****8000"\t"1"\n'
    )
    assert run(b"id,phone\n", "csv")[0] == b'"id","phone"\n'


def test_json_keeps_numbers_as_they_are_written() -> None:
    """Decimals keep their noughts; lines stay lines."""
    found, counts = run('{"phone": 13800138000, "x": [1.10, "张三"]}'.encode(), "json", find=find)
    assert found.decode() == '{\n  "phone": "138****8000",\n  "x": [\n    1.10,\n    "张*"\n  ]\n}\n'
    assert counts == {"mobile": 1, "person_name": 1}
    lines, counts = run(b'{"phone": "13800138000"}\n\n{"phone": null}\n', "jsonl")
    assert lines == b'{"phone":"138****8000"}\n{"phone":null}\n'


def test_a_parquet_file_is_protected_in_row_groups() -> None:
    """Numbers and text, null cells, and nothing of the old statistics."""
    table = pa.table({"phone": [13800138000, None], "note": ["张三", None], "n": [1, 2]})
    found, counts = run(parquet(table), "parquet", find=find)
    rows = [{"phone": "138****8000", "note": "张*", "n": 1}, {"phone": None, "note": None, "n": 2}]
    assert pyarrow.parquet.read_table(io.BytesIO(found)).to_pylist() == rows
    assert counts == {"mobile": 1, "person_name": 1}
    assert b"13800138000" not in found
    empty = run(parquet(table.slice(0, 0)), "parquet")[0]
    assert pyarrow.parquet.read_table(io.BytesIO(empty)).num_rows == 0


def test_a_table_is_restored_with_its_policy() -> None:
    """Encrypted and token columns come back as they were, nulls and empties too."""
    rules = "default: {do: encrypt}\ntypes: {mobile: {do: token}}\nfields: {phone: mobile, name: person_name}"
    given = b'"phone","name"\n"13800138000","x"\n,\n'
    closed = run(given, "csv", rules)[0]
    assert b"13800138000" not in closed
    assert run(closed, "csv", rules, restore=True)[0] == given


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
def test_a_text_comes_out_the_same_whatever_the_size_of_its_pieces(
    piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Findings by their place reach over pieces and over lines."""
    monkeypatch.setattr(files, "PIECE", piece)
    text = "电话13800138000\r\n张\n三 end"
    findings = [{"type": "mobile", "start": 2, "end": 13}, {"type": "person_name", "start": 15, "end": 18}]
    found, counts = run(text.encode(), "text", findings=findings[::-1])
    assert found.decode() == "电话138****8000\r\n张* end"
    assert counts == {"mobile": 1, "person_name": 1}
    assert run(text.encode(), "text", find=find)[0].decode() == "电话138****8000\r\n张\n三 end"


@pytest.mark.parametrize("piece", [1, 20, 1 << 20])
def test_what_is_found_does_not_hang_on_where_pieces_meet(
    piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number broken by the end of a line may lie on two sides of an edge, and its label before both."""
    monkeypatch.setattr(files, "PIECE", piece)
    lines = ["说明", "身份证1101051949", "1231002X", "电话139", "0000 0011"] * 3
    found, counts = run("\n".join(lines).encode(), "text", find=scan)
    assert counts == {"resident_id": 3, "mobile": 3}
    assert not any(part in found.decode() for part in ("1231002X", "0000 0011"))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
@pytest.mark.parametrize(
    ("form", "given", "expected"),
    [
        ("text", "张三\r\n电话13800138000" * 3, "张*\r\n电话138****8000" * 3),
        ("csv", "phone,备注\n13800138000,张三\n", '"phone","备注"\n"138****8000","张*"\n'),
        ("jsonl", '{"phone": "13800138000", "备注": "张三"}\n', '{"phone":"138****8000","备注":"张*"}\n'),
        ("text", "", ""),
    ],
)
def test_a_file_comes_out_in_the_encoding_it_came_in(
    encoding: Encoding, form: str, given: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Characters that are cut by the pieces read are put together again, and a mark stands once."""
    monkeypatch.setattr(encodings, "_AT_ONCE", 3)
    target = io.BytesIO()
    job = Job(protector(RULES), find=find)
    source = io.BytesIO(given.encode(encoding))
    protect_stream(source, target, job, form=form, where="given", encoding=encoding)
    assert target.getvalue() == (expected.encode(encoding) if expected else b"")


@pytest.mark.parametrize(
    ("data", "encoding", "form"),
    [
        (b"138\xff", "gb18030", "text"),
        (b"phone\n138\xff\n", "gb18030", "csv"),
        (b"phone\n" + b"1" * (1 << 21) + b"\xff\n", "gb18030", "csv"),
        (b"13800138000", "utf-16", "text"),
        (b"\xff\xfe1", "utf-16", "jsonl"),
    ],
)
def test_bytes_of_another_encoding_are_an_error(data: bytes, encoding: Encoding, form: str) -> None:
    """A broken character, half a one at the end, a missing mark: named, and not read past."""
    with pytest.raises(InputError) as caught:
        protect_stream(
            io.BytesIO(data), io.BytesIO(), Job(protector(RULES), find=find), form=form, where="given",
            encoding=encoding,
        )  # fmt: skip
    assert caught.value.code == "protect-file-shape"
    assert encoding.upper() in str(caught.value)


@pytest.mark.parametrize(
    ("data", "form", "job", "code"),
    [
        (b"", "csv", {}, "protect-file-shape"),
        (b"phone\n1,13800138000\n", "csv", {}, "protect-file-shape"),
        (b"phone,a\r13800138000,x\r", "csv", {}, "protect-file-shape"),
        (b"phone," + b"a" * 200_000 + b"\n13800138000,x\n", "csv", {}, "protect-file-shape"),
        (b'phone,a\n1,"' + b"x" * (20 << 20) + b'"\n', "csv", {}, "protect-file-shape"),
        ("phone\n张三\n".encode("gb18030"), "csv", {}, "protect-file-shape"),
        (b"phone,phone\n1,2\n", "csv", {}, "protect-no-column"),
        (b"a,b\n1,2\n", "csv", {}, "protect-no-column"),
        (b"a,b\n1,2\n", "csv", {"find": find, "person": "c"}, "protect-no-column"),
        (b"phone\n1\n", "csv", {"findings": []}, "protect-no-finder"),
        (b'{"phone"', "json", {}, "protect-file-shape"),
        (b"[" * 100_000, "json", {}, "protect-file-shape"),
        (b'{"a": 1}\n{"13800138000\n', "jsonl", {}, "protect-file-shape"),
        (b"\xff\xfe", "text", {"find": find}, "protect-file-shape"),
        (b"text", "text", {}, "protect-no-finder"),
        (b"text", "text", {"findings": [{"type": "mobile", "start": 2, "end": 13}]}, "protect-finding"),
        (b"PAR1", "parquet", {}, "protect-file-shape"),
        (parquet(pa.table({"x": [13800138000]})), "parquet", {"find": find}, "protect-column"),
        (parquet(pa.table({"x": [["13800138000"]]})), "parquet", {"find": find}, "protect-column"),
        (b"text", "text", {"restore": True}, "protect-irreversible"),
    ],
)
def test_a_bad_file_is_a_clear_error_that_quotes_nothing(data: bytes, form: str, job: Any, code: str) -> None:
    """Each has its code, and no cell of the file stands in the message."""
    with pytest.raises(ShouxinError) as caught:
        run(data, form, **job)
    assert caught.value.code == code
    assert "13800138000" not in str(caught.value)


def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line longer than what is held in memory is an error and not searched in part."""
    monkeypatch.setattr(files, "PIECE", 10)
    monkeypatch.setattr(files, "LONGEST_LINE", 100)
    with pytest.raises(InputError) as caught:
        run(b"x" * 1000, "text", find=find)
    assert "100 characters" in str(caught.value)


@given(st.binary(max_size=200), st.sampled_from(["csv", "json", "jsonl", "text", "parquet"]))
def test_any_bytes_give_a_file_or_a_clear_error(data: bytes, form: str) -> None:
    """P10: no traceback whatever the file holds."""
    try:
        run(data, form, find=find)
    except ShouxinError as error:
        assert error.code.startswith("protect-")


def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    """A pipe, a device and a folder stay what they are."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (pipe, tmp_path, Path("/dev/null")):
        with pytest.raises(InputError) as caught, replaced(place, code="file-unwritable"):
            pass
        assert caught.value.code == "file-unwritable"
    assert pipe.is_fifo()
    assert not Path("/dev/null").is_file()


def test_nothing_is_left_where_writing_fails(tmp_path: Path) -> None:
    """An error in the middle leaves the old file and no other."""
    path = tmp_path / "out"
    path.write_text("old")
    with pytest.raises(RuntimeError), replaced(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert [item.read_text() for item in tmp_path.iterdir()] == ["old"]
    with replaced(path) as first, replaced(path) as second:
        first.write(b"one")
        second.write(b"two")
    assert path.read_bytes() in (b"one", b"two")
    assert list(tmp_path.iterdir()) == [path]


def test_a_killed_process_leaves_no_half_written_file(tmp_path: Path) -> None:
    """P7: after kill -9 in the middle the result is not there, and no piece of the source lies about."""
    path = tmp_path / "out"
    code = (
        "import sys, time, pathlib; from shouxin.protect.replace import replaced\n"
        "with replaced(pathlib.Path(sys.argv[1])) as file:\n"
        "    file.write(b'138****8000'); file.flush(); print('half', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not path.exists()
    assert [item.suffix for item in tmp_path.iterdir()] == [".part"]
