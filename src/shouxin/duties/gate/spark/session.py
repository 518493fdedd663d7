"""A connection to Spark for one audit, and what Spark says when it fails, in this program's errors."""

import os
import re
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shouxin.errors import InputError

_WAIT = 5.0
"""Seconds that a master has to answer."""

_LONGEST = 60.0
"""Seconds that a standalone cluster has to give a worker; without one Spark waits for ever."""

_HERE = re.compile(r"local(\[|$)|spark://(127\.0\.0\.1|localhost)[:,]")
_CONDITION = re.compile(r"\[([A-Z][A-Z0-9_]+(?:\.[A-Z0-9_]+)*)\]")


@contextmanager
def opened(master: str) -> Iterator[Any]:
    """Give a context on ``master`` (``local[2]``, ``spark://host:port``); one that runs already is shared.

    The workers run the Python that PYSPARK_PYTHON names, or this one. Raises ``InputError``: spark-missing,
    spark-java, spark-unreachable, spark-failed.
    """
    try:
        from pyspark import SparkConf, SparkContext
    except ImportError:
        raise InputError(
            "spark-missing", "Spark is not installed", remedy="run `pip install 'shouxin[spark]'`"
        ) from None
    running = SparkContext._active_spark_context
    if running is not None:
        yield running
        return
    _require_java()
    _require_master(master)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    conf = SparkConf().setAppName("shouxin audit").setMaster(master).setAll(list(_settings(master).items()))
    with failures(master):
        context = SparkContext(conf=conf)
    try:
        if master.startswith("spark://"):
            _require_worker(context, master)
        yield context
    finally:
        context.stop()


@contextmanager
def failures(where: str) -> Iterator[None]:
    """Turn what Spark raises into ``InputError``: spark-failed, spark-java, spark-worker.

    Spark quotes what its workers had in hand; only the name of the failure is passed on.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise _failure(str(error), type(error).__name__, where) from None


def _failure(text: str, kind: str, where: str) -> InputError:
    if "JAVA_GATEWAY_EXITED" in text:
        return _no_java("Java did not start Spark")
    if "ModuleNotFoundError" in text:
        return InputError(
            "spark-worker",
            "the workers' Python does not have Shouxin",
            where=where,
            remedy="install shouxin on every worker, and name that Python in PYSPARK_PYTHON",
        )
    named = _CONDITION.search(text)
    return InputError(
        "spark-failed",
        f"Spark gave up: {named.group(1) if named else kind}",
        where=where,
        remedy="see the logs of the cluster; --resume keeps the chunks that are decided",
    )


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME", "")
    if not shutil.which(str(Path(home, "bin", "java")) if home else "java"):
        raise _no_java("Spark needs Java, and there is none")


def _no_java(what: str) -> InputError:
    return InputError(
        "spark-java",
        what,
        remedy="install Java 17 or later (Debian: apt install openjdk-17-jre-headless), or set JAVA_HOME",
    )


def _require_master(master: str) -> None:
    """Knock at a standalone master: Spark itself would try for a minute, and then stop without a word."""
    if not master.startswith("spark://"):
        return
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":")
        try:
            with socket.create_connection((host, int(port)), timeout=_WAIT):
                return
        except (OSError, ValueError, OverflowError):
            continue
    raise InputError(
        "spark-unreachable",
        f'no Spark master answers at "{master[:200]}"',
        remedy="start it, or mend --master",
    )


def _require_worker(context: Any, master: str) -> None:
    end = time.monotonic() + _LONGEST
    while context._jsc.sc().getExecutorMemoryStatus().size() < 2:  # the first is this process
        if time.monotonic() > end:
            raise InputError(
                "spark-unreachable",
                f'the Spark master "{master[:200]}" has no worker to give',
                remedy="see that a worker has a free core and a gigabyte of memory",
            )
        time.sleep(0.1)


def _settings(master: str) -> dict[str, str]:
    settings = {
        "spark.log.level": "OFF",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if _HERE.match(master):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return settings
