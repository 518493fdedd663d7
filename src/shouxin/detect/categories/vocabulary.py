"""The vocabulary: every term of ``terms/*.yaml`` with what it means to each kind, as arrays by its number."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import yaml

from shouxin.detect.kinds import NUMBER

FOLDER: Final = Path(__file__).parent / "terms"
NUMBERED: Final = "#"  #: in front of a term that wants a number before it

#: What a term can be to every kind, as bits.
BREAK, COMMA, SURE, PERHAPS, GENERAL, BOUND, WANTS_NUMBER, AGE = (1 << bit for bit in range(8))
NOTHING: Final = 255


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Terms that are worth the same, and what they have in common."""

    what: str
    weight: float
    terms: list[str]


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands near a term adds this much, once each."""

    sure: float = 0.0
    perhaps: float = 0.0
    act: float = 0.0
    against: float = 0.0
    label: float = 0.0
    bare: float = 0.0


class Age(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an age is worth that is not above ``to`` years and above what another kind has."""

    weight: float
    to: int


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one kind."""

    kind: str
    groups: list[Group]
    weights: Weights = Weights()
    age: Age | None = None
    acts: list[str] = []
    against: list[str] = []
    labels: list[str] = []
    bounds: list[str] = []
    silent: list[str] = []


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words that all kinds share."""

    sure: list[str]
    perhaps: list[str]
    breaks: list[str]
    commas: list[str]
    general: list[str]
    no_values: list[str]
    ages: list[str]
    before_no_age: list[str]
    after_no_age: list[str]
    silent: list[str]


class Vocabulary:
    """Each term by its number: its role, the kind it tells of and its weight, and the kinds it acts for."""

    def __init__(self, people: People, kinds: list[Words]) -> None:
        self.people = people
        self.kinds = {words.kind: words for words in kinds}
        self._numbers: dict[str, int] = {}
        rows = [*_shared(people), *(row for words in kinds for row in _rows(words))]
        numbers = [self._numbers.setdefault(term, len(self._numbers)) for term, *_ in rows]
        self.terms = list(self._numbers)
        size = len(self.terms)
        self.role = np.zeros(size, np.uint8)
        self.topic = np.full(size, NOTHING, np.uint8)
        self.label = np.full(size, NOTHING, np.uint8)
        self.weight = np.zeros(size, np.float32)
        self.acts = np.zeros(size, np.uint64)
        self.against = np.zeros(size, np.uint64)
        for number, (_, column, value) in zip(numbers, rows, strict=True):
            held: npt.NDArray[Any] = getattr(self, column)
            if column in ("role", "acts", "against"):
                held[number] |= value
            else:
                held[number] = value


Row = tuple[str, str, Any]


def _shared(people: People) -> Iterator[Row]:
    roles = {
        "sure": SURE, "perhaps": PERHAPS, "breaks": BREAK | COMMA, "commas": COMMA, "general": GENERAL,
        "ages": AGE, "silent": 0,
    }  # fmt: skip
    for name, role in roles.items():
        for term in getattr(people, name):
            yield term, "role", np.uint8(role)


def _rows(words: Words) -> Iterator[Row]:
    number, bit = NUMBER[words.kind], np.uint64(1 << NUMBER[words.kind])
    for group in words.groups:
        for term in group.terms:
            yield term, "topic", number
            yield term, "weight", group.weight
    for column in ("acts", "against"):
        for term in getattr(words, column):
            yield term.removeprefix(NUMBERED), column, bit
            if term.startswith(NUMBERED):
                yield term.removeprefix(NUMBERED), "role", np.uint8(WANTS_NUMBER)
    for term in (spelling for label in words.labels for spelling in _spellings(label)):
        yield term, "label", number
    for term in words.bounds:
        yield term, "role", np.uint8(BOUND)
    for term in words.silent:
        yield term, "role", np.uint8(0)


def _spellings(label: str) -> set[str]:
    if not label.isascii():
        return {label}
    spaced = label.replace("_", " ")
    return {label, label.upper(), spaced, spaced.capitalize(), spaced.title()}


@cache
def vocabulary() -> Vocabulary:
    """Read the files; once for a process."""
    raw = {
        path.stem: yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for path in sorted(FOLDER.glob("*.yaml"))
    }
    people = msgspec.convert(raw.pop("people"), People)
    return Vocabulary(people, [msgspec.convert(one, Words) for one in raw.values()])
