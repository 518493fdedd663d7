"""Identifiers down to any score, each with the score that it has whatever threshold was asked for.

The scanner looks at the words around a candidate only where they decide whether it reaches the threshold,
so it is always asked for ``SURE``. What scores less is added from a second scan, weighed as the first would.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from shouxin.detect import identifiers
from shouxin.detect.evidence import Evidence
from shouxin.detect.identifiers import Found
from shouxin.detect.kinds import KINDS, scores
from shouxin.detect.spans import Spans

Mask = npt.NDArray[np.bool_]

SURE: Final = 0.5
"""What scores less is a guess, reported only where it is asked for."""
SAID: Final = Evidence.CONTEXT | Evidence.OTHER | Evidence.AGAINST


def find(text: bytes, least: float, wanted: Mask) -> Found:
    """Return every identifier that scores ``SURE``, and those wanted that score at least ``least``, in order.

    ``wanted`` says for each kind, by its number, whether it is.
    """
    found = identifiers.find(text, SURE)
    return found if least >= SURE else joined(found, _guesses(text, found.spans, least, wanted))


def _guesses(text: bytes, sure: Spans, least: float, wanted: Mask) -> Found:
    """Return what scores from ``least`` to below ``SURE`` beside what is sure."""
    found = identifiers.find(text, least)
    found = where(found, wanted[found.spans.kind] & apart(found.spans, sure))
    evidence = found.evidence | _said(text, found)
    spans = found.spans._replace(score=scores()[found.spans.kind, evidence])
    chosen = (spans.score >= np.float32(least)) & (spans.score < SURE)
    return where(Found(spans, evidence), chosen)


def _said(text: bytes, found: Found) -> npt.NDArray[np.uint16]:
    """Return what the words around say where the scan had no reason to look at them."""
    from shouxin.detect.fallback.view import PAD, padded
    from shouxin.detect.fallback.words import Around

    margin = padded(text)
    said = np.zeros(len(found.evidence), np.uint16)
    weighed = scores()[found.spans.kind, found.evidence]
    columns = (column.tolist() for column in (found.spans.kind, found.spans.start, found.spans.end, weighed))
    for at, (kind, start, end, score) in enumerate(zip(*columns, strict=True)):
        if not found.evidence[at] & SAID:
            said[at] = Around(margin, start + PAD, end + PAD).says(KINDS[kind], behind=score < SURE)
    return said


def apart(spans: Spans, others: Spans) -> Mask:
    """Return which spans overlap none of the others; those of each are in order and apart."""
    begins = np.append(others.start, np.iinfo(np.int64).max)
    free: Mask = begins[others.end.searchsorted(spans.start, "right")] >= spans.end
    return free


def where(found: Found, chosen: Mask) -> Found:
    """Return those that a mask chooses."""
    return found if chosen.all() else Found(found.spans.where(chosen), found.evidence[chosen])


def joined(one: Found, other: Found) -> Found:
    """Return both in the order of the text."""
    if not len(other.evidence):
        return one
    parts = [one.spans, other.spans]
    spans = Spans(*map(np.concatenate, zip(*parts, strict=True)))
    order = np.argsort(spans.start, kind="stable")
    return Found(spans.where(order), np.concatenate((one.evidence, other.evidence))[order])
