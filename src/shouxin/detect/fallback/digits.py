"""Numbers without separators: their length says what they can be."""

from typing import Any

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback import checks
from shouxin.detect.fallback.base import Base
from shouxin.detect.fallback.view import plus_before

CHECKSUM, TABLE, INNER = map(int, (Evidence.CHECKSUM, Evidence.TABLE, Evidence.INNER))
HMT = (b"810000", b"820000", b"830000")
REPORTING_BODIES = frozenset((1, 35, 49, 86, 98, 99))


class Digits(Base):
    """Mobile and fixed lines, resident numbers, cards and devices."""

    code: Any

    def resident(self, start: int, end: int, s: bytes, known: int) -> None:
        """Eighteen characters of a resident, also of one from Hong Kong, Macao, Taiwan or abroad."""
        if s[:1] == b"0" or not checks.day(s[6:14]):
            return
        known |= INNER | (CHECKSUM if checks.resident(s) else 0)
        foreign = s[:1] == b"9"
        known |= TABLE if int(s[foreign : foreign + 2]) in self.provinces else 0
        hmt = s[:6] in HMT
        kind = "foreign_permanent_resident" if foreign else "residence_permit_hmt" if hmt else "resident_id"
        self.consider(kind, start, end, known)

    def bank_card(self, start: int, end: int, s: bytes, known: int) -> None:
        """Digits of a card: Luhn, and the ranges of the networks."""
        if not checks.luhn(s):
            return
        six = int(s[:6])
        issued = any(low <= six <= high and len(s) in lengths for low, high, lengths in self.cards)
        self.consider("bank_card", start, end, known | CHECKSUM | (TABLE if issued else 0))

    def device(self, a: int, b: int, known: int) -> None:
        """Fifteen digits of a handset or of a subscriber, or an old resident number."""
        s = self.s[a:b]
        if checks.luhn(s):
            listed = TABLE if int(s[:2]) in REPORTING_BODIES else 0
            self.consider("imei", a, b, known | CHECKSUM | listed)
        if s.startswith(b"460"):
            self.consider("imsi", a, b, known | (TABLE if int(s[3:5]) in self.networks else 0))
        if checks.short_day(s[6:12]) and int(s[:2]) in self.provinces:
            place = 1 <= int(s[2:4]) <= 90 and int(s[4:6]) >= 1
            self.consider("resident_id_15", a, b, known | INNER | (TABLE if place else 0))

    def mobile(self, at: int, start: int, end: int, known: int) -> None:
        """Eleven digits from 13 on."""
        if self.s[at] == 49 and self.s[at + 1] >= 51:
            self.consider(
                "mobile", start, end, known | (TABLE if int(self.s[at : at + 3]) in self.mobiles else 0)
            )

    def plain(self, a: int, b: int, known: int) -> None:
        """Judge the digits [a, b) by their number."""
        length = b - a
        if not 7 <= length <= 20 or self.fraction(a, b):
            return
        s = self.s[a:b]
        if length in (7, 8):
            self._short(a, b, s, known)
        elif length == 10:
            if s.startswith(b"09"):
                self.consider("phone_hmt", a, b, known)
            if s[:3] in (b"400", b"800"):
                self.consider("landline", a, b, known | TABLE)
        elif length == 11:
            self.mobile(a, a - plus_before(self.s, a), b, known | self.coded(a, b))
        elif length == 12:
            self.consider("driving_licence", a, b, known)
        elif length == 13 and s.startswith(b"86"):
            self.mobile(a + 2, a - plus_before(self.s, a), b, known | self.coded(a, b))
        elif length == 15:
            if s.startswith(b"0086"):
                self.mobile(a + 4, a, b, known | self.coded(a, b))
            self.device(a, b, known)
        if 10 <= length <= 12 and s[0] == 48 != s[1]:
            size = 3 if s[1] <= 50 else 4
            if length - size in (7, 8) and 50 <= s[size] <= 56:
                area = TABLE if int(s[:size]) in self.areas else 0
                self.consider("landline", a, b, known | area)
        if length >= 12:
            self._long(a, b, s, known)

    def _short(self, a: int, b: int, s: bytes, known: int) -> None:
        if len(s) == 8:
            if checks.day(s):
                self.consider("birth_date", a, b, known)
                return
            self.consider("taiwan_permit", a, b, known)
            if s[0] >= 50:
                self.consider("phone_hmt", a, b, known)
        if 50 <= s[0] <= 56:
            self.consider("landline", a, b, known)

    def _long(self, a: int, b: int, s: bytes, known: int) -> None:
        if len(s) == 18:
            self.resident(a, b, s, known)
            if self.best.evidence & CHECKSUM:
                return
            self.code(a, b, 18)
        if len(s) >= 19 and s.startswith(b"8986"):
            self.consider("iccid", a, b, known | TABLE | (CHECKSUM if checks.luhn(s) else 0))
        if len(s) <= 19:
            self.bank_card(a, b, s, known)
