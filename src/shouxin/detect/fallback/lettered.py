"""Many codes of letters and digits at once: the counterpart of ``codes.Codes``."""

from typing import Final

import numpy as np

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback import checksums
from shouxin.detect.fallback.candidates import Candidates
from shouxin.detect.fallback.checksums import number
from shouxin.detect.fallback.eighteen import eighteen
from shouxin.detect.fallback.places import CLASSES, table
from shouxin.detect.fallback.runs import Runs
from shouxin.detect.fallback.tables import codes

CHECKSUM, TABLE, INNER = map(int, (Evidence.CHECKSUM, Evidence.TABLE, Evidence.INNER))
CAPITAL: Final = np.array([c & 0xDF if 97 <= c <= 122 else c for c in range(256)], np.uint8)
ONE_LETTER, TWO_LETTERS = table(b"EGDSP"), table(b"EDSP")
HM, TL = table(b"HM"), table(b"TL")


def lettered(of: Candidates, runs: Runs) -> None:
    """Judge the runs of eight to eighteen letters and digits."""
    length, digits = runs.length, runs.digits
    runs = runs.where((digits > 0) & (digits < length) & (length >= 8) & (length <= 18))
    length, digits = runs.length, runs.digits
    first = CLASSES[runs.places.data[runs.start]] == 1
    for judge, fits in (
        (_codes, length == 18),
        (_vehicles, (length == 17) & (digits >= 5)),
        (_residents, (length == 15) & (digits == 12)),
        (_permits, first & (length <= 11) & (digits >= length - 2)),
    ):
        some = runs.where(fits)
        if len(some.start):
            judge(of, some)


def _codes(of: Candidates, runs: Runs) -> None:
    eighteen(of, runs, CAPITAL[runs.places.windows(runs.start, 18)])


def _vehicles(of: Candidates, runs: Runs) -> None:
    raw = runs.places.windows(runs.start, 17)
    capitals = CAPITAL[raw]
    known = np.where(capitals[:, 0] == 76, TABLE, 0)
    inner = (CLASSES[raw[:, 13:]] == 2).all(1) & (raw == capitals).all(1)
    of.add("vin", runs, checksums.vin(capitals), CHECKSUM | known | np.where(inner, INNER, 0))


def _residents(of: Candidates, runs: Runs) -> None:
    """Judge three letters and twelve digits: foreign permanent residents, until 2023."""
    capitals = CAPITAL[runs.places.windows(runs.start, 15)]
    formed = (CLASSES[capitals[:, :3]] == 1).all(1)
    runs, capitals = runs.where(formed), capitals[formed]
    known = np.where(checksums.check_731(capitals), CHECKSUM, 0)
    known |= np.where(codes().provinces[number(capitals[:, 3:5] - 48)], TABLE, 0)
    fits = checksums.short_day(capitals[:, 7:13] - 48)
    of.add("foreign_permanent_resident", runs, fits, INNER | known)


def _permits(of: Candidates, runs: Runs) -> None:
    raw, length = runs.places.windows(runs.start, 11), runs.length
    inside = np.arange(11) < length[:, None]
    large = ~((CAPITAL[raw] != raw) & inside).any(1)
    one = large & (runs.digits == length - 1)
    two = large & (runs.digits == length - 2) & (CLASSES[raw[:, 1]] == 1)
    first, nine = raw[:, 0], length == 9
    chinese = nine & ((one & ONE_LETTER[first]) | (two & TWO_LETTERS[first]))
    of.add("passport", runs, (one | two) & (length <= 9), np.where(chinese, TABLE, 0))
    hong_kong = one & (nine | (length == 11)) & HM[first]
    beyond = nine & (((one | two) & (first == 67)) | (one & (first == 87)))
    of.add("hk_macao_permit", runs, hong_kong | beyond, 0)
    of.add("taiwan_permit", runs, one & nine & TL[first], 0)
