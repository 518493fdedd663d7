"""Whose the rows found are: what the person's rows use, what others have a part in, what the law keeps."""

from collections.abc import Callable, Hashable
from datetime import date
from functools import partial

import sqlalchemy as sa

from shouxin.connect.keeping import first_kept
from shouxin.connect.model import Kept
from shouxin.connect.roles import Edge
from shouxin.connect.sql.finding import Finding
from shouxin.connect.sql.own import OTHER_SIDE, USED, refers
from shouxin.connect.sql.schema import Real


def told_apart(finding: Finding) -> None:
    """Add what the person's rows use and name, and mark what is shared and what is kept."""
    used = {edge.to for edge in finding.ground.edges if edge.means == "uses"}
    hanging = [edge for edge in finding.ground.edges if edge.means == "owner" and edge.to in used]
    while _used(finding) and any(finding.count[edge.to] for edge in hanging):
        _afresh(finding)
        _shared(finding)
        for edge in hanging:
            if finding.count[edge.to]:
                finding.down(edge, USED)
    if hanging:
        _afresh(finding)
    _other_sides(finding)
    _shared(finding)
    _kept(finding)


def mark(
    finding: Finding, about: Hashable, name: str, flag: str, condition: Callable[[], sa.ColumnElement[bool]]
) -> bool:
    """Set a flag of the keys of a table whose rows meet a condition; tell whether any was not set before.

    ``about`` says which condition it is, None one that is never the same again.
    """

    def made() -> sa.Update:
        own = finding.own[name]
        held = sa.exists().select_from(own.real.table).where(own.tie(), condition())
        return sa.update(own.table).where(own.table.c[flag] == 0, held).values({flag: 1})

    statement = made() if about is None else finding.keys.once(("mark", about, name, flag), made)
    return finding.connection.execute(statement).rowcount > 0


def still_kept(real: Real, retention: Kept, today: date) -> sa.ColumnElement[bool]:
    """Return the condition that the keeping time of a row is not over, or has not begun for want of a day."""
    since = real.table.c[retention.since]
    first = sa.literal(first_kept(retention.time, today), sa.Date)
    return sa.or_(since.is_(None), since >= first)


def _used(finding: Finding) -> int:
    """Add the rows that the person's rows use, and those that these use; return how many are new."""
    added, new = 0, 1
    while new:
        new = 0
        for edge in finding.ground.edges:
            real = finding.own[edge.to].real
            if edge.means == "uses" and real.mapped.personal and finding.count[edge.table]:
                new += finding.add(("used", edge), edge.to, USED, partial(_used_by, finding, edge))
        added += new
    return added


def _afresh(finding: Finding) -> None:
    """Forget what is shared: rows that came since may belong to those that seemed to be of others."""
    for name, own in finding.own.items():
        if finding.count[name]:
            forgotten = sa.update(own.table).where(own.table.c.shared != 0).values(shared=0)
            finding.connection.execute(forgotten)


def _used_by(finding: Finding, edge: Edge, *flags: str) -> sa.ColumnElement[bool]:
    """Return the condition that a row is used by one of the rows found."""
    below = finding.own[edge.table]
    user = below.real.table.alias()
    row = finding.own[edge.to].real.table
    return sa.exists().select_from(user).where(refers(edge.reference, user, row), below.has(user, *flags))


def _other_sides(finding: Finding) -> None:
    """Add rows of others that name the person beside their owner."""
    for edge in finding.ground.edges:
        if edge.other and finding.count[edge.to]:
            own = finding.own[edge.table]
            if finding.add(("beside", edge), edge.table, OTHER_SIDE, partial(_names, finding, edge)):
                new = own.table.c.how == OTHER_SIDE
                finding.connection.execute(sa.update(own.table).where(new).values(shared=1))


def _names(finding: Finding, edge: Edge) -> sa.ColumnElement[bool]:
    """Return the condition that a row refers to one of the rows found."""
    above, row = finding.own[edge.to], finding.own[edge.table].real.table
    target = above.real.table.alias()
    return sa.exists().select_from(target).where(refers(edge.reference, row, target), above.has(target))


def _shared(finding: Finding) -> None:
    """Mark the rows that somebody else has a part in, until a round marks nothing."""
    changed = set(finding.own)
    while changed:
        waiting, changed = changed, set()
        for edge in finding.ground.edges:
            if edge.means == "owner" and finding.count[edge.table] and edge.to in waiting:
                about, elsewhere = ("elsewhere", edge), partial(_elsewhere, finding, edge)
                if mark(finding, about, edge.table, "shared", elsewhere):
                    changed.add(edge.table)
            if edge.means == "uses" and finding.count[edge.to] and edge.table in waiting:
                about, elsewhere = ("used", edge), partial(_used_elsewhere, finding, edge)
                if mark(finding, about, edge.to, "shared", elsewhere):
                    changed.add(edge.to)


def _elsewhere(finding: Finding, edge: Edge) -> sa.ColumnElement[bool]:
    """Return the condition that a row belongs, by a reference, to a row that is not the person's alone."""
    above, row = finding.own[edge.to], finding.own[edge.table].real.table
    target = above.real.table.alias()
    alone = above.has(target, "not shared")
    return sa.exists().select_from(target).where(refers(edge.reference, row, target), ~alone)


def _used_elsewhere(finding: Finding, edge: Edge) -> sa.ColumnElement[bool]:
    """Return the condition that a row is used by a row that is not the person's alone."""
    below, row = finding.own[edge.table], finding.own[edge.to].real.table
    user = below.real.table.alias()
    alone = below.has(user, "not shared")
    return sa.exists().select_from(user).where(refers(edge.reference, user, row), ~alone)


def _kept(finding: Finding) -> None:
    """Mark what must still be kept, what takes its time from what it refers to, and what is used by it."""
    begun = False
    for name, own in finding.own.items():
        retention = own.real.mapped.retention
        if retention and retention.since and finding.count[name]:
            begun |= mark(
                finding, None, name, "kept", partial(still_kept, own.real, retention, finding.today)
            )
    while begun:
        begun = False
        for edge in finding.ground.edges:
            below, above = finding.own[edge.table].real, finding.own[edge.to].real
            retention = below.mapped.retention
            if not (finding.count[edge.table] and finding.count[edge.to]):
                continue
            if retention and not retention.since and above.mapped.retention:
                begun |= mark(finding, ("kept", edge), edge.table, "kept", partial(_of_kept, finding, edge))
            if edge.means == "uses":
                begun |= mark(
                    finding,
                    ("used", edge),
                    edge.to,
                    "kept",
                    partial(_used_by, finding, edge, "kept"),
                )


def _of_kept(finding: Finding, edge: Edge) -> sa.ColumnElement[bool]:
    """Return the condition that a row refers to one that is kept."""
    above, row = finding.own[edge.to], finding.own[edge.table].real.table
    target = above.real.table.alias()
    return (
        sa.exists().select_from(target).where(refers(edge.reference, row, target), above.has(target, "kept"))
    )
