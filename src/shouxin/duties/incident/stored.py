"""Incidents in the store: every statement about them, in the caller's transaction."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, exists, func, insert, literal, select, text

from shouxin.duties.incident import tables
from shouxin.duties.incident.listing import Sought
from shouxin.duties.incident.model import Account, Delivery
from shouxin.duties.passages import Passage
from shouxin.errors import InputError
from shouxin.store.clock import stamped
from shouxin.store.deadlines import BEIJING
from shouxin.store.words import matching, text_of

LAST = 2**63 - 1


def unknown(number: int) -> InputError:
    """Return the error for a number that no incident has."""
    return InputError(
        "incident-unknown",
        f"there is no incident {number}",
        remedy="`shouxin incident list` lists the incidents",
    )


def add(connection: Connection, service: str, *, exercise: bool) -> int:
    """Add an incident; return its number."""
    values = {"service": service, "exercise": exercise, **stamped(connection, "at")}
    made = insert(tables.incident).values(values)
    return int(connection.execute(made.returning(tables.incident.c.number)).scalar_one())


def find(connection: Connection, number: int, *, lock: bool = False) -> Row[Any]:
    """Return an incident, held to the end of the transaction if asked; raise incident-unknown."""
    table = tables.incident
    if lock:  # the rows themselves may not be touched, so what is held is their number
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(literal(f"incident {number}")))))
    row = None
    if 0 < number <= LAST:
        row = connection.execute(select(table).where(table.c.number == number)).one_or_none()
    if row is None:
        raise unknown(number)
    return row


def write(connection: Connection, number: int, version: int, account: Account, who: str) -> None:
    """Write a version of the account."""
    row = {"incident": number, "number": version, "body": msgspec.to_builtins(account), "who": who}
    connection.execute(insert(tables.account).values({**row, **stamped(connection, "at")}))


def versions(connection: Connection, number: int) -> Sequence[Row[Any]]:
    """Return the versions of an account, the newest first."""
    asked = select(tables.account).where(tables.account.c.incident == number)
    return connection.execute(asked.order_by(tables.account.c.number.desc())).all()


def account(row: Row[Any]) -> Account:
    """Return the account of a version."""
    return msgspec.convert(row.body, Account)


def searched(connection: Connection, words: Sequence[str], limit: int) -> list[Passage]:
    """Return the incidents in whose newest account every word stands, the newest first."""
    found, table = text_of(tables.account.c.body), tables.account
    later = table.alias()
    newest = ~exists().where(later.c.incident == table.c.incident, later.c.number > table.c.number)
    asked = (
        select(table.c.incident, tables.incident.c.service, found.label("text"))
        .join(tables.incident, tables.incident.c.number == table.c.incident)
        .where(matching(found, words), newest)
        .order_by(table.c.incident.desc())
        .limit(limit)
    )
    return [Passage(str(row.incident), row.service, row.text) for row in connection.execute(asked)]


def tie(connection: Connection, number: int, case: int) -> None:
    """Write down which case an incident is."""
    connection.execute(insert(tables.of_case).values(incident=number, case_id=case))


def case_of(connection: Connection, number: int) -> int:
    """Return the case of an incident; for an exercise its own number."""
    found = connection.scalar(select(tables.of_case.c.case_id).where(tables.of_case.c.incident == number))
    return int(found or number)


_NUMBERS = """
select i.number from shouxin.incident i
left join shouxin.incident_case r on r.incident = i.number
left join shouxin.case c on c.id = r.case_id
left join shouxin.incident_exercise x on x.incident = i.number
where i.number < :before
"""
_SOUGHT = {
    "open": "and not (coalesce(x.state, c.state) = any(:finals))",
    "ended": "and coalesce(x.state, c.state) = any(:finals)",
    "service": "and i.service = :service",
    "kind": """and (select a.body->'kinds' from shouxin.incident_account a where a.incident = i.number
        order by a.number desc limit 1) ? :kind""",
}


def numbers(
    connection: Connection, limit: int, before: int | None, sought: Sought, finals: Collection[str]
) -> list[int]:
    """Return the numbers of incidents, the newest first."""
    parts = [_SOUGHT[name] for name in (sought.state,) if name]
    values: dict[str, object] = {"before": min(LAST if before is None else before, LAST), "limit": limit}
    if sought.state:
        values["finals"] = list(finals)
    for name in ("service", "kind"):
        if worth := getattr(sought, name):
            parts.append(_SOUGHT[name])
            values[name] = worth
    asked = text(" ".join((_NUMBERS, *parts, "order by i.number desc limit :limit")))
    return list(connection.execute(asked, values).scalars())


_AFFECTED = text(
    "insert into shouxin.incident_person (incident, person) "
    "select :incident, one from unnest(cast(:people as bigint[])) as one "
    "on conflict do nothing returning person"
)


def affected(connection: Connection, number: int, people: Iterable[int]) -> int:
    """Write down whom an incident touches; return how many were not on record yet."""
    values = {"incident": number, "people": sorted(set(people))}
    return len(connection.execute(_AFFECTED, values).all())


def listed(connection: Connection, number: int) -> int:
    """Return how many people are on record of an incident."""
    asked = select(func.count()).select_from(tables.person).where(tables.person.c.incident == number)
    return int(connection.scalar(asked) or 0)


def digest(texts: dict[str, str]) -> bytes:
    """Return the digest of the texts of a notice."""
    return hashlib.sha256(msgspec.json.encode(texts, order="deterministic")).digest()


def issue(
    connection: Connection, number: int, party: str, texts: dict[str, str], reference: str, who: str
) -> int:
    """Write a notice down; return its number."""
    row = {"incident": number, "party": party, "texts": texts, "reference": reference, "who": who}
    made = insert(tables.notice).values(digest=digest(texts), **row).returning(tables.notice.c.number)
    return int(connection.execute(made).scalar_one())


def notices(connection: Connection, number: int) -> Sequence[Row[Any]]:
    """Return the notices of an incident in their order."""
    asked = select(tables.notice).where(tables.notice.c.incident == number).order_by(tables.notice.c.number)
    return connection.execute(asked).all()


def to_people(connection: Connection, number: int) -> Row[Any] | None:
    """Return the notice of an incident to individuals; None where none was issued."""
    return next((one for one in notices(connection, number) if one.party == "individual"), None)


def delivery(connection: Connection, notice: int) -> Delivery:
    """Return how far a notice has got."""
    table = tables.delivery
    asked = select(table.c.state, func.count()).where(table.c.notice == notice).group_by(table.c.state)
    return msgspec.convert({row[0]: row[1] for row in connection.execute(asked)}, Delivery)


_FIGURES = text(
    """
    select i.exercise, coalesce(c.state, '') as state, a.body->'kinds' as kinds,
           coalesce((a.body->>'people')::bigint, 0) as people,
           (select count(*) from shouxin.incident_person p where p.incident = i.number) as listed,
           (select count(*) from shouxin.incident_delivery d join shouxin.incident_notice n
             on n.number = d.notice where n.incident = i.number and d.state = 'sent') as told
    from shouxin.incident i
    left join shouxin.incident_case t on t.incident = i.number
    left join shouxin.case c on c.id = t.case_id
    cross join lateral (select body from shouxin.incident_account x where x.incident = i.number
                        order by x.number desc limit 1) a
    where (i.at at time zone :zone)::date between :since and :until
    """
)


def figures(connection: Connection, since: date, until: date) -> Sequence[Row[Any]]:
    """Return a line for each incident that was put on record between two days in Beijing."""
    values = {"zone": str(BEIJING), "since": since, "until": until}
    return connection.execute(_FIGURES, values).all()
