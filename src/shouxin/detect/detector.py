"""The compiled scan of everything at once: it gets its tables, and what it asks of Python, from here."""

from typing import Any, Final

import numpy as np

from shouxin.detect import categories, compiled, identifiers, prose, written
from shouxin.detect.categories import ages, labels, terms
from shouxin.detect.categories.statements import REASONS
from shouxin.detect.categories.vocabulary import vocabulary
from shouxin.detect.finding import Finding
from shouxin.detect.kinds import KINDS, NUMBER, SOURCE, SOURCES, TOLD

FIELDS: Final = ("type", "start", "end", "byte_start", "byte_end", "score", "source")
HIGHEST: Final = 2048  #: a name of this weight, or of its opposite, cannot be surer


def detector(kinds: frozenset[str], least: float) -> Any:
    """Return what finds these kinds with this score, ``SURE`` or higher, and above.

    It holds on to functions of this module, which therefore does not keep it.
    """
    wants = {
        "kinds": sum(1 << NUMBER[kind] for kind in kinds),
        "least": least,
        "signs": [sign.decode() for sign in written.TELLING] if kinds & {*written.KINDS} else [],
        "written": _written,
    }
    made = {
        "type": Finding,
        "fields": FIELDS,
        "kinds": KINDS,
        "sources": tuple(SOURCES.get(kind, SOURCE) for kind in KINDS),
    }
    told = _told(kinds) if kinds & terms.EVERY else {}
    read = _prose(kinds) if kinds & {*SOURCES} else {}
    return identifiers._native.Detector(identifiers.tables(), wants, read, told, made)


def _prose(kinds: frozenset[str]) -> dict[str, Any]:
    return {
        "lexicon": compiled.reader(),
        "names": bool(kinds & {"person_name", *TOLD}),
        "addresses": bool(kinds & {"address", "organisation"}),
        "weights": prose.scores(np.arange(-HIGHEST, HIGHEST, dtype=np.int32)).tolist(),
        "levels": list(prose.LEVELS.values()),
    }


def _told(kinds: frozenset[str]) -> dict[str, Any]:
    words = vocabulary()
    weights = {NUMBER[kind]: held.weights for kind, held in words.kinds.items()}
    return {
        "terms": terms.native(kinds & terms.EVERY),
        "vocabulary": words,
        "values": _values,
        "reasons": [
            tuple(getattr(weights[kind], name) if kind in weights else 0.0 for name in REASONS)
            for kind in range(len(KINDS))
        ],
        "bare": weights[categories.organisations.KIND].bare,
    }


def _written(text: bytes) -> list[tuple[int, int, int, float]]:
    kind, start, end, score = written.find(text).spans
    return [*zip(start.tolist(), end.tolist(), kind.tolist(), score.tolist(), strict=True)]


def _values(
    text: bytes, after: list[tuple[int, int]], behind: list[tuple[int, int, int]]
) -> list[tuple[int, int, int, float]]:
    """Return the ages before words, and the values behind labels."""
    return [*ages.ages(text, after), *labels.values(text, behind)]
