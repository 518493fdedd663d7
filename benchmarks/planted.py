"""Made-up documents that say what was planted in them, and how much of it somebody found."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tests.detect.made_up import MadeUp


class Place(NamedTuple):
    """An identifier: its kind, and its place in the characters of its document."""

    kind: str
    start: int
    end: int


class Document(NamedTuple):
    """A text and what was planted in it."""

    text: str
    planted: list[Place]


class Quality(NamedTuple):
    """Shares of what was found that is right, and of what was planted that was found."""

    precision: float
    recall: float

    def __str__(self) -> str:
        return f"{self.precision:.3f}/{self.recall:.3f}"


def documents(every: int, size: int) -> list[Document]:
    """Return documents of about ``size`` bytes together, an identifier for about each ``every`` of them."""
    made = MadeUp(every)
    found, text, planted, length = list[Document](), "", list[Place](), 0
    while length < size:
        kind = made.random.choice(MadeUp.KINDS)
        value = made.written(kind, made.identifier(kind))
        behind = "，" + made.look_alike() if made.random.random() < 0.25 else ""
        before = ""
        while len((before + value + behind).encode()) < every:
            before = made.filler() + made.random.choice("，。：；、") + before
        planted.append(Place(kind, len(text + before), len(text + before + value)))
        text += before + value + behind
        length += len((before + value + behind).encode()) + 2
        if made.random.random() < 1 / 3:
            found.append(Document(text, planted))
            text, planted = "", []
        else:
            text += made.random.choice("，。")
    return [*found, Document(text, planted)]


def whole(some: Iterable[Document]) -> str:
    """Return documents as one text, a line break between two."""
    return "\n".join(document.text for document in some)


def judged(some: Iterable[Document], found: Iterable[Iterable[Place]]) -> dict[str, Quality]:
    """Return the quality of each kind that was found at all, and of everything under "".

    A place counts where it overlaps a planted one of its kind: whether the country code belongs to a number
    is a matter of convention.
    """
    planted, hit, given, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for document, places in zip(some, found, strict=True):
        read = list(places)
        planted.update(_counted(document.planted))
        given.update(_counted(read))
        hit.update(_counted(place for place in document.planted if _meets(place, read)))
        right.update(_counted(place for place in read if _meets(place, document.planted)))
    return {
        kind: Quality(right[kind] / given[kind], hit[kind] / planted[kind])
        for kind in ("", *MadeUp.KINDS)
        if given[kind]
    }


def _counted(places: Iterable[Place]) -> Iterator[str]:
    """Yield each kind, and "" for the sum of all."""
    for place in places:
        yield place.kind
        yield ""


def _meets(place: Place, others: Iterable[Place]) -> bool:
    return any(
        place.kind == other.kind and place.start < other.end and other.start < place.end for other in others
    )
