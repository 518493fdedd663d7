"""A table of acts decided on Spark: chunks are handed to workers, and their parts become the output.

What is written equals what ``duties.gate.audit`` writes, row by row and in the same order; the output is a
folder of Parquet files. Spark shares out the chunks and repeats what fails; rows never pass through it.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from functools import partial
from typing import Any
from uuid import uuid4

import msgspec
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shouxin.duties.gate.audit import Job, Summary
from shouxin.duties.gate.audit_columns import Columns
from shouxin.duties.gate.audit_output import Form, writing
from shouxin.duties.gate.audit_sides import SidedAuditor
from shouxin.duties.gate.spark import chunks, workers
from shouxin.duties.gate.spark.chunks import Chunk, Table
from shouxin.duties.gate.spark.place import Place
from shouxin.duties.gate.spark.session import failures
from shouxin.duties.gate.spark.workers import Done, Refused, Task
from shouxin.engine.gate import Gate
from shouxin.errors import InputError, IntegrityError

_LOOK = 0.5
"""Seconds between two looks at which parts are there."""


def audit(gate: Gate, job: Job, spark: Any, progress: Callable[[int], None] = lambda _: None) -> Summary:
    """Decide every row of a table and write it with the verdicts; tell ``progress`` the rows of each chunk.

    Raises ``InputError``: those of ``duties.gate.audit.audit``, spark-failed, spark-worker; and
    ``IntegrityError`` (audit-changed).
    """
    began = time.monotonic()
    _check(job)
    table = chunks.table(job.source)
    columns = Columns(table.schema, gate.rules, gate.reader, day=job.day, text=table.text)
    SidedAuditor(gate, columns, job.as_of, job.assume)  # refuses here what no worker could do
    place = Place(job.out, _question(gate, job, table), resume=job.resume)
    todo = [chunk for chunk in table.chunks if not place.summary(chunk.number).is_file()]
    _run(gate, job, spark, table, place, todo, progress)
    made = [_done(place, chunk.number) for chunk in table.chunks]
    if not sum(item.rows for item in made):
        raise InputError(
            "audit-empty", "the table has no rows", where=job.source, remedy="give acts to decide"
        )
    if chunks.table(job.source).digest != table.digest:
        raise IntegrityError(
            "audit-changed",
            "the table changed while it was audited",
            where=job.source,
            remedy="audit a table that stays as it is",
        )
    _set_aside(job, place, table, made)
    place.publish()
    entries = [entry for item in made for entry in item.entries]
    effects = sum((Counter(entry.effects) for entry in entries), Counter[str]())
    return Summary(
        rows=effects.total(),
        effects=dict(sorted(effects.items())),
        skipped=sum(entry.skipped for entry in entries),
        signatures=sum(entry.signatures for entry in entries),
        kept=len(table.chunks) - len(todo),
        seconds=round(time.monotonic() - began, 3),
        out=str(job.out),
    )


def _check(job: Job) -> None:
    if job.query:
        raise InputError(
            "audit-query", "Spark reads files and no database", remedy="leave --engine out to run a query"
        )
    if job.out.suffix != ".parquet" or (job.bad and job.bad.suffix not in (".parquet", ".csv")):
        raise InputError(
            "audit-format",
            "Spark writes a folder of Parquet files",
            remedy="end the name of the output in .parquet, that of the bad rows in .parquet or .csv",
        )
    if job.bad and job.bad.absolute() == job.out.absolute():
        raise InputError(
            "audit-format", "bad rows and good ones go to one place", remedy="name another file for bad rows"
        )


def _question(gate: Gate, job: Job, table: Table) -> str:
    """Return a digest of everything that the parts depend on."""
    law = (gate.rules.register.version, sorted(gate.rules.readings.items()), sorted(gate.rules.contested))
    asked = repr((law, job.as_of, job.day, job.assume, job.bad is not None, table.chunks, table.digest))
    return hashlib.blake2b(asked.encode(), digest_size=16).hexdigest()


def _run(
    gate: Gate,
    job: Job,
    spark: Any,
    table: Table,
    place: Place,
    todo: list[Chunk],
    progress: Callable[[int], None],
) -> None:
    """Have the chunks decided and tell the rows of those that are done; raise what a worker refuses."""
    schema = table.schema.serialize().to_pybytes()
    work = partial(workers.decide, Task(workers.packed(gate), job, schema, table.text), place)
    name = f"shouxin {uuid4()}"

    def run() -> None:
        spark.setJobGroup(name, "shouxin audit")
        if todo:
            spark.parallelize(todo, len(todo)).foreach(work)

    told: set[int] = set()
    with failures(job.source), ThreadPoolExecutor(1) as pool:
        running = pool.submit(run)
        try:
            while len(told) < len(table.chunks):
                done = wait_for([running], timeout=_LOOK).done
                _refuse(place)
                for chunk in table.chunks:
                    if chunk.number not in told and place.summary(chunk.number).is_file():
                        told.add(chunk.number)
                        progress(_done(place, chunk.number).rows)
                if done:
                    break
        except BaseException:
            spark.cancelJobGroup(name)
            raise
        running.result()


def _refuse(place: Place) -> None:
    for path in place.refusals():
        error = msgspec.json.decode(path.read_bytes(), type=Refused)
        raise InputError(error.code, error.what, where=error.where, remedy=error.remedy)


def _done(place: Place, number: int) -> Done:
    return msgspec.json.decode(place.summary(number).read_bytes(), type=Done)


def _set_aside(job: Job, place: Place, table: Table, made: list[Done]) -> None:
    """Write the bad rows to their file, numbered over the whole table."""
    before, tables = 0, []
    for chunk, item in zip(table.chunks, made, strict=True):
        if any(entry.skipped for entry in item.entries):
            rows = pq.read_table(place.bad(chunk.number))
            number = pc.add(rows.column("row"), before - chunk.first)
            tables.append(rows.set_column(0, rows.schema.field("row"), number))
        before += item.rows
    if not job.bad or not tables:
        return
    form = Form(job.bad, tables[0].schema)
    encoded = [form.table(rows) for rows in tables]
    partial_file = job.bad.with_name(f".{job.bad.name}.partial")
    with writing(job.bad):
        content = [form.head, *(item.data for item in encoded), form.end([i.segment() for i in encoded])]
        partial_file.write_bytes(b"".join(content))
        partial_file.replace(job.bad)
