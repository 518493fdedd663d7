"""Cases: transitions of procedures in the pure engine, and firing deadlines on the embedded store."""

import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import text

from benchmarks.measure import Row, call_seconds
from shouxin.engine.calendar import official
from shouxin.engine.case import Case, Move
from shouxin.engine.engines import Engines
from shouxin.law.register import register
from shouxin.store import StoreConfig, open_store
from shouxin.store.deadlines import fire
from shouxin.store.migrate import upgrade

WAITING, OVER = 1_000_000, 3_000

_FILL = """
insert into shouxin.deadline (provision, began, due_on, due, provisional, counted, state)
select 'made-up:art_1', '2024-06-03', d, d + 1, false, '{}', 'open'
from (select case when n <= :over then date '2024-06-03' else date '2999-06-03' end as d
      from generate_series(1, :all) n) made
"""


def rows() -> Iterator[Row]:
    """Measure both."""
    yield from _transitions()
    yield _fired()


def _transitions() -> Iterator[Row]:
    """Walk a complaint to its answer: two steps that move a clock, and one step that moves none."""
    machines, calendar = Engines(register()).machines, official()
    complaint = machines.find("user-complaint")
    day = date(2025, 6, 3)
    opening = Move(step="complain", by="complainant", on=day, records=("complaint",))
    answer = Move(step="answer", by="operator", on=day, records=("answer",))
    opened, _ = complaint.advance(Case(procedure="user-complaint"), opening, calendar)

    def counted() -> None:
        for _ in range(5_000):
            complaint.advance(opened, answer, calendar)

    def started() -> None:
        for _ in range(5_000):
            complaint.advance(Case(procedure="user-complaint"), opening, calendar)

    for what, work in (("that stop a clock", counted), ("that start a clock", started)):
        rate = 5_000 / call_seconds(work)
        yield Row(f"transitions {what}", f"{rate:,.0f} a second", "100,000 a second")


def _fired() -> Row:
    """Fire 3,000 of a million open deadlines; wall time, as the work is the server's."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with open_store(StoreConfig(dsn=None, data_dir=Path(folder) / "postgres")) as store:
            upgrade(store.engine)
            with store.engine.begin() as connection:
                connection.execute(text("set local statement_timeout = 0"))
                connection.execute(text(_FILL), {"over": OVER, "all": WAITING})
            with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("set statement_timeout = 0"))
                connection.execute(text("analyze shouxin.deadline"))
            start, fired = time.perf_counter(), 0
            while True:
                with store.engine.begin() as connection:
                    batch = fire(connection)
                if not batch:
                    break
                fired += batch
            spent = time.perf_counter() - start
    assert fired == OVER
    return Row(f"fire {OVER:,} of {WAITING:,} deadlines", f"{fired / spent:,.0f} a second", "5,000 a second")
