"""Posture: where an organisation with fifty services stands, in the engine, over the store, as a command."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks.measure import Row, call_seconds, milliseconds
from shouxin.duties.inventory.service import Organisation, Service
from shouxin.duties.posture.service import Judge
from shouxin.duties.posture.stored import StoredOrganisation
from shouxin.engine.control import Evidence
from shouxin.engine.expression import names as names_of
from shouxin.law.register import register
from shouxin.store import StoreConfig, open_store
from shouxin.store.embedded import EmbeddedServer
from shouxin.store.migrate import upgrade

SERVICES = 50
DAY = date(2025, 6, 3)
GOAL = "1 s"


def rows() -> Iterator[Row]:
    """Measure the engine alone, with the store, and the whole command."""
    judge = Judge(register())
    organisation = fifty(judge)
    asked = len(judge.posture(organisation, DAY).items)
    shown = f"{asked:,} controls, {len(organisation.evidence):,} pieces of evidence"
    seconds = call_seconds(lambda: judge.posture(organisation, DAY))
    yield Row(f"posture of {SERVICES} services, {shown}", milliseconds(seconds), GOAL)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with (
            EmbeddedServer(Path(folder) / "postgres").running() as dsn,
            open_store(StoreConfig(dsn=dsn)) as store,
        ):
            upgrade(store.engine)
            stored = StoredOrganisation(store.engine)
            stored.load(judge, organisation, DAY)
            seconds = _wall(lambda: judge.posture(stored.organisation(), DAY))
            yield Row("the same out of the store, wall time", milliseconds(seconds), GOAL)
            yield _command(dsn)


def fifty(judge: Judge) -> Organisation:
    """Return an organisation of which everything is asked, with evidence for every second element."""
    asked = {name for control in judge.controls.all for name in names_of(control.applies)}
    asked.discard("operator.individual")  # an individual is no platform, and a platform is asked for more
    facts = {name: True for name in sorted(asked) if judge.facts[name].type == "bool"}
    names = [f"service-{number}" for number in range(SERVICES)]
    elements = [(control, element) for control in judge.controls.all for element in control.control.elements]
    evidence = [
        Evidence(
            provision=control.provision,
            element=element.name,
            kind=element.evidence[0],
            on=date(2025, 1, 5),
            by="Zhang San",
            reference="made-up.pdf",
            service=name,
        )
        for control, element in elements[::2]
        for name in (names if control.control.per == "service" else [""])
    ]
    return Organisation(
        name="Made-up Group",
        facts=facts,
        services=tuple(Service(name=name) for name in names),
        evidence=tuple(evidence),
    )


def _command(dsn: str) -> Row:
    """Measure `shouxin posture --json` from start to end, the law compiled and the store running."""
    command = [sys.executable, "-m", "shouxin", "posture", "--json", "--as-of", DAY.isoformat()]
    environment = {**os.environ, "SHOUXIN_DSN": dsn}

    def run() -> None:
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        assert done.returncode == 1, done.stderr  # half of the evidence is missing

    return Row("the whole command, its store running, wall time", milliseconds(_wall(run)))


def _wall(work: Callable[[], object]) -> float:
    """Return the median wall time of one call, in seconds: part of the work is the database's."""
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return median(spent)
