"""Names of organisations: an ending that says what it is, and the unbroken words before it."""

from typing import Final

import numpy as np

from shouxin.detect.categories.statements import Found
from shouxin.detect.categories.terms import Hits, Ints
from shouxin.detect.categories.vocabulary import BOUND, COMMA, SURE, vocabulary
from shouxin.detect.kinds import NUMBER
from shouxin.detect.spans import Spans

KIND: Final = NUMBER["organisation"]
REASON: Final = "bare"  #: the one bit of ``Found.reasons``: nothing stands before the ending
LONGEST: Final = 54  #: bytes before the ending
SHORTEST: Final = 6  #: bytes before an ending that is also an ordinary word
CERTAIN: Final = np.float32(
    0.8
)  #: from this weight on an ending is no ordinary word, and a character is enough


def organisations(hits: Hits, names: tuple[Ints, Ints], places: Ints) -> Found:
    """Return the organisations; a person's name ends before one, and a place may begin it."""
    words = vocabulary()
    role = words.role[hits.term]
    endings = words.topic[hits.term] == KIND
    at = hits.where(endings)
    edges = hits.end[role & (BOUND | COMMA | SURE) != 0]
    start = np.maximum(at.run, _last(edges, at.start, 0))
    start = np.maximum(start, _last(names[1], at.start - SHORTEST, 0))
    place = np.append(places, np.iinfo(np.int64).max)[places.searchsorted(start)]
    start = np.where(place < at.start, place, start)
    before = at.start - start
    weight = words.weight[at.term]
    bare = before < np.where(weight >= CERTAIN, SHORTEST // 2, SHORTEST)
    score = weight + np.where(bare, words.kinds["organisation"].weights.bare, 0)
    spans = Spans(
        np.full(len(start), KIND, np.uint8), np.where(bare, at.start, start), at.end,
        score.clip(0, 1).round(2).astype(np.float32),
    )  # fmt: skip
    fits = before <= LONGEST
    order = np.argsort(spans.start[fits], kind="stable")
    return Found(spans.where(fits).where(order), weight[fits][order], bare[fits][order].astype(np.uint8))


def _last(edges: Ints, at: Ints, otherwise: int) -> Ints:
    """Return for each place the last edge that is not behind it; the edges ascend."""
    if not len(edges):
        return np.full(len(at), otherwise)
    found = edges.searchsorted(at, "right") - 1
    return np.where(found >= 0, edges[np.maximum(found, 0)], otherwise)
