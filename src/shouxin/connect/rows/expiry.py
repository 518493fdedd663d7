"""The rows of anybody that are past their keeping time, as those that an erasure works on."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

import msgspec

from shouxin.connect.keeping import first_kept, last_kept
from shouxin.connect.model import Kept
from shouxin.connect.roles import Edge
from shouxin.connect.rows import surveying
from shouxin.connect.rows.finding import Counting, Finding
from shouxin.connect.rows.own import Own, Row
from shouxin.connect.rows.parts import Rule, above, below, spread, still_kept, users
from shouxin.connect.rows.values import combinations, day, refers
from shouxin.connect.survey import Part


def overdue(finding: Finding) -> None:
    """Find the rows whose time is over, and what hangs on them and has no time of its own.

    What also hangs on a row that stays is shared. What a row in its time uses, and what takes its time from
    one, is kept.
    """
    dated = {
        name: retention
        for name, own in finding.own.items()
        if (retention := own.mapped.retention) and retention.since
    }
    for name, retention in dated.items():
        first = first_kept(retention.time, finding.today)
        records = finding.source.older(name, retention.since, first)
        finding.add(name, "mine", records, partial(_over, finding, name, retention))
    changed = {name for name, own in finding.own.items() if own.rows}
    while changed:
        ways = [edge for edge in finding.ground.edges if edge.to in changed and edge.table not in dated]
        changed = {edge.table for edge in ways if finding.down(edge, "mine")}
    _told_apart(finding, set(dated))


def parts(finding: Finding) -> Iterator[Part]:
    """Yield what would become of the rows that were found.

    Where a table says itself how long it keeps them, ``because`` is its provision and ``until`` the last day
    of the row that is longest over.
    """
    for part in surveying.parts(finding, {}):
        own = finding.own[part.table]
        retention = own.mapped.retention
        if part.part == "kept" or retention is None:
            yield part
            continue
        yield msgspec.structs.replace(part, because=retention.because, until=_first(own, retention))


def _first(own: Own, retention: Kept) -> date | None:
    """Return the last day of the keeping time that was over first."""
    rows = (row for row in own.rows.values() if retention.since and not row.kept)
    since = [found for row in rows if (found := day(row.values, retention.since, own.mapped.table))]
    return last_kept(retention.time, min(since)) if since else None


def _told_apart(finding: Finding, dated: set[str]) -> None:
    """Mark what is shared and what is kept, until a round marks nothing."""
    rules: list[Rule] = []
    asked: list[Counting] = []
    for edge in finding.ground.edges:
        retention = finding.own[edge.table].mapped.retention
        takes_time = retention and not retention.since and finding.own[edge.to].mapped.retention
        if (edge.means == "owner" and edge.table not in dated) or takes_time:
            asked.append(above(finding, edge))
        if edge.means == "owner" and edge.table not in dated:
            rules.append((edge.table, "shared", partial(_refers_to_more, finding, edge, "shared")))
        if takes_time:
            rules.append((edge.table, "kept", partial(_refers_to_more, finding, edge, "kept")))
        if edge.means == "uses" and retention:
            asked.append(below(finding, edge))
            rules.append((edge.to, "kept", partial(_used, finding, edge)))
    finding.ahead(asked)
    spread(finding, rules)


def _refers_to_more(finding: Finding, edge: Edge, over: str, row: Row) -> bool:
    """Tell whether a row refers to one that was not found, or to one with a flag."""
    wanted, at = refers(edge.reference, row.values), edge.reference.at
    inside = finding.own[edge.to].by(at, wanted)
    return any(getattr(one, over) for one in inside) or finding.elsewhere(edge.to, at, None, wanted)


def _used(finding: Finding, edge: Edge, row: Row) -> bool:
    """Tell whether a row is used by one whose time is not over."""
    if any(one.kept for one in users(finding, edge, row)):
        return True
    reference, wanted = edge.reference, combinations(row.values, edge.reference.at)
    return finding.elsewhere(edge.table, reference.columns, reference.only, wanted)


def _over(finding: Finding, name: str, retention: Kept, values: Mapping[str, Any]) -> bool:
    return not still_kept(day(values, retention.since, name), retention, finding.today)
