"""Person names in Chinese text: the reference, in Python."""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from shouxin.detect.names import weights
from shouxin.detect.names.candidates import Candidate
from shouxin.detect.names.lattice import Token, read
from shouxin.detect.names.lexicon import lexicon

#: A longer line is read in pieces.
LONGEST: Final = 1 << 16


class Name(NamedTuple):
    """A name, by characters, with its score and what speaks for it."""

    start: int
    end: int
    score: float
    reasons: tuple[tuple[str, int], ...]


def score(weight: int) -> float:
    """Return the score of a weight, between 0 and 1."""
    return 1 / (1 + math.exp(-(weight - weights.EVEN) / weights.SCALE))


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text, with the character that ends them, and their starts."""
    start = 0
    while start < len(text):
        end = min(text.find("\n", start) + 1 or len(text), start + LONGEST)
        yield start, text[start:end]
        start = end


def pieces(line: str) -> list[Token]:
    """Return the pieces of the best reading of a line."""
    return read(line, lexicon())


def names(text: str) -> list[Name]:
    """Return the names of a text, also those that only another place of the text makes certain."""
    found = {start: _line(line, frozenset()) for start, line in lines(text)}
    known = frozenset(
        text[start + name.start : start + name.end]
        for start, tokens in found.items()
        for name in tokens
        if name.weight >= weights.CERTAIN
    )
    result = []
    for start, line in lines(text):
        tokens = found[start]
        if any(_missed(line, part, tokens) for part in known):
            tokens = _line(line, known)
        result += [Name(start + one.start, start + one.end, score(one.weight), one.reasons) for one in tokens]
    return result


def _missed(line: str, part: str, tokens: list[Candidate]) -> bool:
    """Say whether a known name stands in a line where it was not read as one."""
    at = line.find(part)
    while at >= 0:
        if not any((one.start, one.end) == (at, at + len(part)) for one in tokens):
            return True
        at = line.find(part, at + 1)
    return False


def _line(line: str, known: frozenset[str]) -> list[Candidate]:
    return [token.name for token in read(line, lexicon(), known) if token.name]
