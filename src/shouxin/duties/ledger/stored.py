"""Reading entries out of the store, newest first."""

import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, text

from shouxin.duties.ledger.model import CheckpointView, EntryView, Filters
from shouxin.errors import InputError
from shouxin.store.ledger.tables import checkpoint, entry, head

MOST = 1000
"""Entries that a list has at most."""

LAST = 2**63 - 1
"""The highest number that an entry can have."""

_KINDS = text(
    """
    with recursive known as (
        (select kind from shouxin.ledger_entry order by kind limit 1)
        union all
        select (select e.kind from shouxin.ledger_entry e where e.kind > known.kind order by e.kind limit 1)
        from known where known.kind is not null
    )
    select kind from known where kind is not null
    """
)


_DENIALS = text("""
select (at at time zone 'Asia/Shanghai')::date as day, count(*) as denials from shouxin.ledger_entry
where kind = 'decision' and outcome = 'refused' and at >= :since and number > :after and number <= :top
group by 1
""")


def entries(connection: Connection, filters: Filters) -> tuple[EntryView, ...]:
    """Return entries, newest first; raise ``InputError`` (ledger-whose)."""
    asked = select(entry).where(*_conditions(filters)).order_by(entry.c.number.desc())
    limited = asked.limit(max(1, min(filters.limit, MOST)))
    return tuple(_view(row) for row in connection.execute(limited))


def people(connection: Connection, filters: Filters) -> int:
    """Return of how many people the entries of a filter are; errors as ``entries``."""
    asked = select(func.count(entry.c.whose.distinct())).where(entry.c.whose != b"", *_conditions(filters))
    return int(connection.execute(asked).scalar_one())


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.kind.endswith("."):
        found.append(func.starts_with(entry.c.kind, filters.kind))
    elif filters.kind:
        found.append(entry.c.kind == filters.kind)
    for name in ("who", "why", "outcome"):
        found += [entry.c[name] == worth for worth in (getattr(filters, name),) if worth]
    if filters.whose:
        found += [entry.c.whose == _commitment(filters.whose), entry.c.whose != b""]
    if filters.since is not None:
        found.append(entry.c.at >= filters.since)
    if filters.until is not None:
        found.append(entry.c.at < filters.until)
    if filters.before is not None:
        found.append(entry.c.number < min(filters.before, LAST))
    return found


def size(connection: Connection) -> int:
    """Return how many entries there are."""
    return int(connection.execute(select(head.c.size)).scalar_one())


def denials(
    connection: Connection, since: datetime.datetime, after: int, top: int
) -> dict[datetime.date, int]:
    """Return how many decisions, with numbers in a range, refused an act on each day in Beijing."""
    rows = connection.execute(_DENIALS, {"since": since, "after": after, "top": top})
    return {row.day: row.denials for row in rows}


def one(connection: Connection, number: int) -> EntryView:
    """Return one entry; raise ``InputError`` (ledger-number)."""
    row = None
    if 0 <= number <= LAST:
        row = connection.execute(select(entry).where(entry.c.number == number)).one_or_none()
    if row is None:
        raise InputError(
            "ledger-number",
            f"the ledger has no entry {number}",
            remedy="`shouxin ledger show` lists the newest; the first one is 0",
        )
    return _view(row)


def kinds(connection: Connection) -> tuple[str, ...]:
    """Return the kinds of entries that there are; each is one look into the index, however many entries."""
    return tuple(connection.execute(_KINDS).scalars())


def checkpoints(connection: Connection, limit: int) -> tuple[CheckpointView, ...]:
    """Return the newest checkpoints, the newest first."""
    asked = select(checkpoint).order_by(checkpoint.c.size.desc()).limit(limit)
    return tuple(CheckpointView(size=row.size, at=row.at, note=row.note) for row in connection.execute(asked))


def checkpoint_at(connection: Connection, size: int) -> CheckpointView:
    """Return the checkpoint over so many entries; raise ``InputError`` (ledger-checkpoint)."""
    row = None
    if 0 <= size <= LAST:
        row = connection.execute(select(checkpoint).where(checkpoint.c.size == size)).one_or_none()
    if row is None:
        raise InputError(
            "ledger-checkpoint",
            f"no checkpoint was signed at {size} entries",
            remedy="choose one of the list at /ledger/checkpoints",
        )
    return CheckpointView(size=row.size, at=row.at, note=row.note)


def _view(row: Any) -> EntryView:
    fields = {name: getattr(row, name) for name in EntryView.__struct_fields__}
    return EntryView(**fields | {"whose": bytes(row.whose).hex()})


def _commitment(written: str) -> bytes:
    try:
        return bytes.fromhex(written)
    except ValueError:
        raise InputError(
            "ledger-whose",
            f'"{written[:80]}" is no commitment',
            remedy="give it in hex, as `shouxin ledger show` prints it",
        ) from None
