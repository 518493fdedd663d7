"""Retention runs in the store: everything about them that is SQL, in the caller's transaction."""

import datetime
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, insert, select, text, update

from shouxin.duties.retention import tables
from shouxin.duties.retention.model import Overdue
from shouxin.duties.work import Work
from shouxin.errors import InputError

LAST = 2**63 - 1
_SPACE = 0x73780002
"""The space of advisory locks in which the number of a run stands."""
_ALONE = text("select pg_try_advisory_lock(:space, :run)")
_FREE = text("select pg_advisory_unlock(:space, :run)")
_ORDERLY = text("select pg_advisory_xact_lock(:space, 0)")

WORK = Work(tables.task, "run")
"""The work of runs."""


def orderly(connection: Connection) -> None:
    """Let nobody else open a run until the end of the transaction."""
    connection.execute(_ORDERLY, {"space": _SPACE})


def take_alone(connection: Connection, number: int) -> bool:
    """Take a run for this connection; False where another has it."""
    return bool(connection.execute(_ALONE, {"space": _SPACE, "run": number % 2**31}).scalar_one())


def let_go(connection: Connection, number: int) -> None:
    """Let others carry a run out."""
    connection.execute(_FREE, {"space": _SPACE, "run": number % 2**31})


def add(connection: Connection, found: Overdue, who: str, approval: int | None) -> int:
    """Add a run with the work that waits in each store; one without an approval is finished at once."""
    values = {
        "as_of": found.as_of,
        "digest": found.digest,
        "body": msgspec.to_builtins(found),
        "who": who,
        "approval": approval,
        "finished_at": None if approval else func.now(),
    }
    made = insert(tables.run).values(values).returning(tables.run.c.number)
    number = int(connection.execute(made).scalar_one())
    if approval:
        WORK.add(connection, number, found.stores)
    return number


def find(connection: Connection, number: int, *, lock: bool = False) -> Row[Any]:
    """Return a run; raise ``InputError`` (retention-unknown)."""
    row = None
    if 0 < number <= LAST:
        asked = select(tables.run).where(tables.run.c.number == number)
        row = connection.execute(asked.with_for_update() if lock else asked).one_or_none()
    if row is None:
        raise InputError(
            "retention-unknown",
            f"there is no retention run {number}",
            remedy="`shouxin retention list` lists them",
        )
    return row


def opened(connection: Connection) -> Row[Any] | None:
    """Return the run that is neither finished nor replaced; there is one at most."""
    table = tables.run
    asked = select(table).where(table.c.finished_at.is_(None), table.c.replaced_at.is_(None))
    return connection.execute(asked).one_or_none()


def newest(connection: Connection) -> Row[Any] | None:
    """Return the newest run."""
    return next(iter(listed(connection, 1)), None)


def listed(connection: Connection, limit: int, before: int | None = None) -> Sequence[Row[Any]]:
    """Return runs, the newest first."""
    asked = select(tables.run).order_by(tables.run.c.number.desc()).limit(limit)
    if before is not None:
        asked = asked.where(tables.run.c.number < min(before, LAST))
    return connection.execute(asked).all()


def carried_on(connection: Connection) -> datetime.datetime | None:
    """Return when a run was finished last that left nothing undone."""
    undone = select(tables.task.c.run).where(tables.task.c.state != "done")
    asked = select(func.max(tables.run.c.finished_at)).where(tables.run.c.number.not_in(undone))
    found: datetime.datetime | None = connection.execute(asked).scalar_one()
    return found


def overdue(row: Row[Any]) -> Overdue:
    """Return what was found."""
    return msgspec.convert(row.body, Overdue)


def move(connection: Connection, number: int, to: str) -> None:
    """Write down that a run was ``replaced``, ``started`` or ``finished``."""
    change = update(tables.run).where(tables.run.c.number == number)
    connection.execute(change.values({f"{to}_at": func.now()}))
