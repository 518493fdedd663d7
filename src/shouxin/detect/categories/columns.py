"""What a column holds by its name and by values that are terms of the vocabulary as a whole."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from shouxin.detect.categories import organisations, terms
from shouxin.detect.categories.statements import NONE
from shouxin.detect.categories.vocabulary import NOTHING, vocabulary
from shouxin.detect.kinds import KINDS, TOLD


def told(cells: Sequence[str], names: Iterable[str]) -> dict[str, float]:
    """Return for each kind in what share of the cells it stands.

    Under a name or comment that is one of the labels of a kind every value counts, else a value that is
    a term of the kind (佛教, 2型糖尿病) or the name of an organisation from beginning to end.
    """
    if not cells:
        return {}
    words = vocabulary()
    kinds = {
        term: KINDS[kind] for term, kind in zip(words.terms, words.topic, strict=True) if kind != NOTHING
    }
    labels = {
        term: KINDS[kind] for term, kind in zip(words.terms, words.label, strict=True) if kind != NOTHING
    }
    counts = Counter(kinds[cell.strip()] for cell in cells if cell.strip() in kinds)
    counts["organisation"] = _organisations(cells)
    for name in names:
        if (kind := labels.get(name.strip())) in TOLD:
            counts[kind] = sum(1 for cell in cells if cell.strip())
    return {kind: count / len(cells) for kind, count in counts.items() if count}


def _organisations(cells: Sequence[str]) -> int:
    parts = [cell.strip().encode("utf-8", "replace") for cell in cells]
    starts = np.cumsum([0, *(len(part) + 1 for part in parts)])
    found = organisations.organisations(terms.find(b"\n".join(parts)), (NONE, NONE), NONE).spans
    whole = set(zip(found.start.tolist(), found.end.tolist(), strict=True))
    ends = (starts[1:] - 1).tolist()
    return sum((start, end) in whole for start, end in zip(starts.tolist(), ends, strict=False))
