"""A table of acts decided row by row: chunks are decided by several threads and written in their order."""

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from shouxin.duties.gate import audit_source, audit_splice, audit_table
from shouxin.duties.gate.audit_columns import Columns
from shouxin.duties.gate.audit_decide import Decided
from shouxin.duties.gate.audit_groups import Group
from shouxin.duties.gate.audit_output import Encoded, Entry, Form, Output, digest
from shouxin.duties.gate.audit_pages import pages
from shouxin.duties.gate.audit_sides import SidedAuditor
from shouxin.duties.gate.audit_splice import Piece
from shouxin.engine.gate import Gate
from shouxin.errors import InputError
from shouxin.law.base import Shape

_SHOWN = 5
"""Rows that a refusal names."""

_MOST_THREADS = 8
"""Threads that decide; more would not make one reader and one writer quicker."""

_REASONS = pa.schema([("row", pa.int64()), ("error_code", pa.string()), ("error", pa.string())])
"""The columns before a bad row: its number from 1, and why it was not decided."""


class Job(Shape, frozen=True, kw_only=True):
    """What to audit and how: ``day`` is the name of a column of days and stands instead of ``as_of``.

    With ``bad`` rows that cannot be decided go there; without it the table is refused.
    """

    source: str
    query: str = ""
    out: Path
    as_of: date | None = None
    day: str = ""
    assume: str = ""
    resume: bool = False
    bad: Path | None = None


