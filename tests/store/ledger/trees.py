"""The definitions of RFC 9162, section 2.1, word by word: slow, recursive, and independent of the product."""

from collections.abc import Sequence

from shouxin.store.ledger.merkle import Hasher


def split(count: int) -> int:
    """Return the largest power of two smaller than ``count``."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def root(leaves: Sequence[bytes], hashed: Hasher) -> bytes:
    """MTH(D[n])."""
    if not leaves:
        return hashed(b"")
    if len(leaves) == 1:
        return hashed(b"\x00" + leaves[0])
    k = split(len(leaves))
    return hashed(b"\x01" + root(leaves[:k], hashed) + root(leaves[k:], hashed))


def path(number: int, leaves: Sequence[bytes], hashed: Hasher) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if number < k:
        return [*path(number, leaves[:k], hashed), root(leaves[k:], hashed)]
    return [*path(number - k, leaves[k:], hashed), root(leaves[:k], hashed)]


def proof(old: int, leaves: Sequence[bytes], hashed: Hasher, *, whole: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[n], b)."""
    if old == len(leaves):
        return [] if whole else [root(leaves, hashed)]
    k = split(len(leaves))
    if old <= k:
        return [*proof(old, leaves[:k], hashed, whole=whole), root(leaves[k:], hashed)]
    return [*proof(old - k, leaves[k:], hashed, whole=False), root(leaves[:k], hashed)]
