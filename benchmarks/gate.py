"""The gate: one decision, what is missing, compiling, and a table of acts; each against a peer.

The acts are made up: a profile says how things mostly are, and each act changes some facts of it.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import cedarpy
import duckdb

from benchmarks.measure import Row, milliseconds
from shouxin.duties.gate.audit import Job, audit
from shouxin.engine import printer
from shouxin.engine.expression import All, AnyOf, Compare, Expression, Not, names
from shouxin.engine.gate import Gate
from shouxin.engine.missing import deciding
from shouxin.engine.rulebase import RuleBase
from shouxin.law.register import register

DAY = date(2025, 6, 3)
ACT = "collect"
ROWS = 1_000_000
COLUMNS = 24


def rows() -> Iterator[Row]:
    """Yield the figures of the gate."""
    gate = Gate(RuleBase(register()))
    yield from _one(gate)
    yield from _tables(gate)


def _acts(gate: Gate, count: int, *, unknown: float) -> list[dict[str, object]]:
    """Return acts that differ from the first profile in a tenth of the facts their rules read."""
    chance = random.Random(1)  # noqa: S311
    usual = gate.reader.usual()
    read = sorted(name for name in gate.reads(DAY, ACT) if gate.rules.facts[name].type == "bool")
    free = [name for name in read if name not in _tied(gate)]
    return [
        {
            name: None
            if chance.random() < unknown
            else bool(usual.get(name, False)) ^ (chance.random() < 0.1)
            for name in free
        }
        for _ in range(count)
    ]


def _tied(gate: Gate) -> set[str]:
    """Return the facts that others follow from, which cannot be drawn by lot without contradiction."""
    facts = gate.rules.facts.values()
    return {
        name
        for fact in facts
        for name in (fact.name, *fact.implies, *fact.excludes, *fact.derived_from)
        if fact.implies or fact.excludes or fact.derived_from
    }


def _one(gate: Gate) -> Iterator[Row]:
    acts = _acts(gate, 500, unknown=0.0)
    started = time.process_time()
    compiled = Gate(gate.rules)
    for act in gate.rules.acts:
        compiled.outcome_of(act, {}, DAY)
    spent = time.process_time() - started
    yield Row("compile the rules of all acts", milliseconds(spent), "", f"{len(gate.rules.acts)} acts")
    prepared = [gate.prepare({"act": ACT, **act}) for act in acts]
    hot = _each(lambda n: gate.outcome(prepared[n], DAY), len(acts))
    peer = _cedar(gate, acts)
    yield Row("one decision, prepared", _micro(hot), "", f"1/{peer / hot:.0f} of Cedar with the same rules")
    warm = _each(lambda n: gate.outcome_of(*gate.reader.read({"act": ACT, **acts[n]}, DAY), DAY), len(acts))
    yield Row("one decision, from a dict", _micro(warm), "", f"1/{peer / warm:.0f} of Cedar")
    whole = _each(lambda n: gate.decide({"act": ACT, **acts[n]}, DAY), len(acts))
    yield Row("one decision with citations", _micro(whole), "", f"{whole / hot:.0f} × prepared")
    partly = _acts(gate, 2000, unknown=0.05)
    found = [gate.outcome_of(ACT, act, DAY) for act in partly]
    open_ = [(o, act) for o, act in zip(found, partly, strict=True) if o.effect == "undetermined"][:300]
    effective = gate.effective(DAY, ACT)
    asked = _each(
        lambda n: deciding([effective[key] for key in open_[n][0].open], open_[n][1], gate.values), len(open_)
    )
    yield Row("missing facts, p50", _micro(asked), "", f"{asked / hot:.0f} × prepared")


def _each(work: Any, count: int) -> float:
    """Return the median time of ``work(0)`` to ``work(count - 1)``, in seconds."""
    spent = []
    for number in range(count):
        work(number)
        start = time.perf_counter()
        work(number)
        spent.append(time.perf_counter() - start)
    return sorted(spent)[count // 2]


def _cedar(gate: Gate, acts: Sequence[dict[str, object]]) -> float:
    """Return the median time of one decision in Cedar over the same prohibitions, facts complete."""
    bans = [
        f"forbid (principal, action, resource) when {{ {_cedar_text(rule)} }};"
        for key, rule in gate.effective(DAY, ACT).items()
        if gate.rules.rules[key].effect == "prohibit"
    ]
    policies = cedarpy.PolicySet.from_str("\n".join(["permit (principal, action, resource);", *bans]))
    request = {"principal": 'User::"a"', "action": f'Action::"{ACT}"', "resource": 'Data::"b"'}
    contexts = [
        {name.replace(".", "_"): worth for name, worth in act.items() if worth is not None}
        for act in acts[:100]
    ]
    return _each(
        lambda n: cedarpy.is_authorized({**request, "context": contexts[n]}, policies, []), len(contexts)
    )


def _cedar_text(rule: Expression) -> str:
    """Return a condition as Cedar writes it; a fact that is not given does not hold."""
    match rule:
        case Not(item):
            return f"!({_cedar_text(item)})"
        case All(items):
            return f"({' && '.join(map(_cedar_text, items))})" if items else "true"
        case AnyOf(items):
            return f"({' || '.join(map(_cedar_text, items))})" if items else "false"
        case _:
            place = f"context.{rule.name.replace('.', '_')}"
            has = f"context has {rule.name.replace('.', '_')}"
            if isinstance(rule, Compare):
                return f'({has} && {place} == "{rule.literal}")'
            return f"({has} && {place} == true)"


def _tables(gate: Gate) -> Iterator[Row]:
    """Audit a million rows of 24 facts that repeat, and as many that do not, beside row-wise SQL.

    The better of two runs counts.
    """
    free = list(_acts(gate, 1, unknown=0.0)[0])[:COLUMNS]
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
        yield Row("memory of `shouxin audit` at its height", _memory(source, out, profile), "2,000 MB")


def _memory(source: Path, out: Path, profile: str) -> str:
    """Return how much memory the command takes at its height."""
    command = [sys.executable, "-m", "shouxin", "audit", str(source), "--out", str(out), "--assume", profile]
    with subprocess.Popen([*command, "--as-of", str(DAY)], stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    assert not status
    return f"{usage.ru_maxrss / 1000:,.0f} MB"


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


def _micro(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs"
