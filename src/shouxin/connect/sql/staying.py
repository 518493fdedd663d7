"""Which of a person's rows cannot go, because something that stays refers to them."""

import sqlalchemy as sa

from shouxin.connect.sql.finding import Finding
from shouxin.connect.sql.own import refers
from shouxin.connect.sql.parts import mark
from shouxin.connect.sql.schema import Hold


def settled(finding: Finding) -> None:
    """Mark what stays: what the map says, and what rows that stay refer to, until a round marks nothing."""
    for name, own in finding.own.items():
        if own.real.mapped.erase in ("columns", "keep") and finding.count[name]:
            finding.connection.execute(sa.update(own.table).values(stay=1))
    waiting = {name for name, count in finding.count.items() if count}
    while waiting:
        marked = {name for name in waiting if _held_by_any(finding, name)}
        waiting = {
            name
            for name, count in finding.count.items()
            if count and any(hold.name in marked for hold in finding.ground.holds[name])
        }


def _held_by_any(finding: Finding, name: str) -> bool:
    """Mark the rows of a table that anything holds; tell whether there was one more."""
    return sum(_held(finding, name, hold) for hold in finding.ground.holds[name]) > 0


def _held(finding: Finding, name: str, hold: Hold) -> bool:
    """Mark the rows that something refers to which does not go itself."""
    return mark(finding, ("held", name, hold), name, "stay", lambda: _holding(finding, name, hold))


def _holding(finding: Finding, name: str, hold: Hold) -> sa.ColumnElement[bool]:
    own = finding.own[name]
    row = own.real.table
    user = hold.table.alias()
    conditions = [refers(hold, user, row)]
    if hold.name:
        below = finding.own[hold.name]
        conditions.append(~below.has(user, *_GOING))
        if hold.cut:
            conditions.append(~below.has(user, *_ENTIRE))
    return sa.and_(own.entire, own.table.c.stay == 0, sa.exists().select_from(user).where(*conditions))


_ENTIRE = ("not shared", "not kept")
_GOING = (*_ENTIRE, "not stay")
