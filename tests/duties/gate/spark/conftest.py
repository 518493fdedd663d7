"""A cluster of a master and two workers on this machine."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SPARK_ENVIRONMENT

_MASTER = re.compile(r"spark://127\.0\.0\.1:\d+")


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a master with two workers on this machine, each a process of its own."""
    folder = tmp_path_factory.mktemp("cluster")
    quiet = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    started = [_started(folder, "Master", *quiet)]
    try:
        address = _said(folder / "Master.log", _MASTER)
        for name in ("one", "two"):
            place = folder / name
            size = ["--cores", "1", "--memory", "1g", "--work-dir", str(place)]
            started.append(_started(place, "Worker", *quiet, *size, address))
        for name in ("one", "two"):
            _said(folder / name / "Worker.log", re.compile("Successfully registered"))
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def _started(folder: Path, kind: str, *words: str) -> subprocess.Popen[bytes]:
    """Start a part of the cluster with the script that the installed package brings."""
    import pyspark

    folder.mkdir(exist_ok=True)
    home = str(Path(pyspark.__file__).parent)
    command = [f"{home}/bin/spark-class", f"org.apache.spark.deploy.{kind.lower()}.{kind}", *words]
    more = {**SPARK_ENVIRONMENT, "SPARK_HOME": home, "SPARK_DAEMON_MEMORY": "256m"}
    with Path(folder, f"{kind}.log").open("wb") as log:
        return subprocess.Popen(command, env={**os.environ, **more}, stdout=log, stderr=log, cwd=folder)


def _said(log: Path, wanted: re.Pattern[str]) -> str:
    """Wait until a log says something, and return it."""
    for _ in range(1200):
        found = wanted.search(log.read_text(errors="replace"))
        if found:
            return found.group()
        time.sleep(0.1)
    raise AssertionError(log.read_text(errors="replace")[-2000:])
