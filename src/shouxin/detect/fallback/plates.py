"""Many licence plates at once: the counterpart of ``codes.Codes.plate``."""

from functools import cache
from typing import Final

import numpy as np

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback.candidates import Candidates
from shouxin.detect.fallback.codes import ENERGY, PURPOSES
from shouxin.detect.fallback.places import CLASSES, Keys, table
from shouxin.detect.fallback.runs import Runs
from shouxin.detect.kinds import lists

#: What stands between the letter of a town and the rest, by its length in bytes.
GAPS: Final = {1: Keys((b" ", b"-", b".")), 2: Keys(["·".encode()]), 3: Keys(c.encode() for c in "•・")}
PURPOSE: Final = Keys(PURPOSES)
LETTER: Final = table(b"ABCDEFGHJKLMNPQRSTUVWXYZ")
TOWN: Final = LETTER | table(b"abcdefghjklmnpqrstuvwxyz")
SIGN: Final = LETTER | table(b"0123456789")
NEW_ENERGY: Final = table(ENERGY)


def plates(of: Candidates, runs: Runs) -> None:
    """Judge a letter and four to six characters behind the character of a province."""
    data, length = runs.places.data, runs.length
    alone = (runs.digits == 0) & (length == 1)
    joined = (runs.digits > 0) & (runs.digits < length) & (length >= 5) & (length <= 7)
    at = np.flatnonzero(alone | joined)
    at = at[(data[runs.start[at] - 1] >= 0x80) & TOWN[data[runs.start[at]]]]
    at = at[_provinces().have(runs.places.key(runs.start[at] - 3, 3))]
    runs = runs.where(at)
    body = runs.start + 1
    alone = runs.length == 1
    for size, gaps in GAPS.items():
        body += np.where(alone & gaps.have(runs.places.key(runs.start + 1, size)), size, 0)
    signs = runs.places.windows(body, 7)
    size = np.cumprod(SIGN[signs], 1).sum(1)  # as many as stand there without a break
    whole = CLASSES[runs.places.data[body + size]] == 0
    letters = CLASSES[signs] == 1
    count = np.cumsum(letters, 1)[np.arange(len(body)), np.maximum(size, 1) - 1]
    purpose = (size == 4) & PURPOSE.have(runs.places.key(body + size, 3))
    little = NEW_ENERGY[signs[:, 0]] & ~letters[:, 2:6].any(1)
    large = NEW_ENERGY[signs[:, 5]] & ~letters[:, :5].any(1)
    fits = whole & (body > runs.start + alone)
    fits &= ((size == 5) & (count <= 3)) | (purpose & (count <= 1)) | ((size == 6) & (little | large))
    end = body + size + np.where(purpose, 3, 0)
    known = np.where(count <= 2, Evidence.INNER, 0)
    of.add("licence_plate", runs, fits, known, (runs.start - 3, end))


@cache
def _provinces() -> Keys:
    return Keys(character.encode() for character in lists().plates)
