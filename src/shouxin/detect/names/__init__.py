"""Names of people in Chinese text: where they stand, how sure that is, and why."""

from collections.abc import Iterator

from shouxin.detect import prose
from shouxin.detect.finding import Finding
from shouxin.detect.names.tagger import names, score

__all__ = ["explain", "find"]

SOURCE = "names"
LEAST = 0.5


def find(text: str, *, least: float = LEAST) -> list[Finding]:
    """Return the names of a text with a score of at least ``least``, compiled where that was built."""
    read = prose.read(text.encode("utf-8", "replace"), addresses=False)
    return prose.findings(text, "person_name", SOURCE, read.names, least)


def explain(text: str, *, least: float = LEAST) -> list[tuple[Finding, tuple[tuple[str, int], ...]]]:
    """Return the names with what spoke for and against each, in tenths of the natural log of odds."""
    return [explained for explained in _explained(text) if explained[0].score >= least]


def _explained(text: str) -> Iterator[tuple[Finding, tuple[tuple[str, int], ...]]]:
    for name in names(text):
        start = len(text[: name.start].encode("utf-8", "replace"))
        end = start + len(text[name.start : name.end].encode("utf-8", "replace"))
        yield (
            Finding(
                type="person_name",
                start=name.start,
                end=name.end,
                byte_start=start,
                byte_end=end,
                score=round(score(sum(value for _, value in name.reasons)), 3),
                source=SOURCE,
            ),
            name.reasons,
        )
