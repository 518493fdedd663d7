"""Files of each format: what does not change keeps its bytes, and what cannot be read is named."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.connect.files.formats import Format, format_of
from shouxin.errors import InputError

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
CELLS = TEXTS.filter(lambda text: "\r" not in text)
"""Python's writer leaves a carriage return without quotes, and its reader then takes it for an end."""


def made(name: str, content: bytes) -> Format:
    """Return the format of a file with some content."""

    @contextmanager
    def opened() -> Iterator[IO[bytes]]:
        yield io.BytesIO(content)

    return format_of(name, opened)


def changed(name: str, content: bytes, changes: Mapping[int, Mapping[str, Any] | None]) -> bytes:
    """Return a file after changes."""
    out = io.BytesIO()
    made(name, content).rewrite(out, changes)
    return out.getvalue()


def rows(name: str, content: bytes) -> list[dict[str, Any]]:
    """Return every row of a file."""
    return [values for _, values in made(name, content).rows((), lambda _: True)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_as_programs_write_it(encoding: str, delimiter: str) -> None:
    """Every encoding and delimiter is known, and a change touches the very cell and the very row."""
    lines = ["编号,姓名,备注", '1,"李 一","喝""茶"""', "", '2,王二,"两\r\n行"', "3,张三,"]
    text = "\r\n".join(lines).replace(",", delimiter)
    content = text.encode(encoding)
    assert rows("a.csv", content) == [
        {"编号": "1", "姓名": "李 一", "备注": '喝"茶"'},
        {"编号": "2", "姓名": "王二", "备注": "两\r\n行"},
        {"编号": "3", "姓名": "张三", "备注": None},
    ]
    after = text.replace('"李 一"', '""').replace(f"{delimiter}王二", f'{delimiter}"a{delimiter}b"')
    new = changed("a.csv", content, {0: {"姓名": None}, 1: {"姓名": f"a{delimiter}b"}, 2: None})
    assert new == after.removesuffix(f"3{delimiter}张三{delimiter}").encode(encoding)


@given(
    table=st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6),
    new=TEXTS,
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n"]),
    data=st.data(),
)
def test_a_changed_cell_of_csv_is_the_only_one(
    table: list[list[str]], new: str, quoting: Any, end: str, data: st.DataObject
) -> None:
    """Whatever stands in the cells, Python's own reader finds one cell changed and one row gone."""
    out = io.StringIO(newline="")
    csv.writer(out, quoting=quoting, lineterminator=end).writerows([["a", "b"], *table])
    at, goes = (data.draw(st.integers(0, len(table) - 1)) for _ in range(2))
    content = changed("a.csv", out.getvalue().encode(), {at: {"b": new}} | {goes: None})
    wanted = [row if number != at else [row[0], new] for number, row in enumerate(table)]
    del wanted[goes]
    assert list(csv.reader(io.StringIO(content.decode(), newline="")))[1:] == wanted


def test_json_keeps_the_bytes_of_what_does_not_change() -> None:
    """Spaces, escapes and numbers of other objects are as they were, in lines and in arrays."""
    other = b'{"id" : 2,  "n": 1.10, "t": "\\u674e", "big": 123456789012345678901}'
    lines = b'\xef\xbb\xbf{"id":1,"n":2.50,"t":"x"}\n' + other + b"\n\n" + b'{"id":3}'
    after = changed("a.jsonl", lines, {0: {"t": None}, 3: None})
    assert after == b'\xef\xbb\xbf{"id":1,"n":2.50,"t":null}\n' + other + b"\n\n"
    array = b' [\n  {"id":1},\n  ' + other + b' ,\n {"id":3}\n]\n'
    assert changed("a.json", array, {0: None}) == b" [\n  " + other + b' ,\n {"id":3}\n]\n'
    assert changed("a.json", array, {0: None, 1: None, 2: None}) == b" [\n]\n"
    assert rows("a.json", b"[]") == [] and rows("a.json", b"") == []


@given(
    objects=st.lists(st.dictionaries(TEXTS, TEXTS | st.integers() | st.none(), max_size=3), max_size=6),
    spaces=st.sampled_from([None, 2]),
    goes=st.sets(st.integers(0, 5)),
)
def test_an_array_without_some_objects_is_an_array(
    objects: list[dict[str, Any]], spaces: int | None, goes: set[int]
) -> None:
    """Commas are right whatever goes, the first and the last included."""
    content = json.dumps(objects, indent=spaces).encode()
    left = [one for number, one in enumerate(objects) if number not in goes]
    assert json.loads(changed("a.json", content, dict.fromkeys(goes))) == left


