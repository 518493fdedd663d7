"""Postal addresses in Chinese text, from a bare division down to the door."""

from shouxin.detect import prose
from shouxin.detect.addresses.grammar import Address, addresses
from shouxin.detect.finding import Finding

__all__ = ["SCORES", "explain", "find"]

SOURCE = "addresses"
SCORES = prose.LEVELS
LEAST = SCORES["division"]


def find(text: str, *, least: float = LEAST) -> list[Finding]:
    """Return the addresses of a text; ``SCORES`` tells a door, a street and a bare division apart."""
    read = prose.read(text.encode("utf-8", "replace"), names=False)
    return prose.findings(text, "address", SOURCE, read.addresses, least)


def explain(
    text: str, *, least: float = LEAST
) -> list[tuple[Finding, str, tuple[tuple[str, int, int], ...]]]:
    """Return the addresses with their level and their parts (kind, start, end)."""
    return [
        (_finding(text, found), found.level, found.parts) for found in addresses(text) if found.score >= least
    ]


def _finding(text: str, found: Address) -> Finding:
    begin = len(text[: found.start].encode("utf-8", "replace"))
    size = len(text[found.start : found.end].encode("utf-8", "replace"))
    return Finding(
        type="address",
        start=found.start,
        end=found.end,
        byte_start=begin,
        byte_end=begin + size,
        score=found.score,
        source=SOURCE,
    )
