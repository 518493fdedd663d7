"""What all parts of the finder share: the text, the tables, the best of what a run may be."""

from typing import NamedTuple

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback.view import DIGITS
from shouxin.detect.fallback.words import Around
from shouxin.detect.kinds import NUMBER, lists, scores


class Found(NamedTuple):
    """A finding, by offsets in the text with its margin."""

    kind: int
    start: int
    end: int
    score: float
    evidence: int


NOTHING = Found(0, 0, 0, 0.0, 0)


class Base:
    """One scan of one text."""

    def __init__(self, s: bytes, least: float) -> None:
        self.s = s
        self.least = least
        self.forget()
        self.best = NOTHING
        self.scores = scores().tolist()
        self.around: Around | None = None
        listed = lists()
        self.provinces = frozenset(listed.provinces)
        self.mobiles = frozenset(listed.mobiles)
        self.areas = frozenset(map(int, listed.areas))
        self.countries = frozenset(listed.countries)
        self.networks = frozenset(listed.networks)
        self.cards = listed.cards
        self.plates = frozenset(c.encode() for c in listed.plates)

    def forget(self) -> None:
        """Begin anew."""
        self.found: list[Found] = []
        self.skip = 0

    def consider(self, kind: str, start: int, end: int, found: int) -> None:
        """Keep a candidate where it beats the best; words are looked for only where they could matter."""
        scores = self.scores[NUMBER[kind]]
        score = scores[found]
        most = scores[found | Evidence.CONTEXT]
        if most < self.least or most <= self.best.score:
            return
        enough = score >= self.least
        lowest = min(scores[found | Evidence.AGAINST], scores[found | Evidence.OTHER])
        if not enough or lowest < self.least:
            if not self.around or (self.around.start, self.around.end) != (start, end):
                self.around = Around(self.s, start, end)
            found |= self.around.says(kind, behind=not enough)
            score = scores[found]
        if score > self.best.score:
            self.best = Found(NUMBER[kind], start, end, score, found)

    def fraction(self, a: int, b: int) -> bool:
        """Return whether [a, b) is a part of a decimal or of a dotted number."""
        s = self.s
        return (s[a - 1] == 46 and s[a - 2] in DIGITS) or (s[b] == 46 and s[b + 1] in DIGITS)
