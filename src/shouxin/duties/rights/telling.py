"""What people say of work by hand: what was done, in counts, or what was found, which is kept sealed."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from shouxin.connect.model import DatasetMap
from shouxin.connect.survey import Outcome
from shouxin.duties.rights import kept, kept_errands, planning, running
from shouxin.duties.rights.by_hand import FOUND, mapped, wrong
from shouxin.duties.rights.desk import Desk, Found
from shouxin.duties.rights.kinds import Work
from shouxin.duties.rights.model import Name, Plan
from shouxin.law.base import Shape
from shouxin.store.ledger.entry import Actor

if TYPE_CHECKING:
    from sqlalchemy import Connection

_Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
_Counts = Annotated[dict[Name, _Count], msgspec.Meta(max_length=200)]


class Told(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody says of a store: rows of a table that went, changed, were kept (and why) or found.

    ``remark`` says how it was done, without personal information.
    """

    store: Name
    remark: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"^[^\x00]*\S[^\x00]*$")]
    deleted: _Counts = msgspec.field(default_factory=dict)
    changed: _Counts = msgspec.field(default_factory=dict)
    kept: _Counts = msgspec.field(default_factory=dict)
    because: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    found: Annotated[
        dict[Name, Annotated[tuple[dict[str, Any], ...], msgspec.Meta(max_length=100_000)]],
        msgspec.Meta(max_length=200),
    ] = msgspec.field(default_factory=dict)


def tell(desk: Desk, number: int, told: Told, today: date, actor: Actor) -> None:
    """Take down what was done or found; it counts at once, or when another has confirmed it.

    The request goes on when this was the last of its stores. Raises ``InputError``: rights-unverified,
    rights-by-hand, those of ``running.run``.
    """
    one = mapped(desk, told.store)
    _check(one, told)
    with desk.begin() as connection:
        found, plan, _ = _waiting(desk, connection, number, told.store, today)
        if _strange(found.kind.own.work, told):
            remedy = "say what was found for a copy, what was changed for a correction, else what was done"
            raise wrong(told.store, "was asked for something else", remedy)
        counts = {name: len(rows) for name, rows in told.found.items()}
        said = {**msgspec.to_builtins(msgspec.structs.replace(told, found={})), "found": counts}
        sealed = desk.people.seal(connection, found.row.person, msgspec.json.encode(told.found), FOUND)
        ends = not (one.manual and one.manual.four_eyes)
        kept_errands.tell(connection, plan.number, told.store, said, actor.who, sealed, done=ends)
        _settle(desk, connection, found, plan, said, actor, done=ends)
    _go_on(desk, number, today, actor)


def confirm(desk: Desk, number: int, store: str, today: date, actor: Actor) -> None:
    """Confirm what somebody else said; errors as ``tell``."""
    mapped(desk, store)
    with desk.begin() as connection:
        found, plan, row = _waiting(desk, connection, number, store, today)
        if row.told is None:
            raise wrong(store, "has nothing to confirm yet", "somebody has to say first what was done")
        if row.told_by == actor.who:
            raise wrong(store, "is to be confirmed by somebody else", "have a colleague look and confirm")
        kept_errands.confirm(connection, plan.number, store)
        _settle(desk, connection, found, plan, row.told, actor, done=True)
    _go_on(desk, number, today, actor)


def _waiting(
    desk: Desk, connection: "Connection", number: int, store: str, today: date
) -> tuple[Found, Plan, kept_errands.HandRow]:
    found = desk.verified(connection, number, today)
    plan = planning.newest(connection, number).plan
    row = kept_errands.told(connection, plan.number, store)
    if row is None or row.done:
        raise wrong(store, "waits for nobody in this request", "see the queue: /requests/by-hand")
    return found, plan, row


def _settle(
    desk: Desk,
    connection: "Connection",
    found: Found,
    plan: Plan,
    said: dict[str, Any],
    actor: Actor,
    *,
    done: bool,
) -> None:
    """Write into ledger and journal what was said, and that it is done where it is."""
    what = {name: said.get(name) for name in ("store", "deleted", "changed", "kept", "because", "found")}
    what |= {"plan": plan.digest, "state": "done" if done else "told"}
    entry = desk.note(connection, actor, found.row, "request.by_hand", what)
    if done:
        counts = {name: said.get(name, {}) for name in ("deleted", "changed", "kept")}
        outcome = Outcome(store=said["store"], **counts)
        kept.WORK.mark(connection, plan.number, said["store"], "done", outcome=outcome, entry=entry)


def _go_on(desk: Desk, number: int, today: date, actor: Actor) -> None:
    with desk.begin() as connection:
        found = desk.find(connection, number, today, lock=False)
        plan = planning.newest(connection, number).plan
    ready = plan.approved_by and not plan.finished and all(task.state == "done" for task in plan.tasks)
    if ready and found.kind.own.work in ("erase", "correct"):
        running.run(desk, number, today, actor)


def _strange(work: Work, told: Told) -> bool:
    """Tell whether what is said is no answer to what was asked for."""
    if work in ("give", "hand_over"):
        return bool(told.deleted or told.changed or told.kept)
    return bool(told.found or (work == "correct" and (told.deleted or told.kept)))


def _check(one: DatasetMap, told: Told) -> None:
    known = {table.table for table in one.tables}
    unknown = sorted({*told.deleted, *told.changed, *told.kept, *told.found} - known)
    if known and unknown:
        raise wrong(told.store, f'has no table "{unknown[0]}"', f"tables: {', '.join(sorted(known))}")
    if any(told.kept.values()) and not told.because.strip():
        raise wrong(told.store, "keeps rows without a reason", "name the provision that has them kept")
