"""The rows of a drawing: states in every other row, arrows in every row they pass, few lines crossing.

States stand by their longest way from the beginning, arrows that lead back left aside; the rows between
are lanes, so that each arrow has a place of its own for its label. Pure, and the same for the same data.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

Arrow = tuple[str, str]
"""The states from and to which an arrow leads."""

Node = str | tuple[int, int]
"""What takes room in a row: a state, or the number of an arrow with that of the row it passes."""

_SWEEPS = 12


class Layers:
    """The rows of a graph from top to bottom, and who is linked with whom in the rows beside.

    ``ways`` holds for each arrow the nodes from its upper end to its lower one, ``back`` the arrows that
    lead upwards; an arrow from a state to itself has no way.
    """

    def __init__(self, names: Sequence[str], arrows: Sequence[Arrow]) -> None:
        """Set out the states ``names``, the beginning first, and the arrows between them."""
        self.back = _leading_back(names, arrows)
        rank = _ranks(names, arrows, self.back)
        rows: list[list[Node]] = [[] for _ in range(2 * max(rank.values()) + 1)]
        for name in names:
            rows[2 * rank[name]].append(name)
        self.ways: dict[int, list[Node]] = {}
        for number, ends in enumerate(arrows):
            if ends[0] == ends[1]:
                continue
            upper, lower = reversed(ends) if number in self.back else ends
            passed = range(2 * rank[upper] + 1, 2 * rank[lower])
            for row in passed:
                rows[row].append((number, row))
            self.ways[number] = [upper, *((number, row) for row in passed), lower]
        self.above: dict[Node, list[Node]] = {node: [] for row in rows for node in row}
        self.below: dict[Node, list[Node]] = {node: [] for row in rows for node in row}
        for way in self.ways.values():
            for node, after in pairwise(way):
                self.below[node].append(after)
                self.above[after].append(node)
        self.rows = self._untangled(rows)

    def label(self, number: int) -> Node:
        """Return the node in the middle lane of an arrow, where its label stands."""
        lanes = self.ways[number][1::2]
        return lanes[len(lanes) // 2]

    def _untangled(self, rows: list[list[Node]]) -> list[list[Node]]:
        """Return the rows in the order with the fewest crossings that going down and up finds."""
        best, fewest = rows, self._crossings(rows)
        for sweep in range(_SWEEPS):
            down = sweep % 2 == 0
            beside, order = (self.above if down else self.below), list(rows if down else reversed(rows))
            for fixed, row in pairwise(range(len(order))):
                place = {node: at for at, node in enumerate(order[fixed])}
                order[row] = _by_middle(order[row], beside, place)
            rows = order if down else order[::-1]
            if (crossings := self._crossings(rows)) < fewest:
                best, fewest = rows, crossings
        return best

    def _crossings(self, rows: Sequence[Sequence[Node]]) -> int:
        return sum(_crossed(upper, lower, self.below) for upper, lower in pairwise(rows))


def _leading_back(names: Sequence[str], arrows: Sequence[Arrow]) -> set[int]:
    """Return the arrows that close a circle on a walk from the beginning."""
    leaving: dict[str, list[int]] = {name: [] for name in names}
    for number, (begins, _) in enumerate(arrows):
        leaving[begins].append(number)
    back: set[int] = set()
    seen: set[str] = set()

    def walk(name: str, path: frozenset[str]) -> None:
        seen.add(name)
        for number in leaving[name]:
            leads = arrows[number][1]
            if leads in path:
                back.add(number)
            elif leads not in seen:
                walk(leads, path | {leads})

    for name in names:
        if name not in seen:
            walk(name, frozenset([name]))
    return back


def _ranks(names: Sequence[str], arrows: Sequence[Arrow], back: set[int]) -> Mapping[str, int]:
    """Return the longest way to each state over arrows that do not lead back."""
    rank = dict.fromkeys(names, 0)
    for _ in names:
        for number, (begins, leads) in enumerate(arrows):
            if number not in back:
                rank[leads] = max(rank[leads], rank[begins] + 1)
    return rank


def _by_middle(
    row: Sequence[Node], beside: Mapping[Node, Sequence[Node]], place: Mapping[Node, int]
) -> list[Node]:
    """Return a row by the middle of each node's neighbours; a node without any keeps its place."""
    at = {node: float(index) for index, node in enumerate(row)}
    for node in row:
        if near := [place[one] for one in beside[node]]:
            at[node] = sum(near) / len(near)
    return sorted(row, key=lambda node: at[node])


def _crossed(upper: Sequence[Node], lower: Sequence[Node], below: Mapping[Node, Sequence[Node]]) -> int:
    """Count the pairs of lines between two rows that cross."""
    place = {node: at for at, node in enumerate(lower)}
    ends = [at for node in upper for at in sorted(place[one] for one in below[node])]
    return sum(one > other for one, other in _pairs(ends))


def _pairs(ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((one, other) for at, one in enumerate(ends) for other in ends[at + 1 :])
