"""An audit on Spark beside Spark's own row-wise SQL; two threads each.

The log is made up: acts of 24 facts that repeat after some thousand rows. The SQL says the bare effect of
a row, or names the provisions too; what is missing it cannot say. The best of two runs counts.
"""

import random
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measure import Row
from shouxin.duties.gate.audit import Job
from shouxin.engine import printer
from shouxin.engine.expression import names
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import RuleBase
from shouxin.law.register import register

DAY = date(2025, 6, 3)
ACT = "collect"
ROWS = 1_000_000
SIGNATURES = 2_000
COLUMNS = 24


def rows() -> Iterator[Row]:
    """Yield the figures of the audit on Spark, or that there is no Spark here."""
    if not (find_spec("pyspark") and shutil.which("java")):
        yield Row("audit on Spark", "not measured", "", "pyspark or Java is not installed")
        return
    from shouxin.duties.gate.spark import session

    gate = Gate(RuleBase(register()))
    profile = next(iter(gate.rules.vocabulary.profiles)).name
    with tempfile.TemporaryDirectory() as name, session.opened("local[2]") as spark:
        from shouxin.duties.gate.spark.audit import audit

        folder = Path(name)
        free = _facts(gate)
        _log(free, folder / "log.parquet", ROWS)
        job = Job(source=str(folder / "log.parquet"), out=folder / "out.parquet", as_of=DAY, assume=profile)
        seconds = min(audit(gate, job, spark).seconds for _ in range(2))
        bare, cited = (
            min(_row_wise(gate, spark, folder, free, cited=cited) for _ in range(2))
            for cited in (False, True)
        )
        yield Row(
            f"audit on Spark, {SIGNATURES:,} signatures",
            f"{ROWS / seconds / 1000:,.0f} k rows/s",
            "5 × the peer",
            f"{bare / seconds:.1f} × Spark's row-wise SQL, {cited / seconds:.1f} × where it names provisions",
        )


def _facts(gate: Gate) -> list[str]:
    """Return yes-or-no facts that rules about the act read and that follow from no other."""
    facts = gate.rules.facts
    tied = {
        name
        for fact in facts.values()
        for name in (fact.name, *fact.implies, *fact.excludes, *fact.derived_from)
        if fact.implies or fact.excludes or fact.derived_from
    }
    read = sorted(name for name in gate.reads(DAY, ACT) if facts[name].type == "bool")
    return [name for name in read if name not in tied][:COLUMNS]


def _log(free: Sequence[str], path: Path, count: int) -> None:
    """Write ``count`` acts; each fact is unknown in one of twenty signatures."""
    chance = random.Random(1)  # noqa: S311
    numbers = pa.array([number % SIGNATURES for number in range(count)])
    columns = {
        name: pa.array(chance.choices([None, True, False], [5, 45, 50], k=SIGNATURES)).take(numbers)
        for name in free
    }
    table = pa.table({"id": range(count), "act": pa.repeat(pa.scalar(ACT), count), **columns})
    pq.write_table(table, path, row_group_size=count // 8)


def _row_wise(gate: Gate, spark: Any, folder: Path, free: Sequence[str], *, cited: bool) -> float:
    """Return the seconds that Spark takes to write the effect of every row of the log, or provisions too.

    Code for whole stages is off: methods that long are not compiled, which makes it four times slower.
    """
    from pyspark.sql import SparkSession

    bans = {
        key: rule
        for key, rule in gate.effective(DAY, ACT).items()
        if gate.rules.rules[key].effect == "prohibit"
    }
    usual = gate.reader.derived(gate.reader.usual(), DAY)
    others = sorted({name for rule in bans.values() for name in names(rule)} - set(free))
    constants = [f"{_constant(usual.get(name))} AS `{name}`" for name in others]
    filled = [f"coalesce(`{name}`, {_constant(usual.get(name))}) AS `{name}`" for name in free]
    sure, maybe = (
        " OR ".join(printer.sql(rule, "spark", sure=known) for rule in bans.values())
        for known in (True, False)
    )
    effect = f"CASE WHEN {sure} THEN 'prohibited' WHEN {maybe} THEN 'undetermined' ELSE 'permitted' END"
    session = SparkSession(spark)
    session.conf.set("spark.sql.codegen.wholeStage", "false")
    start = time.monotonic()
    table = session.read.parquet(str(folder / "log.parquet")).selectExpr("id", "act", *filled, *constants)
    shown = ["id", "act", *(f"`{name}`" for name in free), f"{effect} AS effect"]
    for known in (True, False) if cited else ():
        cases = (
            f"CASE WHEN {printer.sql(r, 'spark', sure=known)} THEN '{key}' END" for key, r in bans.items()
        )
        shown.append(f"array_compact(array({', '.join(cases)})) AS {'violations' if known else 'possible'}")
    table.selectExpr(*shown).write.mode("overwrite").parquet(str(folder / "peer"))
    return time.monotonic() - start


def _constant(worth: object) -> str:
    if worth is None:
        return "CAST(NULL AS BOOLEAN)"
    return str(worth).upper() if isinstance(worth, bool | int) else f"'{worth}'"
