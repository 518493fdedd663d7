"""CSV, block by block: any number of rows in the same memory.

A block that is plain (UTF-8, every quote where it belongs, rows of one width) is read by Arrow; where one is
not, Python's reader takes its rows, up to the end of the last one, and bears with anything.
Both give the same columns, and a test holds them against each other.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.csv

from shouxin.detect.sources import text
from shouxin.detect.sources.piece import Column, Pieces, Unscanned

ROWS = 65_536
BLOCK = 4 << 20
_HEAD = 1 << 20
_LONGEST = 32 << 20
_ENDS = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_QUOTE, _LINE, _RETURN = b'"\n\r'


def separated(file: BinaryIO, delimiter: str | None = None) -> Pieces:
    """Hand out the columns of a CSV file; the first row names them and is looked at too.

    Rows of uneven length, quotes that do not close and other encodings are borne.
    """
    head = file.read(_HEAD)
    encoding = text.guess(head)
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    mark = delimiter or _delimiter(head.decode(codec, "replace"))
    source = cast("BinaryIO", io.BufferedReader(_Joined(head.removeprefix(b"\xef\xbb\xbf"), file), BLOCK))
    rows = _Rows(source, mark) if encoding == "utf-8" else _Decoded(source, mark, codec)
    yield from rows.pieces()


class _Rows:
    """The rows of a stream in UTF-8."""

    _least = 1  # rows that the careful reader takes at once

    def __init__(self, source: BinaryIO, delimiter: str) -> None:
        self._source, self._delimiter = source, delimiter
        self._lines: deque[str] = deque()  # read, and not yet part of a row
        self._names: list[str] = []
        self._first = 1
        csv.field_size_limit(_LONGEST)

    def pieces(self) -> Pieces:
        """Hand out the columns of one block after another."""
        careful = csv.reader(iter(self._line, ""), delimiter=self._delimiter)
        while True:
            block = self._block()
            table = self._quick(block) if block else None
            if table is not None:
                yield from self._columns(table.columns, table.num_rows)
                continue
            self._lines.extend(_split(block))
            rows, broken = self._taken(careful)
            self._names = self._names or next(filter(None, rows), [])
            width = max(map(len, rows), default=0)
            cells = [[row[at] if at < len(row) else None for row in rows] for at in range(width)]
            yield from self._columns([pa.array(column, pa.large_string()) for column in cells], len(rows))
            if broken:
                why = f"the file cannot be read from here on ({broken}); what follows was not looked at"
                yield Unscanned("unreadable", why, f"row {self._first}")
            if broken or not rows:
                return

    def _taken(self, careful: Iterator[list[str]]) -> tuple[list[list[str]], csv.Error | None]:
        """Take rows until every line that was read belongs to one of them."""
        rows: list[list[str]] = []
        try:
            for row in careful:
                rows.append(row)
                if len(rows) >= self._least and not self._lines:
                    break
        except csv.Error as problem:
            return rows, problem
        return rows, None

    def _block(self) -> bytes:
        """Read whole lines; a line that is too long comes without its end."""
        block = self._source.read(BLOCK)
        return block if not block or block.endswith(b"\n") else block + self._source.readline(_LONGEST)

    def _line(self) -> str:
        """Return the next line, or "" at the end; one without an end is an error, not the end of memory."""
        if not self._lines:
            self._lines.extend(_split(self._source.readline(_LONGEST)))
        line = self._lines.popleft() if self._lines else ""
        if len(line) >= _LONGEST:
            raise csv.Error(f"a line of more than {_LONGEST >> 20} million characters")
        return line

    def _quick(self, block: bytes) -> pa.Table | None:
        """Return a plain block as a table of texts, or None."""
        if not _plain(block, self._delimiter.encode()):
            return None
        first = block[: block.find(b"\n") + 1].decode("utf-8", "replace")
        names = [str(at) for at, _ in enumerate(next(csv.reader([first], delimiter=self._delimiter), []))]
        if not names:
            return None
        try:
            table = pa.csv.read_csv(
                pa.py_buffer(block),
                pa.csv.ReadOptions(column_names=names, use_threads=False, block_size=len(block) + 1),
                pa.csv.ParseOptions(delimiter=self._delimiter, ignore_empty_lines=False),
                pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.large_string())),
            )
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None
        self._names = self._names or [column[0].as_py() for column in table.columns]
        return table

    def _columns(self, columns: list[pa.Array | pa.ChunkedArray], rows: int) -> Pieces:
        for at, cells in enumerate(columns):
            name = self._names[at].strip() if at < len(self._names) else ""
            whole = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
            yield Column(name or f"column {at + 1}", whole, self._first)
        self._first += rows


class _Decoded(_Rows):
    """The rows of a stream in another encoding, always with Python's reader."""

    _least = ROWS

    def __init__(self, source: BinaryIO, delimiter: str, codec: str) -> None:
        super().__init__(source, delimiter)
        self._text = io.TextIOWrapper(source, codec, errors="replace", newline="")

    def _block(self) -> bytes:
        return b""

    def _line(self) -> str:
        line = self._text.readline(_LONGEST)
        if len(line) >= _LONGEST:
            raise csv.Error(f"a line of more than {_LONGEST >> 20} million characters")
        return line.replace("\0", " ")


def _split(block: bytes) -> list[str]:
    """Return the lines of a block with their ends, a lone return among them."""
    return [line for line in _ENDS.split(block.decode("utf-8", "replace").replace("\0", " ")) if line]


def _plain(block: bytes, mark: bytes) -> bool:
    """Tell whether Arrow reads a block as Python does: quotes begin and end cells, each in its line."""
    if b"\n\n" in block or b"\n\r\n" in block or not block.endswith(b"\n"):
        return False
    if b"\0" in block or block.count(b"\r") != block.count(b"\r\n"):
        return False
    if b'"' not in block:
        return True
    data = np.frombuffer(block, np.uint8)
    quotes = np.flatnonzero(data == _QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = np.where(opening > 0, data[opening - 1], _LINE)
    after = data[np.minimum(closing + 1, len(data) - 1)]
    begins = np.isin(before, [mark[0], _LINE, _QUOTE])
    ends = np.isin(after, [mark[0], _LINE, _RETURN, _QUOTE])
    ends_of_lines = np.flatnonzero(data == _LINE)
    return bool(begins.all() and ends.all() and not (np.searchsorted(quotes, ends_of_lines) % 2).any())


def _delimiter(sample: str) -> str:
    """Return what separates the columns: what most lines hold as often as the first one does."""
    lines = [line for line in sample.splitlines()[:50] if line.strip()]
    best = (0, ",")
    for mark in "|;\t,":
        wanted = lines[0].count(mark) if lines else 0
        alike = sum(line.count(mark) == wanted for line in lines) if wanted else 0
        best = max(best, (alike, mark), key=lambda pair: pair[0])
    return best[1]


class _Joined(io.RawIOBase):
    """What was read ahead, then the rest of the file."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = memoryview(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        part = self._head[: len(buffer)] if self._head else self._rest.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)
