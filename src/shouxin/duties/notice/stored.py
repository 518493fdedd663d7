"""Published notices in the store: added with their ledger entry, never changed."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, LargeBinary, Row, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from shouxin.duties.notice.complete import Form
from shouxin.duties.notice.model import Notice, Said
from shouxin.duties.notice.tables import publication, version
from shouxin.duties.passages import Passage
from shouxin.errors import IntegrityError
from shouxin.law.base import Shape
from shouxin.store import line
from shouxin.store.clock import stamped
from shouxin.store.ledger import Entry, append
from shouxin.store.ledger.entry import Origin
from shouxin.store.words import matching, text_of

SUBJECT = "notice"
"""What the messages are about that name the service whose notice changed."""

_LAST = select(func.coalesce(func.max(publication.c.number), 0))


class Publisher(NamedTuple):
    """Who publishes, from where, and the reason for publishing what is incomplete."""

    who: str
    origin: Origin
    why: str = ""


class Published(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A version as it was published: its address, when it came, and when which other took its place.

    ``number`` is that of the publication; a version that was published again has one each time.
    """

    number: int
    service: str
    address: str
    title: Said
    published: datetime.datetime
    superseded: datetime.datetime | None
    successor: str
    complete: bool
    forms: tuple[Form, ...]
    law: str
    who: str
    why: str


def publish(
    connection: Connection,
    notice: Notice,
    checked: tuple[bool, tuple[Form, ...], str],
    publisher: Publisher,
) -> bool:
    """Publish a notice; ``checked`` are whether it is complete, its forms, and the version of the law.

    Returns False, and changes nothing, where it is in force already. The ledger's entry is made within.
    """
    complete, forms, law = checked
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(literal(f"notice {notice.service}")))))
    in_force = _rows(connection, service=notice.service, limit=1)
    address = bytes.fromhex(notice.address)
    if in_force and bytes(in_force[0].address) == address:
        return False
    body = msgspec.json.encode(notice, order="deterministic")
    row = {"address": address, "service": notice.service, "body": body, "complete": complete, "law": law}
    kinds = msgspec.to_builtins(forms)
    connection.execute(insert(version).values(**row, kinds=kinds).on_conflict_do_nothing())
    connection.execute(
        publication.insert().values(
            address=address,
            service=notice.service,
            who=publisher.who,
            why=publisher.why,
            **stamped(connection, "at"),
        )
    )
    line.tell(connection, SUBJECT, notice.service)
    what = {"service": notice.service, "address": notice.address, "complete": complete}
    entry = Entry(
        kind="notice.published", who=publisher.who, origin=publisher.origin, what=what, why=publisher.why
    )
    append(connection, [entry])
    return True


def publications(
    connection: Connection,
    service: str = "",
    limit: int | None = 200,
    *,
    superseded: bool | None = None,
    before: int | None = None,
) -> list[Published]:
    """Return what was published, newest first; of one service or of all.

    ``superseded`` leaves those alone that are, or those in force; the list goes on ``before`` a number.
    """
    rows = _rows(connection, service=service, superseded=superseded, before=before, limit=limit)
    return [_published(row) for row in rows]


def services(connection: Connection) -> list[str]:
    """Return the services that a notice was published of, that of the newest first."""
    newest = func.max(publication.c.number).desc()
    asked = select(publication.c.service).group_by(publication.c.service).order_by(newest)
    return list(connection.execute(asked).scalars())


def last(connection: Connection) -> int:
    """Return the number of the last publication, 0 before the first."""
    return int(connection.execute(_LAST).scalar_one())


def found(connection: Connection, start: str) -> list[tuple[Published, Notice]]:
    """Return the versions whose address begins so, each as it was last published."""
    rows = _rows(connection, start=start, limit=20)
    last = {bytes(row.address): row for row in reversed(rows)}
    return [(_published(row), _notice(row)) for row in last.values()]


def by_address(
    connection: Connection, addresses: frozenset[str]
) -> Mapping[str, tuple[datetime.datetime, Published, Notice]]:
    """Return versions by their addresses: when each was published first, as it was last, and the notice."""
    asked = [bytes.fromhex(one) for one in addresses]
    rows = _rows(connection, addresses=asked, limit=None)
    first = {bytes(row.address).hex(): row.at for row in rows}
    last = {bytes(row.address).hex(): row for row in reversed(rows)}
    return {one: (first[one], _published(row), _notice(row)) for one, row in last.items()}


def searched(connection: Connection, words: Sequence[str], limit: int) -> list[Passage]:
    """Return the versions in whose texts every word stands, those first that were published last."""
    found = text_of(version.c.body)
    number = select(func.max(publication.c.number)).where(publication.c.address == version.c.address)
    asked = select(version.c.address, version.c.service, found.label("text"))
    asked = asked.where(matching(found, words)).order_by(number.scalar_subquery().desc()).limit(limit)
    return [Passage(bytes(row.address).hex(), row.service, row.text) for row in connection.execute(asked)]


def _rows(
    connection: Connection,
    *,
    service: str = "",
    start: str = "",
    addresses: list[bytes] | None = None,
    superseded: bool | None = None,
    before: int | None = None,
    limit: int | None,
) -> list[Row[Any]]:
    ended, successor = (
        func.lead(column).over(partition_by=publication.c.service, order_by=publication.c.number).label(name)
        for column, name in ((publication.c.at, "superseded"), (publication.c.address, "successor"))
    )
    all_of_them = select(publication, ended, successor).subquery()
    asked = (
        select(all_of_them, version.c.body, version.c.complete, version.c.kinds, version.c.law)
        .join(version, version.c.address == all_of_them.c.address)
        .order_by(all_of_them.c.number.desc())
        .limit(limit)
    )
    if service:
        asked = asked.where(all_of_them.c.service == service)
    if start:
        asked = asked.where(func.encode(all_of_them.c.address, "hex").like(f"{start}%"))
    if superseded is not None:
        last = all_of_them.c.successor.is_(None)
        asked = asked.where(~last if superseded else last)
    if before is not None:
        asked = asked.where(all_of_them.c.number < before)
    if addresses is not None:
        asked = asked.where(all_of_them.c.address == func.any(literal(addresses, ARRAY(LargeBinary))))
    return list(connection.execute(asked).all())


def _published(row: Row[Any]) -> Published:
    return Published(
        number=row.number,
        service=row.service,
        address=bytes(row.address).hex(),
        title=_notice(row).title,
        published=row.at,
        superseded=row.superseded,
        successor=bytes(row.successor).hex() if row.successor else "",
        complete=row.complete,
        forms=msgspec.convert(row.kinds, tuple[Form, ...]),
        law=row.law,
        who=row.who,
        why=row.why,
    )


def _notice(row: Row[Any]) -> Notice:
    """Return the notice of a row; raise ``IntegrityError`` (notice-changed) where it is not what it was."""
    notice = msgspec.json.decode(bytes(row.body), type=Notice)
    if notice.address != bytes(row.address).hex():
        raise IntegrityError(
            "notice-changed",
            "a published notice is not what it was when it was published",
            where=bytes(row.address).hex()[:12],
            remedy="restore it from a backup, and find out who changed it",
        )
    return notice
