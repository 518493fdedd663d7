"""Looking at one text or one file that somebody hands over; nothing of it is kept."""

import io
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from shouxin.detect import Scanner
from shouxin.detect.kinds import Kind, kinds
from shouxin.detect.search import Missed, Search
from shouxin.detect.sources import files
from shouxin.detect.sources.archives import Budget
from shouxin.detect.sources.piece import Limits, Pieces, Text
from shouxin.detect.sources.text import guess
from shouxin.law.base import Shape

LIMITS = Limits(document=32 << 20, unpacked=256 << 20, members=1000, depth=2)
"""How far a file that comes in over HTTP is unpacked."""


MARKED = 1 << 20
"""Bytes of a file of text that is shown with its findings marked."""


class Place(Shape, frozen=True, kw_only=True):
    """A finding: where it stands in characters and bytes, what it is, how sure that is; never the value."""

    type: str
    start: int
    end: int
    byte_start: int
    byte_end: int
    score: float
    source: str
    path: str = ""
    file: str = ""


class Gap(Shape, frozen=True, kw_only=True):
    """A part that was not looked at, and why."""

    code: str
    why: str
    path: str = ""
    file: str = ""


class Looked(Shape, frozen=True, kw_only=True):
    """What was found and what was not looked at."""

    findings: tuple[Place, ...]
    counts: dict[str, int]
    unscanned: tuple[Gap, ...] = ()


class Detector:
    """Looks at what it is given and keeps nothing."""

    def kinds(self) -> dict[str, Kind]:
        """Return every kind, with what it is."""
        return dict(kinds())

    def text(self, text: str, min_score: float = 0.5) -> Looked:
        """Look at a text."""
        return self._looked(iter([Text(text.encode("utf-8", "replace"))]), "", min_score)

    def file(self, name: str, data: bytes, min_score: float = 0.5) -> Looked:
        """Look at a file of any kind."""
        return self._looked(files.opened(name, io.BytesIO(data), Budget(LIMITS)), name, min_score)

    def _looked(self, pieces: Pieces, name: str, min_score: float) -> Looked:
        # The fingerprints are made with a key that nobody keeps: they could not be compared with anything.
        search = Search(Scanner(min_score=min_score).spans, secrets.token_bytes(32))
        results = list(search.pieces(pieces, name))
        gaps = tuple(
            Gap(code=item.unscanned.code, why=item.unscanned.why, path=item.unscanned.path, file=item.file)
            for item in results
            if isinstance(item, Missed)
        )
        found = tuple(
            Place(
                type=item.finding.type, start=item.finding.start, end=item.finding.end,
                byte_start=item.finding.byte_start, byte_end=item.finding.byte_end,
                score=item.finding.score, source=item.finding.source, path=item.finding.path, file=item.file,
            )
            for item in results
            if not isinstance(item, Missed)
        )  # fmt: skip
        counts = dict(Counter(place.type for place in found).most_common())
        return Looked(findings=found, counts=counts, unscanned=gaps)


def drafted(address: str, rows: int) -> str:
    """Look at a sample of so many rows of each table of a database; return a draft of its map as YAML.

    Raises ``InputError``: database-url-unreadable, database-driver-missing, database-unreachable.
    """
    from shouxin.detect.sources.database import Database, Sample
    from shouxin.duties.shield import mapping

    with Database(address, Sample(rows=rows)) as database:
        results = list(mapping.columns(database, lambda _place, _done: None))
        return mapping.draft(database, database.name, results)


def legible(name: str, data: bytes) -> str:
    """Return a file of plain text as text, in which findings can be marked; "" for any other file."""
    if len(data) > MARKED or files.kind(name, data[: 1 << 13]) != "text":
        return ""
    try:
        return data.decode(guess(data))
    except UnicodeDecodeError:
        return ""


class Stretch(Protocol):
    """What stands somewhere in a text: a finding, or a change."""

    @property
    def start(self) -> int:
        """The first character."""

    @property
    def end(self) -> int:
        """The character behind the last one."""


S = TypeVar("S", bound=Stretch)


def marked(text: str, places: Iterable[S]) -> Iterator[tuple[str, S | None]]:
    """Cut a text at its places, which ascend: pieces in order, each with its place or None."""
    at = 0
    for place in places:
        if place.start < at:
            continue
        if at < place.start:
            yield text[at : place.start], None
        yield text[place.start : place.end], place
        at = place.end
    if at < len(text):
        yield text[at:], None
