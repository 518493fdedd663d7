"""JSON: one object to a line, or one array of objects; objects that do not change keep every byte."""

import codecs
import json
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import IO, Any

import msgspec

from shouxin.connect.files.formats import LONGEST, Changes, Opened, Values, unreadable
from shouxin.connect.rows import paths

_CHUNK = 1024 * 1024
_MARK = codecs.BOM_UTF8
_SPACE = re.compile(r"[ \t\r\n]*")
_READ = msgspec.json.Decoder(float_hook=Decimal)
_WRITE = msgspec.json.Encoder(decimal_format="number")


class Json:
    """Objects one after another; which of the two kinds it is says its first character."""

    def __init__(self, opened: Opened, path: str) -> None:
        self._opened, self._path = opened, path

    def columns(self) -> None:
        """Return None: every object may have its own."""

    def rows(
        self, _: Sequence[str], test: Callable[[Values], bool], /
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the objects that pass a test, with their numbers."""
        for number, _before, raw in self._objects():
            if number >= 0 and not raw.isspace():
                values = self._read(raw, number)
                if test(values):
                    yield number, values

    def rewrite(self, out: IO[bytes], changes: Changes) -> None:
        """Write the file again, object by object."""
        first = True
        for number, before, raw in self._objects():
            change = changes.get(number, {})
            if number >= 0 and change is None:
                continue
            if self._is_array and number >= 0:
                before = before.replace(b",", b"") if first else before
                first = False
            out.write(before + (self._written(raw, change, number) if change else raw))

    @cached_property
    def _is_array(self) -> bool:
        with self._opened() as file:
            head = file.read(_CHUNK).removeprefix(_MARK).lstrip()
        return head.startswith(b"[")

    def _objects(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield number, what stands before, and spelling of each object; -1 is what is around them."""
        return self._in_array() if self._is_array else self._in_lines()

    def _in_lines(self) -> Iterator[tuple[int, bytes, bytes]]:
        with self._opened() as file:
            mark = file.read(len(_MARK))
            rest = b"" if mark == _MARK else mark
            if mark == _MARK:
                yield -1, mark, b""
            for number, line in enumerate(_lines(file, rest)):
                if len(line) >= LONGEST:
                    raise unreadable(self._path, f"row {number + 1} is too long")
                yield number, b"", line

    def _in_array(self) -> Iterator[tuple[int, bytes, bytes]]:
        scan = json.JSONDecoder().raw_decode
        with self._opened() as file:
            decoder = codecs.getincrementaldecoder("utf-8")()
            text, at, number, ended = "", 0, 0, False

            def more() -> None:
                nonlocal text, at, ended
                chunk = file.read(_CHUNK)
                ended = not chunk
                try:
                    text, at = text[at:] + decoder.decode(chunk, final=ended), 0
                except UnicodeDecodeError:
                    raise unreadable(self._path, "it is not UTF-8") from None
                if len(text) > LONGEST + 2 * _CHUNK:
                    raise unreadable(self._path, f"row {number + 1} is too long")

            more()
            start = text.index("[") + 1
            yield -1, b"", text[:start].encode()
            at = start
            while True:
                lead = _lead(text, at)
                if lead == len(text) and not ended:
                    more()
                    continue
                if text[lead : lead + 1] == "]":
                    break
                try:
                    _, end = scan(text, lead)
                except json.JSONDecodeError:
                    if ended:
                        raise unreadable(self._path, f"row {number + 1} is no JSON") from None
                    more()
                    continue
                yield number, text[at:lead].encode(), text[lead:end].encode()
                at, number = end, number + 1
            rest = text[at:].encode() + file.read(_CHUNK)
            if rest.strip() != b"]":
                raise unreadable(self._path, "something stands behind its array")
            yield -1, b"", rest

    def _read(self, raw: bytes, number: int) -> dict[str, Any]:
        try:
            found = _READ.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError):
            raise unreadable(self._path, f"row {number + 1} is no JSON in UTF-8") from None
        if not isinstance(found, dict):
            raise unreadable(self._path, f"row {number + 1} is no object")
        return found

    def _written(self, raw: bytes, change: Values, number: int) -> bytes:
        end = raw[len(raw.rstrip()) :]
        return _WRITE.encode(paths.written(self._read(raw, number), change)) + end


def _lead(text: str, at: int) -> int:
    """Return where the next object begins: after space, and a comma."""
    found = _SPACE.match(text, at)
    at = found.end() if found else at
    if text[at : at + 1] == ",":
        found = _SPACE.match(text, at + 1)
        at = found.end() if found else at + 1
    return at


def _lines(file: IO[bytes], rest: bytes) -> Iterator[bytes]:
    """Yield lines with their ends; one that is too long is cut where that shows."""
    while chunk := file.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
        if len(rest) >= LONGEST:
            break
    if rest:
        yield rest
