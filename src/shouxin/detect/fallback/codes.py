"""Codes of letters and digits, by length and form."""

import re
from typing import Final

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback import checks
from shouxin.detect.fallback.grouped import Grouped
from shouxin.detect.fallback.view import ALNUM, DIGITS, HAN, LETTERS, LOWER, UPPER
from shouxin.detect.fallback.words import ends

CHECKSUM, TABLE, INNER = map(int, (Evidence.CHECKSUM, Evidence.TABLE, Evidence.INNER))
# GB 32100: which kinds of bodies each registering department has.
REGISTERED: Final = {
    ord(department): frozenset(bodies.encode())
    for department, bodies in (
        *(("1", "1239"), ("2", "19"), ("3", "123459"), ("4", "19"), ("5", "1239"), ("6", "129")),
        *(("7", "129"), ("8", "19"), ("9", "123"), ("A", "19"), ("N", "1239"), ("Y", "1")),
    )
}
PURPOSES: Final = frozenset(c.encode() for c in "挂学警港澳领使")
ENERGY: Final = frozenset(b"DFABCEGHJK")


_embassy = re.compile("[0-9]{6}(?![0-9])|[0-9]{3}·[0-9]{3}(?![0-9])".encode())
COUNTED: Final = frozenset(
    c.encode() for c in "人户元个家名台件条万亿吨只多余"
)  #: behind what 使 makes happen
INTRODUCING: Final = frozenset(c.encode() for c in "是为的辆车牌号")


def all_digits(s: bytes) -> bool:
    """Return whether a part is of decimal digits."""
    return all(c in DIGITS for c in s)


class Codes(Grouped):
    """Credit codes, vehicles, passports, permits, plates."""

    def code(self, a: int, b: int, digits: int) -> None:
        """Judge a run of letters and digits by its length."""
        length = b - a
        if not 8 <= length <= 18:
            return
        s = self.s[a:b].upper()
        small = s != self.s[a:b]
        if length == 18:
            self._eighteen(a, b, s, digits)
            return
        if length == 17 and digits >= 5 and checks.vin(s):
            known = TABLE if s[0] == 76 else 0
            known |= INNER if all_digits(s[13:]) and not small else 0
            self.consider("vin", a, b, CHECKSUM | known)
        if (
            length == 15
            and all_digits(s[3:])
            and not any(c in DIGITS for c in s[:3])
            and checks.short_day(s[7:])
        ):
            known = INNER | (CHECKSUM if checks.check_731(s) else 0)
            known |= TABLE if int(s[3:5]) in self.provinces else 0
            self.consider("foreign_permanent_resident", a, b, known)
        if length <= 11 and s[0] not in DIGITS and not small:
            self._permit(a, b, s, digits)

    def _eighteen(self, a: int, b: int, s: bytes, digits: int) -> None:
        if digits == 17 and s[17] == 88:
            self.resident(a, b, s, 0)
        if self.best.evidence & CHECKSUM:
            return
        if s[1] in REGISTERED.get(s[0], ()) and all_digits(s[2:8]) and checks.uscc(s):
            region = int(s[2:4]) in self.provinces
            if not region and digits == 18:
                return
            known = CHECKSUM | (TABLE if region else 0)
            self.consider("uscc", a, b, known | (INNER if checks.organisation(s[8:]) else 0))

    def _permit(self, a: int, b: int, s: bytes, digits: int) -> None:
        one = digits == len(s) - 1
        two = digits == len(s) - 2 and s[1] not in DIGITS
        if not one and not two:
            return
        nine = len(s) == 9
        chinese = nine and ((one and s[0] in b"EGDSP") or (two and s[0] in b"EDSP"))
        if len(s) <= 9:
            self.consider("passport", a, b, TABLE if chinese else 0)
        hong_kong = one and len(s) in (9, 11) and s[0] in b"HM"
        if hong_kong or (nine and (s[0] == 67 or (one and s[0] == 87))):
            self.consider("hk_macao_permit", a, b, 0)
        if one and nine and s[0] in b"TL":
            self.consider("taiwan_permit", a, b, 0)

    def embassy(self, a: int) -> None:
        """使014578, 使·101023, 使014·578; the verb 使 is told by what stands before and behind."""
        s, found = self.s, _embassy.match(self.s, a)
        at = a - 2 * (s[a - 2 : a] == "·".encode())
        if s[at - 3 : at] != "使".encode() or not found:
            return
        end, before = found.end(), s[at - 6 : at - 3]
        if s[end] in ALNUM or s[end : end + 3] in COUNTED:
            return
        if before[0] in HAN and not ends(s, at - 3) and before not in INTRODUCING:
            return
        self.consider("licence_plate", at - 3, end, 0)

    def plate(self, a: int, b: int) -> None:
        """Judge a letter and five or six characters behind the character of a province."""
        s = self.s
        if s[a - 3 : a] not in self.plates or s[a] not in LETTERS or s[a] in b"IOio":
            return
        at = a + 1
        if b - a == 1:
            gap = next(
                (mark for mark in ("·", "•", "・", " ", "-", ".") if s.startswith(mark.encode(), at)), None
            )
            if gap is None:
                return
            at += len(gap.encode())
        size = 0
        while size < 7 and s[at + size] in ALNUM:
            if s[at + size] in LOWER or s[at + size] in b"IO":
                return
            size += 1
        body, end = s[at : at + size], at + size
        letters = sum(c in UPPER for c in body)
        fits = size == 5 and letters <= 3
        if size == 4 and letters <= 1:
            fits, end = s[end : end + 3] in PURPOSES, end + 3
        if size == 6:
            little = body[0] in ENERGY and all_digits(body[2:])
            fits = little or (body[5] in ENERGY and all_digits(body[:5]))
        if fits:
            self.consider("licence_plate", a - 3, end, INNER if letters <= 2 else 0)
