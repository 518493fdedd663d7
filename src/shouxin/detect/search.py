"""Looking through files: every finding with its file and place, and every part that was not looked at."""

import fnmatch
import hmac
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shouxin.detect.finding import Finding
from shouxin.detect.kinds import KINDS, SOURCE, SOURCES
from shouxin.detect.sources import files, text
from shouxin.detect.sources.piece import Column, Limits, Member, Pieces, Text, Unscanned
from shouxin.detect.spans import Spans, characters

Find: TypeAlias = Callable[[bytes], Spans]
"""What finds the spans in a text in UTF-8."""

Why: TypeAlias = Callable[[bytes, Spans], Sequence[Mapping[str, float]]]
"""What says for each of these spans of a text which evidence added what to its score."""

Offsets: TypeAlias = npt.NDArray[np.int64]

_BATCH = 20_000
_BATCH_BYTES = 1 << 20
_ALLOW = re.compile(rb"shouxin:allow(?:=([a-z0-9_,]+))?")
_LONGEST_LINE = 4096
_BETWEEN = re.compile(r"[\s\-]")
_NO_REASONS: Mapping[str, float] = {}


class Found(msgspec.Struct, frozen=True):
    """A finding, the file it is in (``archive.zip!member``), and a keyed hash of its type and value.

    ``value`` and ``why`` stay empty unless they were asked for.
    """

    file: str
    finding: Finding
    fingerprint: str
    value: str = ""
    why: Mapping[str, float] = {}


class Missed(msgspec.Struct, frozen=True):
    """A part of a file that was not looked at."""

    file: str
    unscanned: Unscanned


Result: TypeAlias = Found | Missed


class Place(NamedTuple):
    """A span in one of many texts: bytes and characters counted from the beginning of that text."""

    kind: str
    row: int
    begin: int
    end: int
    first: int
    last: int
    score: float
    why: Mapping[str, float]


class Search:
    """Looks through files with one scanner.

    ``key`` makes the fingerprints: the same value has the same one under the same key, and without the key
    nobody can try values until one fits. ``show`` keeps the values themselves, ``why`` the reasons.
    """

    def __init__(
        self,
        find: Find,
        key: bytes,
        *,
        limits: Limits | None = None,
        show: bool = False,
        why: Why | None = None,
    ) -> None:
        self._find = find
        self._why = why
        self._key = key
        self._limits = limits or Limits()
        self._show = show

    def file(self, path: Path, name: str = "") -> Iterator[Result]:
        """Look through a file of any kind, archives included."""
        yield from self.pieces(files.pieces(path, self._limits), name or readable(str(path)))

    def pieces(self, pieces: Pieces, name: str) -> Iterator[Result]:
        """Look through what a source hands out; texts that are parts of one (with a path), many at once."""
        inside = name
        held: list[Text] = []
        size = 0
        for piece in pieces:
            if isinstance(piece, Text):
                held.append(piece)
                size += len(piece.data)
                if piece.path and size < _BATCH_BYTES and len(held) < _BATCH:
                    continue
            yield from self._texts(held, inside)
            held, size = [], 0
            match piece:
                case Member():
                    inside = f"{name}!{readable(piece.name)}"
                case Unscanned():
                    yield Missed(inside, piece)
                case Column():
                    yield from self._column(piece, inside)
        yield from self._texts(held, inside)

    def _texts(self, pieces: list[Text], file: str) -> Iterator[Found]:
        if not pieces:
            return
        labels = [f"{piece.label}:".encode("utf-8", "replace") if piece.label else b"" for piece in pieces]
        parts = [part for at, piece in enumerate(pieces) for part in (labels[at], piece.data, b"\0")]
        cells = np.cumsum([0, *(len(labels[at]) + len(piece.data) + 1 for at, piece in enumerate(pieces))])
        content = cells[:-1] + np.array([len(label) for label in labels], np.int64)
        for place in self._places(b"".join(parts), cells, content):
            piece = pieces[place.row]
            high = len(piece.data) + 1 if piece.high is None else piece.high
            if not piece.low <= place.begin < high:
                continue
            if not piece.path and _allowed(piece.data, place.begin, place.end, place.kind):
                continue
            raw = (place.begin, place.end)
            if piece.encoding != "utf-8":
                raw = _widths(piece, place.begin, place.end)
            yield self._found(
                file, piece.data[place.begin : place.end], place, readable(piece.path), piece.start,
                (piece.byte_start + raw[0], piece.byte_start + raw[1]),
            )  # fmt: skip

    def cells(self, column: Column) -> Iterator[tuple["Place", bytes]]:
        """Give each place in the cells of a column, by row, with the value that stands there.

        A value that many cells hold is looked at once.
        """
        label = f"{column.name}:".encode("utf-8", "replace")
        distinct = column.cells.dictionary_encode()
        data, cells = _joined(distinct.dictionary, label)
        every_one_differs = len(distinct.dictionary) == len(column.cells)
        found: dict[int, list[tuple[Place, bytes]]] = {}
        for place in self._places(data, cells, cells[:-1] + len(label)):
            origin = int(cells[place.row]) + len(label)
            value = data[origin + place.begin : origin + place.end]
            if every_one_differs:
                yield place, value
            else:
                found.setdefault(place.row, []).append((place, value))
        if not found:
            return
        held = np.zeros(len(distinct.dictionary) + 1, np.bool_)
        held[list(found)] = True
        values = distinct.indices.fill_null(len(distinct.dictionary)).to_numpy()
        rows = np.flatnonzero(held[values])
        for row, at in zip(rows.tolist(), values[rows].tolist(), strict=True):
            for place, value in found[at]:
                yield place if place.row == row else place._replace(row=row), value

    def _column(self, column: Column, file: str) -> Iterator[Found]:
        table = readable(f"{column.table}!{column.name}" if column.table else column.name)
        for place, value in self.cells(column):
            path = f"{table}[{column.first + place.row}]"
            yield self._found(file, value, place, path, 0, (place.begin, place.end))

    def _places(self, data: bytes, cells: Offsets, content: Offsets) -> Iterator["Place"]:
        """Find in many texts at once: ``cells`` says where each begins, ``content`` where its label ends."""
        spans = self._find(data)
        rows = np.searchsorted(cells, spans.start, "right") - 1
        spans, rows = spans.where(chosen := spans.start >= content[rows]), rows[chosen]
        if not len(rows):
            return
        whys = self._why(data, spans) if self._why else [_NO_REASONS] * len(rows)
        origin = content[rows]
        chars = characters(data, np.concatenate((spans.start, spans.end, origin))).reshape(3, -1)
        columns = (
            rows, spans.start - origin, spans.end - origin, chars[0] - chars[2], chars[1] - chars[2],
            spans.score,
        )  # fmt: skip
        named = map(KINDS.__getitem__, spans.kind.tolist())
        yield from map(Place, named, *(column.tolist() for column in columns), whys)

    def _found(
        self, file: str, value: bytes, place: "Place", path: str, before: int, raw: tuple[int, int]
    ) -> Found:
        finding = Finding(
            type=place.kind, start=before + place.first, end=before + place.last,
            byte_start=raw[0], byte_end=raw[1], score=round(place.score, 3), path=path,
            source=SOURCES.get(place.kind, SOURCE),
        )  # fmt: skip
        words = value.decode("utf-8", "replace")
        return Found(
            file, finding, self.fingerprint(finding.type, words), words if self._show else "", place.why
        )

    def fingerprint(self, kind: str, value: str) -> str:
        """Return 32 hexadecimal digits that stand for a value, however it is written (spaces, width)."""
        bare = value if value.isascii() else unicodedata.normalize("NFKC", value)
        if not bare.isalnum():
            bare = _BETWEEN.sub("", bare)
        return hmac.digest(self._key, f"{kind}\0{bare.casefold()}".encode(), "sha256").hex()[:32]


