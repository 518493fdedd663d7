"""The scanner of identifiers: native where it was built, numpy where not, the same answers from both."""

from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from shouxin.detect import spans
from shouxin.detect.kinds import lists, scores, units, words
from shouxin.detect.spans import Spans


def _extension() -> Any:
    try:
        return import_module("shouxin.detect._native")
    except ImportError:  # no compiler where it was installed
        return None


_native = _extension()


class Found(NamedTuple):
    """Spans, and for each of them what spoke for and against it (bits of ``Evidence``)."""

    spans: Spans
    evidence: npt.NDArray[np.uint16]


def native_available() -> bool:
    """Return whether the compiled scanner is at work; without it the same is found, many times slower."""
    return _native is not None


@cache
def tables() -> Any:
    """Return the native scanner with the tables of ``kinds``, or nothing where it was not built."""
    if _native is None:
        return None
    listed = lists()
    return _native.Tables(
        scores(),
        [(word, announces, against) for word, (announces, against) in words().items()],
        listed.provinces,
        listed.mobiles,
        [int(area) for area in listed.areas],
        listed.countries,
        [(low, high, sum(1 << length for length in lengths)) for low, high, lengths in listed.cards],
        list(listed.plates),
        listed.networks,
        [(word, against, closes) for word, (against, closes) in units().items()],
    )


def find(text: bytes, least: float = 0.5) -> Found:
    """Return every identifier of a text that scores at least ``least``, by byte offsets, in order."""
    if native := tables():
        kind, start, end, score, evidence = native.scan(text, least)
    else:
        from shouxin.detect import fallback

        kind, start, end, score, evidence = fallback.scan(text, least)
    return Found(Spans(kind, start, end, score), evidence)


Ints = npt.NDArray[np.int64]


def characters(text: bytes, offsets: Ints) -> Ints:
    """Return for each ascending byte offset how many characters begin before it."""
    if _native is None:
        return spans.characters(text, offsets)
    counts: Ints = _native.characters(text, offsets)
    return counts
