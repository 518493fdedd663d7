"""Cases: transitions of procedures in the pure engine, and firing deadlines on the embedded store."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec
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
    """Walk a complaint to its answer on every day of a year: steps that start, stop or touch no clock."""
    machine, calendar = Engines(register()).machines.find("user-complaint"), official()
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(365)]
    facts = {
        "subject": "user_information",
        "place.service_in_china": True,
        "actor.telecom_or_internet_provider": True,
    }
    empty = Case(procedure="user-complaint")
    told = Case(procedure="user-complaint", facts=machine.facts.read(facts))
    giving = [
        Move(step="complain", by="complainant", on=day, facts=facts, records=("complaint",)) for day in days
    ]
    opening = [msgspec.structs.replace(move, facts={}) for move in giving]
    accepting = [Move(step="accept", by="operator", on=day, records=("accepted",)) for day in days]
    answering = [Move(step="answer", by="operator", on=day, records=("answer",)) for day in days]
    received = [machine.advance(told, move, calendar)[0] for move in opening]
    accepted = [
        machine.advance(case, move, calendar)[0] for case, move in zip(received, accepting, strict=True)
    ]

    def rate(cases: Sequence[Case], moves: Sequence[Move]) -> float:
        pairs = list(zip(cases, moves, strict=True)) * 20

        def walk() -> None:
            for case, move in pairs:
                machine.advance(case, move, calendar)

        return len(pairs) / call_seconds(walk)

    for what, cases, moves, goal in (
        ("that start a clock", [told] * len(days), opening, "100,000 a second"),
        ("that stop a clock", accepted, answering, "100,000 a second"),
        ("that touch no clock", received, accepting, "100,000 a second"),
        ("that start a clock and give three facts to check", [empty] * len(days), giving, ""),
    ):
        yield Row(f"transitions {what}", f"{rate(cases, moves):,.0f} a second", goal)


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
