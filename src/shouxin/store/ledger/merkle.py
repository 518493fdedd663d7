"""The hash tree of RFC 9162, section 2.1: hashing, and checking proofs. Pure; nothing is stored here.

A proof is a list of the roots of ranges of leaves; which ranges is said by ``inclusion`` and ``consistency``,
so that whoever has the leaves, or the hashes of ``tiles``, can compute them.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Literal

HashName = Literal["sha256", "sm3"]
Hasher = Callable[[bytes], bytes]
Range = tuple[int, int]
"""Leaves from the first number up to, not including, the second."""

SIZE = 32
"""Bytes of a hash, of either kind."""


def hasher(name: HashName) -> Hasher:
    """Return the function that hashes bytes."""
    if name == "sha256":
        sha256 = hashlib.sha256
        return lambda data: sha256(data).digest()
    from cryptography.hazmat.primitives.hashes import SM3, Hash

    def sm3(data: bytes) -> bytes:
        state = Hash(SM3())
        state.update(data)
        return state.finalize()

    return sm3


def leaf_hashes(leaves: Sequence[bytes], hashed: Hasher) -> list[bytes]:
    """Return the hash of each leaf."""
    return [hashed(b"\0" + leaf) for leaf in leaves]


def parents(hashes: Sequence[bytes], hashed: Hasher) -> list[bytes]:
    """Return the hashes one level up; a last one without a neighbour is left out."""
    each = iter(hashes)
    return [hashed(b"\1" + left + right) for left, right in zip(each, each, strict=False)]


def joined(roots: Sequence[bytes], hashed: Hasher) -> bytes:
    """Return the root over complete subtrees of falling size, given from left to right."""
    if not roots:
        return hashed(b"")
    root = roots[-1]
    for left in reversed(roots[:-1]):
        root = hashed(b"\1" + left + root)
    return root


def inclusion(number: int, size: int) -> list[Range]:
    """Return the ranges whose roots show that leaf ``number`` is in the tree of ``size``, bottom first."""
    ranges: list[Range] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if number < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return ranges[::-1]


def consistency(old: int, new: int) -> list[Range]:
    """Return the ranges whose roots show that the tree of ``old`` begins the tree of ``new``."""
    if not 0 < old < new:
        return []
    ranges: list[Range] = []
    low, high = 0, new
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    if low:
        ranges.append((low, high))
    return ranges[::-1]


def _split(size: int) -> int:
    """Return the largest power of two below a size."""
    return 1 << ((size - 1).bit_length() - 1)


def includes(leaf: bytes, number: int, size: int, path: Sequence[bytes], root: bytes, hashed: Hasher) -> bool:
    """Tell whether a path leads from the hash of a leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= number < size:
        return False
    at, last, found = number, size - 1, leaf
    for part in path:
        if not last:
            return False
        if at & 1 or at == last:
            found = hashed(b"\1" + part + found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = hashed(b"\1" + found + part)
        at, last = at >> 1, last >> 1
    return not last and found == root


def extends(old: int, new: int, path: Sequence[bytes], roots: tuple[bytes, bytes], hashed: Hasher) -> bool:
    """Tell whether a path shows the old root to begin the new one (RFC 9162, 2.1.4.2)."""
    if old == new or not 0 < old < new:
        return not path and old == new and roots[0] == roots[1]
    proof = list(path)
    if not old & (old - 1):
        proof.insert(0, roots[0])
    if not proof:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = proof[0]
    for part in proof[1:]:
        if not last:
            return False
        if at & 1 or at == last:
            before, after = hashed(b"\1" + part + before), hashed(b"\1" + part + after)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            after = hashed(b"\1" + after + part)
        at, last = at >> 1, last >> 1
    return not last and (before, after) == roots
