"""Names of people in Chinese text: where they stand, how sure that is, and why."""

from shouxin.detect.finding import Finding
from shouxin.detect.names.tagger import Name, names

__all__ = ["explain", "find"]

SOURCE = "names"
LEAST = 0.5


def find(text: str, *, least: float = LEAST) -> list[Finding]:
    """Return the names of a text with a score of at least ``least``."""
    return [_finding(text, name) for name in names(text) if name.score >= least]


def explain(text: str, *, least: float = LEAST) -> list[tuple[Finding, tuple[tuple[str, int], ...]]]:
    """Return the names with what spoke for and against each, in tenths of the natural log of odds."""
    return [(_finding(text, name), name.reasons) for name in names(text) if name.score >= least]


def _finding(text: str, name: Name) -> Finding:
    begin = len(text[: name.start].encode("utf-8", "surrogatepass"))
    size = len(text[name.start : name.end].encode("utf-8", "surrogatepass"))
    return Finding(
        type="person_name",
        start=name.start,
        end=name.end,
        byte_start=begin,
        byte_end=begin + size,
        score=round(name.score, 3),
        source=SOURCE,
    )
