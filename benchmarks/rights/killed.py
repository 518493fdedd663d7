"""A connection that is killed in the middle of an erasure."""

import threading
from contextlib import suppress

import sqlalchemy as sa
from tests.connect.worlds import holding
from tests.connect.worlds.checks import changes
from tests.connect.worlds.judge import Trial

from shouxin.errors import ShouxinError

_LAST = "customer"
_SLEEPING = "select id from information_schema.processlist where state = 'User sleep'"


def killed(trial: Trial, person: int) -> int:
    """Kill the session of an erasure at its last table; return how many rows are not as before.

    PostgreSQL ends it from within; on MariaDB the table sleeps until somebody else ends it. One more is
    counted where the erasure says that it was done.
    """
    engine = trial.engine
    assert isinstance(engine, sa.Engine)
    before = holding.snapshot(engine, trial.world)
    said = 1
    with holding.broken(engine, _LAST, killed=True):
        ending = threading.Thread(target=_end_sleepers, args=[engine])
        if engine.dialect.name != "postgresql":
            ending.start()
        with suppress(ShouxinError), trial.opened(trial.world) as store:
            store.erase(trial.asked(trial.world.people[person]), trial.world.as_of)
            said = 0
        if ending.is_alive():
            ending.join()
    said = 1 - said
    return said + len(list(changes(before, holding.snapshot(engine, trial.world))))


def _end_sleepers(engine: sa.Engine) -> None:
    """End the first session that sleeps in a trigger; wait for it for ten seconds at most."""
    waiting = threading.Event()
    with engine.connect() as connection:
        for _ in range(200):
            if number := connection.exec_driver_sql(_SLEEPING).scalar():
                connection.exec_driver_sql(f"kill {int(number)}")
                return
            connection.rollback()
            waiting.wait(0.05)
