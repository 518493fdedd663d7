"""Numbers written in groups, and numbers with a country code."""

import re
from itertools import pairwise
from typing import Final

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback import checks
from shouxin.detect.fallback.base import AGAINST
from shouxin.detect.fallback.digits import Digits
from shouxin.detect.fallback.groups import DOT, HYPHEN, NEWLINE, UNDERSCORE, Groups, joint, separator
from shouxin.detect.fallback.view import (
    ALNUM,
    DIGITS,
    closing_at,
    digits_at,
    opening_before,
    plus_before,
)
from shouxin.detect.kinds import NUMBER

TABLE, INNER, SPLIT, BROKEN = map(int, (Evidence.TABLE, Evidence.INNER, Evidence.SPLIT, Evidence.BROKEN))
CARDS: Final = frozenset(
    ((4, 4, 4, 4), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3), (4, 6, 5), (6, 10), (6, 13), (8, 8))
)
LINES: Final = frozenset(((3, 8), (3, 7), (3, 4, 4), (4, 7), (4, 8), (4, 3, 4), (4, 4, 4)))
MOBILES: Final = frozenset(((3, 4, 4), (3, 8), (7, 4)))
UNDERSCORED: Final = frozenset(((3, 4, 4), (4, 4, 4, 4), *((4, 4, 4, 4, last) for last in (1, 2, 3))))
NEVER: Final = 99  #: more digits than any number has
FOURS: Final = (4, 4, 4, 4)
LISTED: Final = (b"86", b"852", b"853", b"886")
HMT: Final = (852, 853, 886)
_pair = re.compile(rb"/[0-9]{4}-[0-9]{4}(?![0-9])")
_part = re.compile(
    rb"([0-9]++)(?![A-Za-z])(?: |\xc2\xa0|\xe3\x80\x80|[.()-]|\xe2\x80[\x90-\x95]|\xe2\x88\x92"
    rb"|\xef\xbc[\x88\x89\x8d]|\xef\xb9\xa3){0,3}"
)
_date = re.compile(
    rb"(?:1[89]|20)[0-9]{2}(?:\xe5\xb9\xb4([0-9]{1,2})\xe6\x9c\x88([0-9]{1,2})(?![0-9])(?:\xe6\x97\xa5)?"
    rb"|([-/.])([0-9]{1,2})\3([0-9]{1,2})(?![0-9]))"
)


def abroad(country: int, length: int, known: int) -> bool:
    """Return whether so many digits may follow the code of a country; codes of three are of small ones."""
    if country in (1, 7):
        return length == 10
    return length >= (5 if country >= 100 else 6 if known & SPLIT else 8)


def even(ends: list[tuple[int, int]]) -> bool:
    """Return whether 00, the code of a country and more stand in groups of one length, as a serial does."""
    totals = [0, *(total + 2 for _, total in ends)]
    sizes = [b - a for a, b in pairwise(totals)]
    return all(size == sizes[0] for size in sizes[1:-1]) and sizes[-1] <= sizes[0]


def further_fours(s: bytes, end: int) -> int:
    """Return how many groups of four (4: or more) follow at ``end``, 0 where other groups do."""
    kind, _ = joint(s, end)
    for count in range(5):
        following, length = joint(s, end)
        if not kind or following != kind or s[end + length] not in DIGITS:
            return count
        if digits_at(s, end + length) != 4:
            return 0
        end += length + 4
    return 4


def after_fours(s: bytes, a: int) -> bool:
    """Return whether groups of four stand before ``a`` in one manner that make no card of their own."""
    gap, count = s[a - 1], 0
    if gap not in b" -._":
        return False
    while count < 8 and s[a - 1] == gap and s[a - 5 : a - 1].isdigit() and s[a - 6] not in ALNUM:
        a, count = a - 5, count + 1
    return count % 4 > 0


