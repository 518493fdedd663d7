"""Why each of many findings of one text was found: the evidence with its weights, looked up at once.

The parts of an identifier and of an address add up to the score, those of a name to tenths of the natural
logarithm of its odds.
"""

from collections.abc import Mapping

import numpy as np

from shouxin.detect import prose
from shouxin.detect.finding import Finding
from shouxin.detect.kinds import KINDS, SOURCE, SOURCES, kinds
from shouxin.detect.scanner import Scanner
from shouxin.detect.spans import Spans

AROUND = 512
"""Bytes on either side that are read again for the findings of any other recogniser."""


def reasons(scanner: Scanner, text: bytes, spans: Spans) -> list[Mapping[str, float]]:
    """Return what each piece of evidence added to the spans that ``scanner`` found in a text.

    Names are read again in Python, at about a megabyte a second.
    """
    found = scanner.identified(text)
    places = zip(*(column.tolist() for column in found.spans[:3]), strict=True)
    evidence = dict(zip(places, found.evidence.tolist(), strict=True))
    sources = [SOURCES.get(KINDS[kind], SOURCE) for kind in spans.kind.tolist()]
    names = _names(text) if "names" in sources else {}
    explained: list[Mapping[str, float]] = []
    for source, kind, start, end, score in zip(sources, *(column.tolist() for column in spans), strict=True):
        if source == "names":
            explained.append(names.get(start, {}))
        elif source == "addresses":
            explained.append(prose.explain(text, KINDS[kind], start, round(score, 4)))
        elif (kind, start, end) in evidence:
            explained.append(kinds()[KINDS[kind]].parts(evidence[kind, start, end]))
        else:
            explained.append(_around(scanner, text, (KINDS[kind], start, end, score), source))
    return explained


def _names(text: bytes) -> dict[int, Mapping[str, float]]:
    """Return the reasons of every name by the byte it begins at."""
    from shouxin.detect.names.tagger import names

    decoded = text.decode("utf-8", "surrogateescape")
    sizes = [len(character.encode("utf-8", "surrogateescape")) for character in decoded]
    byte = np.cumsum([0, *sizes])
    return {
        int(byte[one.start]): {reason: float(weight) for reason, weight in one.reasons}
        for one in names(decoded)
    }


def _around(
    scanner: Scanner, text: bytes, found: tuple[str, int, int, float], source: str
) -> Mapping[str, float]:
    kind, start, end, score = found
    begin = max(0, start - AROUND)
    while begin < start and text[begin] & 0xC0 == 0x80:
        begin += 1
    placed = Finding(
        type=kind, start=0, end=0, byte_start=start - begin, byte_end=end - begin, score=score, source=source
    )
    return scanner.explain(text[begin : end + AROUND], placed)
