"""Consent in figures: answers by day and purpose, where people stand now, and whom a version asks again."""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from shouxin.duties.consent.views import Answered, Count, Now
from shouxin.duties.notice.service import Offered

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SERVICES = text("""
select service from (select distinct service from shouxin.notice_publication) as told
where exists (select from shouxin.person p where p.service = told.service) order by service
""")  # every answer is to a notice; reading all people for their services takes as long as they are many
_DAYS = text("""
select (t.at at time zone 'Asia/Shanghai')::date as day, t.purpose, t.channel, t.action, count(*) as count
from shouxin.consent_transaction t join shouxin.person p on p.id = t.person
where p.service = :service and t.at >= :since and t.at < :end
group by 1, 2, 3, 4 order by 1, 2, 3, 4
""")
_ANSWERED = text("""
select p.service, (t.at at time zone 'Asia/Shanghai')::date as day, t.purpose, t.channel, t.action,
    count(*) as count
from shouxin.consent_transaction t join shouxin.person p on p.id = t.person
where t.at >= :since and t.at < :end
group by 1, 2, 3, 4, 5 order by 2, 1, 3, 4, 5
""")
_DAILY = text("""
select (at at time zone 'Asia/Shanghai')::date as day, action, count(*) as answers
from shouxin.consent_transaction where at >= :since and number > :after and number <= :top group by 1, 2
""")
_TOP = text("select coalesce(max(number), 0) from shouxin.consent_transaction")
_LAST = """
with offered as (
    select * from unnest(cast(:keys as text[]), cast(:scopes as text[])) as o (purpose, scope)
), last as (
    select distinct on (t.person, t.purpose, t.channel)
        t.person, t.purpose, t.channel, t.action, t.until, t.scope
    from shouxin.consent_transaction t join shouxin.person p on p.id = t.person
    where p.service = :service
    order by t.person, t.purpose, t.channel, t.number desc
), stands as (
    select last.person, last.purpose, last.channel,
        case when action = 'give' and until < :today then 'expired' when action = 'give' then 'given'
             when action = 'refuse' then 'refused' else 'withdrawn' end as status,
        coalesce(offered.scope <> last.scope, false) as changed
    from last left join offered using (purpose)
)
"""
_NOW = text(
    _LAST
    + """select purpose, channel, status, count(*) as count,
    count(*) filter (where changed and status = 'given') as ask_again
from stands group by 1, 2, 3 order by 1, 2, 3"""
)
_AGAIN = text(
    _LAST  # noqa: S608  # two constants
    + """select distinct person from stands join shouxin.person p on p.id = person
where changed and status = 'given' and purpose = :purpose and p.shredded_at is null and person > :after
order by person limit :limit"""
)


def services(connection: "Connection") -> list[str]:
    """Return the services that people answered to, in order."""
    return list(connection.execute(_SERVICES).scalars())


def days(
    connection: "Connection", service: str, since: datetime.datetime, end: datetime.datetime
) -> tuple[Count, ...]:
    """Return how many answers came on each day in Beijing."""
    rows = connection.execute(_DAYS, {"service": service, "since": since, "end": end})
    return tuple(Count(**row) for row in rows.mappings())


def answered(
    connection: "Connection", since: datetime.datetime, end: datetime.datetime
) -> tuple[Answered, ...]:
    """Return how many answers each service got on each day in Beijing."""
    rows = connection.execute(_ANSWERED, {"since": since, "end": end})
    return tuple(Answered(**row) for row in rows.mappings())


def top(connection: "Connection") -> int:
    """Return the highest number of an answer; numbers rise in the order of commits."""
    return int(connection.execute(_TOP).scalar_one())


def daily(
    connection: "Connection", since: datetime.datetime, after: int, top: int
) -> dict[tuple[datetime.date, str], int]:
    """Return how many answers of each kind, with numbers in a range, were given on each day in Beijing."""
    rows = connection.execute(_DAILY, {"since": since, "after": after, "top": top})
    return {(row.day, row.action): row.answers for row in rows}


def now(
    connection: "Connection", service: str, in_force: Offered | None, today: datetime.date
) -> tuple[Now, ...]:
    """Return how many people stand where."""
    rows = connection.execute(_NOW, _asked(service, in_force, today))
    return tuple(Now(**row) for row in rows.mappings())


def again(
    connection: "Connection",
    service: str,
    in_force: Offered | None,
    today: datetime.date,
    page: tuple[str, int, int],
) -> Sequence[int]:
    """Return the people whose consent the notice in force goes beyond; ``page`` is purpose, after, limit."""
    purpose, after, limit = page
    asked = _asked(service, in_force, today) | {"purpose": purpose, "after": after, "limit": limit}
    return list(connection.execute(_AGAIN, asked).scalars())


def _asked(service: str, in_force: Offered | None, today: datetime.date) -> dict[str, Any]:
    purposes = list(in_force.purposes.values()) if in_force else []
    return {
        "service": service,
        "today": today,
        "keys": [one.key for one in purposes],
        "scopes": [one.scope for one in purposes],
    }
