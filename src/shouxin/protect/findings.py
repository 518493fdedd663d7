"""Findings as plain values, and the rule for those that overlap."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from shouxin.errors import InputError


class Span(NamedTuple):
    """Characters from ``start`` up to ``end``; a ``remnant`` is left of a finding that lost to another."""

    type: str
    start: int
    end: int
    score: float = 1.0
    remnant: bool = False


def spans(findings: Iterable[Any], length: int) -> list[Span]:
    """Return findings (objects or mappings with type, start, end and maybe score) of a text of ``length``.

    Raises ``InputError`` (protect-finding) for one that is none or reaches beyond the text.
    """
    found = []
    for number, item in enumerate(findings, 1):
        kind, start, end, score = (_of(item, name) for name in ("type", "start", "end", "score"))
        placed = type(start) is int and type(end) is int and 0 <= start < end <= length
        if not (isinstance(kind, str) and placed and isinstance(score, int | float | None)):
            raise InputError(
                "protect-finding",
                f"finding {number} is no finding of this text of {length} characters",
                remedy="give type, start and end in characters, of exactly this text",
            )
        found.append(Span(kind, start, end, 1.0 if score is None else score))
    return found


def _of(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)


def settled(found: Sequence[Span], rule: str) -> list[Span]:
    """Return spans in order that overlap nowhere and together cover what the given ones cover.

    ``rule`` says who wins whole: the "longest", the "first" to begin, or the best "score". What a loser
    covers beyond the winners remains as a remnant of its type.
    """
    orders = {
        "longest": lambda span: (span.start - span.end, -span.score, span.start, span.type),
        "first": lambda span: (span.start, span.start - span.end, -span.score, span.type),
        "score": lambda span: (-span.score, span.start - span.end, span.start, span.type),
    }
    pieces: list[Span] = []
    for together in _joined(found):
        won: list[Span] = []
        for span in sorted(together, key=orders[rule]):
            won.extend(_beyond(span, won))
        pieces += sorted(won, key=lambda span: span.start)
    return pieces


def _joined(found: Sequence[Span]) -> Iterator[list[Span]]:
    """Yield the spans, in the order of the text, in groups that do not overlap one another."""
    group: list[Span] = []
    end = 0
    for span in sorted(found, key=lambda span: span.start):
        if group and span.start >= end:
            yield group
            group = []
        group.append(span)
        end = max(end, span.end)
    if group:
        yield group


def _beyond(span: Span, won: Sequence[Span]) -> list[Span]:
    """Return what ``span`` covers that no winner does."""
    pieces = [span]
    for other in won:
        if other.start >= span.end or other.end <= span.start:
            continue
        pieces = [
            part._replace(start=start, end=end, remnant=True)
            for part in pieces
            for start, end in (
                (part.start, min(part.end, other.start)),
                (max(part.start, other.end), part.end),
            )
            if start < end
        ]
    return pieces
