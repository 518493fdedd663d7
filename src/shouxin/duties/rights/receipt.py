"""Requests as they are shown, and the receipt that the person holds."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from shouxin.duties.cases.model import CaseLine
from shouxin.duties.days import BEIJING
from shouxin.duties.rights.desk import Found
from shouxin.duties.rights.kept import Kept
from shouxin.duties.rights.model import Difference, Line, Plan, Receipt, Request, Restriction
from shouxin.errors import InputError
from shouxin.store.ledger.bundle import entry_proof
from shouxin.store.restrictions import Restriction as Stands

if TYPE_CHECKING:
    from sqlalchemy import Connection


Waits = tuple[tuple[str, ...], datetime | None]
"""The stores in which others have not done their work, and since when."""


def line(row: Kept, case: CaseLine, waits: Waits, today: date) -> Line:
    """Return a request as a list shows it."""
    return Line(**_head(row, case, case.next_due, today), waits=waits[0], waits_since=_day(waits[1]))


def whole(
    found: Found,
    plan: Plan | None,
    before: Plan | None,
    restricted: tuple[Restriction, ...],
    today: date,
) -> Request:
    """Return a request with its case and its plan, and how that differs from the one ``before``."""
    waits = [task for task in plan.tasks if task.state == "elsewhere"] if plan else []
    due = min((one.due for one in found.case.clocks if one.due and one.state == "open"), default=None)
    return Request(
        **_head(found.row, found.case, due, today),
        work=found.kind.own.work,
        whole=found.case,
        plan=plan,
        restrictions=restricted,
        readable=bool(found.row.verified_by),
        waits=tuple(task.store for task in waits),
        waits_since=_day(min((task.since for task in waits if task.since), default=None)),
        changed=tuple(differences(before, plan)) if plan and before else (),
        planned_before=_day(before.made_at) if before else None,
    )


def differences(before: Plan, now: Plan) -> Iterator[Difference]:
    """Yield the parts of stores that two plans have differently: how many rows each would take."""
    left, right = (_rows(one) for one in (before, now))
    for store, table, part, act in sorted(left.keys() | right.keys()):
        rows = left.get((store, table, part, act), 0), right.get((store, table, part, act), 0)
        if rows[0] != rows[1]:
            yield Difference(store=store, table=table, part=part, act=act, before=rows[0], now=rows[1])


def _rows(plan: Plan) -> dict[tuple[str, str, str, str], int]:
    return {(one.store, x.table, x.part, x.act): x.rows for one in plan.body.surveys for x in one.parts}


def _day(at: datetime | None) -> date | None:
    return at.astimezone(BEIJING).date() if at else None


def restricted(found: Iterable[Stands]) -> tuple[Restriction, ...]:
    """Return restrictions as they are shown."""
    return tuple(Restriction(**{**one._asdict(), "facts": dict(one.facts)}) for one in found)


def receipt(connection: "Connection", found: Found, plan: Plan | None) -> Receipt:
    """Return what was done and what is kept until when, each store with its entry of the ledger."""
    surveys = plan.body.surveys if plan else ()
    tasks = plan.tasks if plan else ()
    return Receipt(
        request=found.number,
        service=found.row.service,
        right=found.kind.name,
        state=found.case.state,
        plan=plan.digest if plan else "",
        done=tuple(task.outcome for task in tasks if task.outcome),
        kept=tuple(
            {
                "store": survey.store,
                "table": part.table,
                "rows": part.rows,
                "because": part.because,
                "until": part.until,
            }
            for survey in surveys
            for part in survey.parts
            if part.part == "kept" and part.rows
        ),
        remains=tuple(
            {"store": survey.store, "name": one.name, "time": one.time, "about": one.about}
            for survey in surveys
            for one in survey.remainders
        ),
        entries=tuple(
            {"store": task.store, "entry": task.entry, "proof": _proof(connection, task.entry)}
            for task in tasks
            if task.entry is not None
        ),
    )


def _head(row: Kept, case: CaseLine, due: date | None, today: date) -> dict[str, Any]:
    return {
        "number": row.number,
        "case": row.case,
        "service": row.service,
        "right": row.right,
        "made_at": row.made_at,
        "verified_by": row.verified_by,
        "state": case.state,
        "label": case.label,
        "final": case.final,
        "next_due": due,
        "days_left": (due - today).days if due else None,
        "late": case.late,
    }


def _proof(connection: "Connection", entry: int) -> Any:
    """Return the proof of an entry, None while no checkpoint covers it."""
    try:
        return entry_proof(connection, entry)
    except InputError:
        return None