class Grouped(Digits):
    """Groups, country codes and dates."""

    def grouped(self, a: int, b: int) -> None:
        """Judge the groups that begin with the digits [a, b)."""
        s = self.s
        if not 2 <= b - a <= 18:
            return
        if closing_at(s, b) and opening_before(s, a):
            self._area(a, b)
            return
        kind, length = joint(s, b)
        if not kind or s[b + length] not in DIGITS:
            return
        inside = s[a - 1] in b"-." and s[a - 2] in DIGITS
        inside |= kind == UNDERSCORE and s[a - 1] in b"_"
        groups = Groups(s, a)
        for n in range(len(groups.begin), 1, -1):
            if self.best.score >= self.least:
                break
            open_end = n < len(groups.begin) and groups.after[n - 1] in (HYPHEN, DOT)
            if inside or open_end:
                continue
            tied = groups.shape(n) not in UNDERSCORED or s[groups.end[n - 1]] in b"_@"
            if groups.underscored(n) and tied:
                continue
            total = groups.digits[n - 1]
            known = SPLIT | (BROKEN if groups.broken(n) else 0)
            if total == 18 and n <= 6:
                self.resident(a, groups.end[n - 1], groups.text[:18], known)
            if total > 17 and groups.text[17:18] == b"X":
                continue
            card = groups.shape(n) in CARDS or (n == 2 and groups.broken(2))
            if groups.shape(n) == FOURS:  # more fours, but not those of another card, make it a part of more
                card = further_fours(s, groups.end[n - 1]) in (0, 4)
            if card and 13 <= total <= 19:
                against = AGAINST if groups.shape(n) == FOURS and after_fours(s, a) else 0
                self.bank_card(a, groups.end[n - 1], groups.text[:total], known | against)
            self._mobile_groups(groups, n)
            self._landline_groups(groups, n)
            self._hmt_groups(groups, n)

    def apart(self, a: int) -> None:
        """Each digit apart: 1 3 8 0 0 1 3 8 0 0 0; a digit before or more digits behind make it a list."""
        kind, length = separator(self.s, a + 1)
        if not kind or kind == NEWLINE:
            return
        if self.s[a - length - 1] in DIGITS and separator(self.s, a - length)[0] == kind:
            return
        text, at = b"", a
        while len(text) < 20:
            if self.s[at] not in DIGITS and not (len(text) == 17 and self.s[at] in b"xX"):
                break
            if self.s[at + 1] in ALNUM:
                return
            text, end = text + self.s[at : at + 1].upper(), at + 1
            if text[-1:] == b"X" or separator(self.s, end) != (kind, length):
                break
            at = end + length
        known = SPLIT | BROKEN
        if len(text) == 11 and text[0] == 49 and text[1] >= 51:
            self.consider("mobile", a, end, known | (TABLE if int(text[:3]) in self.mobiles else 0))
        if len(text) == 18:
            self.resident(a, end, text, known)
        if 16 <= len(text) <= 19 and text[-1] in DIGITS:
            self.bank_card(a, end, text, known)

    def _area(self, a: int, b: int) -> None:
        """(010) 6600 0000."""
        s = self.s
        start = b + closing_at(s, b)
        rest = Groups(s, start + (s[start] == 32))
        for n in range(len(rest.begin), 0, -1):
            if b - a == 3 and rest.digits[n - 1] == 8 and s[a] == 49 and s[a + 1] >= 51:
                listed = TABLE if int(s[a:b]) in self.mobiles else 0
                self.consider("mobile", a - opening_before(s, a), rest.end[n - 1], SPLIT | listed)
                return
            if s[a] != 48 or s[a + 1] == 48:
                continue
            if rest.digits[n - 1] in (7, 8) and b - a in (3, 4):
                area = TABLE if int(s[a:b]) in self.areas else 0
                end = rest.end[n - 1 + rest.extends(n)]
                self.consider("landline", a - opening_before(s, a), end, SPLIT | area)
                return

    def _mobile_groups(self, groups: Groups, n: int) -> None:
        broken = groups.broken(n)
        whole = broken and n == 2 and groups.digits[1] == 11
        if groups.shape(n) not in MOBILES and not whole:
            return
        if n == 2 and groups.after[0] == DOT:  # a decimal
            return
        if groups.text[0] != 49 or groups.text[1] < 51:
            return
        known = SPLIT | (BROKEN if broken else 0) | (TABLE if int(groups.text[:3]) in self.mobiles else 0)
        self.consider("mobile", groups.begin[0], groups.end[n - 1], known)

    def _landline_groups(self, groups: Groups, count: int) -> None:
        extension = count > 2 and groups.after[count - 2] == HYPHEN
        known = SPLIT | (BROKEN if groups.broken(count) else 0)
        start, end = groups.begin[0], groups.end[count - 1]
        for n in range(count, count - extension - 1, -1):
            if n < count and groups.digits[count - 1] - groups.digits[count - 2] > 6:
                continue
            shape = groups.shape(n)
            if shape in ((3, 3, 4), (3, 4, 3)) and groups.text[:3] in (b"400", b"800"):
                self.consider("landline", start, end, known | TABLE)
            local = groups.text[groups.digits[0]]
            if shape in LINES and groups.text[0] == 48 != groups.text[1] and 50 <= local <= 56:
                area = int(groups.text[: groups.digits[0]]) in self.areas
                self.consider("landline", start, end, known | (TABLE if area else 0))

    def _hmt_groups(self, groups: Groups, n: int) -> None:
        s, shape, text = self.s, groups.shape(n), groups.text
        start, end = groups.begin[0], groups.end[n - 1]
        known = SPLIT | (BROKEN if groups.broken(n) else 0)
        if shape == (4, 4) and text[0] >= 50:
            joined = _pair.match(s, end)
            last = self.found[-1] if self.found else None
            second = (
                s[start - 1] == 47
                and s[start - 2] in DIGITS
                and last
                and (last.kind, last.end) == (NUMBER["phone_hmt"], start - 1)
            )
            self.consider("phone_hmt", start, end, known | (INNER if joined or second else 0))
        if shape in ((4, 3, 3), (4, 6)) and text[:2] == b"09":
            self.consider("phone_hmt", start, end, known | TABLE)
        if shape in ((2, 4, 4), (2, 3, 4)) and text[0] == 48 and text[1] >= 50:
            self.consider("phone_hmt", start, end, known)

    def international(self, a: int, b: int) -> bool:
        """+86 138 1234 5678, (+852) 2335 2305, 00886-2-2752-1234, 852)6466668, 0044 20 7946 0018."""
        s, at, plus, zeros = self.s, a, plus_before(self.s, a), False
        if not plus:
            at = a + 2 * s.startswith(b"00", a)
            zeros = at != a and not s.startswith(LISTED, at)
            if zeros and (b - at > 3 or not separator(s, b)[0]):
                return False
            if at == a:
                if not s.startswith(LISTED, at):
                    return False
                alone = b - a == (2 if s.startswith(b"86", a) else 3) or b - a == 3
                if not alone or not (closing_at(s, b) or separator(s, b)[0]):
                    return False
                if s[a - 2] in DIGITS and s[a - 1] in b"-.":
                    return False
        closed = closing_at(s, b)
        text, ends = self._parts(at)
        country = self._country(text)
        if not country or (zeros and (at + len(str(country)) != b or even(ends))):
            return False
        start = a - plus
        if ends and closing_at(s, ends[0][0]):
            start -= opening_before(s, start)
        shortest = 1 if plus else 7 if zeros else NEVER
        certain = bool(plus or (at != a and not zeros) or closed)
        for g in range(len(ends) - 1, -1, -1):
            end, total = ends[g]
            if g < len(ends) - 1 and separator(s, end)[0] == DOT:
                continue
            known = (SPLIT if g else 0) | (INNER if certain else 0)
            if self._national(country, text[:total], start, end, known, shortest, bool(closed)):
                return self.best.end != 0
        return False

    def _country(self, text: bytes) -> int:
        """Return the country code that the digits begin with, or 0."""
        found = 0
        for n in range(1, min(3, len(text)) + 1):
            value = int(text[:n])
            if text[0] != 48 and value in self.countries:
                found = value
        return found

    def _parts(self, at: int) -> tuple[bytes, list[tuple[int, int]]]:
        """Return up to fifteen digits from ``at`` on, and where each group ends, with the count so far."""
        text, ends = b"", list[tuple[int, int]]()
        while len(ends) < 8:
            part = _part.match(self.s, at)
            if not part or len(text) + len(part[1]) > 15:
                break
            text += part[1]
            ends.append((part.end(1), len(text)))
            at = part.end()
        return text, ends

    def _national(
        self, country: int, text: bytes, start: int, end: int, known: int, shortest: int, closed: bool
    ) -> bool:
        """Judge the digits behind a country code; true where they are of the country's form.

        ``shortest`` is the least number of digits that make them a number abroad.
        """
        local = text[len(str(country)) :]
        length, zero = len(local), local[:1] == b"0"
        first = local[zero : zero + 1]
        if country == 86:
            if length - zero == 11 and first == b"1" and local[zero + 1] >= 51:
                listed = int(local[zero : zero + 3]) in self.mobiles
                self.consider("mobile", start, end, known | (TABLE if listed else 0))
                return True
            if 9 <= length - zero <= 11 and first != b"0" and (local[0] != 49 or local[1] == 48):
                self.consider("landline", start, end, known | SPLIT | TABLE)
                return True
        elif country in HMT:
            fits = length - zero in (8, 9) if country == 886 else length == 8 or (length == 7 and closed)
            if fits and first >= b"2":
                self.consider("phone_hmt", start, end, known | TABLE)
                return True
        elif length >= shortest and abroad(country, length, known) and local[:1] != b"0":
            self.consider("phone_abroad", start, end, known)
            return True
        return False

    def dotted_date(self, a: int) -> None:
        """1990-01-02, 1990/1/2, 1990年1月2日: a date of birth only where the words around say so."""
        found = _date.match(self.s, a)
        if not found:
            return
        month, date = (int(part) for part in (found[1] or found[4], found[2] or found[5]))
        text = self.s[a : a + 4] + b"%02d%02d" % (month, date)
        if checks.day(text) and self.s[found.end()] not in ALNUM:
            self.consider("birth_date", a, found.end(), INNER)
