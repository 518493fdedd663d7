"""How a benchmark measures: processor time of calls (the best) and of child processes (the median)."""

import os
import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

LEAST = 0.2  # seconds that a figure is taken from, where calls are short


class Row(NamedTuple):
    """One line of the table: what was measured, the figure, the figure to reach, and a ratio to a peer."""

    what: str
    figure: str
    goal: str = ""
    against: str = ""


def call_seconds(work: Callable[[], object], *, times: int = 7) -> float:
    """Return the best processor time of one call, in seconds; what else runs on a machine only ever adds."""
    spent: list[float] = []
    while len(spent) < times or sum(spent) < LEAST:
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def alternating(works: Mapping[str, Callable[[], object]], *, times: int = 3) -> dict[str, float]:
    """Return the same for each of several, measured in turns, so that what slows a machine slows all."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(times):
        for name, work in works.items():
            best[name] = min(best[name], call_seconds(work, times=1))
    return best


def process_seconds(command: Sequence[str], folder: Path, *, times: int = 7) -> float:
    """Return the median processor time (user and system, children included) of running a command."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SHOUXIN_")}
    spent = []
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=folder, env=clean, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return median(spent)


def milliseconds(seconds: float) -> str:
    """Return a time as it stands in the table."""
    return f"{seconds * 1000:.1f} ms"


def microseconds(seconds: float) -> str:
    """Return a time as it stands in the table."""
    return f"{seconds * 1e6:.1f} µs"


def typical(work: Callable[[Any], object], cases: Sequence[Any], *, times: int = 5) -> float:
    """Return the median over ``cases`` of the best time of a call, in seconds."""
    spent = []
    for case in cases:
        best = float("inf")
        for _ in range(times):
            start = time.perf_counter()
            work(case)
            best = min(best, time.perf_counter() - start)
        spent.append(best)
    return median(spent)
