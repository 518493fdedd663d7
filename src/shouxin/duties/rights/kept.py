"""Requests in the store: everything about them that is SQL, in the caller's transaction."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, func, insert, select, text, update

from shouxin.duties.rights import tables
from shouxin.duties.rights.model import Body, Plan, Task
from shouxin.duties.work import Work
from shouxin.errors import InputError
from shouxin.store.clock import stamped

LAST = 2**63 - 1
_ALONE = text("select pg_try_advisory_lock(:space, :person)")
_ONCE = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
_FREE = text("select pg_advisory_unlock(:space, :person)")
_AGES = text("""
select cast(:today as date) - (e.body->>'on')::date as days, count(*) as requests
from shouxin.rights_request r
join shouxin.case c on c.id = r.case_id
join shouxin.case_event e on e.case_id = c.id and e.number = 1
where c.procedure || '/' || c.state <> all(:ended)
group by 1
""")
_SPACE = 0x73780001
"""The space of advisory locks in which a person's number stands; people beyond 2**31 share places."""


class Kept(NamedTuple):
    """A request as it stands in its row; ``content`` is sealed."""

    number: int
    case: int
    service: str
    person: int
    commitment: bytes
    right: str
    made_at: datetime.datetime
    verified_by: str
    content: bytes


WORK = Work(tables.task, "plan")
"""The work of plans."""

_COLUMNS = [tables.request.c["case_id" if name == "case" else name] for name in Kept._fields]


def add(connection: Connection, values: Mapping[str, Any]) -> int:
    """Add a request; return its number."""
    made = (
        insert(tables.request)
        .values({**values, **stamped(connection, "made_at")})
        .returning(tables.request.c.number)
    )
    return int(connection.execute(made).scalar_one())


def once(connection: Connection, service: str, name: str) -> None:
    """Let nobody else report a request under this name until the end of the transaction."""
    connection.execute(_ONCE, {"name": f"{len(service)} {service} {name}"})


def named(connection: Connection, service: str, name: str) -> Kept | None:
    """Return the request that a service reported under a name."""
    asked = select(*_COLUMNS).where(tables.request.c.service == service, tables.request.c.name == name)
    row = connection.execute(asked).one_or_none()
    return _kept(row) if row else None


def held(connection: Connection, number: int, *, lock: bool = True) -> Kept:
    """Return a request, which nobody else changes meanwhile; raise ``InputError`` (rights-unknown)."""
    row = None
    if 0 < number <= LAST:
        asked = select(*_COLUMNS).where(tables.request.c.number == number)
        row = connection.execute(asked.with_for_update() if lock else asked).one_or_none()
    if row is None:
        raise InputError(
            "rights-unknown", f"there is no request {number}", remedy="`shouxin request list` lists them"
        )
    return _kept(row)


def of_cases(connection: Connection, cases: Collection[int]) -> list[Kept]:
    """Return the requests of some cases, the newest first."""
    asked = select(*_COLUMNS).where(tables.request.c.case_id.in_(cases))
    return [_kept(row) for row in connection.execute(asked.order_by(tables.request.c.number.desc()))]


def ages(connection: Connection, ended: Collection[str], today: datetime.date) -> dict[int, int]:
    """Return how many requests are open by the days since they came, of which the first step tells.

    ``ended`` are the states in which a request has ended, each behind its procedure: ``name/state``.
    """
    asked = {"today": today, "ended": list(ended)}
    return {row.days: row.requests for row in connection.execute(_AGES, asked)}


def total(connection: Connection) -> int:
    """Return how many requests there are, open and ended."""
    return connection.execute(select(func.count()).select_from(tables.request)).scalar_one()


def newest(connection: Connection, services: Sequence[str], rights: Sequence[str], limit: int) -> list[Kept]:
    """Return the newest requests of each of some services, and of each of some rights."""
    table = tables.request
    found: dict[int, Kept] = {}
    for column, names in ((table.c.service, services), (table.c.right, rights)):
        for name in names:
            asked = select(*_COLUMNS).where(column == name).order_by(table.c.number.desc()).limit(limit)
            found |= {row.number: _kept(row) for row in connection.execute(asked)}
    return [found[number] for number in sorted(found, reverse=True)[:limit]]


def of_person(connection: Connection, person: int) -> list[Kept]:
    """Return the requests about a person in their order."""
    asked = select(*_COLUMNS).where(tables.request.c.person == person).order_by(tables.request.c.number)
    return [_kept(row) for row in connection.execute(asked)]


def verified(connection: Connection, number: int, how: str) -> None:
    """Write down how the person was verified."""
    change = update(tables.request).where(tables.request.c.number == number)
    connection.execute(change.values(verified_by=how, verified_at=func.now()))


def send_code(connection: Connection, number: int, hashed: bytes, lasts: datetime.timedelta) -> None:
    """Write down a code that is sent; those before it are good no more."""
    forget = update(tables.code).where(tables.code.c.request == number, tables.code.c.used_at.is_(None))
    connection.execute(forget.values(used_at=func.now()))
    values = {"request": number, "hash": hashed, "until": func.now() + lasts}
    connection.execute(insert(tables.code).values(values))


