"""Where each node of a drawing stands, in pixels: no two touch, and arrows run as straight as they can."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from shouxin.duties.cases.layers import Layers, Node

BESIDE = 18
"""Pixels between two nodes of a row."""

_SWEEPS = 30


class Size(NamedTuple):
    """The room a node takes on both sides of its middle, and its height."""

    left: float
    right: float
    high: float


class Place(NamedTuple):
    """The middle of a node."""

    x: float
    y: float


def places(layers: Layers, sizes: Mapping[Node, Size]) -> Mapping[Node, Place]:
    """Return the middle of every node; the leftmost and the topmost reach to 0."""
    across = _across(layers, sizes)
    found: dict[Node, Place] = {}
    top = 0.0
    for row in layers.rows:
        high = max(sizes[node].high for node in row)
        found |= {node: Place(across[node], top + high / 2) for node in row}
        slant = [abs(across[node] - across[one]) for node in row for one in layers.below[node]]
        top += high + max(16, min(44, 0.15 * max(slant, default=0)))
    return found


def _across(layers: Layers, sizes: Mapping[Node, Size]) -> dict[Node, float]:
    """Return where the nodes stand from left to right: again and again as near their neighbours as may be."""
    across: dict[Node, float] = {}
    for row in layers.rows:
        across |= _apart(row, dict.fromkeys(row, 0.0), sizes)
    for sweep in range(_SWEEPS):
        down, both = sweep % 2 == 0, sweep >= 12
        for row in layers.rows if down else layers.rows[::-1]:
            wish = {}
            for node in row:
                near = [
                    *(layers.above[node] if down or both else ()),
                    *(layers.below[node] if both or not down else ()),
                ]
                wish[node] = _mean(node, near or [node], across)
            across |= _apart(row, wish, sizes)
    left = min(across[node] - sizes[node].left for node in across)
    return {node: x - left for node, x in across.items()}


def _mean(node: Node, near: Sequence[Node], across: Mapping[Node, float]) -> float:
    """Return the middle of neighbours; between two points of an arrow straightness counts for more."""
    weights = [1 if isinstance(one, str) or isinstance(node, str) else 8 for one in near]
    return sum(weight * across[one] for weight, one in zip(weights, near, strict=True)) / sum(weights)


def _apart(row: Sequence[Node], wish: Mapping[Node, float], sizes: Mapping[Node, Size]) -> dict[Node, float]:
    """Return places in the order of the row, far enough apart, their squared distance to the wish least.

    Places less what must lie before them only have to rise: nodes whose wishes fall share their mean.
    """
    before = [0.0]
    for node, after in pairwise(row):
        before.append(before[-1] + sizes[node].right + BESIDE + sizes[after].left)
    blocks: list[tuple[float, float, int]] = []
    for node, room in zip(row, before, strict=True):
        weight = 1.0 if isinstance(node, str) else 4.0
        total, count = weight * (wish[node] - room), 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / weight:
            more, heavy, many = blocks.pop()
            total, weight, count = total + more, weight + heavy, count + many
        blocks.append((total, weight, count))
    risen = [total / weight for total, weight, count in blocks for _ in range(count)]
    return {node: up + room for node, up, room in zip(row, risen, before, strict=True)}