def walk(
    places: Iterable[Path], include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> Iterator[Path | Missed]:
    """Give every file below the places in a fixed order; links are not followed, special files are named.

    Patterns are those of the shell, for the whole path or its last parts: ``*.log``, ``node_modules``.
    """
    for place in places:
        waiting = [place]
        while waiting:
            path = waiting.pop()
            if path != place and (_matches(path, exclude) or path.is_symlink()):
                continue
            try:
                mode = path.stat().st_mode
                inner = sorted(path.iterdir(), reverse=True) if stat.S_ISDIR(mode) else []
            except OSError as problem:
                yield Missed(
                    readable(str(path)), Unscanned("unreadable", f"it cannot be read ({problem.strerror})")
                )
                continue
            if stat.S_ISDIR(mode):
                waiting += inner
            elif not stat.S_ISREG(mode):
                yield Missed(readable(str(path)), Unscanned("not-a-file", "it is no ordinary file"))
            elif path == place or not include or _matches(path, include):
                yield path


def readable(name: str) -> str:
    """Return a name that can be written; what is no character of any encoding becomes a question mark."""
    return name.encode("utf-8", "replace").decode()


def _matches(path: Path, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatch(str(path), pattern) or path.match(pattern) for pattern in patterns)


def _allowed(data: bytes, begin: int, end: int, kind: str) -> bool:
    """Tell whether a comment on the same line, ``shouxin:allow`` or ``shouxin:allow=mobile``, lets it be."""
    start = max(data.rfind(b"\n", max(0, begin - _LONGEST_LINE), begin) + 1, begin - _LONGEST_LINE, 0)
    stop = data.find(b"\n", end, end + _LONGEST_LINE)
    line = data[start : stop if stop >= 0 else end + _LONGEST_LINE]
    return any(not mark[1] or kind.encode() in mark[1].split(b",") for mark in _ALLOW.finditer(line))


def _widths(piece: Text, begin: int, end: int) -> tuple[int, int]:
    start = text.width(piece.data[:begin], piece.encoding)
    return start, start + text.width(piece.data[begin:end], piece.encoding)


def _joined(cells: pa.Array, label: bytes) -> tuple[bytes, Offsets]:
    """Return all cells in one buffer, each behind its label and before a zero byte, and where each begins."""
    kind = pa.large_binary()
    joined = pc.binary_join_element_wise(
        pa.scalar(label, kind), cells.cast(kind), pa.scalar(b"\0", kind), pa.scalar(b"", kind),
        null_handling="replace",
    )  # fmt: skip
    offsets = np.frombuffer(joined.buffers()[1], np.int64)[joined.offset : joined.offset + len(joined) + 1]
    return joined.buffers()[2].to_pybytes() if len(joined) else b"", offsets
