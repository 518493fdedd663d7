"""Where the hashes of the tree are kept: whole tiles of sixteen, and the right edge that still grows.

Level 0 holds the hashes of leaves, level ``n`` the roots of whole tiles of level ``n - 1``. A whole tile
never changes, so tiles are only ever added; what does not fill a tile yet is the edge. A proof reads one tile
a level, and a tree of any earlier size is read from the same tiles.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from shouxin.store.ledger.merkle import SIZE, Hasher, Range, joined, parents

HEIGHT = 4
WIDTH = 1 << HEIGHT
Where = tuple[int, int]
"""The level and the index of a tile."""
Node = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree of a height (0: a leaf) and an index."""


class Edge(NamedTuple):
    """The right edge of a tree: its size, and for each level the hashes that fill no tile yet."""

    size: int = 0
    levels: tuple[tuple[bytes, ...], ...] = ()

    def packed(self) -> bytes:
        """Return the hashes in one piece; the size says which level each belongs to."""
        return b"".join(hash_ for level in self.levels for hash_ in level)

    def roots(self, hashed: Hasher) -> list[bytes]:
        """Return the complete subtrees that the tree consists of, from left to right."""
        found: list[bytes] = []
        for level in self.levels:
            found[:0] = _peaks(level, hashed)
        return found

    def root(self, hashed: Hasher) -> bytes:
        """Return the root of the tree."""
        return joined(self.roots(hashed), hashed)


def unpacked(size: int, packed: bytes) -> Edge | None:
    """Return the edge of a tree of this size; None where the bytes cannot be one."""
    levels, start, rest = [], 0, size
    while rest:
        end = start + rest % WIDTH * SIZE
        levels.append(tuple(packed[at : at + SIZE] for at in range(start, end, SIZE)))
        start, rest = end, rest // WIDTH
    return Edge(size, tuple(levels)) if start == len(packed) else None


def extended(edge: Edge, leaves: Sequence[bytes], hashed: Hasher) -> tuple[Edge, list[tuple[Where, bytes]]]:
    """Return the edge after these hashes of leaves, and the tiles that they fill."""
    levels, tiles, size, level = list(edge.levels), list[tuple[Where, bytes]](), edge.size, 0
    new: Sequence[bytes] = leaves
    while new:
        if level == len(levels):
            levels.append(())
        hashes = [*levels[level], *new]
        whole = len(hashes) // WIDTH * WIDTH
        first = (size >> HEIGHT * level) // WIDTH
        tiles += [
            ((level, first + at // WIDTH), b"".join(hashes[at : at + WIDTH])) for at in range(0, whole, WIDTH)
        ]
        levels[level] = tuple(hashes[whole:])
        new, level = tile_roots(hashes[:whole], hashed), level + 1
    return Edge(size + len(leaves), tuple(levels)), tiles


def tile_roots(hashes: Sequence[bytes], hashed: Hasher) -> Sequence[bytes]:
    """Return the roots of whole tiles, given as the hashes in them one after the other."""
    for _ in range(HEIGHT):
        hashes = parents(hashes, hashed)
    return hashes


def range_roots(ranges: Iterable[Range], node: Node, hashed: Hasher) -> list[bytes]:
    """Return the root of each range, from complete subtrees."""
    return [joined([node(*place) for place in _complete(part)], hashed) for part in ranges]


def tiles_of(ranges: Iterable[Range]) -> set[Where]:
    """Return the tiles that the roots of some ranges are computed from."""
    return {_tile(height, index)[0] for part in ranges for height, index in _complete(part)}


def node_reader(tiles: Mapping[Where, bytes], hashed: Hasher) -> Node:
    """Return what computes complete subtrees from tiles; raises ``KeyError`` where a tile is short of it."""

    def node(height: int, index: int) -> bytes:
        where, start, count = _tile(height, index)
        part = tiles[where][start * SIZE : (start + count) * SIZE]
        if len(part) != count * SIZE:
            raise KeyError(where)
        while len(part) > SIZE:
            pairs = range(0, len(part), 2 * SIZE)
            part = b"".join([hashed(b"\1" + part[at : at + 2 * SIZE]) for at in pairs])
        return part

    return node


def edge_tiles(edge: Edge) -> dict[Where, bytes]:
    """Return the unfinished tiles of an edge, as they would be stored."""
    return {
        (level, edge.size >> HEIGHT * (level + 1)): b"".join(hashes)
        for level, hashes in enumerate(edge.levels)
    }


def _tile(height: int, index: int) -> tuple[Where, int, int]:
    """Return the tile that a subtree is computed from, the first of its hashes there and how many."""
    level, inside = divmod(height, HEIGHT)
    first = index << inside
    return (level, first // WIDTH), first % WIDTH, 1 << inside


def _complete(part: Range) -> list[tuple[int, int]]:
    """Return the complete subtrees (height and index) that a range consists of, from left to right."""
    low, high = part
    found = []
    while low < high:
        height = (high - low).bit_length() - 1
        if low:
            height = min(height, (low & -low).bit_length() - 1)
        found.append((height, low >> height))
        low += 1 << height
    return found


def _peaks(hashes: Sequence[bytes], hashed: Hasher) -> list[bytes]:
    """Return the complete subtrees over the hashes of one level of the edge."""
    found, start = [], 0
    while start < len(hashes):
        width = 1 << ((len(hashes) - start).bit_length() - 1)
        part: Sequence[bytes] = hashes[start : start + width]
        while len(part) > 1:
            part = parents(part, hashed)
        found.append(part[0])
        start += width
    return found
