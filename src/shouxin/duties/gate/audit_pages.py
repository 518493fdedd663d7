"""The columns that an audit adds, as Parquet: each verdict is encoded once, and rows are copies of it.

A column of lists is three runs of small numbers: for each item whether it goes on with its row, whether
there is an item, and which of the column's values it is. Values are numbered in one, two or four bytes, so
that such a run is an array as it stands. https://parquet.apache.org/docs/file-format/data-pages/
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from shouxin.duties.gate.audit_decide import Decided
from shouxin.duties.gate.audit_splice import Piece
from shouxin.duties.gate.audit_thrift import BINARY, I32, I64, LIST, STRUCT, Struct, encoded, number

_PAGE = 40_000
"""Rows in a page: some hundred kilobytes."""

_EPOCH = date(1970, 1, 1).toordinal()
_BYTES, _INT = 6, 1
_PLAIN, _RLE, _BY_DICTIONARY = 0, 3, 8
_SNAPPY = 1


class _Pages(NamedTuple):
    """The pages of one column: their bytes, their size before compression, and the items in them."""

    data: bytes
    size: int
    items: int


def pages(decided: Decided, law_version: str) -> Piece:
    """Return the columns of ``audit_table.ADDED`` for rows that all have a verdict."""
    verdicts = [verdict for verdict in decided.verdicts if verdict is not None]
    numbers = decided.numbers
    if len(verdicts) < len(decided.verdicts):
        gap = decided.verdicts.index(None)
        numbers = numbers - (numbers > gap)
    days, which = _days(decided)
    same = np.zeros(len(numbers), np.uint8)
    chunks = [
        (("effect",), _BYTES, *_column([[item.effect] for item in verdicts], numbers, nested=False)),
        (_path("violations"), _BYTES, *_column([item.violations for item in verdicts], numbers)),
        (_path("duties", "duty"), _BYTES, *_column([[a for a, _ in v.duties] for v in verdicts], numbers)),
        (
            _path("duties", "provision"),
            _BYTES,
            *_column([[b for _, b in v.duties] for v in verdicts], numbers),
        ),
        (_path("missing"), _BYTES, *_column([item.missing for item in verdicts], numbers)),
        (_path("possible"), _BYTES, *_column([item.possible for item in verdicts], numbers)),
        (("as_of",), _INT, *_column([[day] for day in days], which, nested=False)),
        (("law_version",), _BYTES, *_column([[law_version]], same, nested=False)),
    ]
    columns: list[Struct] = []
    at = 0
    for path, kind, dictionary, data in chunks:
        columns.append(_about(path, kind, dictionary, data, at))
        at += len(dictionary.data) + len(data.data)
    return Piece(b"".join(part.data for chunk in chunks for part in chunk[2:]), columns, len(numbers))


def _path(*names: str) -> tuple[str, ...]:
    return (names[0], "list", "element", *names[1:])


def _days(decided: Decided) -> tuple[list[date], Any]:
    """Return the days that occur, and for each row the number of its own."""
    if isinstance(decided.days, date):
        return [decided.days], np.zeros(len(decided.numbers), np.uint8)
    coded = decided.days.dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.to_numpy()


def _column(
    lists: Sequence[Sequence[str | date]], rows: Any, *, nested: bool = True
) -> tuple[_Pages, _Pages]:
    """Return the dictionary and the data of a column in which row ``i`` holds ``lists[rows[i]]``."""
    places: dict[str | date, int] = {}
    for items in lists:
        for item in items:
            places.setdefault(item, len(places))
    width = 1 if len(places) <= 1 << 8 else 2 if len(places) <= 1 << 16 else 4
    kind = np.dtype(f"<u{width}")
    values = [np.array([places[item] for item in items], kind).tobytes() for items in lists]
    lengths = np.array([len(items) for items in lists])
    head: Struct = {1: (I32, len(places)), 2: (I32, _PLAIN)}
    first = _page(2, 7, head, b"".join(map(_plain, places)))
    found = []
    for start in range(0, len(rows), _PAGE):
        chosen = pa.array(rows[start : start + _PAGE])
        levels, count = _levels(lengths, chosen) if nested else (b"", len(chosen))
        which = bytes([8 * width]) + _run(_copies(values, chosen).view(kind))
        head = {1: (I32, count), 2: (I32, _BY_DICTIONARY), 3: (I32, _RLE), 4: (I32, _RLE)}
        found.append((*_page(0, 5, head, levels + which), count))
    return _Pages(*first, len(places)), _Pages(
        b"".join(data for data, _, _ in found),
        sum(size for _, size, _ in found),
        sum(count for _, _, count in found),
    )


def _copies(parts: Sequence[bytes], chosen: Any) -> Any:
    """Return the parts whose numbers are ``chosen``, one after another, as an array of bytes."""
    if len(set(parts)) == 1:
        return np.frombuffer(parts[0] * len(chosen), np.uint8)
    _, offsets, data = pa.array(parts, pa.binary()).take(chosen).buffers()
    size = np.frombuffer(offsets, np.int32)[len(chosen)]
    return np.frombuffer(data or b"", np.uint8)[:size]


def _plain(item: str | date) -> bytes:
    if isinstance(item, date):
        return (item.toordinal() - _EPOCH).to_bytes(4, "little", signed=True)
    text = item.encode()
    return len(text).to_bytes(4, "little") + text


def _levels(lengths: Any, chosen: Any) -> tuple[bytes, int]:
    """Return for each item whether it goes on with its row and whether it is there, and how many there are.

    A row without items has one that is not there.
    """
    goes_on = _copies([b"\0" + b"\1" * (length - 1) for length in lengths], chosen)
    there = _copies([b"\1" * length or b"\0" for length in lengths], chosen)
    runs = [_bits(goes_on), _bits(there)]
    return b"".join(len(run).to_bytes(4, "little") + run for run in runs), len(goes_on)


def _bits(marks: Any) -> bytes:
    if marks.all() or not marks.any():
        return number(len(marks) << 1) + bytes([int(marks[0])])
    packed: bytes = np.packbits(marks, bitorder="little").tobytes()
    return number(len(packed) << 1 | 1) + packed


def _run(items: Any) -> bytes:
    """Return whole numbers as one run; a group is eight of them."""
    if len(items) and not (items != items[0]).any():
        return number(len(items) << 1) + bytes(items[:1].tobytes())
    groups = (len(items) + 7) // 8
    return number(groups << 1 | 1) + bytes(items.tobytes()).ljust(groups * 8 * items.itemsize, b"\0")


def _page(kind: int, field: int, about: Struct, content: bytes) -> tuple[bytes, int]:
    """Return a page with its head, and how long it would be uncompressed."""
    small = pa.Codec("snappy").compress(content, asbytes=True)
    head = encoded(
        {
            1: (I32, kind),
            2: (I32, len(content)),
            3: (I32, len(small)),
            field: (STRUCT, about),
        }
    )
    return head + small, len(head) + len(content)


def _about(path: tuple[str, ...], kind: int, dictionary: _Pages, data: _Pages, at: int) -> Struct:
    """Return what the file says of a column whose bytes begin at ``at``."""
    about: Struct = {
        1: (I32, kind),
        2: (LIST, (I32, [_PLAIN, _RLE, _BY_DICTIONARY])),
        3: (LIST, (BINARY, [name.encode() for name in path])),
        4: (I32, _SNAPPY),
        5: (I64, data.items),
        6: (I64, dictionary.size + data.size),
        7: (I64, len(dictionary.data) + len(data.data)),
        9: (I64, at + len(dictionary.data)),
        11: (I64, at),
    }
    return {2: (I64, 0), 3: (STRUCT, about)}
