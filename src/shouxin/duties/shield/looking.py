"""Looking through files for personal information: what is known already, and going on after a break."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO, TypeAlias

import msgspec

from shouxin.detect.search import Found, Missed, Result, Search, readable, walk
from shouxin.detect.sources import arriving
from shouxin.errors import InputError
from shouxin.protect.replace import replaced


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A finding as it is written: one JSON object a line. ``value``, ``why`` only where asked for."""

    type: str
    start: int
    end: int
    byte_start: int
    byte_end: int
    score: float
    source: str
    path: str
    file: str
    fingerprint: str
    value: str | None = None
    why: dict[str, float] | None = None

    @classmethod
    def of(cls, found: Found) -> "Line":
        """Write a finding down."""
        place = found.finding
        return cls(
            place.type, place.start, place.end, place.byte_start, place.byte_end, place.score, place.source,
            place.path, found.file, found.fingerprint, found.value or None, dict(found.why) or None,
        )  # fmt: skip

    @property
    def known(self) -> "Known":
        """Return what a baseline holds of it."""
        return Known(self.file, self.type, self.fingerprint)


class Known(msgspec.Struct, frozen=True):
    """A finding that has been looked at and accepted; it is known by its hash, not by its place."""

    file: str
    type: str
    fingerprint: str


class Baseline(msgspec.Struct, forbid_unknown_fields=True):
    """Findings that are known already, in a file that may be shared: it holds no value."""

    findings: list[Known]
    version: int = 1


class Summary(msgspec.Struct):
    """What a search came to. ``new`` are the findings that no baseline knows."""

    files: int = 0
    bytes: int = 0
    new: int = 0
    known: int = 0
    types: dict[str, int] = msgspec.field(default_factory=dict)
    unscanned: int = 0
    seconds: float = 0.0


class Looking(msgspec.Struct, frozen=True):
    """What to look through and what to leave out."""

    places: tuple[Path, ...]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    baseline: frozenset[Known] = frozenset()


Sink: TypeAlias = Callable[[Line | Missed], None]
Progress: TypeAlias = Callable[[str, int], None]


def look(
    job: Looking, search: Search, sink: Sink, progress: Progress, journal: "Journal | None" = None
) -> Summary:
    """Look through every file of a job; hand each new finding and each unscanned part to ``sink``.

    ``progress`` hears of each file and its size. Files that the journal knows as finished, and that have
    not changed since, are counted and not looked at again.
    """
    summary = journal.summary if journal else Summary()
    began = time.monotonic()
    for place in walk(job.places, job.include, job.exclude):
        if isinstance(place, Missed):
            summary.unscanned += 1
            sink(place)
            continue
        if journal and journal.finished(place):
            continue
        size = _state(place)[0]
        progress(readable(str(place)), size)
        _take(search.file(place), job, sink, summary)
        summary.files += 1
        summary.bytes += size
        if journal:
            journal.finish(place, summary)
    summary.seconds = round(summary.seconds + time.monotonic() - began, 3)
    return summary


def look_at_input(file: BinaryIO, job: Looking, search: Search, sink: Sink, summary: Summary) -> None:
    """Look through what comes in, as it comes, as a file called "-"."""
    began = time.monotonic()
    source = arriving.Arriving(file)
    _take(search.pieces(arriving.pieces(source), arriving.NAME), job, sink, summary)
    summary.files += 1
    summary.bytes += source.size
    summary.seconds = round(summary.seconds + time.monotonic() - began, 3)


def _take(results: Iterator[Result], job: Looking, sink: Sink, summary: Summary) -> None:
    """Hand on what is new, and count."""
    types = Counter(summary.types)
    for result in results:
        if isinstance(result, Missed):
            summary.unscanned += 1
            sink(result)
            continue
        line = Line.of(result)
        if job.baseline and line.known in job.baseline:
            summary.known += 1
        else:
            summary.new += 1
            types[line.type] += 1
            sink(line)
    summary.types = dict(sorted(types.items()))


def read_baseline(path: Path) -> frozenset[Known]:
    """Read a baseline; raise InputError ``baseline-unreadable``."""
    try:
        return frozenset(msgspec.json.decode(path.read_bytes(), type=Baseline).findings)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as problem:
        what = problem.strerror if isinstance(problem, OSError) else "it is no baseline"
        raise InputError(
            "baseline-unreadable", f"the baseline cannot be read: {what}", where=str(path),
            remedy="write one with --write-baseline",
        ) from None  # fmt: skip


def write_baseline(path: Path, known: Iterable[Known]) -> None:
    """Write a baseline whole or not at all, in an order that makes changes easy to read."""
    baseline = Baseline(sorted(known, key=lambda one: (one.file, one.type, one.fingerprint)))
    write_whole(path, msgspec.json.format(msgspec.json.encode(baseline), indent=1) + b"\n")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; errors as ``protect.replace.replaced``."""
    with replaced(path, mode=0o644) as file:
        file.write(data)


class _Done(msgspec.Struct):
    file: str
    size: int
    changed: int
    written: int
    summary: Summary


def _state(path: Path) -> tuple[int, int]:
    """Return size and time of change of a file, and nothing of one that is gone meanwhile."""
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_size, state.st_mtime_ns


class Journal:
    """What is finished, beside the output: after a break the search goes on behind the last whole file."""

    def __init__(self, out: Path, *, resume: bool) -> None:
        self.summary = Summary()
        self._done: dict[str, tuple[int, int]] = {}
        self._path = out.with_name(out.name + ".journal")
        self._noted = 0
        written = self._read() if resume else 0
        mode = "r+b" if resume and out.exists() else "wb"
        try:
            self._out: IO[bytes] = out.open(mode)
        except OSError as problem:
            raise InputError(
                "detect-out", f"the file cannot be written: {problem.strerror}", where=str(out),
                remedy="choose another place",
            ) from None  # fmt: skip
        self._out.truncate(written)
        self._out.seek(written)
        self._journal = self._path.open("r+b" if self._noted else "wb")
        self._journal.truncate(self._noted)
        self._journal.seek(self._noted)

    def put(self, line: Line) -> None:
        """Write a finding."""
        self._out.write(msgspec.json.encode(line) + b"\n")

    def finished(self, path: Path) -> bool:
        """Tell whether a file was looked through before and is as it was then."""
        return self._done.get(readable(str(path))) == _state(path)

    def finish(self, path: Path, summary: Summary) -> None:
        """Note a file as looked through, once everything found in it is on the disk."""
        self._out.flush()
        os.fsync(self._out.fileno())
        done = _Done(readable(str(path)), *_state(path), self._out.tell(), summary)
        self._journal.write(msgspec.json.encode(done) + b"\n")
        self._journal.flush()

    def close(self) -> None:
        """End the output; the journal of a search that came to its end is not needed any more."""
        self._out.close()
        self._journal.close()
        self._path.unlink()

    def _read(self) -> int:
        """Take up what was finished; return how much of the output stands."""
        written = 0
        try:
            lines = self._path.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return 0
        for line in lines:
            try:
                done = msgspec.json.decode(line, type=_Done)
            except msgspec.DecodeError:
                break  # the line that was being written when the process was killed
            self._noted += len(line)
            self._done[done.file] = (done.size, done.changed)
            written, self.summary = done.written, done.summary
        return written
