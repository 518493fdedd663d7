"""Inspections, their packs and accounts in the store; each change with its entry in the ledger."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, func, select

from shouxin.duties.days import BEIJING
from shouxin.duties.inspection import stored, tables
from shouxin.duties.inspection.model import ATTEMPTS, CUT_OFF, Account, Asked, Inspection, PackLine
from shouxin.engine.control import last_day
from shouxin.errors import InputError
from shouxin.law.mechanism import Span
from shouxin.store.clock import moment, stamped
from shouxin.store.ledger import Actor, append

LAST = 2**63 - 1


def add(connection: Connection, asked: Asked, state: str, actor: Actor) -> int:
    """Take down what is asked for; return its number."""
    values = {"asked": msgspec.to_builtins(asked), "state": state, "asked_by": actor.who}
    values |= stamped(connection, "asked_at")
    table = tables.inspection
    number = int(connection.execute(table.insert().values(values).returning(table.c.number)).scalar_one())
    what = {"inspection": number, "of": asked.kind, "parts": list(asked.parts)}
    append(connection, [actor.did("inspection.asked", **what)])
    return number


def decide(connection: Connection, number: int, values: Mapping[str, Any], actor: Actor) -> None:
    """Write a decision down."""
    table = tables.inspection
    connection.execute(
        table.update().where(table.c.number == number).values(decided_at=moment(connection), **values)
    )
    append(connection, [actor.did(f"inspection.{values['state']}", inspection=number)])


def begun(connection: Connection, values: Mapping[str, Any], actor: Actor) -> int:
    """Write down that a pack is being made; return its number."""
    unmade = {"digest": b"", "size": 0, "state": "making", "who": actor.who}
    adding = tables.pack.insert().values({**unmade, **values}).returning(tables.pack.c.number)
    return int(connection.execute(adding).scalar_one())


def packed(connection: Connection, number: int, digest: bytes, size: int, actor: Actor) -> None:
    """Write down that a pack is whole."""
    table = tables.pack
    values = {"digest": digest, "size": size, "state": "whole", "made_at": moment(connection)}
    change = table.update().where(table.c.number == number).values(values)
    row = connection.execute(change.returning(table.c.inspection, table.c.entries)).one()
    what = {"inspection": row.inspection, "entries": row.entries, "digest": digest.hex(), "size": size}
    append(connection, [actor.did("inspection.packed", pack=number, **what)])


def taken(connection: Connection, one: PackLine, name: str, actor: Actor) -> None:
    """Write down that somebody took a pack, or a file of it, away."""
    what = {"inspection": one.inspection, "pack": one.number, "file": name, "digest": one.digest}
    append(connection, [actor.did("inspection.taken", **what)])


def tried(connection: Connection, number: int, *, again: bool = True, problem: str = "") -> None:
    """Write down that a broken pack is made ``again``, and why; an earlier problem stays."""
    table = tables.pack
    values: dict[str, Any] = {"problem": problem or func.coalesce(func.nullif(table.c.problem, ""), CUT_OFF)}
    if again:
        values["attempts"] = table.c.attempts + 1
    connection.execute(table.update().where(table.c.number == number).values(values))


def broken(connection: Connection) -> tuple[PackLine, ...]:
    """Return the packs that are broken off and may be made again by themselves, the oldest first."""
    table = tables.pack
    waits = (table.c.state == "making") & (table.c.attempts < ATTEMPTS)
    rows = connection.execute(select(table).where(waits).order_by(table.c.number)).all()
    making = stored.being_made(connection)
    return tuple(one for row in rows if (one := _pack(row, making)).state == "broken")


def forget(connection: Connection, number: int) -> None:
    """Take away that a pack was begun."""
    connection.execute(tables.pack.delete().where(tables.pack.c.number == number))


def admit(connection: Connection, inspection: int, operator: int, name: str, until: datetime) -> None:
    """Tie an account to an inspection."""
    values = {"operator": operator, "inspection": inspection, "name": name, "until": until}
    connection.execute(tables.account.insert().values(values))


def end(connection: Connection, operator: int) -> None:
    """Write down that an account was ended."""
    table = tables.account
    connection.execute(
        table.update()
        .where(table.c.operator == operator)
        .values(ended_at=func.coalesce(table.c.ended_at, moment(connection)))
    )


def one(connection: Connection, number: int, *, held: bool = False, shown: int = 0) -> Inspection:
    """Return an inspection, ``held`` against others until the transaction ends; raise inspection-unknown.

    ``shown`` is the number that the error names, where it is another.
    """
    row = None
    if 0 < number <= LAST:
        asked = select(tables.inspection).where(tables.inspection.c.number == number)
        row = connection.execute(asked.with_for_update() if held else asked).one_or_none()
    if row is None:
        raise InputError(
            "inspection-unknown",
            f"there is no inspection {shown or number}",
            remedy="`shouxin inspect list` shows those there are",
        )
    return _shown(row)


def all_(connection: Connection, operator: int | None = None, limit: int = 200) -> tuple[Inspection, ...]:
    """Return inspections, the newest first; for an inspector's account those that it was made for."""
    asked = select(tables.inspection).order_by(tables.inspection.c.number.desc()).limit(limit)
    if operator is not None:
        named = select(tables.account.c.inspection).where(_holds(operator))
        asked = asked.where(tables.inspection.c.number.in_(named))
    return tuple(_shown(row) for row in connection.execute(asked))


