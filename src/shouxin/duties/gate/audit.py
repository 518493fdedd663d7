"""A table of acts decided row by row: read in batches, decided, kept in parts, written in one step."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from shouxin.duties.gate import audit_bits, audit_parts, audit_source
from shouxin.duties.gate.audit_columns import Columns
from shouxin.duties.gate.audit_decide import Auditor, Decided
from shouxin.duties.gate.audit_verdicts import Verdict
from shouxin.engine.gate import Gate
from shouxin.errors import InputError
from shouxin.law.base import Shape

_SHOWN = 5
"""Rows that a refusal names."""

_NOTHING = Verdict("")
_WORD = pa.dictionary(pa.int32(), pa.string())
_ADDED = pa.schema(
    [
        ("effect", _WORD),
        ("violations", pa.list_(_WORD)),
        ("duties", pa.list_(pa.struct([("duty", _WORD), ("provision", _WORD)]))),
        ("missing", pa.list_(_WORD)),
        ("possible", pa.list_(_WORD)),
        ("as_of", pa.date32()),
        ("law_version", _WORD),
    ]
)
_REFUSED = ("row", "error_code", "error")
"""The columns of a part that say why a row was not decided; they go into the file of bad rows."""


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


def audit(gate: Gate, job: Job, progress: Callable[[int], None] = lambda _: None) -> Summary:
    """Decide every row of a table and write it with the verdicts; tell ``progress`` the rows of each chunk.

    Raises ``InputError``: audit-format, -missing, -unreadable, -empty, -query, -query-writes,
    audit-no-act, audit-no-day, audit-column-taken, -unknown, -twice, -type, audit-bad-rows,
    profile-unknown, file-unwritable.
    """
    began = time.monotonic()
    _check_places(job)
    effects: Counter[str] = Counter()
    signatures = kept = skipped = 0
    with audit_source.opened(job.source, job.query) as table:
        columns = Columns(table.schema, gate.rules, gate.reader, day=job.day, text=table.text)
        auditor = Auditor(gate, columns, job.as_of, job.assume)
        schema = _schema(table.schema)
        if job.out.suffix == ".csv":
            audit_parts.schema_of_text(schema)
        parts = audit_parts.Parts(job.out, resume=job.resume)
        question = _question(gate, job)
        first = 0
        for batch in table.batches:
            part = parts.kept(question, batch)
            if part is None:
                made = auditor.decide(batch)
                part = _part(gate, auditor, batch, made, first, job)
                signatures += len(made.verdicts)
                parts.add(part)
            else:
                kept += 1
            bad = part.column("effect").null_count
            effects.update(_counts(part))
            skipped += bad
            first += batch.num_rows
            progress(batch.num_rows)
    if not first:
        raise InputError(
            "audit-empty", "the table has no rows", where=_name(job), remedy="give acts to decide"
        )
    if job.bad is not None and skipped:
        audit_parts.write(job.bad, _refused(parts.tables()), _bad_schema(table.schema))
    audit_parts.write(job.out, _good(parts.tables()), schema)
    parts.remove()
    return Summary(
        rows=first - skipped,
        effects=dict(sorted(effects.items())),
        skipped=skipped,
        signatures=signatures,
        kept=kept,
        seconds=round(time.monotonic() - began, 3),
        out=str(job.out),
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
    readings = sorted(gate.rules.readings.items())
    return repr((gate.rules.register.version, readings, job.as_of, job.day, job.assume, job.bad is not None))


def _schema(given: Any) -> Any:
    return pa.schema([*given, *_ADDED])


def _bad_schema(given: Any) -> Any:
    return pa.schema([("row", pa.int64()), ("error_code", pa.string()), ("error", pa.string()), *given])


def _part(gate: Gate, auditor: Auditor, batch: Any, made: Decided, first: int, job: Job) -> Any:
    """Return a batch with its verdicts; rows that cannot be decided have none, and the reason instead."""
    count = batch.num_rows
    columns = zip(*(item or _NOTHING for item in made.verdicts), strict=True)
    verdicts = [
        pa.array([worth or None for worth in column] if field.name == "effect" else column, field.type)
        for column, field in zip(columns, _ADDED, strict=False)
    ]
    added = [column.take(made.numbers) for column in verdicts]
    days = pa.repeat(pa.scalar(made.days), count) if isinstance(made.days, date) else made.days
    version = pa.DictionaryArray.from_arrays(
        pa.repeat(pa.scalar(0, pa.int32()), count), pa.array([gate.rules.register.version])
    )
    bad = audit_bits.rows(audit_bits.known(pc.is_null(added[0])).true, count)
    refusals = {row: auditor.refusal(batch, row) for row in (bad if job.bad else bad[:_SHOWN])}
    if bad and job.bad is None:
        raise _bad_rows(refusals, first, len(bad), _name(job))
    why = [refusals.get(row) for row in range(count)] if bad else [None] * count
    reasons = [
        pa.array(range(first + 1, first + count + 1), pa.int64()),
        pa.array([error and error.code for error in why], pa.string()),
        pa.array([error and error.what for error in why], pa.string()),
    ]
    table = pa.table([*batch.columns, *added, days, version], schema=_schema(batch.schema))
    for name, column in zip(_REFUSED, reasons, strict=True):
        table = table.append_column(f"\0{name}", column)
    return table


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


def _counts(part: Any) -> dict[str, int]:
    counted = pc.value_counts(part.column("effect").drop_null()).to_pylist()
    return {item["values"]: item["counts"] for item in counted}


def _good(tables: Iterator[Any]) -> Iterator[Any]:
    for table in tables:
        decided = (
            table.filter(pc.is_valid(table.column("effect"))) if table.column("effect").null_count else table
        )
        yield decided.drop_columns([f"\0{name}" for name in _REFUSED])


def _refused(tables: Iterator[Any]) -> Iterator[Any]:
    for table in tables:
        bad = table.filter(pc.is_null(table.column("effect")))
        given = bad.schema.names[: -len(_REFUSED) - len(_ADDED)]
        found = bad.select([*(f"\0{name}" for name in _REFUSED), *given])
        yield found.rename_columns([*_REFUSED, *given])
