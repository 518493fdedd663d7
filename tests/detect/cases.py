"""The adversarial set: cases that people wrote, documents from a seed, and what the scanner makes of both."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from shouxin.detect import scan
from tests.detect.made_up import MadeUp

FILES = sorted((Path(__file__).parent / "adversarial").glob("*.yaml"))
DOCUMENTS = 4000
# The kinds for which precision and recall of 0.99 are promised (of bank cards a precision of 0.97).
PROMISED = ("resident_id", "mobile", "email", "ipv4", "licence_plate", "uscc", "bank_card")


class Case(NamedTuple):
    """A text, what must be found in it as kind and value, and why it is known not to be."""

    text: str
    find: Counter[tuple[str, str]]
    known: str = ""

    def found(self) -> Counter[tuple[str, str]]:
        """Return what is found, as kind and value."""
        return Counter((item.type, self.text[item.start : item.end]) for item in scan(self.text))


class Tally:
    """How often each kind was found rightly, found wrongly, and missed."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.right, self.wrong, self.missed = Counter[str](), Counter[str](), Counter[str]()

    def add(self, found: Counter[tuple[str, str]], wanted: Counter[tuple[str, str]]) -> None:
        """Count what was found in one text."""
        for counts, places in (
            (self.right, found & wanted),
            (self.wrong, found - wanted),
            (self.missed, wanted - found),
        ):
            for (kind, _), times in places.items():
                counts[kind] += times

    def __add__(self, other: "Tally") -> "Tally":
        both = Tally()
        both.right, both.wrong = self.right + other.right, self.wrong + other.wrong
        both.missed = self.missed + other.missed
        return both

    @property
    def kinds(self) -> list[str]:
        """Return every kind that was found or wanted."""
        return sorted(self.right + self.wrong + self.missed)

    def wanted(self, kind: str) -> int:
        """Return how often a kind was wanted."""
        return self.right[kind] + self.missed[kind]

    def precision(self, kind: str) -> float:
        """Return the share of what was found that is right."""
        return self.right[kind] / (self.right[kind] + self.wrong[kind] or 1)

    def recall(self, kind: str) -> float:
        """Return the share of what was wanted that was found."""
        return self.right[kind] / (self.wanted(kind) or 1)

    def __str__(self) -> str:
        return "\n".join(
            f"{kind:28} {self.wanted(kind):5} wanted"
            f"  precision {self.precision(kind):.3f}  recall {self.recall(kind):.3f}"
            for kind in self.kinds
        )


def cases(path: Path) -> Iterator[Case]:
    """Yield the cases of a file."""
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        find = Counter(
            (kind, value)
            for kind, values in (entry.get("find") or {}).items()
            for value in (values if isinstance(values, list) else [values])
        )
        yield Case(entry["text"], find, entry.get("known", ""))


def written(files: Iterable[Path] = FILES) -> Tally:
    """Return the tally of the cases that people wrote, those known to fail with them."""
    tally = Tally()
    for path in files:
        for case in cases(path):
            tally.add(case.found(), case.find)
    return tally


def made_up() -> Tally:
    """Return the tally of identifiers in documents from a seed, half of whose numbers are look-alikes."""
    made, tally = MadeUp(2026), Tally()
    for _ in range(DOCUMENTS):
        text, gold = made.document()
        found = Counter(
            (item.type, f"{item.start}-{item.end}") for item in scan(text) if item.source == "identifiers"
        )
        tally.add(found, Counter((kind, f"{start}-{end}") for kind, start, end in gold))
    return tally
