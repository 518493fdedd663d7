"""Scanning a text for identifiers, and saying why something was found."""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from shouxin.detect import identifiers
from shouxin.detect.evidence import Evidence
from shouxin.detect.finding import Finding
from shouxin.detect.kinds import KINDS, NUMBER, kinds
from shouxin.detect.spans import Spans
from shouxin.errors import InputError

MIN_SCORE: Final = 0.5
SOURCE: Final = "identifiers"


class Scanner:
    """Finds identifiers of the kinds asked for that score at least ``min_score``."""

    def __init__(self, kinds: Iterable[str] | None = None, *, min_score: float = MIN_SCORE) -> None:
        """Take the ids of the kinds to report, all of them by default.

        Raises ``InputError`` with ``detect-kind`` for an id that does not exist and with
        ``detect-score`` for a score that is not between 0 and 1.
        """
        wanted = list(KINDS if kinds is None else kinds)
        if unknown := [kind for kind in wanted if kind not in NUMBER]:
            raise InputError(
                "detect-kind",
                f'there is no kind "{unknown[0]}"',
                remedy=f"choose from: {', '.join(KINDS)}",
            )
        if not 0 < min_score <= 1:
            raise InputError(
                "detect-score",
                f"the lowest score to report is {min_score}",
                remedy="give a number above 0 and up to 1",
            )
        self.min_score = min_score
        self._wanted = np.zeros(len(KINDS), np.bool_)
        self._wanted[[NUMBER[kind] for kind in wanted]] = True

    def spans(self, text: str | bytes) -> Spans:
        """Return what is found as arrays, by offsets in the UTF-8 bytes of the text."""
        return self._found(encoded(text)).spans

    def scan(self, text: str | bytes) -> list[Finding]:
        """Return what is found, in the order of the text."""
        data = encoded(text)
        spans = self.spans(data)
        edges = np.stack((spans.start, spans.end), 1).ravel()
        places = zip(*[iter(identifiers.characters(data, edges).tolist())] * 2, strict=True)
        columns = (spans.kind.tolist(), spans.start.tolist(), spans.end.tolist(), spans.score.tolist())
        return [
            Finding(
                type=KINDS[kind],
                start=start,
                end=end,
                byte_start=byte_start,
                byte_end=byte_end,
                score=round(score, 4),
                source=SOURCE,
            )
            for (start, end), kind, byte_start, byte_end, score in zip(places, *columns, strict=True)
        ]

    def explain(self, text: str | bytes, finding: Finding) -> Mapping[str, float]:
        """Return what each piece of evidence added to the score of a finding of ``scan`` on this text."""
        found = self._found(encoded(text))
        at = np.flatnonzero((found.spans.start == finding.byte_start) & (found.spans.end == finding.byte_end))
        if finding.source != SOURCE or not len(at):
            return {}
        weights = kinds()[finding.type].weights
        evidence = int(found.evidence[at[0]])
        names = ["base", *(str(bit.name).lower() for bit in Evidence if bit & evidence)]
        return {name: weights.get(name, 0.0) for name in names if name != "base" or "base" in weights}

    def _found(self, data: bytes) -> identifiers.Found:
        found = identifiers.find(data, self.min_score)
        chosen = self._wanted[found.spans.kind]
        if chosen.all():
            return found
        return identifiers.Found(found.spans.where(chosen), found.evidence[chosen])


def encoded(text: str | bytes) -> bytes:
    """Return the bytes of a text; a lone surrogate becomes a question mark, so that offsets stay true."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "replace")


def scan(text: str | bytes) -> list[Finding]:
    """Return every identifier in a text, in its order."""
    return Scanner().scan(text)
