"""Annotated sentences: {kind:what shows it}."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import yaml

from shouxin.detect import Scanner

FOLDER: Final = Path(__file__).parent
MARK: Final = re.compile(r"\{([a-z_0-9]+):([^{}]*)\}")
KINDS: Final = (
    *("medical", "religion", "biometric", "specific_identity", "financial_account", "whereabouts"),
    *("under_14", "minor_age", "organisation"),
)
Place = tuple[str, int, int]


class Sentence(NamedTuple):
    """A sentence without its marks, and what they said."""

    text: str
    marked: set[Place]


def unmark(marked: str) -> Sentence:
    """Return a sentence with its marks taken out."""
    text, places, at = "", set(), 0
    for mark in MARK.finditer(marked):
        if mark[1] not in KINDS:
            continue
        text += marked[at : mark.start()]
        places.add((mark[1], len(text), len(text) + len(mark[2])))
        text, at = text + mark[2], mark.end()
    return Sentence(text + marked[at:], places)


def sentences(file: str) -> Iterator[tuple[str, Sentence]]:
    """Yield the genre and each sentence of ``dev`` or ``held_out``."""
    genres = yaml.safe_load((FOLDER / f"{file}.yaml").read_text(encoding="utf-8"))
    for genre, lines in genres.items():
        for line in lines:
            yield genre, unmark(line)


def overlapping(place: Place, others: set[Place]) -> bool:
    """Say whether one of the others is of the same kind and shares a character."""
    return any(kind == place[0] and start < place[2] and place[1] < end for kind, start, end in others)


class Count(NamedTuple):
    """How many places were marked and found, how many of the found right, and of the marked seen."""

    marked: int
    found: int
    right: int
    seen: int

    @property
    def precision(self) -> float:
        """Return the share of what was found that is right."""
        return self.right / max(self.found, 1)

    @property
    def recall(self) -> float:
        """Return the share of what was marked that was seen."""
        return self.seen / max(self.marked, 1)


def measured(file: str) -> dict[str, Count]:
    """Return the counts of every kind, by places that overlap."""
    counts = {name: Counter[str]() for name in ("marked", "found", "right", "seen")}
    for _, sentence in sentences(file):
        found = reported(sentence.text)
        counts["marked"].update(kind for kind, *_ in sentence.marked)
        counts["found"].update(kind for kind, *_ in found)
        counts["right"].update(place[0] for place in found if overlapping(place, sentence.marked))
        counts["seen"].update(place[0] for place in sentence.marked if overlapping(place, found))
    return {kind: Count(*(counts[name][kind] for name in Count._fields)) for kind in KINDS}


def reported(text: str) -> set[Place]:
    """Return what the scanner of everything reports of these kinds."""
    return {(one.type, one.start, one.end) for one in Scanner().scan(text) if one.type in KINDS}
