"""The rows of anybody that are past their keeping time, as the keys that an erasure works on."""

from datetime import date
from functools import partial

import sqlalchemy as sa

from shouxin.connect.model import Kept
from shouxin.connect.sql.finding import Finding
from shouxin.connect.sql.own import MINE
from shouxin.connect.sql.parts import still_kept
from shouxin.connect.sql.schema import Real


def overdue(finding: Finding) -> None:
    """Find the rows whose time is over, and what hangs on them and has no time of its own."""
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


def _over(real: Real, retention: Kept, today: date) -> sa.ColumnElement[bool]:
    return sa.not_(still_kept(real, retention, today))


def _dated(finding: Finding, name: str) -> bool:
    retention = finding.own[name].real.mapped.retention
    return bool(retention and retention.since)
