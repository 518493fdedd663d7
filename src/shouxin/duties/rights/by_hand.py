"""Work that people do by hand: put into a queue, shown there, and what was found brought into a copy."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from shouxin.connect.manual_model import MAKE
from shouxin.connect.model import DatasetMap
from shouxin.connect.survey import Row
from shouxin.duties.rights import kept, kept_errands
from shouxin.duties.rights.desk import Desk, Found
from shouxin.duties.rights.gateway import Summons
from shouxin.duties.rights.link_token import path_for
from shouxin.duties.rights.model import Change, HandTask, Plan
from shouxin.errors import InputError
from shouxin.store.ledger.entry import Actor

if TYPE_CHECKING:
    from sqlalchemy import Connection

FOUND = "rights/found"
"""What the sealed rows are for."""


def open_tasks(desk: Desk, connection: "Connection", found: Found, plan: Plan) -> None:
    """Put the look-ups by hand of a copy into the queue, as soon as it is planned."""
    if found.kind.own.work in ("give", "hand_over"):
        for one in _by_hand(desk):
            kept_errands.begin(connection, plan.number, one.store, "")
            kept.WORK.mark(connection, plan.number, one.store, "elsewhere")
            summon(desk, found, one)


def summon(desk: Desk, found: Found, one: DatasetMap) -> None:
    """Tell the people of a store that work waits for them, where the map has an address for that."""
    assert one.manual
    if one.manual.email:
        due = _due(found)
        desk.gateway.send(
            Summons(
                address=one.manual.email,
                request=found.number,
                store=one.store,
                work=found.kind.own.work,
                due=due,
                link=path_for(desk.secret, found.number, one.store),
            )
        )


def queue(desk: Desk, today: date) -> list[HandTask]:
    """Return what waits for somebody, that first which is due first."""
    manual = {one.store: one for one in _by_hand(desk)}
    with desk.begin() as connection:
        tasks = [
            _task(desk.find(connection, row.request, today, lock=False), row, manual[row.store])
            for row in kept_errands.by_hand(connection, list(manual))
        ]
    return sorted(tasks, key=lambda one: (one.due is None, one.due or today, one.request, one.store))


def to_correct(desk: Desk, number: int, store: str, today: date, actor: Actor) -> tuple[Change, ...]:
    """Return what is to be written into a store by hand; that it was looked at is written down.

    Raises ``InputError``: rights-unverified, rights-by-hand where nothing of the kind waits.
    """
    mapped(desk, store)
    with desk.begin() as connection:
        found = desk.verified(connection, number, today)
        plan = kept.newest_plan(connection, number)
        row = kept_errands.told(connection, plan.plan.number, store) if plan else None
        if row is None or row.done or found.kind.own.work != "correct":
            raise wrong(store, "has no correction that waits in this request", "see /requests/by-hand")
        changes = tuple(one for one in desk.content(connection, found.row).changes if one.store == store)
        desk.note(connection, actor, found.row, "request.correction_shown", {"store": store})
        return changes


def brought(desk: Desk, connection: "Connection", found: Found) -> Iterator[tuple[str, list[Row]]]:
    """Yield what was found by hand, store by store; raise ``InputError`` (rights-by-hand) while any waits."""
    for one in _by_hand(desk):
        plan = kept.newest_plan(connection, found.number)
        row = kept_errands.told(connection, plan.plan.number, one.store) if plan else None
        if row is None or not row.done or row.found is None:
            raise wrong(
                one.store, "is looked through by hand, and nobody has said yet what is there",
                "plan the request, and see /requests/by-hand",
            )  # fmt: skip
        opened = desk.people.unsealed(connection, found.row.person, row.found, FOUND)
        tables: Mapping[str, list[dict[str, Any]]] = msgspec.json.decode(opened)
        yield one.store, [Row(table, "own", values) for table, rows in tables.items() for values in rows]


def _task(found: Found, row: kept_errands.HandRow, one: DatasetMap) -> HandTask:
    manual = one.manual
    assert manual
    due = _due(found)
    return HandTask(
        request=found.number,
        store=row.store,
        service=found.row.service,
        right=found.kind.name,
        gives=found.kind.own.work in ("give", "hand_over"),
        desk=manual.desk,
        how=manual.how,
        tables=tuple(table.table for table in one.tables),
        since=row.made_at,
        due=due,
        told=row.told,
        told_by=row.told_by,
        corrects=found.kind.own.work == "correct",
        only=found.kind.own.erases,
    )


def _due(found: Found) -> date | None:
    return min((one.due for one in found.case.clocks if one.due and one.state == "open"), default=None)


def _by_hand(desk: Desk) -> list[DatasetMap]:
    return [one for one in desk.stores.maps() if one.make == MAKE and one.manual]


def mapped(desk: Desk, store: str) -> DatasetMap:
    """Return the map of a store by hand; raise ``InputError`` (rights-by-hand)."""
    for one in _by_hand(desk):
        if one.store == store:
            return one
    raise wrong(store, "is no store whose work is done by hand", "see the queue: /requests/by-hand")


def wrong(store: str, what: str, remedy: str) -> InputError:
    """Return the error for work by hand that cannot be taken down so."""
    return InputError("rights-by-hand", f'the store "{store[:80]}" {what}', remedy=remedy)
