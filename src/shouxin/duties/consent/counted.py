"""Consent in figures: answers by day and purpose, where people stand now, and whom a version asks again.

What counts is added to what ``tally`` counted before, and has to be read in one snapshot: see ``freeze``.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from shouxin.duties.consent import tally
from shouxin.duties.consent.model import EVERY
from shouxin.duties.consent.views import Count, Now
from shouxin.duties.notice.service import Offered

if TYPE_CHECKING:
    from sqlalchemy import Connection

_FREEZE = text("set transaction isolation level repeatable read, read only")
_SERVICES = text(
    tally.COME  # noqa: S608  # constants
    + "select service from shouxin.consent_tally_stand union select service from come order by service"
)
_DAYS = text(
    tally.COME  # noqa: S608  # constants
    + tally.DAYS
    + """, counted as (
    select day, service, purpose, channel, action, count from shouxin.consent_tally_day
    union all select day, service, purpose, channel, action, count from days
)
select day, service, purpose, channel, action, sum(count)::bigint as count from counted
where day >= :since and day <= :until and (cast(:service as text) = :every or service = :service)
group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5"""
)
_DAILY = text(
    tally.COME  # noqa: S608  # constants
    + tally.DAYS
    + """, counted as (
    select day, action, count from shouxin.consent_tally_day union all select day, action, count from days
)
select day, action, sum(count)::bigint as answers from counted where day >= :since group by 1, 2"""
)
_NOW = text(
    tally.COME  # noqa: S608  # constants
    + tally.STANDS
    + """, counted as (
    select service, purpose, channel, action, until, scope, count from shouxin.consent_tally_stand
    union all select service, purpose, channel, action, until, scope, count from stands
), offered as (
    select * from unnest(cast(:services as text[]), cast(:keys as text[]), cast(:scopes as text[]))
        as o (service, purpose, scope)
)
select service, purpose, channel,
    case when action = 'give' and until < :today then 'expired' when action = 'give' then 'given'
         when action = 'refuse' then 'refused' else 'withdrawn' end as status,
    sum(count)::bigint as count,
    coalesce(sum(count) filter (
        where action = 'give' and until >= :today and offered.scope <> counted.scope
    ), 0)::bigint as ask_again
from counted left join offered using (service, purpose)
where cast(:service as text) = :every or service = :service
group by 1, 2, 3, 4 having sum(count) > 0 order by 1, 2, 3, 4"""
)
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
_AGAIN = text(
    _LAST  # noqa: S608  # two constants
    + """select distinct person from stands join shouxin.person p on p.id = person
where changed and status = 'given' and purpose = :purpose and p.shredded_at is null and person > :after
order by person limit :limit"""
)


def freeze(connection: "Connection") -> None:
    """Let a transaction that has read nothing yet read everything as it stands now, and write nothing."""
    connection.execute(_FREEZE)


def services(connection: "Connection") -> list[str]:
    """Return the services that people answered to, in order."""
    return list(connection.execute(_SERVICES, tally.since(connection)).scalars())


def days(
    connection: "Connection", service: str, since: datetime.date, until: datetime.date
) -> tuple[Count, ...]:
    """Return how many answers a service, or every one, got on each day in Beijing."""
    asked = {"service": service, "every": EVERY, "since": since, "until": until}
    rows = connection.execute(_DAYS, asked | tally.since(connection))
    return tuple(Count(**row) for row in rows.mappings())


def daily(connection: "Connection", since: datetime.date) -> dict[tuple[datetime.date, str], int]:
    """Return how many answers of each kind were given on each day in Beijing from one on."""
    rows = connection.execute(_DAILY, {"since": since} | tally.since(connection))
    return {(row.day, row.action): row.answers for row in rows}


def now(
    connection: "Connection", service: str, in_force: Iterable[Offered], today: datetime.date
) -> tuple[Now, ...]:
    """Return how many people of a service, or of every one, stand where by the notices in force."""
    offers = [(one.service, purpose) for one in in_force for purpose in one.purposes.values()]
    asked = {
        "service": service,
        "every": EVERY,
        "today": today,
        "services": [name for name, _ in offers],
        "keys": [purpose.key for _, purpose in offers],
        "scopes": [purpose.scope for _, purpose in offers],
    }
    rows = connection.execute(_NOW, asked | tally.since(connection))
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
