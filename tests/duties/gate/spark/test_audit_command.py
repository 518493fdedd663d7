"""``shouxin audit --engine spark``: on a cluster, killed and resumed, and where Spark cannot run."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shouxin.duties.gate.audit import Job
from shouxin.duties.gate.spark import chunks, session
from shouxin.duties.gate.spark.audit import audit
from shouxin.errors import InputError
from tests.conftest import SPARK_ENVIRONMENT
from tests.duties.gate.test_audit_command import LAW
from tests.engine.conftest import DAY, gate_over

ROOT = Path(__file__).parents[4]
KILLED = """
import os, signal, sys
from pathlib import Path
from shouxin.duties.gate.audit import Job
from shouxin.duties.gate.spark import chunks, session
from shouxin.duties.gate.spark.audit import audit
from tests.duties.gate.test_audit_command import LAW
from tests.engine.conftest import DAY, gate_over

chunks._ROWS = 500
with session.opened("local[1]") as spark:
    job = Job(source=sys.argv[1], out=Path(sys.argv[2]), as_of=DAY)
    audit(gate_over(LAW), job, spark, lambda rows: os.kill(os.getpid(), signal.SIGKILL))
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run Python as a user would, in the environment that suits a test."""
    environment = {**os.environ, **SPARK_ENVIRONMENT, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_a_cluster_gives_the_answers_of_one_process(master: str, tmp_path: Path) -> None:
    """A master and two workers, the installed law, several acts and unknowns, row by row."""
    count = 3000
    rows = {
        "id": range(count),
        "act": [("collect", "provide", "delete")[number % 3] for number in range(count)],
        "data.sensitive": [(None, True, False)[number % 7 % 3] for number in range(count)],
        "consent.separate": [(None, True, False)[number % 5 % 3] for number in range(count)],
        "consent.given": [(True, None)[number % 11 % 2] for number in range(count)],
    }
    for number in range(4):
        pq.write_table(
            pa.table(rows).slice(number * count // 4, count // 4), tmp_path / f"in{number}.parquet"
        )
    fixed = [str(tmp_path / "in?.parquet"), "--assume", "ordinary-company", "--as-of", "2025-06-03"]
    found = []
    for engine in (["spark", "--master", master], ["duckdb"]):
        out = tmp_path / f"{engine[0]}.parquet"
        ran = run("-m", "shouxin", "audit", *fixed, "--out", str(out), "--engine", *engine)
        assert ran.returncode == 0, ran.stderr
        found.append(pq.read_table(out).to_pylist())
    assert found[0] == found[1]
    assert {row["effect"] for row in found[0]} == {"prohibited", "undetermined"}


def test_an_audit_that_is_killed_leaves_nothing_and_goes_on(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed when a chunk is done, it has no output; resumed, it keeps that chunk and writes all rows."""
    count = 5000
    rows = {
        "id": range(count),
        "act": ["send"] * count,
        "a.one": [number % 7 == 0 for number in range(count)],
    }
    source, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.table(rows), source, row_group_size=500)
    killed = run("-c", KILLED, str(source), str(out))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not out.exists()
    monkeypatch.setattr(chunks, "_ROWS", 500)
    made = audit(gate_over(LAW), Job(source=str(source), out=out, as_of=DAY, resume=True), spark)
    assert made.kept >= 1
    assert pq.read_table(out)["id"].to_pylist() == list(range(count))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


def refused(master: str = "local[1]") -> InputError:
    """Return why Spark cannot be had."""
    with pytest.raises(InputError) as caught, session.opened(master):
        pass
    assert caught.value.remedy
    return caught.value


def test_without_pyspark_java_or_master_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each has its code and its remedy, and nothing is waited for."""
    from pyspark import SparkContext

    monkeypatch.setattr(SparkContext, "_active_spark_context", None)
    assert refused("spark://127.0.0.1:1").code == "spark-unreachable"
    assert refused("spark://nonsense").code == "spark-unreachable"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert refused().code == "spark-java"
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert refused().code == "spark-missing"


def test_a_master_is_for_spark() -> None:
    """Without --engine spark it would be ignored in silence."""
    ran = run("-m", "shouxin", "audit", "in.parquet", "--out", "out.parquet", "--master", "local[2]")
    assert ran.returncode == 2
    assert "[audit-engine]" in ran.stderr


def test_nothing_but_a_session_brings_pyspark_in() -> None:
    """The command line and the engine in process start without it."""
    told = run(
        "-c", "import sys, shouxin.app.cli, shouxin.duties.gate.spark.audit; print('pyspark' in sys.modules)"
    )
    assert told.stdout == "False\n", told.stderr
