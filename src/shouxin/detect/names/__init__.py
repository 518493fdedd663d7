"""Names of people in Chinese text: where they stand, how sure that is, and why."""

from collections.abc import Iterator

from shouxin.detect.finding import Finding
from shouxin.detect.names.native import compiled
from shouxin.detect.names.tagger import names, score

__all__ = ["explain", "find"]

SOURCE = "names"
LEAST = 0.5


def find(text: str, *, least: float = LEAST) -> list[Finding]:
    """Return the names of a text with a score of at least ``least``, compiled where that was built."""
    tagger = compiled()
    if tagger is None:
        return [finding for finding, _ in _explained(text) if finding.score >= least]
    columns = tagger.names(text.encode("utf-8", "surrogatepass"))
    made = (_finding(*row) for row in zip(*(column.tolist() for column in columns), strict=True))
    return [finding for finding in made if finding.score >= least]


def explain(text: str, *, least: float = LEAST) -> list[tuple[Finding, tuple[tuple[str, int], ...]]]:
    """Return the names with what spoke for and against each, in tenths of the natural log of odds."""
    return [explained for explained in _explained(text) if explained[0].score >= least]


def _explained(text: str) -> Iterator[tuple[Finding, tuple[tuple[str, int], ...]]]:
    for name in names(text):
        start = len(text[: name.start].encode("utf-8", "surrogatepass"))
        end = start + len(text[name.start : name.end].encode("utf-8", "surrogatepass"))
        weight = sum(value for _, value in name.reasons)
        yield _finding(name.start, name.end, start, end, weight), name.reasons


def _finding(start: int, end: int, byte_start: int, byte_end: int, weight: int) -> Finding:
    return Finding(
        type="person_name",
        start=start,
        end=end,
        byte_start=byte_start,
        byte_end=byte_end,
        score=round(score(weight), 3),
        source=SOURCE,
    )
