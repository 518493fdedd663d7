"""CSV: rows that do not change keep every byte, and cells that do not change keep theirs."""

import csv
import io
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import IO, Any, NamedTuple

from shouxin.connect.files.formats import LONGEST, Changes, Opened, Values, unreadable
from shouxin.connect.rows.source import Column
from shouxin.connect.rows.values import text

_CHUNK = 1024 * 1024
_MARKS = {BOM_UTF8: "utf-8", BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}
_DELIMITERS = ",;\t|"

csv.field_size_limit(max(csv.field_size_limit(), LONGEST))

Fields = list[str]


class _Spelling(NamedTuple):
    """How a file is written: ``mark`` are the bytes before its first character."""

    encoding: str
    mark: bytes


class Csv:
    """A file whose first row names the columns; an empty cell is nothing."""

    def __init__(self, opened: Opened, path: str, delimiter: str) -> None:
        self._opened, self._path, self._known = opened, path, delimiter

    def columns(self) -> Mapping[str, Column]:
        """Return its columns, all of them text."""
        return {name: Column("text") for name in self._header}

    def rows(
        self, _: Sequence[str], test: Callable[[Values], bool], /
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the rows that pass a test, with their numbers."""
        names = self._header
        for number, _, fields in self._records():
            if number >= 0:
                values = {name: field or None for name, field in zip(names, fields, strict=False)}
                if test(values):
                    yield number, values

    def rewrite(self, out: IO[bytes], changes: Changes) -> None:
        """Write the file again, cell by cell where a row changes."""
        names, mark = self._header, self._spelling.mark
        out.write(mark)
        for number, raw, fields in self._records():
            change = changes.get(number, {})
            if change is not None:
                spelt = self._respelt(raw, fields, names, change) if change else raw
                out.write(spelt.encode(self._spelling.encoding))

    @cached_property
    def _spelling(self) -> _Spelling:
        """Return the encoding: what its first bytes say, else UTF-8, else GB 18030, if it comes back."""
        with self._opened() as file:
            head = file.read(4)
        found = [_Spelling(name, mark) for mark, name in _MARKS.items() if head.startswith(mark)]
        for one in found or [_Spelling("utf-8", b""), _Spelling("gb18030", b"")]:
            if self._survives(one):
                return one
        raise unreadable(self._path, "its text is neither UTF-8, nor UTF-16 with its mark, nor GB 18030")

    def _survives(self, spelling: _Spelling) -> bool:
        decoder = getincrementaldecoder(spelling.encoding)()
        read, written = b"", b""
        try:
            with self._opened() as file:
                file.read(len(spelling.mark))
                while chunk := file.read(_CHUNK):
                    read += chunk
                    written += decoder.decode(chunk).encode(spelling.encoding)
                    if not read.startswith(written):
                        return False
                    read, written = read[len(written) :], b""
            return decoder.decode(b"", final=True) == "" and not read
        except UnicodeError:
            return False

    @cached_property
    def _delimiter(self) -> str:
        if self._known:
            return self._known
        with self._lines() as lines:
            first = re.sub(r'"[^"]*"', "", next(lines, ""))
        return max(_DELIMITERS, key=first.count)

    @cached_property
    def _header(self) -> Fields:
        header = next((fields for _, _, fields in self._records() if fields), [])
        if not header:
            raise unreadable(self._path, "it has no row that names its columns")
        if len({*header}) < len(header):
            raise unreadable(self._path, "two of its columns have the same name")
        return header

    @contextmanager
    def _lines(self) -> Iterator[Iterator[str]]:
        spelling = self._spelling
        with self._opened() as file:
            file.read(len(spelling.mark))
            lines = io.TextIOWrapper(io.BufferedReader(_Raw(file)), encoding=spelling.encoding, newline="")
            yield iter(lambda: lines.readline(LONGEST), "")

    def _records(self) -> Iterator[tuple[int, str, Fields]]:
        """Yield number, spelling and cells of each record; the header has -1, an empty line -2."""
        delimiter = self._delimiter
        with self._lines() as lines:
            taken: list[str] = []

            def taking() -> Iterator[str]:
                for line in lines:
                    if len(line) >= LONGEST:
                        raise unreadable(self._path, "one of its rows is too long")
                    taken.append(line)
                    yield line

            number = -1
            try:
                for fields in csv.reader(taking(), delimiter=delimiter, strict=True):
                    yield (number if fields else -2), "".join(taken), fields
                    number += bool(fields)
                    taken.clear()
            except csv.Error:
                raise unreadable(self._path, f"its quotes do not match after row {number + 1}") from None

    def _respelt(self, raw: str, fields: Fields, names: Fields, change: Values) -> str:
        """Return a record with some cells changed; the others keep their quotes or go without."""
        cell = re.compile(rf'"(?:[^"]|"")*"|[^{re.escape(self._delimiter)}\r\n]*')
        pieces, at = [], 0
        for _ in fields:
            found = cell.match(raw, at)
            pieces.append(found[0] if found else "")
            at += len(pieces[-1]) + 1
        for name, value in change.items():
            column = names.index(name)
            pieces[column] = self._cell(value, pieces[column], alone=len(fields) == 1)
        return self._delimiter.join(pieces) + raw[len(raw.rstrip("\r\n")) :]

    def _cell(self, value: Any, was: str, *, alone: bool) -> str:
        """Return a cell as it is written; an empty one that is alone in its row needs its quotes."""
        new = text(value) or ""
        needs = any(one in new for one in (self._delimiter, '"', "\r", "\n")) or (alone and not new)
        return f'"{new.replace(chr(34), chr(34) * 2)}"' if needs or was.startswith('"') else new


class _Raw(io.RawIOBase):
    """A file of any kind as one that Python's readers take, which they do not close."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        """Return yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what fits."""
        found = self._file.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)
