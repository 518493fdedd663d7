"""What all parts of the finder share: the text, the tables, the best of what a run may be."""

import re
from functools import cache
from typing import NamedTuple

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback.view import ALNUM, DIGITS
from shouxin.detect.fallback.words import Around
from shouxin.detect.kinds import NUMBER, lists, scores

CONTEXT, AGAINST, OTHER = map(int, (Evidence.CONTEXT, Evidence.AGAINST, Evidence.OTHER))


class Found(NamedTuple):
    """A finding, by offsets in the text with its margin."""

    kind: int
    start: int
    end: int
    score: float
    evidence: int


NOTHING = Found(0, 0, 0, 0.0, 0)


class Issued(NamedTuple):
    """The codes that were issued."""

    provinces: frozenset[int]
    mobiles: frozenset[int]
    areas: frozenset[int]
    countries: frozenset[int]
    networks: frozenset[int]
    cards: list[tuple[int, int, frozenset[int]]]
    plates: frozenset[bytes]


@cache
def issues() -> Issued:
    """Return the codes."""
    listed = lists()
    return Issued(
        frozenset(listed.provinces),
        frozenset(listed.mobiles),
        frozenset(map(int, listed.areas)),
        frozenset(listed.countries),
        frozenset(listed.networks),
        listed.cards,
        frozenset(c.encode() for c in listed.plates),
    )


@cache
def weighed() -> list[list[float]]:
    """Return the score of every kind under every set of evidence."""
    rows: list[list[float]] = scores().tolist()
    return rows


_extension = re.compile(r" ?(?:转|轉|分机|分機|(?<= )(?i:ext)\.?) ?[0-9]{1,6}(?![0-9A-Za-z])".encode())


def extended(s: bytes, end: int) -> int:
    """Return where a fixed line with its extension ends: 转801, 分机 8012, ext. 12."""
    found = _extension.match(s, end)
    return found.end() if found else end


def _mixes(s: bytes, i: int) -> bool:
    """Return whether letters and digits stand mixed in the run that holds ``i``."""
    if s[i] not in ALNUM:
        return False
    begin = i
    while i - begin < 64 and s[begin - 1] in ALNUM:
        begin -= 1
    end = i
    while end - i < 64 and s[end] in ALNUM:
        end += 1
    kinds = {c in DIGITS for c in s[begin:end]}
    return len(kinds) == 2


class Base:
    """One scan of one text."""

    def __init__(self, s: bytes, least: float) -> None:
        self.s = s
        self.least = least
        self.forget()
        self.best = NOTHING
        self.around: Around | None = None
        self.scores, issued = weighed(), issues()
        self.provinces, self.mobiles, self.areas = issued.provinces, issued.mobiles, issued.areas
        self.countries, self.networks = issued.countries, issued.networks
        self.cards, self.plates = issued.cards, issued.plates

    def forget(self) -> None:
        """Begin anew."""
        self.found: list[Found] = []
        self.extents: dict[re.Pattern[bytes], tuple[int, int, int]] = {}
        self.dotted = (0, 0, 0)
        self.skip = 0

    def consider(self, kind: str, start: int, end: int, found: int) -> None:
        """Keep a candidate where it beats the best; words are looked for only where they could matter."""
        scores = self.scores[NUMBER[kind]]
        score = scores[found]
        most = scores[found | CONTEXT]
        if most < self.least or most <= self.best.score:
            return
        if kind == "landline":
            end = extended(self.s, end)
        enough = score >= self.least
        lowest = min(scores[found | AGAINST], scores[found | OTHER])
        if not enough or lowest < self.least:
            if not self.around or (self.around.start, self.around.end) != (start, end):
                self.around = Around(self.s, start, end)
            found |= self.around.says(kind, behind=not enough)
            score = scores[found]
        if score > self.best.score:
            self.best = Found(NUMBER[kind], start, end, score, found)

    def coded(self, a: int, b: int) -> int:
        """Return what speaks against the digits [a, b) in a longer code, as in a1b2-13900000011-c3d4."""
        s = self.s
        tied = s[a - 1] == 45 == s[b] and s[b + 1] in ALNUM
        return AGAINST if tied and (_mixes(s, a - 2) or _mixes(s, b + 1)) else 0

    def fraction(self, a: int, b: int) -> bool:
        """Return whether [a, b) is a part of a decimal or of a dotted number."""
        s = self.s
        return (s[a - 1] == 46 and s[a - 2] in DIGITS) or (s[b] == 46 and s[b + 1] in DIGITS)
