"""Inspections, their packs and accounts in the store; each change with its entry in the ledger."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from shouxin.duties.inspection import tables
from shouxin.duties.inspection.model import Account, Asked, Inspection, PackLine
from shouxin.errors import InputError
from shouxin.store.ledger import Actor, append

LAST = 2**63 - 1


def add(connection: Connection, asked: Asked, state: str, actor: Actor) -> int:
    """Take down what is asked for; return its number."""
    values = {"asked": msgspec.to_builtins(asked), "state": state, "asked_by": actor.who}
    table = tables.inspection
    number = int(connection.execute(table.insert().values(values).returning(table.c.number)).scalar_one())
    what = {"inspection": number, "of": asked.kind, "parts": list(asked.parts)}
    append(connection, [actor.did("inspection.asked", **what)])
    return number


def decide(connection: Connection, number: int, values: Mapping[str, Any], actor: Actor) -> None:
    """Write a decision down."""
    table = tables.inspection
    connection.execute(table.update().where(table.c.number == number).values(decided_at=func.now(), **values))
    append(connection, [actor.did(f"inspection.{values['state']}", inspection=number)])


def packed(connection: Connection, values: Mapping[str, Any], actor: Actor) -> None:
    """Write down that a pack was made."""
    connection.execute(tables.pack.insert().values(who=actor.who, **values))
    what = {
        "inspection": values["inspection"],
        "entries": values["entries"],
        "digest": values["digest"].hex(),
        "size": values["size"],
    }
    append(connection, [actor.did("inspection.packed", **what)])


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
        .values(ended_at=func.coalesce(table.c.ended_at, func.now()))
    )


def one(connection: Connection, number: int, *, held: bool = False) -> Inspection:
    """Return an inspection, ``held`` against others until the transaction ends; raise inspection-unknown."""
    row = None
    if 0 < number <= LAST:
        asked = select(tables.inspection).where(tables.inspection.c.number == number)
        row = connection.execute(asked.with_for_update() if held else asked).one_or_none()
    if row is None:
        raise InputError(
            "inspection-unknown",
            f"there is no inspection {number}",
            remedy="`shouxin inspect list` shows those there are",
        )
    return _shown(row)


def all_(connection: Connection, limit: int = 200) -> tuple[Inspection, ...]:
    """Return inspections, the newest first."""
    rows = connection.execute(
        select(tables.inspection).order_by(tables.inspection.c.number.desc()).limit(limit)
    )
    return tuple(_shown(row) for row in rows)


def packs(connection: Connection, inspection: int) -> tuple[PackLine, ...]:
    """Return the packs of an inspection, the newest first."""
    asked = select(tables.pack).where(tables.pack.c.inspection == inspection)
    rows = connection.execute(asked.order_by(tables.pack.c.number.desc()).limit(200))
    return tuple(PackLine(**{**row._mapping, "digest": bytes(row.digest).hex()}) for row in rows)


def accounts(connection: Connection, inspection: int) -> tuple[Account, ...]:
    """Return the accounts of an inspection."""
    asked = select(tables.account).where(tables.account.c.inspection == inspection)
    rows = connection.execute(asked.order_by(tables.account.c.operator))
    return tuple(Account(**row._mapping) for row in rows)


def _shown(row: Row[Any]) -> Inspection:
    return Inspection(**{**row._mapping, "asked": msgspec.convert(row.asked, Asked)})
