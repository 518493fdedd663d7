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
        if name.weight >= weights.CERTAIN and name.end - name.start <= weights.AGAIN_LONGEST
    )
    lengths: dict[str, set[int]] = {}
    for part in known:
        lengths.setdefault(part[:2], set()).add(len(part))
    result = []
    for start, line in lines(text):
        tokens = found[start]
        if _missed(line, known, lengths, tokens):
            tokens = _line(line, known)
        result += [Name(start + one.start, start + one.end, score(one.weight), one.reasons) for one in tokens]
    return result


def _missed(line: str, known: frozenset[str], lengths: dict[str, set[int]], tokens: list[Candidate]) -> bool:
    """Say whether a known name stands in a line where it was not read as one."""
    read = {(one.start, one.end) for one in tokens}
    return any(
        at + length <= len(line) and line[at : at + length] in known and (at, at + length) not in read
        for at in range(len(line) - 1)
        for length in lengths.get(line[at : at + 2], ())
    )


def _line(line: str, known: frozenset[str]) -> list[Candidate]:
    return [token.name for token in read(line, lexicon(), known) if token.name]
