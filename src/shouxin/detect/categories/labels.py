"""What stands behind a label of the vocabulary: 诊断：…, ``religion: …``, ``"血型": "…"``."""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from shouxin.detect.categories.terms import Hits
from shouxin.detect.categories.vocabulary import NOTHING, vocabulary
from shouxin.detect.kinds import KINDS, NUMBER

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


def values(text: bytes, hits: Hits) -> Iterator[tuple[int, int, int, float]]:
    """Yield the values behind labels by bytes, with their kind and weight."""
    words, person = vocabulary(), NUMBER["person_name"]
    labels = words.label[hits.term]
    no_values = tuple(value.encode() for value in words.people.no_values)
    followed = np.frombuffer(text + b"\0", np.uint8)[hits.end]
    for at in ((labels != NOTHING) & np.isin(followed, SIGNS)).nonzero()[0].tolist():
        end, kind = int(hits.end[at]), int(labels[at])
        if found := VALUE.match(text, end, end + REACH):
            start, stop = found.span(1)
            if found[1].startswith(no_values):
                continue
            if kind == person:
                latin = LATIN.match(text, start, end + REACH)
                if not latin or not _may_name(text[int(hits.start[at]) : end], latin[0]):
                    continue
                stop = latin.end()
            yield start, stop, kind, words.kinds[KINDS[kind]].weights.label


def _may_name(label: bytes, name: bytes) -> bool:
    """Say whether what stands behind a label can be a name: behind a bare ``name`` only Pinyin is."""
    return label.lower() != PLAIN or PINYIN.match(name) is not None
