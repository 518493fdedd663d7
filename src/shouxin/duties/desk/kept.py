"""Matters in the store: written within the transaction of a case, read for both sides."""

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Row, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from shouxin.duties.desk.tables import letter, matter, party, run, taker, tie
from shouxin.store.clock import stamped
from shouxin.store.deadlines import case
from shouxin.store.people import person

if TYPE_CHECKING:
    from shouxin.duties.desk.model import Kind

LAST = 2**63 - 1
"""The highest number that a matter can have."""

_QUEUE = """
select m.number, m.subject, m.service, m.language, m.assumed, m.at as received, c.id as case_id,
    c.state, c.version, o.next_due, o.provisional, coalesce(t.who, '') as taker,
    coalesce(l.inward, false) as unread
from shouxin.desk_matter m
join lateral (
    select case_id from shouxin.desk_case r where r.matter = m.number order by r.case_id desc limit 1
) r on true
join shouxin.case c on c.id = r.case_id
left join lateral (
    select min(d.due_on) as next_due, bool_or(d.provisional) as provisional from shouxin.deadline d
    where d.case_id = c.id and not d.passes and d.stopped_on is null
) o on true
left join lateral (
    select who from shouxin.desk_taker t where t.matter = m.number order by t.number desc limit 1
) t on true
left join lateral (
    select inward from shouxin.desk_letter l where l.matter = m.number order by l.number desc limit 1
) l on true
where m.kind = :kind
"""
_ONE = text(_QUEUE + "and m.number = :number")
_FILTERS = {
    "open": "and not (c.state = any(:finals)) ",
    "ended": "and c.state = any(:finals) ",
    "subject": "and m.subject = :subject ",
    "service": "and m.service = :service ",
    "before": "and m.number < :before ",
    "after": """and (coalesce(o.next_due, 'infinity'), m.number) > (
        select coalesce(min(d.due_on), 'infinity'), a.number from shouxin.desk_matter a
        left join lateral (
            select case_id from shouxin.desk_case r where r.matter = a.number order by r.case_id desc limit 1
        ) r on true
        left join shouxin.deadline d
            on d.case_id = r.case_id and not d.passes and d.stopped_on is null
        where a.number = :after group by a.number) """,
}
_SOONEST = "order by coalesce(o.next_due, 'infinity'), m.number limit :limit"
_NEWEST = "order by m.number desc limit :limit"
_FIGURES = text(
    """
select m.subject, count(*) as received, count(*) filter (where not (c.state = any(:finals))) as open,
    count(*) filter (where c.state = any(:finals)) as ended,
    count(*) filter (where exists (
        select from shouxin.deadline d where d.case_id = c.id and not d.passes and (d.state = 'missed'
            or d.state = 'open' and d.due <= now() or d.stopped_on > d.due_on))) as late,
    percentile_cont(0.5) within group (order by extract(epoch from c.moved_at - c.opened_at) / 86400)
        filter (where c.state = any(:finals)) as days
from shouxin.desk_matter m
join shouxin.desk_case r on r.matter = m.number
join shouxin.case c on c.id = r.case_id
where m.kind = :kind and r.at >= :since and r.at < :until
group by m.subject order by m.subject
"""
)


class Sealed(NamedTuple):
    """A letter as it is kept."""

    id: str
    party: str
    kind: str
    inward: bool
    shown: bool
    sealed: bytes


def add(connection: Connection, values: Mapping[str, Any]) -> int | None:
    """Write a matter; return its number, None where its report was taken in already."""
    write = (
        upsert(matter)
        .values({**values, **stamped(connection, "at")})
        .on_conflict_do_nothing(index_elements=["request"])
    )
    return connection.execute(write.returning(matter.c.number)).scalar_one_or_none()


def repeated(connection: Connection, request: bytes) -> int | None:
    """Return the matter that came with the same name of a report."""
    asked = select(matter.c.number).where(matter.c.request == request)
    return connection.execute(asked).scalar_one_or_none()


def admit(connection: Connection, number: int, who: str, person_: int, digest: bytes) -> None:
    """Let a party write in a matter, under a word and a data key of its own."""
    values = {"matter": number, "party": who, "person": person_, "word": digest}
    connection.execute(insert(party).values(values))


def parties(connection: Connection, kind: str, number: int) -> Sequence[Row[Any]]:
    """Return who writes in a matter: party, person, word, and whether their key is still there."""
    alive = person.c.shredded_at.is_(None).label("alive")
    query = (
        select(party.c.party, party.c.person, party.c.word, person.c.commitment, alive)
        .join(matter, matter.c.number == party.c.matter)
        .join(person, person.c.id == party.c.person)
        .where(matter.c.kind == kind, matter.c.number == min(number, LAST))
    )
    return connection.execute(query).all()


