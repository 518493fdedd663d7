"""Whose the rows found are: what the person's rows use, what others have a part in, what the law keeps."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial

from shouxin.connect.keeping import first_kept
from shouxin.connect.model import Kept
from shouxin.connect.roles import Edge
from shouxin.connect.rows.finding import ABOVE, BELOW, Counting, Finding
from shouxin.connect.rows.own import Row
from shouxin.connect.rows.values import Combination, combinations, day, refers, says

Rule = tuple[str, str, Callable[[Row], bool]]
"""A table, a flag of its rows, and the condition under which it is set."""


def told_apart(finding: Finding) -> None:
    """Add what the person's rows use and name, and mark what is shared and what is kept."""
    used = {edge.to for edge in finding.ground.edges if edge.means == "uses"}
    hanging = [edge for edge in finding.ground.edges if edge.means == "owner" and edge.to in used]
    while _used(finding) and any(finding.own[edge.to].rows for edge in hanging):
        _afresh(finding)
        _shared(finding)
        for edge in hanging:
            finding.down(edge, "used")
    if hanging:
        _afresh(finding)
    _other_sides(finding)
    _shared(finding)
    _kept(finding)


def still_kept(since: date | None, retention: Kept, today: date) -> bool:
    """Tell whether the keeping time of a row is not over, or has not begun for want of a day."""
    return since is None or since >= first_kept(retention.time, today)


def _used(finding: Finding) -> int:
    """Add the rows that the person's rows use, and those that these use; return how many are new."""
    edges = [
        one for one in finding.ground.edges if one.means == "uses" and finding.own[one.to].mapped.personal
    ]
    added, new = 0, 1
    while new:
        finding.foresee(ABOVE, edges)
        new = sum(finding.above(edge, "used") for edge in edges)
        added += new
    return added


def _afresh(finding: Finding) -> None:
    """Forget what is shared: rows that came since may belong to those that seemed to be of others."""
    for own in finding.own.values():
        for row in own.rows.values():
            row.shared = False


def _other_sides(finding: Finding) -> None:
    """Add rows of others that name the person beside their owner."""
    edges = [edge for edge in finding.ground.edges if edge.other]
    finding.foresee(BELOW, edges)
    for edge in edges:
        if finding.below(edge, "other side", finding.own[edge.to].rows.values(), lambda _: True):
            for row in finding.own[edge.table].rows.values():
                row.shared |= row.how == "other side"


def _shared(finding: Finding) -> None:
    """Mark the rows that somebody else has a part in, until a round marks nothing."""
    rules: list[Rule] = []
    asked: list[Counting] = []
    for edge in finding.ground.edges:
        if edge.means == "owner":
            asked.append(above(finding, edge))
            rules.append((edge.table, "shared", partial(_elsewhere, finding, edge)))
        if edge.means == "uses":
            asked.append(below(finding, edge))
            rules.append((edge.to, "shared", partial(_used_elsewhere, finding, edge)))
    finding.ahead(asked)
    spread(finding, rules)


def above(finding: Finding, edge: Edge) -> Counting:
    """Return what is counted: the rows that the rows found refer to by an edge."""
    referred = {one for row in finding.own[edge.table].rows.values() for one in _to(edge, row)}
    return Counting(edge.to, edge.reference.at, None, referred)


def below(finding: Finding, edge: Edge) -> Counting:
    """Return what is counted: the rows that refer to the rows found by an edge."""
    used = {one for row in finding.own[edge.to].rows.values() for one in _at(edge, row)}
    return Counting(edge.table, edge.reference.columns, edge.reference.only, used)


def _elsewhere(finding: Finding, edge: Edge, row: Row) -> bool:
    """Tell whether a row belongs, by a reference, to a row that is not the person's alone."""
    wanted, at = _to(edge, row), edge.reference.at
    inside = finding.own[edge.to].by(at, wanted)
    return any(one.shared for one in inside) or finding.elsewhere(edge.to, at, None, wanted)


def _used_elsewhere(finding: Finding, edge: Edge, row: Row) -> bool:
    """Tell whether a row is used by a row that is not the person's alone."""
    wanted, reference = _at(edge, row), edge.reference
    if any(one.shared for one in users(finding, edge, row)):
        return True
    return finding.elsewhere(edge.table, reference.columns, reference.only, wanted)


def _kept(finding: Finding) -> None:
    """Mark what must still be kept, what takes its time from what it refers to, and what is used by it."""
    for name, own in finding.own.items():
        if (retention := own.mapped.retention) and retention.since:
            for row in own.rows.values():
                row.kept |= still_kept(day(row.values, retention.since, name), retention, finding.today)
    rules: list[Rule] = []
    for edge in finding.ground.edges:
        below, above = (finding.own[name].mapped.retention for name in (edge.table, edge.to))
        if below and not below.since and above:
            rules.append((edge.table, "kept", partial(_of_kept, finding, edge)))
        if edge.means == "uses":
            rules.append((edge.to, "kept", partial(_used_by_kept, finding, edge)))
    spread(finding, rules)


def _of_kept(finding: Finding, edge: Edge, row: Row) -> bool:
    return any(one.kept for one in finding.own[edge.to].by(edge.reference.at, _to(edge, row)))


def _used_by_kept(finding: Finding, edge: Edge, row: Row) -> bool:
    return any(one.kept for one in users(finding, edge, row))


def spread(finding: Finding, rules: Sequence[Rule]) -> None:
    """Set flags of the rows for which conditions hold, until a round sets none."""
    changed = True
    while changed:
        changed = False
        for name, flag, condition in rules:
            for row in finding.own[name].rows.values():
                if not getattr(row, flag) and condition(row):
                    setattr(row, flag, True)
                    changed = True


def users(finding: Finding, edge: Edge, row: Row) -> Iterator[Row]:
    """Yield the rows found that refer to a row by an edge."""
    reference = edge.reference
    found = finding.own[edge.table].by(reference.columns, _at(edge, row))
    return (one for one in found if says(one.values, reference.only))


def _to(edge: Edge, row: Row) -> set[Combination]:
    return refers(edge.reference, row.values)


def _at(edge: Edge, row: Row) -> set[Combination]:
    return combinations(row.values, edge.reference.at)
