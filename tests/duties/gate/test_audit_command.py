"""``shouxin audit`` as a command: answers, exit codes, and what is left when it is killed."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from shouxin.app.cli import Terminal
from shouxin.duties.gate import cli_audit
from shouxin.duties.gate.service import Decider
from tests.engine.conftest import gate_over, instrument, provision

LAW = instrument("old", "2015-01-01", provision("art_1", {"when": "a.one"}))
KILLED = """
import os, signal, sys
from pathlib import Path
from shouxin.duties.gate import audit_groups
from shouxin.duties.gate.audit import Job, audit
from tests.duties.gate.test_audit_command import LAW
from tests.engine.conftest import DAY, gate_over

audit_groups._LEAST = 1
chunks = []
def advance(rows):
    chunks.append(rows)
    if len(chunks) == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
made = audit(gate_over(LAW), Job(source=sys.argv[1], out=Path(sys.argv[2]), as_of=DAY, resume=True), advance)
print(made.kept)
"""


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return how to call the command over a made-up law, on a table of three acts."""
    gate = gate_over(LAW)
    monkeypatch.setattr(cli_audit, "register", lambda: gate.rules.register)
    monkeypatch.setattr(Decider, "gate", gate)
    pq.write_table(pa.table({"act": ["send"] * 3, "a.one": [False, None, True]}), tmp_path / "in.parquet")

    def call(*words: str) -> Result:
        fixed = [str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet")]
        return CliRunner().invoke(cli_audit.audit, [*fixed, *words], standalone_mode=False, obj=Terminal())

    return call


def test_the_summary_is_json_on_standard_output(called: Any, tmp_path: Path) -> None:
    """Rows by effect, signatures, seconds and the output; an audit that ran ends with 0."""
    ran = called("--json", "--as-of", "2025-06-03")
    found = json.loads(ran.stdout)
    assert found["rows"] == 3
    assert found["effects"] == {"permitted": 1, "prohibited": 1, "undetermined": 1}
    assert found["out"] == str(tmp_path / "out.parquet")
    assert {"signatures", "seconds"} <= set(found)
    assert (ran.exit_code, ran.exception) == (0, None)


def test_strict_ends_with_1_where_a_row_is_not_permitted(called: Any) -> None:
    """Prohibited and undetermined rows are a "no" for those who ask for it."""
    ran = called("--strict")
    assert ran.return_value == 1
    assert "prohibited" in ran.stdout


def test_a_day_and_a_column_of_days_are_not_both_meant(called: Any) -> None:
    """One of the two is."""
    assert called("--as-of", "2025-06-03", "--day-column", "day").exception.code == "audit-day"


def test_an_audit_that_is_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Killed twice half-way and resumed, it writes the file that an undisturbed run writes."""
    count = 13_000
    rows = {"act": ["send"] * count, "a.one": [number % 7 == 0 for number in range(count)]}
    pq.write_table(pa.table(rows), tmp_path / "in.parquet", row_group_size=2048)

    def run(out: str, chunks: int) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-c",
            KILLED,
            str(tmp_path / "in.parquet"),
            str(tmp_path / out),
            str(chunks),
        ]
        root = Path(__file__).parents[3]
        return subprocess.run(
            command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True
        )

    undisturbed = run("a.parquet", 0)
    assert undisturbed.stdout == "0\n", undisturbed.stderr
    assert run("b.parquet", 2).returncode == -signal.SIGKILL
    assert run("b.parquet", 5).returncode == -signal.SIGKILL
    assert not (tmp_path / "b.parquet").exists()
    assert run("b.parquet", 0).stdout == "5\n"
    assert (tmp_path / "b.parquet").read_bytes() == (tmp_path / "a.parquet").read_bytes()
