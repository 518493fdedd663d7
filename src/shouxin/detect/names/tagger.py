"""Person names in Chinese text: the reference, in Python."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from shouxin.detect.names import weights
from shouxin.detect.names.lattice import Token, read
from shouxin.detect.names.lexicon import lexicon

CERTAIN = 0.65


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
    """Yield the lines of a text with their starts."""
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, line
        start += len(line)


def names(text: str) -> list[Name]:
    """Return the names of a text, also those that only another place of the text makes certain."""
    found = {start: _line(line, frozenset()) for start, line in lines(text)}
    known = frozenset(
        text[start + name.start : start + name.end]
        for start, tokens in found.items()
        for name in map(_name, tokens)
        if name.score >= CERTAIN and name.end - name.start > 1
    )
    result = []
    for start, line in lines(text):
        tokens = found[start]
        if any(line.count(part) > sum(line[t.start : t.end] == part for t in tokens) for part in known):
            tokens = _line(line, known)
        result += [
            name._replace(start=name.start + start, end=name.end + start) for name in map(_name, tokens)
        ]
    return result


def _line(line: str, known: frozenset[str]) -> list[Token]:
    return [token for token in read(line, lexicon(), known) if token.name]


def _name(token: Token) -> Name:
    assert token.name is not None
    return Name(token.start, token.end, score(token.name.weight), token.name.reasons)
