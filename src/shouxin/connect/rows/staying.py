"""Which of a person's rows cannot go, because something that stays refers to them."""

from functools import partial

from shouxin.connect.roles import Edge
from shouxin.connect.rows.finding import Counting, Finding
from shouxin.connect.rows.own import Row
from shouxin.connect.rows.parts import Rule, spread, users
from shouxin.connect.rows.values import combinations


def settled(finding: Finding) -> None:
    """Mark what stays: what the map says, and what rows that stay refer to, until a round marks nothing."""
    for own in finding.own.values():
        if own.mapped.erase in ("columns", "keep"):
            for row in own.rows.values():
                row.stay = True
    rules: list[Rule] = []
    asked: list[Counting] = []
    for edge in finding.ground.edges:
        rows, reference = finding.own[edge.to].rows.values(), edge.reference
        held = {one for row in rows if row.going for one in combinations(row.values, reference.at)}
        asked.append(Counting(edge.table, reference.columns, reference.only, held))
        rules.append((edge.to, "stay", partial(_held, finding, edge)))
    finding.ahead(asked)
    spread(finding, rules)


def _held(finding: Finding, edge: Edge, row: Row) -> bool:
    """Tell whether something refers to a row that would go, and does not go itself."""
    if not row.going:
        return False
    inside = users(finding, edge, row)
    if any(not one.going and not (edge.reference.cut and one.entire) for one in inside):
        return True
    reference = edge.reference
    what = combinations(row.values, reference.at)
    return finding.elsewhere(edge.table, reference.columns, reference.only, what)
