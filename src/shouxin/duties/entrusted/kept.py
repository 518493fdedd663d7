"""Handed over requests in the store: everything about them that is SQL, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert

from shouxin.connect.opendsr.model import Want
from shouxin.duties.entrusted import tables
from shouxin.duties.entrusted.model import State

_ENDED = ("completed", "cancelled")


class Kept(NamedTuple):
    """A request as it stands in its row; ``results`` are sealed."""

    number: int
    controller: str
    id: str
    request: int
    want: Want
    digest: str
    callbacks: tuple[str, ...]
    received_at: datetime
    state: State
    results: bytes | None
    results_count: int | None
    results_until: datetime | None
    to_call: tuple[str, ...]
    calls: int
    problem: str


_COLUMNS = [tables.handed.c[name] for name in Kept._fields]


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    """Add a request; one that is there already stays as it is."""
    connection.execute(insert(tables.handed).values(values).on_conflict_do_nothing())


def find(connection: Connection, controller: str, key: str) -> Kept | None:
    """Return the request that a controller calls so."""
    asked = select(*_COLUMNS).where(tables.handed.c.controller == controller, tables.handed.c.id == key)
    row = connection.execute(asked).one_or_none()
    return _kept(row) if row else None


def of_request(connection: Connection, request: int) -> Kept | None:
    """Return what was handed over for a request; nobody else changes it meanwhile."""
    asked = select(*_COLUMNS).where(tables.handed.c.request == request).with_for_update()
    row = connection.execute(asked).one_or_none()
    return _kept(row) if row else None


def every(connection: Connection, limit: int, *, only_open: bool = False) -> list[Kept]:
    """Return requests, the newest first, or with ``only_open`` those that go on, the oldest first."""
    asked = select(*_COLUMNS).order_by(tables.handed.c.number.desc()).limit(limit)
    if only_open:
        going = tables.handed.c.state.not_in(_ENDED)
        asked = select(*_COLUMNS).where(going).order_by(tables.handed.c.number).limit(limit)
    return [_kept(row) for row in connection.execute(asked)]


def move(connection: Connection, number: int, state: State) -> None:
    """Write down a new state; all who wait for it are to be called now."""
    change = update(tables.handed).where(tables.handed.c.number == number, tables.handed.c.state != state)
    values = {"state": state, "to_call": tables.handed.c.callbacks, "calls": 0, "problem": ""}
    connection.execute(change.values(**values, call_at=func.now()))


def lay_out(connection: Connection, number: int, results: bytes, count: int, days: int) -> None:
    """Keep results for some days."""
    values = {"results": results, "results_count": count, "results_until": func.now() + timedelta(days=days)}
    connection.execute(update(tables.handed).where(tables.handed.c.number == number).values(values))


def clear(connection: Connection) -> int:
    """Throw away results whose time is over; return how many."""
    over = update(tables.handed).where(tables.handed.c.results_until <= func.now())
    return connection.execute(over.where(tables.handed.c.results.is_not(None)).values(results=None)).rowcount


def to_call(connection: Connection, lease: timedelta) -> Kept | None:
    """Take a request of which somebody is to be called, so that nobody else does for a while."""
    table = tables.handed
    next_one = (
        select(table.c.number)
        .where(table.c.call_at <= func.now())
        .order_by(table.c.call_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    change = update(table).where(table.c.number == next_one).values(call_at=func.now() + lease)
    row = connection.execute(change.returning(*_COLUMNS)).one_or_none()
    return _kept(row) if row else None


def called(
    connection: Connection, row: Kept, left: Sequence[str], pause: timedelta | None, problem: str
) -> None:
    """Write down who is still to be called, and when; a state that changed meanwhile stands."""
    change = update(tables.handed).where(
        tables.handed.c.number == row.number, tables.handed.c.state == row.state
    )
    at = func.now() + pause if pause is not None and left else None
    values = {"to_call": list(left), "calls": row.calls + 1, "problem": problem}
    connection.execute(change.values(**values, call_at=at))


def _kept(row: Any) -> Kept:
    found = Kept._make(row)
    return found._replace(
        callbacks=tuple(found.callbacks),
        to_call=tuple(found.to_call),
        results=bytes(found.results) if found.results is not None else None,
    )
