"""What waits is taken up again: runs that were cut off or held up, and what the law no longer has kept.

A run goes on only as it was approved. Where a store holds something else by now, a new plan says what changed
and waits for a person; the same where the last day of a restriction is over.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Select, Text, cast, func, literal, select

from shouxin.duties.rights import planning, running, tables
from shouxin.duties.rights.desk import SOURCE, Desk
from shouxin.duties.rights.receipt import differences
from shouxin.errors import ShouxinError
from shouxin.store import restrictions
from shouxin.store.ledger.entry import Actor

SOONEST, LATEST = timedelta(minutes=1), timedelta(days=1)
"""How long a run that failed waits at least and at most before it is tried again."""
CHANGED = "erase-changed"
"""What a store raises that holds something else than was approved."""
_SYSTEM = Actor()


class Followed(NamedTuple):
    """A request that was taken up: what became of it, or the code of what stood in the way."""

    request: int
    became: str


def follow(desk: Desk, today: date, now: datetime) -> tuple[Followed, ...]:
    """Take up everything whose time has come; one that fails keeps no other."""
    held_up = tuple(_each(_held_up(desk, now), _go_on, desk, today))
    return (*held_up, *_each(_over(desk, today), _again, desk, today))


def _each(numbers: list[int], work: Any, desk: Desk, today: date) -> Iterator[Followed]:
    for number in numbers:
        try:
            yield Followed(number, work(desk, number, today))
        except ShouxinError as error:
            yield Followed(number, error.code)


def _go_on(desk: Desk, number: int, today: date) -> str:
    """Go on with a run as it was approved, or plan anew where a store holds something else."""
    tasks = running.run(desk, number, today, _SYSTEM)
    if all(task.state == "done" for task in tasks):
        return "done"
    if not any(task.problem == CHANGED for task in tasks):
        return "waits"
    return _again(desk, number, today)


def _again(desk: Desk, number: int, today: date) -> str:
    """Plan anew and say what changed since the newest plan; nothing of it runs before it is approved."""
    with desk.begin() as connection:
        before = planning.newest(connection, number).plan
    plan = planning.plan(desk, number, today, _SYSTEM)
    what = {
        "before": before.digest,
        "now": plan.digest,
        "changed": msgspec.to_builtins(tuple(differences(before, plan))),
    }
    with desk.begin() as connection:
        row = desk.find(connection, number, today, lock=False).row
        desk.note(connection, _SYSTEM, row, "request.planned_again", what)
    return "blocked" if plan.problems else "planned"


def _held_up(desk: Desk, now: datetime) -> list[int]:
    """Return the requests whose run was begun and did not end, and may be tried again.

    Each wait is as long as the run has gone on: it doubles, and nothing has to be counted. Where only answers
    of others are outstanding, they are asked when they said (``asking``).
    """
    plan, task = tables.plan.c, tables.task.c
    asked = (
        select(plan.request, plan.approved_at, func.max(task.changed_at).label("tried"))
        .join(tables.task, task.plan == plan.number)
        .where(plan.number.in_(_newest()), plan.finished_at.is_(None), plan.approved_by != "")
        .group_by(plan.request, plan.approved_at)
        .having(func.bool_or(task.state != "waiting"), func.bool_or(task.state.not_in(("done", "elsewhere"))))
        .order_by(plan.request)
    )
    with desk.begin() as connection:
        rows = connection.execute(asked).all()
    return [
        row.request
        for row in rows
        if now - row.tried >= min(LATEST, max(SOONEST, row.tried - row.approved_at))
    ]


def _over(desk: Desk, today: date) -> list[int]:
    """Return the requests whose restriction is over and for which nobody has planned since.

    A plan of since then that something stood in the way of is made again a day later.
    """
    plan, restriction = tables.plan.c, restrictions.restriction.c
    of_request = literal(SOURCE).concat(cast(plan.request, Text))
    asked = (
        select(plan.request, plan.body, plan.finished_at, plan.made_at, func.now().label("now"))
        .join(restrictions.restriction, restriction.source == of_request)
        .where(plan.number.in_(_newest()), restriction.ended_at.is_(None), restriction.until < today)
        .order_by(plan.request)
    )
    with desk.begin() as connection:
        rows = connection.execute(asked).all()
    return list(dict.fromkeys(row.request for row in rows if row.finished_at or _stale(row)))


def _newest() -> Select[Any]:
    """Return the query for the number of the newest plan of each request."""
    return select(func.max(tables.plan.c.number)).group_by(tables.plan.c.request)


def _stale(row: Any) -> bool:
    problems = row.body.get("problems") or any(one.get("problems") for one in row.body.get("surveys", ()))
    return bool(problems) and bool(row.now - row.made_at >= LATEST)