def codes_since(connection: Connection, number: int, within: datetime.timedelta) -> int:
    """Count the codes that were sent for a request lately."""
    asked = select(func.count()).where(
        tables.code.c.request == number, tables.code.c.made_at > func.now() - within
    )
    return int(connection.execute(asked).scalar_one())


def try_code(connection: Connection, number: int, most: int) -> Row[Any] | None:
    """Count one try at the code of a request; return it, None where none is good any more."""
    good = (
        select(tables.code.c.number)
        .where(
            tables.code.c.request == number,
            tables.code.c.used_at.is_(None),
            tables.code.c.until > func.now(),
            tables.code.c.tries < most,
        )
        .scalar_subquery()
    )
    change = update(tables.code).where(tables.code.c.number == good)
    tried = change.values(tries=tables.code.c.tries + 1).returning(tables.code)
    return connection.execute(tried).one_or_none()


def use_code(connection: Connection, number: int) -> bool:
    """Use a code up; tell whether nobody else did."""
    change = update(tables.code).where(tables.code.c.number == number, tables.code.c.used_at.is_(None))
    return connection.execute(change.values(used_at=func.now())).rowcount == 1


def add_plan(
    connection: Connection,
    number: int,
    body: Body,
    digest: str,
    learned: bytes,
    who: str,
    stores: Sequence[str],
) -> int:
    """Add a plan with the work that waits in each store; return its number."""
    values = {
        "request": number,
        "digest": digest,
        "body": msgspec.to_builtins(body),
        "learned": learned,
        "who": who,
    }
    made = insert(tables.plan).values(values).returning(tables.plan.c.number)
    found = int(connection.execute(made).scalar_one())
    WORK.add(connection, found, stores)
    return found


class PlanRow(NamedTuple):
    """The newest plan of a request with what only a run needs of it."""

    plan: Plan
    learned: bytes
    facts: dict[str, Any]


def newest_plan(connection: Connection, number: int, back: int = 0) -> PlanRow | None:
    """Return the newest plan of a request with its work, or one that came so many before it."""
    asked = select(tables.plan).where(tables.plan.c.request == number).order_by(tables.plan.c.number.desc())
    row = connection.execute(asked.offset(back).limit(1)).one_or_none()
    if row is None:
        return None
    plan = Plan(
        number=row.number,
        digest=row.digest,
        body=msgspec.convert(row.body, Body),
        made_at=row.made_at,
        who=row.who,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        reason=row.reason,
        finished=row.finished_at is not None,
        tasks=_tasks(connection, row.number),
    )
    return PlanRow(plan, bytes(row.learned), row.facts)


def waiting(
    connection: Connection, numbers: Collection[int]
) -> dict[int, tuple[tuple[str, ...], datetime.datetime | None]]:
    """Return for each request the stores in which others have not done their work, and since when."""
    newest = select(func.max(tables.plan.c.number)).where(tables.plan.c.request.in_(numbers))
    there = (tables.errand.c.plan == tables.task.c.plan) & (tables.errand.c.store == tables.task.c.store)
    asked = (
        select(tables.plan.c.request, tables.task.c.store, tables.errand.c.made_at)
        .join(tables.task, tables.task.c.plan == tables.plan.c.number)
        .outerjoin(tables.errand, there)
        .where(
            tables.plan.c.number.in_(newest.group_by(tables.plan.c.request)),
            tables.task.c.state == "elsewhere",
        )
        .order_by(tables.task.c.store)
    )
    found: dict[int, tuple[tuple[str, ...], datetime.datetime | None]] = {}
    for row in connection.execute(asked):
        stores, since = found.get(row.request, ((), None))
        times = [one for one in (since, row.made_at) if one is not None]
        found[row.request] = ((*stores, row.store), min(times, default=None))
    return found


def approve(connection: Connection, plan: int, who: str, reason: str, facts: Mapping[str, Any]) -> None:
    """Write down who approved a plan, why, and the facts they answered for."""
    change = update(tables.plan).where(tables.plan.c.number == plan)
    values = {"approved_by": who, "approved_at": func.now(), "reason": reason, "facts": dict(facts)}
    connection.execute(change.values(values))


def finish(connection: Connection, plan: int) -> None:
    """Write down that all of a plan is carried out."""
    change = update(tables.plan).where(tables.plan.c.number == plan)
    connection.execute(change.values(finished_at=func.now()))


def take_alone(connection: Connection, person: int) -> bool:
    """Take the work on a person's information for this connection; False where another has it."""
    return bool(connection.execute(_ALONE, {"space": _SPACE, "person": person % 2**31}).scalar_one())


def let_go(connection: Connection, person: int) -> None:
    """Let others work on the person's information."""
    connection.execute(_FREE, {"space": _SPACE, "person": person % 2**31})


def _kept(row: Row[Any]) -> Kept:
    found = Kept._make(row)
    return found._replace(commitment=bytes(found.commitment), content=bytes(found.content))


def _tasks(connection: Connection, plan: int) -> tuple[Task, ...]:
    """Return the work of a plan, with when somebody else was asked to do it."""
    errand = tables.errand
    asked = select(errand.c.store, errand.c.made_at).where(errand.c.plan == plan)
    since = {row.store: row.made_at for row in connection.execute(asked)}
    return tuple(
        msgspec.structs.replace(one, since=since.get(one.store)) for one in WORK.tasks(connection, plan)
    )
