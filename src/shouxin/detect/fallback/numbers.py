"""Many numbers without separators at once: the counterpart of ``digits.Digits.plain``."""

from typing import Final

import numpy as np

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback import checksums
from shouxin.detect.fallback.candidates import Candidates
from shouxin.detect.fallback.checksums import number
from shouxin.detect.fallback.digits import REPORTING_BODIES
from shouxin.detect.fallback.eighteen import eighteen
from shouxin.detect.fallback.places import CLASSES, Bytes, Ints, table
from shouxin.detect.fallback.runs import Runs
from shouxin.detect.fallback.tables import codes

CHECKSUM, TABLE, INNER = map(int, (Evidence.CHECKSUM, Evidence.TABLE, Evidence.INNER))
BODIES: Final = table(REPORTING_BODIES, 100)


def numbers(of: Candidates, runs: Runs) -> None:
    """Judge the runs of seven to twenty digits."""
    data, length = runs.places.data, runs.length
    whole = (runs.digits == length) & (length >= 7) & (length <= 20)
    runs, length = runs.where(whole), length[whole]
    fraction = (data[runs.start - 1] == 46) & (CLASSES[data[runs.start - 2]] == 2)
    fraction |= (data[runs.end] == 46) & (CLASSES[data[runs.end + 1]] == 2)
    length[fraction | (data[runs.end] == 64) & (CLASSES[data[runs.end + 1]] > 0)] = 0
    for size in range(7, 21):
        at = np.flatnonzero(length == size)
        if len(at):
            chosen = runs.where(at)
            _judge(of, chosen, chosen.places.windows(chosen.start, size) - 48)


def _judge(of: Candidates, runs: Runs, digits: Bytes) -> None:
    """Judge runs of one length."""
    size = digits.shape[1]
    if size <= 8:
        _short(of, runs, digits)
    elif size == 10:
        head = number(digits[:, :3])
        of.add("phone_hmt", runs, head // 10 == 9, 0)
        of.add("landline", runs, (head == 400) | (head == 800), TABLE)
    elif size == 11:
        _mobile(of, runs, digits)
    elif size == 12:
        of.add("driving_licence", runs, np.ones(len(digits), np.bool_), 0)
    elif size == 13:
        of_china = number(digits[:, :2]) == 86
        _mobile(of, runs.where(of_china), digits[of_china, 2:])
    elif size == 15:
        _device(of, runs, digits)
    if 10 <= size <= 12:
        _landline(of, runs, digits)
    if size >= 12:
        _long(of, runs, digits)


def _short(of: Candidates, runs: Runs, digits: Bytes) -> None:
    first, other = digits[:, 0], np.ones(len(digits), np.bool_)
    if digits.shape[1] == 8:
        day = checksums.day(digits)
        other = ~day
        of.add("birth_date", runs, day, 0)
        of.add("taiwan_permit", runs, other, 0)
        of.add("phone_hmt", runs, other & (first >= 2), 0)
    of.add("landline", runs, other & (first >= 2) & (first <= 8), 0)


def _mobile(of: Candidates, runs: Runs, digits: Bytes) -> None:
    listed = codes().mobiles[number(digits[:, :3])]
    of.add("mobile", runs, (digits[:, 0] == 1) & (digits[:, 1] >= 3), np.where(listed, TABLE, 0))


def _landline(of: Candidates, runs: Runs, digits: Bytes) -> None:
    for size, near in ((3, digits[:, 1] <= 2), (4, digits[:, 1] > 2)):
        if digits.shape[1] - size in (7, 8):
            fits = (
                (digits[:, 0] == 0)
                & (digits[:, 1] > 0)
                & near
                & (digits[:, size] >= 2)
                & (digits[:, size] <= 8)
            )
            area = codes().areas[number(digits[:, :size])]
            of.add("landline", runs, fits, np.where(area, TABLE, 0))


def _device(of: Candidates, runs: Runs, digits: Bytes) -> None:
    """Fifteen digits of a handset or of a subscriber, or an old resident number."""
    head, third, listed = number(digits[:, :2]), number(digits[:, 2:4]), codes()
    of.add("imei", runs, checksums.luhn(digits), CHECKSUM | np.where(BODIES[head], TABLE, 0))
    network = listed.networks[number(digits[:, 3:5])]
    of.add("imsi", runs, number(digits[:, :3]) == 460, np.where(network, TABLE, 0))
    resident = checksums.short_day(digits[:, 6:12]) & listed.provinces[head]
    place = (third >= 1) & (third <= 90) & (number(digits[:, 4:6]) >= 1)
    of.add("resident_id_15", runs, resident, INNER | np.where(place, TABLE, 0))


def _long(of: Candidates, runs: Runs, digits: Bytes) -> None:
    size, other = digits.shape[1], np.ones(len(digits), np.bool_)
    luhn = checksums.luhn(digits)
    if size == 18:
        other = ~eighteen(of, runs, digits + 48)
    if size >= 19:
        of.add("iccid", runs, number(digits[:, :4]) == 8986, TABLE | np.where(luhn, CHECKSUM, 0))
    if size <= 19:
        of.add("bank_card", runs, other & luhn, CHECKSUM | issued(digits))


def issued(digits: Bytes) -> Ints:
    """Return the evidence of cards of a range and length that were issued."""
    return np.where(codes().cards[number(digits[:, :6])] >> np.uint32(digits.shape[1]) & 1, TABLE, 0)
