"""Errands in the store: work that somebody else was asked to do, in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, update

from shouxin.duties.rights import tables


class ErrandRow(NamedTuple):
    """An errand: the key it is sent under, how the other side calls it (sealed), how often it was asked."""

    key: str
    reference: bytes | None
    asked: int


def errand(connection: Connection, plan: int, store: str) -> ErrandRow | None:
    """Return the errand of a plan in a store."""
    table = tables.errand
    row = connection.execute(
        select(table.c.key, table.c.reference, table.c.asked).where(*_at(plan, store))
    ).one_or_none()
    return (
        ErrandRow(row.key, bytes(row.reference) if row.reference is not None else None, row.asked)
        if row
        else None
    )


def begin(connection: Connection, plan: int, store: str, key: str) -> ErrandRow:
    """Write the key of an errand down, before anything is sent."""
    connection.execute(insert(tables.errand).values(plan=plan, store=store, key=key))
    return ErrandRow(key, None, 0)


def begin_soon(connection: Connection, plan: int, store: str, key: str) -> None:
    """Write the key of an errand down that is to be sent as soon as somebody looks."""
    values = {"plan": plan, "store": store, "key": key, "ask_at": func.now()}
    connection.execute(insert(tables.errand).values(values))


def take_over(connection: Connection, number: int, plan: int, store: str) -> bool:
    """Let the newest plan of a request have what an earlier one asked of a store; tell whether one had."""
    earlier = select(tables.plan.c.number).where(tables.plan.c.request == number, tables.plan.c.number < plan)
    asked = (
        select(tables.task)
        .join(
            tables.errand,
            (tables.errand.c.plan == tables.task.c.plan) & (tables.errand.c.store == tables.task.c.store),
        )
        .where(
            tables.task.c.plan.in_(earlier),
            tables.task.c.store == store,
            tables.task.c.state.in_(("elsewhere", "done")),
        )
    )
    row = connection.execute(asked).one_or_none()
    if row is None:
        return False
    connection.execute(update(tables.errand).where(*_at(row.plan, store)).values(plan=plan))
    values = {name: getattr(row, name) for name in ("state", "outcome", "problem", "entry")}
    there = (tables.task.c.plan == plan, tables.task.c.store == store)
    connection.execute(update(tables.task).where(*there).values(values))
    return True


def gathered(connection: Connection, plan: int, store: str, found: bytes) -> None:
    """Write down what a party holds, sealed; it is asked no more."""
    values = {"found": found, "done_at": func.now(), "ask_at": None}
    connection.execute(update(tables.errand).where(*_at(plan, store)).values(values))


def rest(connection: Connection, plan: int, store: str) -> None:
    """Let nobody ask any more for an answer that will not come."""
    connection.execute(update(tables.errand).where(*_at(plan, store)).values(ask_at=None))


def outstanding(
    connection: Connection, plan: int, store: str, reference: bytes, pause: timedelta | None
) -> None:
    """Write down that the answer is outstanding, and when it is asked for; None: it comes of itself."""
    values = {
        "reference": reference,
        "asked": tables.errand.c.asked + 1,
        "ask_at": func.now() + pause if pause is not None else None,
    }
    connection.execute(update(tables.errand).where(*_at(plan, store)).values(values))


def later(connection: Connection, number: int, pause: timedelta) -> None:
    """Put off the questions of a request that cannot be asked now."""
    plans = select(tables.plan.c.number).where(tables.plan.c.request == number)
    change = update(tables.errand).where(
        tables.errand.c.plan.in_(plans), tables.errand.c.ask_at <= func.now()
    )
    connection.execute(change.values(ask_at=func.now() + pause))


def hasten(connection: Connection, store: str, key: str) -> bool:
    """Let the answer to an errand be asked for now; tell whether there is one that waits."""
    waiting = (
        tables.errand.c.store == store,
        tables.errand.c.key == key,
        tables.errand.c.ask_at.is_not(None),
    )
    return connection.execute(update(tables.errand).where(*waiting).values(ask_at=func.now())).rowcount == 1


def forget(connection: Connection, plan: int, store: str) -> None:
    """Forget an errand that is done or refused."""
    connection.execute(delete(tables.errand).where(*_at(plan, store)))


def due(connection: Connection) -> list[int]:
    """Return the requests that have an answer to ask for now, in their order."""
    asked = (
        select(tables.plan.c.request)
        .join(tables.errand, tables.errand.c.plan == tables.plan.c.number)
        .join(
            tables.task,
            (tables.task.c.plan == tables.errand.c.plan) & (tables.task.c.store == tables.errand.c.store),
        )
        .where(tables.errand.c.ask_at <= func.now(), tables.task.c.state == "elsewhere")
        .distinct()
        .order_by(tables.plan.c.request)
    )
    return [int(number) for number in connection.execute(asked).scalars()]


class HandRow(NamedTuple):
    """Work by hand as it stands in its row; ``found`` is sealed."""

    request: int
    store: str
    told: dict[str, Any] | None
    told_by: str
    found: bytes | None
    done: bool
    made_at: datetime


def by_hand(connection: Connection, stores: Sequence[str]) -> list[HandRow]:
    """Return what waits for somebody in these stores, of the newest plan of each request."""
    newest = select(func.max(tables.plan.c.number)).group_by(tables.plan.c.request)
    asked = _hand().where(
        tables.errand.c.store.in_(stores),
        tables.errand.c.done_at.is_(None),
        tables.errand.c.plan.in_(newest),
        tables.task.c.state == "elsewhere",
    )
    return [_row(row) for row in connection.execute(asked)]


def told(connection: Connection, plan: int, store: str) -> HandRow | None:
    """Return the work by hand of a plan in a store."""
    row = connection.execute(_hand().where(*_at(plan, store))).one_or_none()
    return _row(row) if row else None


def tell(
    connection: Connection, plan: int, store: str, said: dict[str, Any], who: str, found: bytes, *, done: bool
) -> None:
    """Write down what somebody says; ``done``: it needs nobody else."""
    values = {"told": said, "told_by": who, "found": found, "done_at": func.now() if done else None}
    connection.execute(update(tables.errand).where(*_at(plan, store)).values(values))


def confirm(connection: Connection, plan: int, store: str) -> None:
    """Write down that somebody else confirmed what was said."""
    connection.execute(update(tables.errand).where(*_at(plan, store)).values(done_at=func.now()))


def _hand() -> Select[Any]:
    errand, task, plan = tables.errand.c, tables.task.c, tables.plan.c
    columns = (errand.store, errand.told, errand.told_by, errand.found, errand.done_at, errand.made_at)
    return (
        select(plan.request, *columns)
        .join(tables.plan, plan.number == errand.plan)
        .join(tables.task, (task.plan == errand.plan) & (task.store == errand.store))
    )


def _row(row: Row[Any]) -> HandRow:
    found = bytes(row.found) if row.found is not None else None
    return HandRow(row.request, row.store, row.told, row.told_by, found, row.done_at is not None, row.made_at)


def _at(plan: int, store: str) -> tuple[ColumnElement[bool], ...]:
    return tables.errand.c.plan == plan, tables.errand.c.store == store
