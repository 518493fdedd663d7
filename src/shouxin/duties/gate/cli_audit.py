"""``shouxin audit``: a table of acts, decided row by row."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from shouxin.duties.command import json_option, put_json, put_table, say, workplace
from shouxin.duties.days import day, today
from shouxin.duties.gate.audit import Job, Summary
from shouxin.duties.gate.audit import audit as audit_in_process
from shouxin.duties.gate.service import Decider
from shouxin.engine.gate import Gate
from shouxin.errors import InputError
from shouxin.law.register import register


@click.command()
@click.argument("source", envvar="SHOUXIN_AUDIT_SOURCE")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Output, .parquet or .csv.")
@click.option("--query", default="", help="What to read where SOURCE is a database.")
@click.option("--as-of", help="Day of the law for all rows, YYYY-MM-DD.  [default: today in Beijing]")
@click.option("--day-column", default="", help="Column with the day of each row, instead of --as-of.")
@click.option("--assume", default="", help="Profile that fills in what rows leave out: ordinary-company, …")
@click.option(
    "--skip-bad",
    "bad",
    type=click.Path(path_type=Path),
    help="Set rows that cannot be decided aside in this file.",
)
@click.option("--resume", is_flag=True, help="Go on where an interrupted audit to the same output stopped.")
@click.option("--strict", is_flag=True, help="End with 1 if a row is prohibited or undetermined.")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    help="What decides: this process, or a Spark cluster.",
)
@click.option("--master", help="Spark to use: local[2], spark://HOST:PORT, …  [default: local[*]]")
@json_option
def audit(
    source: str,
    out: Path,
    query: str,
    as_of: str | None,
    day_column: str,
    assume: str,
    bad: Path | None,
    resume: bool,
    strict: bool,
    engine: str,
    master: str | None,
    as_json: bool,
) -> None:
    """Decide a table of acts row by row, and write it with the verdicts.

    SOURCE is a Parquet or CSV file, a quoted pattern of files, or with --query the DSN of a PostgreSQL
    database, which may stand in SHOUXIN_AUDIT_SOURCE. The table has a column "act" and columns named
    like facts ("data.sensitive" or "data__sensitive"); empty is unknown. Other columns are passed on.

    With --engine spark SOURCE may also be a folder, the output is a folder of Parquet files in the order
    of the rows, and both lie where every worker sees them. --resume keeps the chunks that were finished.

    \b
    Example:
      shouxin audit acts.parquet --out decided.parquet --assume ordinary-company
    """
    if as_of and day_column:
        raise InputError(
            "audit-day", "both a day and a column of days are given", remedy="give --as-of or --day-column"
        )
    if master and engine != "spark":
        raise InputError("audit-engine", "a master is given for no Spark", remedy="add --engine spark")
    on = None
    if not day_column:
        on = day(as_of) if as_of else today()
    job = Job(
        source=source, query=query, out=out, as_of=on, day=day_column, assume=assume, resume=resume, bad=bad
    )
    gate = Decider(register(), workplace().readings).gate
    with _engine(engine, master or "local[*]") as run, _progress() as advance:
        summary = run(gate, job, advance)
    _show(summary, as_json=as_json)
    if strict and summary.effects.keys() - {"permitted"}:
        raise click.exceptions.Exit(1)


@contextmanager
def _engine(engine: str, master: str) -> Iterator[Callable[[Gate, Job, Callable[[int], None]], Summary]]:
    """Give what runs an audit."""
    if engine == "duckdb":
        yield audit_in_process
        return
    from shouxin.duties.gate.spark import audit as on_spark
    from shouxin.duties.gate.spark import session

    with session.opened(master) as spark:
        yield lambda gate, job, progress: on_spark.audit(gate, job, spark, progress)


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Show rows and rows a second on standard error while the work lasts."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    began, done = time.monotonic(), 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def advance(rows: int) -> None:
            nonlocal done
            done += rows
            rate = done / (time.monotonic() - began)
            bar.update(task, description=f"{done:,} rows, {rate:,.0f} rows/s")

        yield advance


def _show(summary: Summary, *, as_json: bool) -> None:
    if as_json:
        put_json(summary)
        return
    put_table(("EFFECT", "ROWS"), ((name, f"{count:,}") for name, count in summary.effects.items()))
    if summary.skipped:
        say(f"{summary.skipped:,} rows could not be decided and were set aside")
    say(f"{summary.rows:,} rows in {summary.seconds:.1f} s: {summary.out}")
