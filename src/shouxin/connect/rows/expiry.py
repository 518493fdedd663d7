"""The rows of anybody that are past their keeping time, as those that an erasure works on."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from shouxin.connect.keeping import first_kept
from shouxin.connect.model import Kept
from shouxin.connect.rows.finding import Finding
from shouxin.connect.rows.parts import still_kept
from shouxin.connect.rows.values import day


def overdue(finding: Finding) -> None:
    """Find the rows whose time is over, and what hangs on them and has no time of its own."""
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


def _over(finding: Finding, name: str, retention: Kept, values: Mapping[str, Any]) -> bool:
    return not still_kept(day(values, retention.since, name), retention, finding.today)
