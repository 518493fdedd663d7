"""What comes in by a pipe: found as it comes, the same however it is cut, without waiting for an end."""

import io
import os
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.detect import Scanner
from shouxin.detect.search import Found, Result, Search
from shouxin.detect.sources import arriving, text
from shouxin.detect.sources.arriving import Arriving

SEARCH = Search(Scanner(["mobile"]).spans, b"key")
LINE = "电话13800138000，备用13900139000\n"


@pytest.fixture
def pipe() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Give both ends of a pipe."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as out, os.fdopen(writing, "wb", buffering=0) as into:
        yield out, into


def starts(results: Iterator[Result]) -> list[tuple[int, int]]:
    """Return where each finding begins, in characters and bytes."""
    return [(one.finding.start, one.finding.byte_start) for one in results if isinstance(one, Found)]


def test_a_line_is_looked_at_before_the_next_is_written(pipe: tuple[BinaryIO, BinaryIO]) -> None:
    """Findings of the first line come while the pipe stays open."""
    reading, writing = pipe
    results = SEARCH.pieces(arriving.pieces(Arriving(reading)), "-")
    size = len(LINE.encode())
    for number in range(3):
        writing.write(LINE.encode())
        found = [next(results), next(results)]
        assert starts(iter(found)) == [
            (number * len(LINE) + 2, number * size + 6),
            (number * len(LINE) + 16, number * size + 26),
        ]
    writing.close()
    assert list(results) == []


def test_a_line_without_an_end_is_looked_at_when_all_is_there(pipe: tuple[BinaryIO, BinaryIO]) -> None:
    """A number that came in halves is one number."""
    reading, writing = pipe
    source = Arriving(reading)
    writing.write(b"tel 138001")
    assert source.peek(100) == b"tel 138001"
    writing.write(b"38000")
    writing.close()
    assert starts(SEARCH.pieces(arriving.pieces(source), "-")) == [(4, 4)]
    assert source.size == 15


def test_an_archive_that_comes_in_is_opened(pipe: tuple[BinaryIO, BinaryIO]) -> None:
    """What must be read as a whole is waited for."""
    reading, writing = pipe
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "电话\n13800138000\n")
    writing.write(packed.getvalue())
    writing.close()
    (found,) = SEARCH.pieces(arriving.pieces(Arriving(reading)), "-")
    assert isinstance(found, Found)
    assert (found.file, found.finding.path) == ("-!a.csv", "电话[2]")


class Parts:
    """A source that gives one part after another."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = [part for part in parts if part]

    def read(self, _: int, /) -> bytes:
        """Return the next part."""
        return self._parts.pop(0) if self._parts else b""


@given(
    st.lists(
        st.sampled_from([LINE, "\n", "没有号码的一行。\n", "x" * 40_000, "中" * 30_000 + "\n"]), max_size=8
    ),
    st.lists(st.integers(0, 400_000), max_size=6),
    st.sampled_from(["utf-8", "gb18030"]),
)
def test_the_same_is_found_however_it_is_cut(lines: list[str], cuts: list[int], encoding: str) -> None:
    """Cut anywhere, within characters, lines and numbers too, nothing is lost or found twice."""
    data = ("读" * 10 + "\n" + "".join(lines)).encode(encoding)
    edges = [0, *(cut for cut in sorted(set(cuts)) if 1000 < cut < len(data)), len(data)]
    parts = [data[a:b] for a, b in pairwise(edges)]
    live = starts(SEARCH.pieces(text.windows(Parts(parts), live=True), "-"))
    assert live == starts(SEARCH.pieces(text.windows(io.BytesIO(data)), "-"))


@pytest.mark.parametrize("shift", range(4))
def test_no_finding_belongs_to_two_windows(shift: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the edge of a window cuts a character, each number is found once."""
    monkeypatch.setattr(text, "WINDOW", 4096)
    monkeypatch.setattr(text, "OVERLAP", 256)
    monkeypatch.setattr(text, "_PROBE", 1024)
    content = ("字" * 5 + " 13800138000 " + "x" * shift) * 2000
    found = starts(SEARCH.pieces(text.windows(io.BytesIO(content.encode())), "-"))
    assert [start for start, _ in found] == [6 + at * (18 + shift) for at in range(2000)]
