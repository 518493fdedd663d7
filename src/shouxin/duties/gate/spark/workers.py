"""What a worker does: it reads a chunk, decides its rows, and writes them as a part of the output.

The files of a part appear whole, its summary last; a part that has one is not made again.
"""

import pickle
import tempfile
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from shouxin.duties.gate.audit import Job, Work
from shouxin.duties.gate.audit_columns import Columns
from shouxin.duties.gate.audit_output import Entry
from shouxin.duties.gate.audit_sides import SidedAuditor
from shouxin.duties.gate.spark import chunks
from shouxin.duties.gate.spark.chunks import Chunk
from shouxin.duties.gate.spark.place import Place
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import ShouxinError
from shouxin.law.base import Shape


class Task(NamedTuple):
    """What every worker is told: the law, the job, and the table's columns (a schema in bytes)."""

    law: bytes
    job: Job
    schema: bytes
    text: bool


class Done(Shape, frozen=True):
    """What a chunk became: how many rows it has, and an entry for each piece it was decided in."""

    rows: int
    entries: list[Entry]


class Refused(Shape, frozen=True):
    """An error on its way home from a worker: the fields of ``ShouxinError``."""

    code: str
    what: str
    where: str
    remedy: str


def packed(gate: Gate) -> bytes:
    """Return the law of a gate, to be unpacked in another process of the same program."""
    return pickle.dumps((gate.rules.register, gate.rules.chosen))


def decide(task: Task, place: Place, chunk: Chunk) -> None:
    """Write the parts of a chunk and their summary, or why it is refused."""
    summary: Done | Refused
    target = place.summary(chunk.number)
    with tempfile.TemporaryDirectory(prefix=".", dir=target.parent) as name:
        folder = Path(name)
        try:
            summary = _written(task, chunk, folder)
        except ShouxinError as error:
            summary = Refused(error.code, error.what, error.where, error.remedy)
            target = place.refusal(chunk.number)
        else:
            for part in (place.good(chunk.number), place.bad(chunk.number)):
                if (made := folder / part.name.partition("-")[0]).is_file():
                    made.replace(part)
        Path(folder, "summary").write_bytes(msgspec.json.encode(summary))
        Path(folder, "summary").replace(target)


def _written(task: Task, chunk: Chunk, folder: Path) -> Done:
    gate, auditor = _auditor(task)
    job = msgspec.structs.replace(
        task.job,
        source=chunk.file,
        out=folder / "part.parquet",
        bad=folder / "bad.parquet" if task.job.bad else None,
    )
    rows, entries = 0, []
    with chunks.opened(chunk, _schema(task), copy=job.bad is None) as table, ExitStack() as stack:
        work = Work(gate, job, auditor, table)
        forms = [form for form in (work.good, work.bad) if form]
        files = [stack.enter_context(form.path.with_suffix("").open("wb")) for form in forms]
        for form, file in zip(forms, files, strict=True):
            file.write(form.head)
        for piece in table.chunks:
            done = work(piece, chunk.first + rows)
            for encoded, file in zip((done.good, done.bad), files, strict=False):
                file.write(encoded.data)
            entries.append(done.entry)
            rows += piece.num_rows
        for form, file, name in zip(forms, files, ("good", "bad"), strict=False):
            file.write(form.end([getattr(entry, name) for entry in entries]))
    if work.bad and not any(entry.skipped for entry in entries):
        (folder / "bad").unlink()
    return Done(rows, entries)


@lru_cache(maxsize=1)
def _auditor(task: Task) -> tuple[Gate, SidedAuditor]:
    """Return what decides; a worker does chunk after chunk and keeps it."""
    register, readings = pickle.loads(task.law)  # noqa: S301  the program itself packed it
    gate = Gate(RuleBase(register, readings))
    columns = Columns(_schema(task), gate.rules, gate.reader, day=task.job.day, text=task.text)
    return gate, SidedAuditor(gate, columns, task.job.as_of, task.job.assume)


def _schema(task: Task) -> Any:
    return pa.ipc.read_schema(pa.py_buffer(task.schema))
