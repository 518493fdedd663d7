"""The best reading of a line: words, names and single characters, by dynamic programming."""

from typing import Final, NamedTuple

from shouxin.detect.names import weights
from shouxin.detect.names.candidates import DOTS, Candidate, candidates, han, initial
from shouxin.detect.names.lexicon import Lexicon

OPENERS: Final = frozenset("，。！？；、：（）《》“”‘’「」,.!?;:()<>[]【】@#|/\n\t\r\"'　 —…*~-_=+")
BLANK: Final = frozenset(" \t　")
AFTER_LABEL: Final = frozenset("：:=\"'“「【（( \t　")


class Token(NamedTuple):
    """A piece of the best reading; ``name`` is set where it is read as a name."""

    start: int
    end: int
    name: Candidate | None
    margin: int


class Surroundings:
    """For every position of a line: what speaks for a name that begins or ends there, and the words."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        size = len(text) + 1
        self.before = [0] * size
        self.after = [0] * size
        self.label = [0] * size
        self.title = [False] * size
        self.words: list[list[int]] = [[] for _ in range(size)]
        open_ = False
        for start in range(len(text)):
            open_ = self.title[start] = text[start] == "《" or (open_ and text[start] != "》")
            if start and _alnum(text[start]) and _alnum(text[start - 1]):
                continue
            for end, entry in lexicon.at(text, start):
                if entry.word or (entry.place and end - start > 1):
                    self.words[start].append(end)
                self.before[end] = max(self.before[end], entry.before)
                self.after[start] = max(self.after[start], entry.after)
                if entry.label:
                    self._mark(text, end)

    def _mark(self, text: str, end: int) -> None:
        begin = end
        while begin < len(text) and begin < end + 5 and text[begin] in AFTER_LABEL:
            begin += 1
        if begin > end:
            blank = set(text[end:begin]) <= BLANK
            self.label[begin] = max(self.label[begin], weights.LABEL_BLANK if blank else weights.LABEL)

    def of(self, text: str, start: int, end: int) -> list[tuple[str, int]]:
        """Return the reasons that lie beside a stretch."""
        reasons = [("in a title", weights.TITLE)] if self.title[start] else []
        before, after = self.before[start] * weights.CONTEXT, self.after[end] * weights.CONTEXT
        edge = start == 0 or text[start - 1] in OPENERS
        ends = end == len(text) or text[end] in OPENERS
        if self.label[start]:
            reasons.append(("label", self.label[start]))
        elif before:
            reasons.append(("before it", before))
        elif edge:
            reasons.append(("begins", weights.EDGE))
        if after:
            reasons.append(("after it", after))
        elif ends:
            reasons.append(("ends", weights.EDGE))
        if (before or edge or self.label[start]) and (after or ends):
            reasons.append(("both sides", weights.BOTH))
        return reasons


def _alnum(character: str) -> bool:
    return character.isascii() and character.isalnum()


def words_weight(length: int) -> int:
    """Return what a word of the list is worth in a reading."""
    return weights.WORD[min(length, len(weights.WORD) - 1)]


def read(text: str, lexicon: Lexicon, known: frozenset[str] = frozenset()) -> list[Token]:
    """Return the best reading of a line."""
    around = Surroundings(text, lexicon)
    best: list[int] = [-(10**9)] * (len(text) + 1)
    back: list[tuple[int, Candidate | None]] = [(0, None)] * (len(text) + 1)
    best[0] = 0
    for start in range(len(text)):
        here = best[start]
        steps: list[tuple[int, int, Candidate | None]] = [(start + 1, 0, None)]
        steps += [(end, words_weight(end - start), None) for end in around.words[start]]
        if han(text[start]) or text[start] in DOTS or initial(text, start):
            listed = _listed(text, start, back)
            for candidate in candidates(text, start, lexicon):
                whole = weigh(text, candidate, around, lexicon, known, listed=listed)
                steps.append((candidate.end, whole.weight - weights.COST, whole))
        for end, worth, name in steps:
            if here + worth > best[end]:
                best[end], back[end] = here + worth, (start, name)
    tokens, end = [], len(text)
    while end:
        start, name = back[end]
        tokens.append(Token(start, end, name, best[end] - best[start]))
        end = start
    return tokens[::-1]


def _listed(text: str, start: int, back: list[tuple[int, Candidate | None]]) -> bool:
    """Say whether a certain name and a comma of a list stand before a place in the best reading."""
    if start < 2 or text[start - 1] not in weights.LISTING or back[start][0] != start - 1:
        return False
    name = back[start - 1][1]
    return name is not None and name.weight >= weights.CERTAIN


def weigh(
    text: str,
    candidate: Candidate,
    around: Surroundings,
    lexicon: Lexicon,
    known: frozenset[str],
    *,
    listed: bool,
) -> Candidate:
    """Return a candidate with what its surroundings say."""
    part = text[candidate.start : candidate.end]
    reasons = [*candidate.reasons, *around.of(text, candidate.start, candidate.end)]
    if listed:
        reasons.append(("in a list", weights.LISTED))
    entry = lexicon.entries.get(part)
    if entry and (entry.word or entry.place) and not entry.person:
        reasons.append(("is a word", weights.IS_WORD))
    if part in known:
        reasons.append(("found elsewhere", weights.AGAIN))
    return candidate._replace(reasons=tuple(reasons))
