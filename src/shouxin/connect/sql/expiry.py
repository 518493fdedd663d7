"""The rows of anybody that are past their keeping time, as the keys that an erasure works on."""

from collections.abc import Iterator
from datetime import date
from functools import partial

import msgspec
import sqlalchemy as sa

from shouxin.connect.keeping import last_kept
from shouxin.connect.model import Kept
from shouxin.connect.roles import Edge
from shouxin.connect.sql import surveying
from shouxin.connect.sql.erasing import Erasing
from shouxin.connect.sql.finding import Finding
from shouxin.connect.sql.own import MINE, Own, refers
from shouxin.connect.sql.parts import mark, still_kept
from shouxin.connect.sql.schema import Real
from shouxin.connect.survey import Part


def overdue(finding: Finding) -> None:
    """Find the rows whose time is over, and what hangs on them and has no time of its own.

    What also hangs on a row that stays is shared. What a row in its time uses, and what takes its time from
    one, is kept.
    """
    for name, own in finding.own.items():
        retention = own.real.mapped.retention
        if retention and retention.since:
            finding.add(None, name, MINE, partial(_over, own.real, retention, finding.today))
    changed = {name for name, count in finding.count.items() if count}
    while changed:
        ways = [
            edge for edge in finding.ground.edges if edge.to in changed and not _dated(finding, edge.table)
        ]
        changed = {edge.table for edge in ways if finding.down(edge, MINE)}
    _told_apart(finding)


def parts(finding: Finding) -> Iterator[Part]:
    """Yield what would become of the rows that were found.

    Where a table says itself how long it keeps them, ``because`` is its provision and ``until`` the last day
    of the row that is longest over.
    """
    for part in surveying.parts(finding, Erasing(finding, {}), {}):
        own = finding.own[part.table]
        retention = own.real.mapped.retention
        if part.part == "kept" or retention is None:
            yield part
            continue
        first = _first(finding, own, retention) if retention.since else None
        yield msgspec.structs.replace(part, because=retention.because, until=first)


def _first(finding: Finding, own: Own, retention: Kept) -> date | None:
    """Return the last day of the keeping time that was over first."""
    asked = sa.select(sa.func.min(own.real.table.c[retention.since])).where(own.tie(), own.table.c.kept == 0)
    since = finding.connection.execute(asked).scalar_one()
    return last_kept(retention.time, date(since.year, since.month, since.day)) if since else None


def _told_apart(finding: Finding) -> None:
    """Mark what is shared and what is kept, until a round marks nothing."""
    new = True
    while new:
        new = False
        for edge in finding.ground.edges:
            below, above = edge.table, edge.to
            if finding.count[below] and edge.means == "owner" and not _dated(finding, below):
                stays = partial(_refers_to_more, finding, edge, "not shared")
                new |= mark(finding, ("hangs on more", edge), below, "shared", stays)
            if finding.count[below] and _takes_time(finding, edge):
                in_time = partial(_refers_to_more, finding, edge, "not kept")
                new |= mark(finding, ("in time", edge), below, "kept", in_time)
            if finding.count[above] and edge.means == "uses" and finding.own[below].real.mapped.retention:
                new |= mark(finding, ("used in time", edge), above, "kept", partial(_used, finding, edge))


def _over(real: Real, retention: Kept, today: date) -> sa.ColumnElement[bool]:
    return sa.not_(still_kept(real, retention, today))


def _dated(finding: Finding, name: str) -> bool:
    retention = finding.own[name].real.mapped.retention
    return bool(retention and retention.since)


def _takes_time(finding: Finding, edge: Edge) -> bool:
    """Tell whether the rows of a table take their time from those that they refer to."""
    retention = finding.own[edge.table].real.mapped.retention
    above = finding.own[edge.to].real.mapped.retention
    return bool(retention and not retention.since and above)


def _refers_to_more(finding: Finding, edge: Edge, over: str) -> sa.ColumnElement[bool]:
    """Return the condition that a row refers to one that was not found, or not with a flag."""
    above, row = finding.own[edge.to], finding.own[edge.table].real.table
    target = above.real.table.alias()
    there = sa.exists().select_from(target)
    return there.where(refers(edge.reference, row, target), ~above.has(target, over))


def _used(finding: Finding, edge: Edge) -> sa.ColumnElement[bool]:
    """Return the condition that a row is used by one whose time is not over."""
    below, row = finding.own[edge.table], finding.own[edge.to].real.table
    user = below.real.table.alias()
    there = sa.exists().select_from(user)
    return there.where(refers(edge.reference, user, row), ~below.has(user, "not kept"))