class Summary(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What an audit found: rows by effect, rows left out as bad, and the work it took.

    ``signatures`` counts the distinct verdicts of each chunk that was decided, ``kept`` the chunks of an
    earlier run that were not decided again; ``seconds`` is wall time.
    """

    rows: int
    effects: dict[str, int]
    skipped: int
    signatures: int
    kept: int
    seconds: float
    out: str


class _Done(NamedTuple):
    """What became of a chunk."""

    entry: Entry
    good: Encoded
    bad: Encoded


def audit(gate: Gate, job: Job, progress: Callable[[int], None] = lambda _: None) -> Summary:
    """Decide every row of a table and write it with the verdicts; tell ``progress`` the rows of each chunk.

    Raises ``InputError``: audit-format, -missing, -unreadable, -empty, -query, -query-writes,
    audit-no-act, audit-no-day, audit-column-taken, -unknown, -twice, -type, audit-bad-rows,
    profile-unknown, file-unwritable.
    """
    began = time.monotonic()
    _check_places(job)
    copy = job.out.suffix == ".parquet" and job.bad is None
    with audit_source.opened(job.source, job.query, copy=copy) as table:
        columns = Columns(table.schema, gate.rules, gate.reader, day=job.day, text=table.text)
        auditor = SidedAuditor(gate, columns, job.as_of, job.assume)
        work = Work(gate, job, auditor, table)
        output = Output(work.good, work.bad, _question(gate, job), resume=job.resume)
        try:
            kept = _run(work, output, table.chunks, progress)
            if not output.entries:
                raise InputError(
                    "audit-empty", "the table has no rows", where=_name(job), remedy="give acts to decide"
                )
            output.finish()
        finally:
            output.close()
    effects: Counter[str] = Counter()
    for entry in output.entries:
        effects.update(entry.effects)
    return Summary(
        rows=effects.total(),
        effects=dict(sorted(effects.items())),
        skipped=sum(entry.skipped for entry in output.entries),
        signatures=sum(entry.signatures for entry in output.entries[kept:]),
        kept=kept,
        seconds=round(time.monotonic() - began, 3),
        out=str(job.out),
    )


def _run(work: "Work", output: Output, chunks: Iterator[Any], progress: Callable[[int], None]) -> int:
    """Decide and write what is not finished; return how many chunks were."""
    first = kept = 0
    for chunk in chunks:
        if kept < len(output.entries) and work.read(chunk)[0] == output.entries[kept].source:
            first += chunk.num_rows
            kept += 1
            progress(chunk.num_rows)
            continue
        chunks = chain([chunk], chunks)
        break
    output.cut(kept)
    for done, rows in _in_order(work, first, chunks):
        output.add(*done)
        progress(rows)
    return kept


def _in_order(work: "Work", first: int, chunks: Iterable[Any]) -> Iterator[tuple[_Done, int]]:
    """Yield what becomes of each chunk and its rows; no more chunks are held than there are threads."""
    threads = min(_MOST_THREADS, len(os.sched_getaffinity(0)))
    waiting: deque[tuple[Future[_Done], int]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for chunk in chunks:
                waiting.append((pool.submit(work, chunk, first), chunk.num_rows))
                first += chunk.num_rows
                if len(waiting) > threads:
                    future, rows = waiting.popleft()
                    yield future.result(), rows
            while waiting:
                future, rows = waiting.popleft()
                yield future.result(), rows
        finally:
            pool.shutdown(cancel_futures=True)


class Work:
    """Turns a chunk into what is written of it; called by several threads."""

    def __init__(self, gate: Gate, job: Job, auditor: SidedAuditor, table: audit_source.Table) -> None:
        self._law = gate.rules.register.version
        self._job = job
        self._auditor = auditor
        shape = table.shape and audit_splice.beside(table.shape, audit_splice.shape_of(audit_table.ADDED))
        self.good = Form(job.out, pa.schema([*table.schema, *audit_table.ADDED]), shape)
        self.bad = Form(job.bad, pa.schema([*_REASONS, *table.schema])) if job.bad else None

    def __call__(self, chunk: Any, first: int) -> _Done:
        """Decide a chunk whose first row has the number ``first``, from 0."""
        source, piece = self.read(chunk)
        with self._reading():
            decided = self._auditor.decide(chunk)
        gaps = audit_table.undecided(decided)
        bad = Encoded()
        if len(gaps):
            bad = self._refused(chunk, gaps, first)
            keep = np.ones(chunk.num_rows, np.bool_)
            keep[gaps] = False
            decided = audit_table.only(decided, keep)
            chunk = chunk.filter(pa.array(keep))
        good = self._encoded(chunk, piece, decided)
        counts = np.bincount(decided.numbers, minlength=len(decided.verdicts)).tolist()
        effects: Counter[str] = Counter()
        for verdict, count in zip(decided.verdicts, counts, strict=True):
            if verdict is not None:
                effects[verdict.effect] += count
        entry = Entry(
            source=source,
            good=good.segment(),
            bad=bad.segment(),
            effects=dict(effects),
            skipped=len(gaps),
            signatures=len(decided.verdicts),
        )
        return _Done(entry, good, bad)

    def read(self, chunk: Any) -> tuple[str, Piece | None]:
        """Return the digest of a chunk, and the chunk encoded where it can be copied."""
        if not isinstance(chunk, Group):
            return digest(chunk.serialize()), None
        with self._reading():
            piece = chunk.piece()
        return digest(piece.data), piece

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (pa.ArrowException, OSError) as error:
            raise audit_source.unreadable(self._job.source, error) from None

    def _encoded(self, chunk: Any, piece: Piece | None, decided: Decided) -> Encoded:
        if piece is None and not chunk.num_rows:
            return Encoded()
        if not self.good.is_text:
            given = piece or audit_splice.made(pa.Table.from_batches([chunk]))
            return self.good.pieces(given, pages(decided, self._law))
        added = audit_table.verdict_columns(decided, self._law)
        return self.good.table(pa.table([*chunk.columns, *added.columns], schema=self.good.schema))

    def _refused(self, chunk: Any, gaps: Any, first: int) -> Encoded:
        """Return the rows that cannot be decided with their reasons; without a file for them, refuse."""
        if self.bad is None:
            shown = [self._auditor.refusal(chunk, int(row)) for row in gaps[:_SHOWN]]
            raise _bad_rows(dict(zip(gaps, shown, strict=False)), first, len(gaps), _name(self._job))
        errors = [self._auditor.refusal(chunk, int(row)) for row in gaps]
        reasons = [gaps + first + 1, [error.code for error in errors], [error.what for error in errors]]
        return self.bad.table(
            pa.table([*map(pa.array, reasons), *chunk.take(pa.array(gaps)).columns], schema=self.bad.schema)
        )


def _check_places(job: Job) -> None:
    for path in (job.out, job.bad):
        if path is not None and path.suffix not in (".parquet", ".csv"):
            raise InputError(
                "audit-format",
                f'"{path.name}" is neither .parquet nor .csv',
                remedy="end the name of the output in one of the two",
            )
    if job.bad is not None and job.bad.absolute() == job.out.absolute():
        raise InputError(
            "audit-format", "bad rows and good ones go to one file", remedy="name another file for bad rows"
        )


def _name(job: Job) -> str:
    return "the query" if job.query else job.source


def _question(gate: Gate, job: Job) -> str:
    """Return everything but the rows that a verdict depends on."""
    readings = (sorted(gate.rules.readings.items()), sorted(gate.rules.contested))
    return repr((gate.rules.register.version, readings, job.as_of, job.day, job.assume, job.bad is not None))


def _bad_rows(refusals: dict[int, InputError], first: int, count: int, where: str) -> InputError:
    shown = "; ".join(
        f"row {first + row + 1}: {error.what} [{error.code}]" for row, error in refusals.items()
    )
    return InputError(
        "audit-bad-rows",
        f"{count} of the rows read so far cannot be decided: {shown}",
        where=where,
        remedy="mend them, or give --skip-bad FILE to set such rows aside",
    )