def admitted(connection: Connection, inspection: int, operator: int) -> bool:
    """Tell whether an inspector's account was made for an inspection, and still lets in."""
    mine = _holds(operator) & (tables.account.c.inspection == inspection)
    return connection.execute(select(tables.account.c.operator).where(mine)).first() is not None


def packs(connection: Connection, inspection: int) -> tuple[PackLine, ...]:
    """Return the packs of an inspection, the newest first."""
    asked = select(tables.pack).where(tables.pack.c.inspection == inspection)
    rows = connection.execute(asked.order_by(tables.pack.c.number.desc()).limit(200)).all()
    making = stored.being_made(connection)
    return tuple(_pack(row, making) for row in rows)


def dated(one: PackLine, time: Span | None) -> PackLine:
    """Return a pack with the last day on which it is kept."""
    if time is None or one.state != "whole":
        return one
    made = one.made_at.astimezone(BEIJING).date()
    return msgspec.structs.replace(one, until=last_day(made, time))


def pack(connection: Connection, inspection: int, number: int) -> PackLine:
    """Return a pack of an inspection; raise ``InputError`` (inspection-pack)."""
    row = None
    if 0 < number <= LAST:
        mine = (tables.pack.c.number == number) & (tables.pack.c.inspection == inspection)
        row = connection.execute(select(tables.pack).where(mine)).one_or_none()
    if row is None:
        raise InputError(
            "inspection-pack",
            f"inspection {inspection} has no pack {number}",
            remedy=f"/inspections/{inspection} shows those there are",
        )
    return _pack(row, stored.being_made(connection))


def accounts(connection: Connection, inspection: int) -> tuple[Account, ...]:
    """Return the accounts of an inspection."""
    asked = select(tables.account).where(tables.account.c.inspection == inspection)
    rows = connection.execute(asked.order_by(tables.account.c.operator))
    return tuple(Account(**row._mapping) for row in rows)


def _holds(operator: int) -> ColumnElement[bool]:
    account = tables.account
    return (account.c.operator == operator) & account.c.ended_at.is_(None) & (account.c.until > func.now())


def _pack(row: Row[Any], making: Collection[int]) -> PackLine:
    settled = row.state in ("whole", "removed") or row.number % 2**31 in making
    state = row.state if settled else "broken"
    return PackLine(**{**row._mapping, "digest": bytes(row.digest).hex(), "state": state})


def _shown(row: Row[Any]) -> Inspection:
    return Inspection(**{**row._mapping, "asked": msgspec.convert(row.asked, Asked)})
