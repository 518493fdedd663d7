"""CSV read by Arrow and by Python gives the same columns, whatever the bytes are."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.detect.sources import separated, text
from shouxin.detect.sources.piece import Column

CELLS = st.one_of(
    st.sampled_from(["13800138000", "王小明", "", " ", "a b", "\r", "\0"]),
    st.sampled_from(['"', 'x"y', '"q"', '"a,b"', '"a""b"', '""']),
    st.text("ab,;\"\n\r\t 1", max_size=6),
)  # fmt: skip
LINES = st.lists(st.lists(CELLS, max_size=4).map(",".join), max_size=12)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
FILES = st.tuples(LINES, ENDS, st.booleans(), st.binary(max_size=2)).map(
    lambda made: made[1].join(made[0]).encode() + (made[1].encode() if made[2] else b"") + made[3]
)


def columns(data: bytes) -> dict[tuple[str, int], Any]:
    """Return the cells of every column by row, without those that are not there."""
    found: dict[tuple[str, int], Any] = {}
    for piece in separated.separated(io.BytesIO(data), ","):
        assert isinstance(piece, Column)
        for row, cell in enumerate(piece.cells.to_pylist(), piece.first):
            if cell is not None:
                found.setdefault((piece.name, row), []).append(cell)
    return found


def carefully(data: bytes) -> dict[tuple[str, int], Any]:
    """Return the same by Python's reader alone, in one go."""
    whole = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\0", " ")
    rows = list(csv.reader(io.StringIO(whole, newline="")))
    names = next(filter(None, rows), [])
    found: dict[tuple[str, int], Any] = {}
    for number, row in enumerate(rows, 1):
        for at, cell in enumerate(row):
            name = names[at].strip() if at < len(names) else ""
            found.setdefault((name or f"column {at + 1}", number), []).append(cell)
    return found


@pytest.mark.parametrize("block", [7, 40, 1 << 20])
@given(data=FILES)
def test_both_readers_give_the_same_cells(block: int, data: bytes) -> None:
    """Quotes anywhere, uneven rows, lone returns, broken UTF-8, blocks that end in the middle of a cell."""
    if text.guess(data) != "utf-8":
        return
    before, separated.BLOCK = separated.BLOCK, block
    try:
        assert columns(data) == carefully(data)
    finally:
        separated.BLOCK = before


def test_arrow_reads_what_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quoted cells are plain too; the block that is not goes to Python's reader, those after it do not."""
    monkeypatch.setattr(separated, "BLOCK", 64)
    quick: list[bool] = []
    was = separated._Rows._quick

    def noted(self: Any, block: bytes) -> Any:
        table = was(self, block)
        quick.append(table is not None)
        return table

    monkeypatch.setattr(separated._Rows, "_quick", noted)
    plain, odd = b'"a, b","c ""d""",13800138000\r\n' * 20, b'x,"two\nlines",1\n'
    found = columns(plain + odd + plain)
    assert found == carefully(plain + odd + plain)
    assert quick.count(False) == 1
    assert quick[-1]
