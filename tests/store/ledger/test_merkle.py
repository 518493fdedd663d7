"""The hash tree: its roots, proofs and tiles against the definitions, for both hashes."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.store.ledger import merkle, standalone
from shouxin.store.ledger.merkle import consistency, extends, hasher, includes, inclusion, leaf_hashes
from shouxin.store.ledger.tiles import (
    Edge,
    edge_tiles,
    extended,
    node_reader,
    range_roots,
    tiles_of,
    unpacked,
)

from . import trees

SHA = hasher("sha256")
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
# The roots that Certificate Transparency's reference tests give for these leaves.
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

NODES = {
    **{(number, number + 1): letter for number, letter in enumerate("abcdefj")},
    (0, 2): "g",
    (2, 4): "h",
    (4, 6): "i",
    (0, 4): "k",
    (4, 7): "l",
}
PATHS = [
    *(("d 0", "bhl"), ("d 3", "cgl"), ("d 4", "fjk"), ("d 6", "ik")),
    *(("from 3", "cdgl"), ("from 4", "l"), ("from 6", "ijk")),
]
"""Who is in the tree of seven leaves, and which trees it grew from, with the nodes that prove it."""


def grown(
    leaves: list[bytes], steps: list[int], hashed: merkle.Hasher
) -> tuple[Edge, dict[tuple[int, int], bytes]]:
    """Return the edge and all tiles, unfinished ones included, of a tree that grew in steps."""
    edge, kept, start = Edge(), dict[tuple[int, int], bytes](), 0
    for step in [*steps, len(leaves)]:
        edge, full = extended(edge, leaf_hashes(leaves[start : start + step], hashed), hashed)
        kept |= dict(full)
        start += step
    return edge, kept | edge_tiles(edge)


def made(count: int) -> list[bytes]:
    """Return this many different leaves."""
    return [b"leaf %d" % number for number in range(count)]


@pytest.mark.parametrize("count", range(9))
def test_roots_are_those_of_certificate_transparency(count: int) -> None:
    """Eight leaves have had the same roots since RFC 6962."""
    leaves = [bytes.fromhex(leaf) for leaf in LEAVES[:count]]
    assert grown(leaves, [], SHA)[0].root(SHA).hex() == ROOTS[count]


@pytest.mark.parametrize(("path", "expected"), PATHS)
def test_the_paths_are_those_of_the_rfc(path: str, expected: str) -> None:
    """The tree of seven leaves in RFC 9162, 2.1.5 (and RFC 6962, 2.1.3), by the letters it has there."""
    what, first = path.split()
    found = inclusion(int(first), 7) if what == "d" else consistency(int(first), 7)
    assert [NODES[part] for part in found] == list(expected)


@pytest.mark.parametrize("name", ["sha256", "sm3"])
def test_the_stranger_follows_the_paths_of_the_rfc(name: merkle.HashName) -> None:
    """With the nodes computed as the RFC draws them, and by no function that made the paths."""
    hashed = hasher(name)
    leaves = [bytes.fromhex(leaf) for leaf in LEAVES[:7]]
    node = {letter: hashed(b"\0" + leaf) for letter, leaf in zip("abcdefj", leaves, strict=True)}
    for letter, below in {"g": "ab", "h": "cd", "i": "ef", "k": "gh", "l": "ij"}.items():
        node[letter] = hashed(b"\1" + node[below[0]] + node[below[1]])
    whole = hashed(b"\1" + node["k"] + node["l"])
    roots = {3: hashed(b"\1" + node["g"] + node["c"]), 4: node["k"], 6: hashed(b"\1" + node["k"] + node["i"])}
    for path, expected in PATHS:
        what, first = path.split()
        proof = [node[letter] for letter in expected]
        if what == "d":
            number = int(first)
            assert standalone.from_path(leaves[number], number, 7, proof, hashed) == whole
            assert includes(hashed(b"\0" + leaves[number]), number, 7, proof, whole, hashed)
        else:
            size = int(first)
            assert standalone.begins((size, roots[size]), 7, proof, hashed) == whole
            assert extends(size, 7, proof, (roots[size], whole), hashed)


@pytest.mark.parametrize("name", ["sha256", "sm3"])
def test_every_proof_of_small_trees_is_the_definition_and_is_accepted(name: merkle.HashName) -> None:
    """Each leaf in each tree up to 40, each pair of sizes."""
    hashed = hasher(name)
    leaves = made(40)
    hashes = leaf_hashes(leaves, hashed)
    _, kept = grown(leaves, [], hashed)
    node = node_reader(kept, hashed)
    roots = [trees.root(leaves[:size], hashed) for size in range(41)]
    for size in range(1, 41):
        for number in range(size):
            proof = range_roots(inclusion(number, size), node, hashed)
            assert proof == trees.path(number, leaves[:size], hashed)
            assert includes(hashes[number], number, size, proof, roots[size], hashed)
    for old, new in itertools.combinations(range(1, 41), 2):
        proof = range_roots(consistency(old, new), node, hashed)
        assert proof == trees.proof(old, leaves[:new], hashed)
        assert extends(old, new, proof, (roots[old], roots[new]), hashed)


@given(st.integers(1, 700), st.lists(st.integers(0, 300), max_size=6))
def test_a_tree_is_the_same_however_it_grew(count: int, steps: list[int]) -> None:
    """In one step or in many: the same root, the same tiles, and an edge that comes back from its bytes."""
    leaves = made(count)
    edge, kept = grown(leaves, steps, SHA)
    assert edge.root(SHA) == trees.root(leaves, SHA)
    assert (edge, kept) == grown(leaves, [], SHA)
    assert unpacked(edge.size, edge.packed()) == edge


@given(st.data())
def test_proofs_of_every_earlier_size_come_from_the_same_tiles(data: st.DataObject) -> None:
    """Tiles that were filled later still hold what a tree of before needs, and few of them are read."""
    count = data.draw(st.integers(2, 700))
    new = data.draw(st.integers(2, count))
    old = data.draw(st.integers(1, new - 1))
    number = data.draw(st.integers(0, new - 1))
    leaves = made(count)
    _, kept = grown(leaves, [], SHA)
    for ranges, expected in (
        (inclusion(number, new), trees.path(number, leaves[:new], SHA)),
        (consistency(old, new), trees.proof(old, leaves[:new], SHA)),
    ):
        wanted = tiles_of(ranges)
        few = {where: kept[where] for where in wanted}
        assert range_roots(ranges, node_reader(few, SHA), SHA) == expected
        assert len(wanted) <= 6


@given(st.data())
def test_a_proof_with_anything_changed_is_refused(data: st.DataObject) -> None:
    """Another leaf, number, size, root; a part flipped, left out, added or doubled."""
    size = data.draw(st.integers(2, 200))
    number = data.draw(st.integers(0, size - 1))
    leaves = made(size)
    hashes, root = leaf_hashes(leaves, SHA), trees.root(leaves, SHA)
    proof = trees.path(number, leaves, SHA)
    at = data.draw(st.integers(0, len(proof) - 1))
    flipped = bytes([proof[at][0] ^ 1]) + proof[at][1:]
    assert includes(hashes[number], number, size, proof, root, SHA)
    for leaf, where, whole, path, end in (
        (hashes[number - 1], number, size, proof, root),
        (hashes[number], number ^ 1, size, proof, root),
        (hashes[number], number + size, size, proof, root),
        (hashes[number], -1, size, proof, root),
        (hashes[number], number, size, [*proof[:at], flipped, *proof[at + 1 :]], root),
        (hashes[number], number, size, proof[:-1], root),
        (hashes[number], number, size, [*proof, proof[-1]], root),
        (hashes[number], number, size, proof, SHA(root)),
    ):
        assert not includes(leaf, where, whole, path, end, SHA)


@given(st.data())
def test_a_consistency_proof_with_anything_changed_is_refused(data: st.DataObject) -> None:
    """A root, a part, the length; and a smaller tree never follows a larger one."""
    new = data.draw(st.integers(2, 200))
    old = data.draw(st.integers(1, new - 1))
    leaves = made(new)
    first, last = trees.root(leaves[:old], SHA), trees.root(leaves, SHA)
    proof = trees.proof(old, leaves, SHA)
    at = data.draw(st.integers(0, len(proof) - 1))
    flipped = [*proof[:at], SHA(proof[at]), *proof[at + 1 :]]
    assert extends(old, new, proof, (first, last), SHA)
    assert not extends(old, new, flipped, (first, last), SHA)
    assert not extends(old, new, proof[:-1], (first, last), SHA)
    assert not extends(old, new, [*proof, last], (first, last), SHA)
    assert not extends(old, new, proof, (SHA(first), last), SHA)
    assert not extends(old, new, proof, (first, SHA(last)), SHA)
    assert not extends(new, old, proof, (last, first), SHA)


def test_bytes_that_are_no_edge_are_refused() -> None:
    """The size says how many hashes there are."""
    assert unpacked(17, bytes(64)) is not None
    assert unpacked(17, bytes(63)) is None
    assert unpacked(0, b"x") is None


def test_a_tile_that_is_too_short_is_noticed() -> None:
    """A missing hash is never taken for an empty one."""
    node = node_reader({(0, 0): bytes(merkle.SIZE * 3)}, SHA)
    assert node(1, 0)
    with pytest.raises(KeyError):
        node(2, 0)
