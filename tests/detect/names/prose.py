"""Annotated prose: {name}  <address>  [bare place name]."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import yaml

FOLDER: Final = Path(__file__).parent
MARKS: Final = {"{": "names", "<": "addresses", "[": "places"}


class Sentence(NamedTuple):
    """A sentence without its marks, and where they stood."""

    text: str
    names: set[tuple[int, int]]
    addresses: set[tuple[int, int]]
    places: set[tuple[int, int]]


def unmark(marked: str) -> Sentence:
    """Return a sentence with its marks taken out."""
    sentence = Sentence("", set(), set(), set())
    text, opened = "", []
    for character in marked:
        if character in MARKS:
            opened.append((character, len(text)))
        elif character in "}>]":
            mark, start = opened.pop()
            getattr(sentence, MARKS[mark]).add((start, len(text)))
        else:
            text += character
    return sentence._replace(text=text)


def sentences(file: str) -> Iterator[tuple[str, Sentence]]:
    """Yield the genre and the sentence of each line of ``dev`` or ``held_out``."""
    genres = yaml.safe_load((FOLDER / f"{file}.yaml").read_text(encoding="utf-8"))
    for genre, lines in genres.items():
        for line in lines:
            yield genre, unmark(line)


def f1(right: int, found: int, there: int) -> float:
    """Return the harmonic mean of precision and recall."""
    return 2 * right / max(found + there, 1)
