"""Proofs as they are drawn: the hashes of the tree that a proof uses, and which entries each stands for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shouxin.duties.ledger import stored
from shouxin.duties.ledger.model import GrowthView, InclusionView, Node
from shouxin.errors import InputError
from shouxin.store.ledger.checkpoint import last_note
from shouxin.store.ledger.merkle import Hasher, Range, consistency, extends, inclusion
from shouxin.store.ledger.note import opened, read_note
from shouxin.store.ledger.proofs import Tree
from shouxin.store.ledger.signing import public_keys

if TYPE_CHECKING:
    from sqlalchemy import Connection


def inclusion_of(connection: "Connection", number: int) -> InclusionView | None:
    """Return how an entry is part of the newest signed tree, from its leaf to the root.

    None where no checkpoint covers it yet; errors as ``Tree.inclusion``.
    """
    note = last_note(connection)
    size = read_note(note)[0].size if note else 0
    if number >= size:
        return None
    tree = Tree(connection)
    hashed, ranges = tree.head.hashed, inclusion(number, size)
    leaf = hashed(b"\0" + tree.leaf(number))
    beside = tree.inclusion(number, size)
    return InclusionView(
        number=number,
        size=size,
        leaf=leaf.hex(),
        beside=_nodes(ranges, beside),
        up=_up(number, leaf, ranges, beside, hashed),
        root=tree.root(size).hex(),
    )


def growth_of(connection: "Connection", older: int, newer: int) -> GrowthView:
    """Return how one signed tree begins another, and whether the hashes show it.

    Raises ``InputError`` (ledger-checkpoint, ledger-order), ``IntegrityError`` as ``opened``.
    """
    if not 0 < older <= newer:
        raise InputError(
            "ledger-order",
            f"a checkpoint over {older} entries cannot begin one over {newer}",
            remedy="choose the smaller one as the older, and one that covers an entry",
        )
    keys = public_keys(connection)
    before, after = (
        opened(stored.checkpoint_at(connection, size).note, keys, "the store") for size in (older, newer)
    )
    tree = Tree(connection)
    path = tree.consistency(older, newer)
    roots = (before.root, after.root)
    return GrowthView(
        older=older,
        newer=newer,
        older_root=before.root.hex(),
        newer_root=after.root.hex(),
        nodes=_nodes(consistency(older, newer), path),
        holds=extends(older, newer, path, roots, tree.head.hashed),
    )


def _nodes(ranges: Sequence[Range], hashes: Sequence[bytes]) -> tuple[Node, ...]:
    return tuple(
        Node(first=first, end=end, hash=found.hex())
        for (first, end), found in zip(ranges, hashes, strict=True)
    )


def _up(
    number: int, leaf: bytes, ranges: Sequence[Range], beside: Sequence[bytes], hashed: Hasher
) -> tuple[Node, ...]:
    """Return the hashes on the way from the leaf to the root, each over the two below it."""
    first, end, found, nodes = number, number + 1, leaf, []
    for (left, right), other in zip(ranges, beside, strict=True):
        found = hashed(b"\1" + other + found) if right == first else hashed(b"\1" + found + other)
        first, end = min(first, left), max(end, right)
        nodes.append(Node(first=first, end=end, hash=found.hex()))
    return tuple(nodes)