def put(connection: Connection, number: int, one: Sealed) -> None:
    """Write a letter."""
    connection.execute(
        insert(letter).values({"matter": number, **one._asdict(), **stamped(connection, "at")})
    )


def letters(connection: Connection, number: int) -> Sequence[Row[Any]]:
    """Return the letters of a matter in their order."""
    return connection.execute(select(letter).where(letter.c.matter == number).order_by(letter.c.number)).all()


def lock(connection: Connection, number: int) -> None:
    """Hold a matter until the end of the transaction, so that what was looked at still holds."""
    connection.execute(
        select(matter.c.number).where(matter.c.number == number).with_for_update(key_share=True)
    )


def runs(connection: Connection, number: int, case_id: int) -> None:
    """Write that a case is the one that answers the matter now."""
    connection.execute(insert(run).values(matter=number, case_id=case_id))


def cases(connection: Connection, number: int) -> list[int]:
    """Return the cases of a matter, the first one first."""
    query = select(run.c.case_id).where(run.c.matter == number).order_by(run.c.case_id)
    return list(connection.execute(query).scalars())


def bind(connection: Connection, number: int, case_id: int) -> bool:
    """Tie a matter to a case; tell whether there is such a case."""
    if (
        not 0 < case_id <= LAST
        or not connection.execute(select(case.c.id).where(case.c.id == case_id)).first()
    ):
        return False
    connection.execute(upsert(tie).values(matter=number, case_id=case_id).on_conflict_do_nothing())
    return True


def ties(connection: Connection, number: int) -> list[int]:
    """Return the other cases that a matter belongs with."""
    query = select(tie.c.case_id).where(tie.c.matter == number).order_by(tie.c.case_id)
    return list(connection.execute(query).scalars())


def take(connection: Connection, number: int, who: str, at: datetime.datetime | None = None) -> None:
    """Write who deals with a matter, since now or as before since ``at``."""
    since = {"at": at} if at else {}
    connection.execute(insert(taker).values(matter=number, who=who, **since))


def takers(connection: Connection, number: int) -> list[Row[Any]]:
    """Return who deals with a matter and who did before, with the moment and the seconds since."""
    since = func.extract("epoch", func.clock_timestamp() - taker.c.at).label("seconds")
    asked = select(taker.c.who, taker.c.at, since).where(taker.c.matter == min(number, LAST))
    return list(connection.execute(asked.order_by(taker.c.number.desc()).limit(2)).all())


def one(connection: Connection, kind: str, number: int) -> Row[Any] | None:
    """Return a matter with its case and what is due."""
    return connection.execute(_ONE, {"kind": kind, "number": min(number, LAST)}).one_or_none()


def newest(connection: Connection, kind: str, services: Sequence[str], limit: int) -> list[tuple[int, str]]:
    """Return number and service of the newest matters of each of some services."""
    found: dict[int, str] = {}
    for name in services:
        asked = select(matter.c.number, matter.c.service).where(matter.c.kind == kind)
        asked = asked.where(matter.c.service == name).order_by(matter.c.number.desc()).limit(limit)
        found |= {row.number: row.service for row in connection.execute(asked)}
    return sorted(found.items(), reverse=True)[:limit]


class Wanted(NamedTuple):
    """Which matters: open, ended or all (``ended`` None), of a subject, of a service, and how many.

    ``after`` goes on behind a matter by what is due first, ``before`` behind one by the newest.
    """

    ended: bool | None = False
    subject: str = ""
    service: str = ""
    after: int | None = None
    before: int | None = None
    limit: int = 100


def queue(
    connection: Connection, kind: "Kind", finals: Sequence[str], wanted: Wanted, *, soonest: bool
) -> Sequence[Row[Any]]:
    """Return matters, those first that are due first, or the newest first."""
    values: dict[str, Any] = {"kind": kind.name, "limit": wanted.limit}
    parts = []
    if wanted.ended is not None:
        parts.append(_FILTERS["ended" if wanted.ended else "open"])
        values["finals"] = list(finals)
    for name in ("subject", "service", "before", "after"):
        if (worth := getattr(wanted, name)) not in (None, ""):
            parts.append(_FILTERS[name])
            values[name] = max(-1, min(worth, LAST)) if isinstance(worth, int) else worth
    order = _SOONEST if soonest else _NEWEST
    return connection.execute(text(" ".join((_QUEUE, *parts, order))), values).all()


def figures(
    connection: Connection,
    kind: str,
    finals: Sequence[str],
    since: datetime.datetime,
    until: datetime.datetime,
) -> Sequence[Row[Any]]:
    """Return the figures of each subject for what was received in a time."""
    values = {"kind": kind, "finals": list(finals), "since": since, "until": until}
    return connection.execute(_FIGURES, values).all()