def parquet() -> tuple[pa.Table, bytes]:
    """Return a table with columns of many kinds, and it as a file of three row groups."""
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    table = pa.table(
        {
            "id": pa.array(range(1, 6), pa.int32()),
            "name": pa.array(["李", "王", "李", "张", None]).dictionary_encode(),
            "at": pa.array([1_700_000_000_123_456_789 + one for one in range(5)], pa.timestamp("ns", "UTC")),
            "paid": pa.array([Decimal("1.10")] * 5, pa.decimal128(9, 2)),
            "home": pa.array([{"city": "长沙", "seen": moment}] * 5),
            "devices": pa.array([[{"mac": "a"}, {"mac": "b"}]] * 5),
        },
        metadata={"from": "a test"},
    )
    schema = table.schema.set(0, pa.field("id", pa.int32(), nullable=False))
    out = io.BytesIO()
    pq.write_table(table.cast(schema), out, row_group_size=2, compression={"id": "zstd", "name": "gzip"})
    return table.cast(schema), out.getvalue()


def test_parquet_keeps_schema_codecs_and_row_groups() -> None:
    """Cells that do not change are the same to the nanosecond, and the file is built as it was."""
    table, content = parquet()
    cells = {"name": None, "home.city": None, "devices[1].mac": "x"}
    new = changed("a.parquet", content, {1: None, 2: cells})
    file, was = pq.ParquetFile(io.BytesIO(new)), pq.ParquetFile(io.BytesIO(content))
    assert file.schema_arrow.equals(was.schema_arrow, check_metadata=True)
    assert [file.metadata.row_group(one).num_rows for one in range(3)] == [1, 2, 1]
    codecs = [[one.metadata.row_group(0).column(at).compression for at in (0, 1)] for one in (file, was)]
    assert codecs == [["ZSTD", "GZIP"]] * 2
    after = file.read()
    for name in table.column_names:
        assert [str(after[name][at]) for at in (0, 2, 3)] == [str(table[name][at]) for at in (0, 3, 4)]
    row = after.slice(1, 1).drop_columns(["at"]).to_pylist()[0]
    assert (row["name"], row["home"]["city"], row["devices"]) == (None, None, [{"mac": "a"}, {"mac": "x"}])
    assert str(after["at"][1]) == str(table["at"][2]) and row["paid"] == Decimal("1.10")


def test_parquet_knows_its_columns() -> None:
    """Columns inside of others have paths, and one that must not be empty is known."""
    found = made("a.parquet", parquet()[1]).columns()
    assert found is not None
    assert {name: one.kind for name, one in found.items()} == {
        "id": "int", "name": "text", "at": "time", "paid": "number", "home": "any", "home.city": "text",
        "home.seen": "time", "devices": "any", "devices[]": "any", "devices[].mac": "text",
    }  # fmt: skip
    assert [name for name, one in found.items() if not one.empty] == ["id"]


def test_a_parquet_file_may_lose_every_row() -> None:
    """What is left has the schema and no rows."""
    table, content = parquet()
    left = pq.ParquetFile(io.BytesIO(changed("a.parquet", content, dict.fromkeys(range(5)))))
    assert left.metadata.num_rows == 0 and left.schema_arrow.equals(table.schema)


BROKEN: Mapping[str, tuple[str, bytes]] = {
    "quotes without an end": ("a.csv", b'id,name\n1,"a\n2,b\n'),
    "no encoding": ("a.csv", b"id,name\n1,\xff\xff\xff\n"),
    "no header": ("a.csv", b""),
    "a column twice": ("a.csv", b"id,id\n1,2\n"),
    "a line that is no JSON": ("a.jsonl", b'{"id": 1}\n{"id": \n'),
    "not a number": ("a.jsonl", b'{"id": NaN}\n'),
    "no object": ("a.jsonl", b"[1]\n".replace(b"[", b'"').replace(b"]", b'"')),
    "JSON in another encoding": ("a.jsonl", '{"id": "李"}'.encode("gb18030")),
    "an array without an end": ("a.json", b'[{"id": 1}, {"id"'),
    "something behind an array": ("a.json", b'[{"id": 1}] [{"id": 2}]'),
    "an array of numbers": ("a.json", b"[1, 2]"),
    "no Parquet": ("a.parquet", b"id,name\n"),
    "Parquet cut off": ("a.parquet", parquet()[1][:-20]),
    "nothing at all": ("a.parquet", b""),
}


@pytest.mark.parametrize("what", list(BROKEN))
def test_what_cannot_be_read_is_named(what: str) -> None:
    """The error has the file and never a piece of it."""
    name, content = BROKEN[what]
    with pytest.raises(InputError) as refused:
        rows(name, content)
    assert (refused.value.code, refused.value.where) == ("file-unreadable", name)
    assert "李" not in str(refused.value)


def test_an_ending_that_nobody_knows() -> None:
    """A workbook is no table of text."""
    with pytest.raises(InputError) as refused:
        made("a.xlsx", b"")
    assert refused.value.code == "file-format"


def test_a_row_without_an_end_is_refused() -> None:
    """Memory has a bound, whatever a file holds."""
    for name, content in (("a.csv", b"id\n" + b"x" * 17 * 2**20), ("a.jsonl", b'"' + b"x" * 17 * 2**20)):
        with pytest.raises(InputError) as refused:
            rows(name, content)
        assert refused.value.code == "file-unreadable"
