"""A table of acts: a million rows audited, beside the same rules as row-wise SQL."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from benchmarks import made_up
from benchmarks.made_up import DAY
from benchmarks.made_up import HEAVIEST as ACT
from benchmarks.measure import Row
from shouxin.duties.gate.audit import Job, audit
from shouxin.engine import printer
from shouxin.engine.expression import names
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import RuleBase
from shouxin.law.register import register

ROWS = 1_000_000
COLUMNS = 24
BARE = 4_000
"""Rows that no profile completes, nearly each with questions of its own."""


def rows() -> Iterator[Row]:
    """Audit a million rows of 24 facts that repeat, and as many that do not, beside row-wise SQL.

    The better of two runs counts.
    """
    gate = Gate(RuleBase(register()))
    free = made_up.free(gate, ACT)[:COLUMNS]
    profile = next(iter(gate.rules.vocabulary.profiles)).name
    drawn = ", ".join(
        f"CASE WHEN random() < 0.05 THEN NULL ELSE random() < 0.5 END AS {printer.column(name, 'duckdb')}"
        for name in free
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
        connection.execute(
            f"CREATE TABLE d AS SELECT n AS id, '{ACT}' AS act, {drawn} FROM range({ROWS}) t(n)"  # noqa: S608
        )
        repeated = "SELECT r.n AS id, d.* EXCLUDE (id) FROM range(1000000) r(n) JOIN d ON d.id = r.n % 2000"
        for what, query in (("repeating", repeated), ("distinct", "SELECT * FROM d")):
            source, out = folder / f"{what}.parquet", folder / "out.parquet"
            connection.execute(f"COPY ({query}) TO '{source}'")
            job = Job(source=str(source), out=out, as_of=DAY, assume=profile)
            made = min((audit(gate, job) for _ in range(2)), key=lambda summary: summary.seconds)
            seconds, effects = _row_wise(gate, connection, source, free, folder / "peer.parquet")
            assert effects == made.effects
            rate, peer = made.rows / made.seconds, made.rows / seconds
            yield Row(
                f"audit 1 M rows, {what} signatures",
                f"{rate / 1000:,.0f} k rows/s",
                "2,000 k rows/s" if what == "repeating" else "1,000 k rows/s",
                f"{rate / peer:.2f} × DuckDB's row-wise SQL, which names no article",
            )
            memory = _memory(source, out, profile)
            yield Row(f"memory of `shouxin audit`, {what} signatures", memory, "2,000 MB")
        long = folder / "long.parquet"
        connection.execute(
            f"COPY (SELECT n AS id, '{ACT}' AS act, {drawn} FROM range({10 * ROWS}) t(n)) TO '{long}'"  # noqa: S608
        )
        yield Row(f"the same, {10 * ROWS:,} rows", _memory(long, out, profile), "2,000 MB")
        bare = folder / "bare.parquet"
        connection.execute(f"COPY (SELECT * FROM d LIMIT {BARE}) TO '{bare}'")  # noqa: S608
        made = audit(gate, Job(source=str(bare), out=out, as_of=DAY))
        asked = f"{made.signatures:,} sets of questions"
        yield Row(
            f"audit {BARE:,} rows without a profile", f"{made.rows / made.seconds:,.0f} rows/s", "", asked
        )


def _memory(source: Path, out: Path, profile: str) -> str:
    """Return how much memory the command takes at its height.

    The kernel is asked for the process itself: what it says of a child that has ended counts the parent in.
    """
    command = [sys.executable, "-m", "shouxin", "audit", str(source), "--out", str(out), "--assume", profile]
    highest = 0
    with subprocess.Popen([*command, "--as-of", str(DAY)], stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
            highest = max(
                [highest, *(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)]
            )
            time.sleep(0.01)
    assert not process.returncode
    return f"{highest / 1000:,.0f} MB"


def _row_wise(
    gate: Gate, connection: duckdb.DuckDBPyConnection, source: Path, free: Sequence[str], out: Path
) -> tuple[float, dict[str, int]]:
    """Return how long DuckDB takes to write the bare effect of every row, in seconds, and the effects."""
    bans = [
        rule for key, rule in gate.effective(DAY, ACT).items() if gate.rules.rules[key].effect == "prohibit"
    ]
    usual = gate.reader.derived(gate.reader.usual(), DAY)
    others = sorted({name for rule in bans for name in names(rule)} - set(free))
    constants = [f"{_constant(usual.get(name))} AS {printer.column(name, 'duckdb')}" for name in others]
    filled = [
        f"coalesce({printer.column(name, 'duckdb')}, {_constant(usual.get(name))}) AS "
        f"{printer.column(name, 'duckdb')}"
        for name in free
    ]
    sure, maybe = (
        " OR ".join(printer.sql(rule, "duckdb", sure=known) for rule in bans) for known in (True, False)
    )
    query = (
        f"SELECT *, CASE WHEN {sure} THEN 'prohibited' WHEN {maybe} THEN 'undetermined' ELSE 'permitted' END "  # noqa: S608
        f"AS effect FROM (SELECT id, act, {', '.join([*filled, *constants])} FROM '{source}')"
    )
    start = time.monotonic()
    connection.execute(f"COPY ({query}) TO '{out}'")
    spent = time.monotonic() - start
    counted = connection.execute(f"SELECT effect, count(*) FROM '{out}' GROUP BY ALL").fetchall()  # noqa: S608
    return spent, dict(sorted(counted))


def _constant(worth: object) -> str:
    if worth is None:
        return "NULL"
    return str(worth).upper() if isinstance(worth, bool | int) else f"'{worth}'"
