"""Deliveries in the store: everything about them that is SQL, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Select, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from shouxin.duties.delivery import tables
from shouxin.law.base import Shape
from shouxin.store.deadlines import outbox

State = Literal["waits", "taken", "given_up"]


class Line(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A delivery as it is shown; ``next_at`` is when it is tried again."""

    number: int
    topic: str
    target: str
    state: State
    tries: int
    made_at: datetime
    next_at: datetime | None
    taken_at: datetime | None
    problem: str


class Due(NamedTuple):
    """A delivery to make now: the message under its key, to whom, how often it was tried."""

    number: int
    target: str
    tries: int
    key: str
    topic: str
    at: datetime
    body: Mapping[str, Any]


def share_out(connection: Connection, targets: Sequence[str], most: int, oldest: timedelta) -> int:
    """Make a delivery to each target of every message that has none; return how many messages it were.

    A message that waited longer than ``oldest`` for a target to be set is left where it is for good.
    """
    fresh = (
        select(outbox.c.id)
        .where(outbox.c.sent_at.is_(None), outbox.c.at > func.now() - oldest)
        .order_by(outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    messages = list(connection.execute(fresh).scalars())
    if messages:
        rows = [{"message": one, "target": target} for one in messages for target in targets]
        add = insert(tables.delivery).values(next_at=func.now()).on_conflict_do_nothing()
        connection.execute(add, rows)
        connection.execute(update(outbox).where(outbox.c.id.in_(messages)).values(sent_at=func.now()))
    return len(messages)


def next_due(connection: Connection, targets: Sequence[str], lease: timedelta) -> Due | None:
    """Take a delivery that is due, so that nobody else makes it for a while."""
    table = tables.delivery
    chosen = (
        select(table.c.number)
        .where(table.c.next_at <= func.now(), table.c.target.in_(targets))
        .order_by(table.c.next_at, table.c.number)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    change = update(table).where(table.c.number == chosen, outbox.c.id == table.c.message)
    back = (table.c.number, table.c.target, table.c.tries, outbox.c.key, outbox.c.topic, outbox.c.at)
    row = connection.execute(
        change.values(next_at=func.now() + lease).returning(*back, outbox.c.body)
    ).one_or_none()
    return Due._make(row) if row else None


def taken(connection: Connection, number: int) -> None:
    """Write down that a target has a message."""
    values = {"taken_at": func.now(), "next_at": None, "problem": "", "tries": tables.delivery.c.tries + 1}
    connection.execute(update(tables.delivery).where(tables.delivery.c.number == number).values(values))


def failed(connection: Connection, number: int, problem: str, pause: timedelta | None) -> None:
    """Write down what went wrong, and when it is tried again; None: it is given up."""
    at = func.now() + literal(pause) if pause is not None else None
    values = {"next_at": at, "problem": problem, "tries": tables.delivery.c.tries + 1}
    connection.execute(update(tables.delivery).where(tables.delivery.c.number == number).values(values))


def again(connection: Connection) -> int:
    """Let everything that was given up be tried anew; return how many deliveries it is."""
    table = tables.delivery
    lost = (table.c.taken_at.is_(None), table.c.next_at.is_(None))
    return connection.execute(update(table).where(*lost).values(next_at=func.now(), tries=0)).rowcount


def lines(connection: Connection, limit: int, *, only_open: bool) -> list[Line]:
    """Return deliveries, the newest first."""
    asked = _lines().limit(limit)
    if only_open:
        asked = asked.where(tables.delivery.c.taken_at.is_(None))
    return [_line(row) for row in connection.execute(asked)]


def _lines() -> Select[Any]:
    table = tables.delivery
    return (
        select(table, outbox.c.topic)
        .join(outbox, outbox.c.id == table.c.message)
        .order_by(table.c.number.desc())
    )


def _line(row: Any) -> Line:
    state: State = "taken" if row.taken_at else "waits" if row.next_at else "given_up"
    return Line(
        number=row.number,
        topic=row.topic,
        target=row.target,
        state=state,
        tries=row.tries,
        made_at=row.made_at,
        next_at=row.next_at,
        taken_at=row.taken_at,
        problem=row.problem,
    )
