"""What stands behind a label of the vocabulary: 诊断：…, ``religion: …``, ``"血型": "…"``."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

import numpy as np

from shouxin.detect.categories.terms import Hits
from shouxin.detect.categories.vocabulary import NOTHING, vocabulary
from shouxin.detect.kinds import NUMBER

PERSON: Final = NUMBER["person_name"]
REACH: Final = 240  #: bytes behind a label that are looked at
SIGNS: Final = np.frombuffer(b"\"' \t:=\xe3\xef", np.uint8)  #: with which what leads to a value begins
VALUE: Final = re.compile(
    rb"""["']?[ \t]*(?:\xe3\x80\x80)*(?:[:=]|\xef\xbc\x9a)[ \t]*(?:\xe3\x80\x80)*["']?"""
    rb"""((?:[^\s\0"'|,;!?<>{}\[\]\x80-\xff_]|[\xc2-\xdf][\x80-\xbf]"""
    rb"""|(?!\xe3\x80[\x80-\x82]|\xef\xbc[\x81\x8c\x9b\x9f])[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){1,60})"""
)

#: Latin letters behind a label of names: two to four words with capitals. A bare ``name`` also heads machines
#: and goods, so that behind it every word has to be one that Hanyu Pinyin can write.
LATIN: Final = re.compile(rb"[A-Z][A-Za-z'-]+(?:(?:,[ ]?|[ /])[A-Z][A-Za-z'-]+){1,3}(?![A-Za-z0-9_@.:/])")
PINYIN: Final = re.compile(
    rb"(?i)(?:(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    rb"(?:[iu]?ang?|[iu]?ai|i?ao|[iu]?a|[aeo]|i?ong|eng?|ei|er|ou|uo|ing?|ian|ie|iu|u[ein]|[iuv]|ve)){1,4}"
    rb"(?:[ ,/]+|$)){2,3}$"
)
PLAIN: Final = b"name"


def words(text: bytes, hits: Hits) -> Iterator[tuple[int, int, int]]:
    """Yield where a label stands, with its kind, behind which a sign is."""
    labels = vocabulary().label[hits.term]
    followed = np.frombuffer(text + b"\0", np.uint8)[hits.end]
    at = ((labels != NOTHING) & np.isin(followed, SIGNS)).nonzero()[0]
    return zip(hits.start[at].tolist(), hits.end[at].tolist(), labels[at].tolist(), strict=True)


def values(text: bytes, places: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int, float]]:
    """Yield the values behind these labels by bytes, with their kind and weight."""
    worth, no_values = _worth(), _no_values()
    for begin, end, kind in places:
        if found := VALUE.match(text, end, end + REACH):
            start, stop = found.span(1)
            if found[1].startswith(no_values):
                continue
            if kind == PERSON:
                latin = LATIN.match(text, start, end + REACH)
                if not latin or not _may_name(text[begin:end], latin[0]):
                    continue
                stop = latin.end()
            yield start, stop, kind, worth[kind]


@cache
def _worth() -> dict[int, float]:
    return {NUMBER[name]: words.weights.label for name, words in vocabulary().kinds.items()}


@cache
def _no_values() -> tuple[bytes, ...]:
    return tuple(value.encode() for value in vocabulary().people.no_values)


def _may_name(label: bytes, name: bytes) -> bool:
    """Say whether what stands behind a label can be a name: behind a bare ``name`` only Pinyin is."""
    return label.lower() != PLAIN or PINYIN.match(name) is not None
