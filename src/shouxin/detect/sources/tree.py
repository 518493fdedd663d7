"""JSON and JSON lines: every key and every value with its path."""

import json
from collections.abc import Iterator
from typing import BinaryIO

from shouxin.detect.sources import text
from shouxin.detect.sources.piece import Limits, Pieces, Text, Unscanned

_ESCAPE = rb"\u"
_ROOT = "$"


class _Object(list[tuple[str, object]]):
    """The members of a JSON object in order, so that a key that stands twice keeps both values."""


def document(file: BinaryIO, limits: Limits) -> Pieces:
    """Hand out the values of one JSON document; one that is no JSON, or too large, is read as text."""
    data = file.read(limits.document + 1)
    if len(data) <= limits.document:
        yield from _values(data, _ROOT)
        return
    file.seek(0)
    escaped = False
    for piece in text.windows(file):
        escaped = escaped or (isinstance(piece, Text) and _ESCAPE in piece.data)
        yield piece
    if escaped:
        size = f"more than {limits.document >> 20} MB of JSON, read as text"
        yield Unscanned("too-large", f"{size}: what is written as \\u… was not seen; write it as JSON lines")


def lines(file: BinaryIO, limits: Limits) -> Pieces:
    """Hand out the values of JSON lines; the path begins with the line's number."""
    for number, line in enumerate(_lines(file, limits.document), 1):
        if line is None:
            yield Unscanned("too-large", f"a line of more than {limits.document >> 20} MB", f"line {number}")
        elif line.strip():
            yield from _values(line, f"{number}:$")


def _values(data: bytes, root: str) -> Pieces:
    try:
        tree = json.loads(_decoded(data), object_pairs_hook=_Object, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        if _ESCAPE in data:
            yield Unscanned(
                "not-json", "broken JSON, read as text: what is written as \\u… was not seen", root
            )
        yield Text(data, "" if root == _ROOT else root)
        return
    for path, label, value in _leaves(tree, root):
        yield Text(value.encode("utf-8", "replace"), path, label)


def _decoded(data: bytes) -> str:
    encoding = text.guess(data[: 1 << 20])
    return data.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")


def _leaves(tree: object, root: str) -> Iterator[tuple[str, str, str]]:
    """Give path, label and text of each value, and of each key under ``path~``, without recursion."""
    waiting: list[tuple[str, str, object]] = [(root, "", tree)]
    while waiting:
        path, label, value = waiting.pop()
        if isinstance(value, _Object):
            for key, _ in value:
                yield f"{path}.{_step(key)}~", "", key
            waiting += [(f"{path}.{_step(key)}", key, inner) for key, inner in reversed(value)]
        elif isinstance(value, list):
            waiting += [(f"{path}[{at}]", label, value[at]) for at in reversed(range(len(value)))]
        elif isinstance(value, str):
            yield path, label, value


def _step(key: str) -> str:
    return key if key.isidentifier() and len(key) <= 64 else json.dumps(key[:64], ensure_ascii=False)


def _lines(file: BinaryIO, longest: int) -> Iterator[bytes | None]:
    """Give each line, or None for one that is too long."""
    while line := file.readline(longest + 1):
        if len(line) <= longest:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(longest)
        yield None
