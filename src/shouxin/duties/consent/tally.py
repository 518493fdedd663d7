"""Answers counted in advance, by day and by where people stand, so that no figure waits for a million rows.

Numbers of answers rise in the order of commits, so what is counted up to one is counted for good; whoever
asks for a figure adds what came since. Taking answers down costs nothing more than before, and every figure
is exact.
"""

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

STEP = 200_000
"""Numbers of answers that are counted in one transaction."""

COME = """
with come as (
    select t.number, t.person, coalesce(v.service, '') as service, t.purpose, t.channel, t.action, t.until,
        t.scope, (t.at at time zone 'Asia/Shanghai')::date as day
    from shouxin.consent_transaction t left join shouxin.notice_version v on v.address = t.notice
    where t.number > :after and t.number <= :top
)"""
"""The answers of a range of numbers. A version of a notice is of one service, whose people answer to it."""

DAYS = """, days as (
    select day, service, purpose, channel, action, count(*) as count from come group by 1, 2, 3, 4, 5
)"""
"""How many of them came on which day in Beijing."""

STANDS = """, moved as (
    select service, purpose, channel, action, until, scope, 1 as step from come
    union all
    select come.service, come.purpose, come.channel, before.action, before.until, before.scope, -1
    from come cross join lateral (
        select e.action, e.until, e.scope from shouxin.consent_transaction e
        where e.person = come.person and e.purpose = come.purpose and e.channel = come.channel
            and e.number < come.number
        order by e.number desc limit 1
    ) as before
), stands as (
    select service, purpose, channel, action,
        case when action = 'give' then coalesce(until, 'infinity') else 'infinity' end as until,
        case when action = 'give' then scope else '' end as scope, sum(step)::bigint as count
    from moved group by 1, 2, 3, 4, 5, 6
)"""
"""By how many people they change each standing: one more by each answer, and one less by the answer before it
of the same person to the same purpose and channel."""

_MINE = text("select upto from shouxin.consent_tally for update skip locked")
_UPTO = text("select upto from shouxin.consent_tally")
_TOP = text("select coalesce(max(number), 0) from shouxin.consent_transaction")
_ADD = text(
    COME  # noqa: S608  # constants
    + DAYS
    + STANDS
    + """, added as (
    insert into shouxin.consent_tally_day as kept (day, service, purpose, channel, action, count)
    select day, service, purpose, channel, action, count from days order by 1, 2, 3, 4, 5
    on conflict (day, service, purpose, channel, action) do update set count = kept.count + excluded.count
)
insert into shouxin.consent_tally_stand as kept (service, purpose, channel, action, until, scope, count)
select service, purpose, channel, action, until, scope, count from stands where count <> 0
order by 1, 2, 3, 4, 5, 6
on conflict (service, purpose, channel, action, until, scope)
    do update set count = kept.count + excluded.count"""
)
_TIDY = text("delete from shouxin.consent_tally_stand where count = 0")
_MARK = text("update shouxin.consent_tally set upto = :top")


def top(connection: "Connection") -> int:
    """Return the highest number of an answer; numbers rise in the order of commits."""
    return int(connection.execute(_TOP).scalar_one())


def since(connection: "Connection") -> dict[str, int]:
    """Return the range of numbers that is not counted yet, as ``COME`` takes it.

    The figures and what they are added to have to be read in one snapshot.
    """
    return {"after": int(connection.execute(_UPTO).scalar_one()), "top": top(connection)}


def advance(engine: "Engine", step: int = STEP) -> bool:
    """Count the next answers; return whether there may be more. Where another is at it, nothing is done."""
    with engine.begin() as connection:
        upto = connection.execute(_MINE).scalar_one_or_none()
        if upto is None:
            return False
        newest = top(connection)
        last = min(newest, int(upto) + step)
        if last > upto:
            connection.execute(_ADD, {"after": upto, "top": last})
            connection.execute(_TIDY)
            connection.execute(_MARK, {"top": last})
    return newest > last
