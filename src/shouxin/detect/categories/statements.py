"""What a sentence says of somebody: terms, ages and values, with what stands near them.

A term alone is a topic. It becomes a finding by the person it is said of and by what is done or happened,
unless the sentence speaks in general. All of it is arrays: a text without any of the terms costs nothing.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from shouxin.detect.categories import ages, labels
from shouxin.detect.categories.terms import Hits, Ints
from shouxin.detect.categories.vocabulary import (
    BREAK,
    COMMA,
    GENERAL,
    NOTHING,
    PERHAPS,
    SURE,
    WANTS_NUMBER,
    vocabulary,
)  # fmt: skip
from shouxin.detect.kinds import KINDS, NUMBER
from shouxin.detect.spans import Spans

#: How far apart a term and what makes it a statement may stand, in bytes.
TO_PERSON, TO_ACT, TO_AGAINST, TO_NEXT = 120, 45, 300, 12
SHORT: Final = 3  #: bytes of a word that is too short to belong to what is reported
REASONS: Final = ("sure", "perhaps", "act", "against")  #: the bits of ``Found.reasons``
NUMERALS: Final = np.array([ord(sign) for sign in "一二两三四五六七八九十百千万"])

NONE: Final[Ints] = np.empty(0, np.int64)

Mask = npt.NDArray[np.bool_]


class Found(NamedTuple):
    """Spans in the order of their starts, what their term is worth, and bits of ``REASONS``."""

    spans: Spans
    weight: npt.NDArray[np.float32]
    reasons: npt.NDArray[np.uint8]


class Marks(NamedTuple):
    """Places by bytes, in order, with the sentence of each."""

    start: Ints
    end: Ints
    sentence: Ints


class Topics(NamedTuple):
    """What may be a statement."""

    place: Marks
    kind: npt.NDArray[np.uint8]
    weight: npt.NDArray[np.float32]


def statements(text: bytes, hits: Hits, names: tuple[Ints, Ints]) -> Found:
    """Return what is said of somebody; the names of people stand for persons."""
    words = vocabulary()
    role = words.role[hits.term]
    ends = role & BREAK != 0
    breaks, sentence = hits.start[ends], np.cumsum(ends) - ends
    topics = _topics(text, hits, breaks)
    if not len(topics.kind):
        return _found(topics, topics.weight, np.empty((4, 0), np.bool_), [])
    told = np.isin(sentence, topics.place.sentence)
    hits, role = hits.where(told), role[told]
    marks = Marks(hits.start, hits.end, sentence[told])
    wants = role & WANTS_NUMBER != 0
    acts = np.where(~wants | _after_number(text, hits.start, wants), words.acts[hits.term], 0)
    opposed, commas = words.against[hits.term], hits.start[role & COMMA != 0]
    people = Marks(*names, breaks.searchsorted(names[0]))
    sure = _near(topics.place, _chosen(marks, role & SURE != 0), TO_PERSON)
    sure |= _near(topics.place, people, TO_PERSON)
    perhaps = _near(topics.place, _chosen(marks, role & PERHAPS != 0), TO_PERSON) & ~sure
    against = _near(topics.place, _chosen(marks, role & GENERAL != 0), TO_AGAINST)
    reasons = np.stack((sure, perhaps, np.zeros_like(sure), against))
    scores, merged = topics.weight.astype(np.float64), []
    for kind in np.unique(topics.kind).tolist():
        mine, bit = topics.kind == kind, np.uint64(1 << kind)
        acting = _chosen(marks, acts & bit != 0)
        reasons[2] |= mine & _near(topics.place, acting, TO_ACT)
        reasons[3] |= mine & _near(topics.place, _chosen(marks, opposed & bit != 0), TO_AGAINST)
        weights = words.kinds[KINDS[kind]].weights
        adds = np.array([getattr(weights, name) for name in REASONS])
        scores[mine] += adds @ reasons[:, mine]
        merged.append(_merged(topics, mine, scores, acting, commas))
    return _found(topics, scores, reasons, merged)


def _topics(text: bytes, hits: Hits, breaks: Ints) -> Topics:
    words = vocabulary()
    kinds = words.topic[hits.term]
    own = (kinds != NOTHING) & (kinds != NUMBER["organisation"])
    read = [*ages.ages(text, ages.words(hits)), *labels.values(text, labels.words(text, hits))]
    start, end, kind, weight = np.array(read, np.float64).reshape(-1, 4).T
    starts = np.concatenate((hits.start[own], start.astype(np.int64)))
    ends = np.concatenate((hits.end[own], end.astype(np.int64)))
    order = np.argsort(starts, kind="stable")
    return Topics(
        Marks(starts[order], ends[order], breaks.searchsorted(starts[order])),
        np.concatenate((kinds[own], kind.astype(np.uint8)))[order],
        np.concatenate((words.weight[hits.term][own], weight.astype(np.float32)))[order],
    )


def _chosen(marks: Marks, chosen: Mask) -> Marks:
    return Marks(*(column[chosen] for column in marks))


def _near(places: Marks, marks: Marks, reach: int) -> Mask:
    """Return which places have one of the marks in their sentence and within reach, not inside them."""
    if not len(marks.start) or not len(places.start):
        return np.zeros(len(places.start), np.bool_)
    last = len(marks.start) - 1
    before = marks.end.searchsorted(places.start, "right") - 1
    at = np.maximum(before, 0)
    near: Mask = (
        (before >= 0) & (marks.sentence[at] == places.sentence) & (places.start - marks.end[at] <= reach)
    )
    after = marks.start.searchsorted(places.end)
    at = np.minimum(after, last)
    near |= (
        (after <= last) & (marks.sentence[at] == places.sentence) & (marks.start[at] - places.end <= reach)
    )
    return near


def _after_number(text: bytes, start: Ints, wanted: Mask) -> Mask:
    """Return which of the wanted places a digit, a Chinese numeral or their wide forms precede."""
    data = np.frombuffer(text, np.uint8)
    numbered = np.zeros(len(start), np.bool_)
    chosen = np.flatnonzero(wanted & (start >= 3))
    last, middle, first = (data[start[chosen] - back].astype(np.int32) for back in (1, 2, 3))
    sign = (first & 15) << 12 | (middle & 63) << 6 | last & 63
    ascii_digit = (last >= ord("0")) & (last <= ord("9"))
    numbered[chosen] = ascii_digit | np.isin(sign, NUMERALS) | ((sign >= ord("０")) & (sign <= ord("９")))
    return numbered


def _merged(topics: Topics, mine: Mask, scores: npt.NDArray[np.float64], acts: Marks, commas: Ints) -> Ints:
    """Return rows of start, end and best topic: terms and the acts behind them are one."""
    own = np.flatnonzero(mine)
    long = acts.end - acts.start > SHORT
    start = np.concatenate((topics.place.start[own], acts.start[long]))
    end = np.concatenate((topics.place.end[own], acts.end[long]))
    topic = np.concatenate((own, np.full(int(long.sum()), -1)))
    order = np.argsort(start, kind="stable")
    start, end, topic = start[order], np.maximum.accumulate(end[order]), topic[order]
    clause = commas.searchsorted(start)
    apart = np.concatenate(([True], (start[1:] - end[:-1] > TO_NEXT) | (clause[1:] != clause[:-1])))
    first = np.flatnonzero(apart)
    group = np.cumsum(apart) - 1
    rank = np.where(topic >= 0, scores[topic], -np.inf)
    best = np.lexsort((-rank, group))[first]
    begin = np.minimum.reduceat(np.where(topic >= 0, start, end[-1:]), first)
    rows = np.stack((begin, np.maximum.reduceat(end, first), topic[best]), 1)
    return rows[rows[:, 2] >= 0]


def _found(topics: Topics, scores: npt.NDArray[Any], reasons: Mask, merged: list[Ints]) -> Found:
    rows = np.concatenate(merged) if merged else np.empty((0, 3), np.int64)
    start, end, topic = rows[np.argsort(rows[:, 0], kind="stable")].T
    score = scores[topic].clip(0, 1).round(2).astype(np.float32)
    bits = (reasons * np.array([[1], [2], [4], [8]])).sum(0).astype(np.uint8)
    return Found(Spans(topics.kind[topic], start, end, score), topics.weight[topic], bits[topic])
