"""What only words tell: the matters of PIPL art. 28 said of a person, and organisations."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from shouxin.detect.categories import organisations, statements, terms
from shouxin.detect.categories.statements import REASONS, Found
from shouxin.detect.categories.terms import Ints
from shouxin.detect.categories.vocabulary import vocabulary
from shouxin.detect.kinds import NUMBER
from shouxin.detect.spans import Spans

__all__ = ["SOURCE", "Found", "explain", "find"]

SOURCE: Final = "categories"


def find(text: bytes, names: tuple[Ints, Ints], places: Ints, kinds: frozenset[str] = terms.EVERY) -> Found:
    """Return what the vocabulary tells of the kinds in a text in UTF-8, with scores down to 0.

    ``names`` holds where the names of people begin and end, ``places`` where addresses begin.
    """
    hits = terms.find(text, kinds)
    parts = statements.statements(text, hits, names), organisations.organisations(hits, names, places)
    spans = [np.concatenate(columns) for columns in zip(*(part.spans for part in parts), strict=True)]
    weight, reasons = (np.concatenate([part[at] for part in parts]) for at in (1, 2))
    order = np.argsort(spans[1], kind="stable")
    return Found(Spans(*(column[order] for column in spans)), weight[order], reasons[order])


def explain(found: Found, kind: str, start: int, end: int) -> Mapping[str, float]:
    """Return what each reason added to the score of a place; ``term`` is what its term is worth alone."""
    spans, number = found.spans, NUMBER[kind]
    here = (spans.kind == number) & (spans.start == start) & (spans.end == end)
    names = (organisations.REASON,) if number == organisations.KIND else REASONS
    weights = vocabulary().kinds[kind].weights
    for at in np.flatnonzero(here)[:1]:
        added = {
            name: getattr(weights, name) for bit, name in enumerate(names) if found.reasons[at] >> bit & 1
        }
        term = round(float(found.weight[at]), 4)
        return {"term": term} | {name: value for name, value in added.items() if value}
    return {}
