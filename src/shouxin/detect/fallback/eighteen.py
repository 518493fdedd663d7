"""Eighteen characters: numbers of residents and credit codes of organisations, many at once."""

from typing import Final

import numpy as np

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback import checksums
from shouxin.detect.fallback.candidates import Candidates
from shouxin.detect.fallback.checksums import number
from shouxin.detect.fallback.codes import REGISTERED
from shouxin.detect.fallback.digits import HMT
from shouxin.detect.fallback.places import Bools, Bytes, Ints, table
from shouxin.detect.fallback.runs import Runs
from shouxin.detect.fallback.tables import codes

CHECKSUM, TABLE, INNER = map(int, (Evidence.CHECKSUM, Evidence.TABLE, Evidence.INNER))
HMT_PLACES: Final = table(map(int, HMT), 10**6)
BODIES: Final = table(
    (256 * department + body for department, held in REGISTERED.items() for body in held), 2**16
)


def eighteen(of: Candidates, runs: Runs, capitals: Bytes) -> Bools:
    """Judge runs of eighteen, and return which are the number of a resident by its check character."""
    sure = residents(of, runs, capitals, 0)
    _credit(of, runs, capitals, ~sure)
    return sure


def residents(
    of: Candidates,
    runs: Runs,
    capitals: Bytes,
    known: Ints | int,
    end: Ints | None = None,
    rank: Ints | int = 0,
) -> Bools:
    """Judge the numbers of residents that begin with the runs, and return which have the check character."""
    if not len(capitals):
        return np.zeros(0, np.bool_)
    digits = capitals - 48
    numeric = (digits[:, :17] < 10).all(1) & ((digits[:, 17] < 10) | (capitals[:, 17] == 88))
    at = np.flatnonzero(numeric & (digits[:, 0] > 0))
    at = at[checksums.day(digits[at, 6:14])]
    sure = np.zeros(len(capitals), np.bool_)
    if not len(at):
        return sure
    some, digits, right = runs.where(at), digits[at], checksums.resident(capitals[at])
    place, foreign = number(digits[:, :6]), digits[:, 0] == 9
    region = codes().provinces[np.where(foreign, place // 1000 % 100, place // 10**4)]
    known, rank = (np.broadcast_to(one, len(capitals))[at] for one in (known, rank))
    evidence = known | INNER | np.where(right, CHECKSUM, 0) | np.where(region, TABLE, 0)
    span = (some.start, some.end if end is None else end[at])
    hmt = HMT_PLACES[place] & ~foreign
    taken = of.add("foreign_permanent_resident", some, foreign, evidence, span, rank)
    taken |= of.add("residence_permit_hmt", some, hmt, evidence, span, rank)
    taken |= of.add("resident_id", some, ~foreign & ~hmt, evidence, span, rank)
    sure[at[taken & right]] = True
    return sure


def _credit(of: Candidates, runs: Runs, capitals: Bytes, fits: Bools) -> None:
    registered = BODIES[capitals[:, 0].astype(np.int64) << 8 | capitals[:, 1]]
    at = np.flatnonzero(fits & registered & ((capitals[:, 2:8] - 48) < 10).all(1))
    if not len(at):
        return
    some, capitals = runs.where(at), capitals[at]
    region = codes().provinces[number(capitals[:, 2:4] - 48)]
    right = checksums.uscc(capitals) & (region | (some.digits < 18))
    inner = checksums.organisation(capitals[:, 8:])
    of.add("uscc", some, right, CHECKSUM | np.where(region, TABLE, 0) | np.where(inner, INNER, 0))
