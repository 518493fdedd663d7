"""Deadlines fire once, with their effect, whoever is killed on the way."""

import multiprocessing
import os
import signal
import time
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy import Engine

from shouxin.store import StoreConfig, open_store
from shouxin.store.deadlines import Planned, case, case_event, deadline, fire, instant, outbox, plan

PAST, FUTURE = date(2024, 6, 3), date(2999, 6, 3)


def fill(engine: Engine, due: int, waiting: int, cases: int = 0) -> None:
    """Set ``due`` deadlines that are over, spread over cases, and ``waiting`` that are not."""
    with engine.begin() as connection:
        made = (
            connection.execute(
                case.insert().returning(case.c.id),
                [
                    {"procedure": "made-up", "state": "open", "version": 1, "body": {}, "law_version": "x"}
                    for _ in range(cases)
                ],
            )
            .scalars()
            .all()
            if cases
            else []
        )
        plan(
            connection,
            [
                Planned("made-up:art_1", PAST, PAST, case_id=made[n % cases] if cases else None)
                for n in range(due)
            ]
            + [Planned("made-up:art_1", PAST, FUTURE) for _ in range(waiting)],
        )


def work(dsn: str) -> None:
    """Fire until nothing is left, as a worker does."""
    with open_store(StoreConfig(dsn=dsn)) as store:
        while True:
            with store.engine.begin() as connection:
                if not fire(connection, 20):
                    return


def count(engine: Engine, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    """Return how many rows of a table there are."""
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar_one()


def test_the_last_day_ends_at_midnight_in_beijing() -> None:
    """A deadline on 3 June is over when 4 June begins in Beijing, which is 16:00 on 3 June in UTC."""
    assert instant(date(2025, 6, 3)) == datetime(2025, 6, 3, 16, tzinfo=UTC)


def test_what_is_over_fires_once_with_its_event_and_its_message(migrated: Engine) -> None:
    """A second run finds nothing, and what is not over stays open."""
    fill(migrated, 7, 5, cases=3)
    with migrated.begin() as connection:
        assert fire(connection) == 7
    with migrated.begin() as connection:
        assert fire(connection) == 0
    assert count(migrated, deadline, deadline.c.state == "missed") == 7
    assert count(migrated, deadline, deadline.c.state == "open") == 5
    assert count(migrated, case_event) == 7
    assert count(migrated, outbox) == 7


def test_a_transaction_that_fails_leaves_the_deadlines_open(migrated: Engine) -> None:
    """The mark, the event and the message stand or fall together."""
    fill(migrated, 3, 0, cases=1)
    with migrated.connect() as connection, connection.begin() as transaction:
        assert fire(connection) == 3
        transaction.rollback()
    assert count(migrated, deadline, deadline.c.state == "open") == 3
    assert count(migrated, outbox) == 0


def test_four_workers_and_a_kill_lose_nothing_and_fire_nothing_twice(
    migrated: Engine, database_dsn: str
) -> None:
    """Workers are killed with no warning while they fire; what is left is fired by the next."""
    fill(migrated, 3000, 20_000, cases=40)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=work, args=(database_dsn,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    while count(migrated, outbox) < 200:
        time.sleep(0.01)
    for worker in workers[:3]:
        if worker.pid is not None:
            os.kill(worker.pid, signal.SIGKILL)
    for worker in workers:
        worker.join(60)
    work(database_dsn)
    assert count(migrated, deadline, deadline.c.state == "missed") == 3000
    assert count(migrated, outbox) == 3000
    assert count(migrated, case_event) == 3000
    assert count(migrated, deadline, deadline.c.state == "open") == 20_000
