"""Requests in lists: which of them, in which order, and where a list goes on."""

import datetime
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, text

from shouxin.duties.rights.kept import LAST, Kept

_LISTED = """
select r.number, r.case_id as "case", r.service, r.person, r.commitment, r."right", r.made_at, r.verified_by,
    r.content
from shouxin.rights_request r
join shouxin.case c on c.id = r.case_id
left join lateral (
    select min(d.due_on) as next_due,
        coalesce(bool_or(d.state = 'missed' or d.state = 'open' and d.due <= now()), false) as late
    from shouxin.deadline d where d.case_id = c.id and not d.passes
        and (d.state in ('open', 'paused') or d.state = 'missed' and d.stopped_on is null)
) o on true
where true
"""
_CAME = """
and exists (
    select from shouxin.case_event e where e.case_id = c.id and e.number = 1
        and cast(:today as date) - (e.body->>'on')::date between :youngest and :oldest
)
"""
_ON = """
and (coalesce(o.next_due, 'infinity'), r.number) > (
    select coalesce(min(d.due_on), 'infinity'), p.number
    from shouxin.rights_request p
    left join shouxin.deadline d on d.case_id = p.case_id and not d.passes
        and (d.state in ('open', 'paused') or d.state = 'missed' and d.stopped_on is null)
    where p.number = :after group by p.number
)
"""
_FILTERS = {
    "open": "and c.procedure || '/' || c.state <> all(:finals)",
    "ended": "and c.procedure || '/' || c.state = any(:finals)",
    "state": "and c.state = :state",
    "late": "and o.late",
    "age": _CAME,
    "service": "and r.service = :service",
    "right": 'and r."right" = :right',
    "after": _ON,
    "before": "and r.number < :before",
}
_SOONEST = "order by coalesce(o.next_due, 'infinity'), r.number limit :limit"
_NEWEST = "order by r.number desc limit :limit"


class Sought(NamedTuple):
    """Which requests: in a state (open, ended, or its name), late, come so many days ago, of what."""

    state: str = "open"
    late: bool = False
    age: tuple[int, int] | None = None
    service: str = ""
    right: str = ""


def soonest(
    connection: Connection, sought: Sought, finals: Collection[str], today: datetime.date,
    after: int | None, limit: int,
) -> list[Kept]:  # fmt: skip
    """Return requests, those first that are due first, from the one after a request on."""
    more = {} if after is None else {"after": min(after, LAST)}
    return _listed(connection, sought, finals, today, _SOONEST, more | {"limit": limit})


def newest(
    connection: Connection, sought: Sought, finals: Collection[str], today: datetime.date,
    before: int | None, limit: int,
) -> list[Kept]:  # fmt: skip
    """Return requests, the newest first, from the one before a request on."""
    more = {} if before is None else {"before": min(before, LAST)}
    return _listed(connection, sought, finals, today, _NEWEST, more | {"limit": limit})


def _listed(
    connection: Connection, sought: Sought, finals: Collection[str], today: datetime.date,
    order: str, values: dict[str, int],
) -> list[Kept]:  # fmt: skip
    asked: dict[str, object] = dict(values)
    parts = [_FILTERS[name] for name in values if name in _FILTERS]
    if sought.state in ("open", "ended"):
        parts.append(_FILTERS[sought.state])
        asked["finals"] = list(finals)
    elif sought.state:
        parts.append(_FILTERS["state"])
        asked["state"] = sought.state
    if sought.late:
        parts.append(_FILTERS["late"])
    if sought.age:
        parts.append(_FILTERS["age"])
        asked |= {"today": today, "youngest": sought.age[0], "oldest": sought.age[1]}
    for name in ("service", "right"):
        if worth := getattr(sought, name):
            parts.append(_FILTERS[name])
            asked[name] = worth
    rows = connection.execute(text(" ".join((_LISTED, *parts, order))), asked)
    found = [Kept._make(row) for row in rows]
    return [one._replace(commitment=bytes(one.commitment), content=bytes(one.content)) for one in found]
