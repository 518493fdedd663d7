"""Addresses: of people in electronic mail, of machines, of places on the globe."""

import re
from typing import Final

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback.base import NOTHING, Found
from shouxin.detect.fallback.codes import Codes
from shouxin.detect.fallback.view import ALNUM, DIGITS, HEX, LETTERS, PAD

TABLE, INNER, AGAINST = map(int, (Evidence.TABLE, Evidence.INNER, Evidence.AGAINST))
LOCAL: Final = ALNUM | frozenset(b"._%+-")
SUFFIXES: Final = frozenset(b"png jpg jpeg gif svg webp css js html json xml".split())
_domain = re.compile(rb"[A-Za-z0-9-]*(?:\.(?=[A-Za-z0-9])[A-Za-z0-9-]+)*")
_ipv4 = re.compile(rb"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})(?![0-9])")
_mac = re.compile(rb"[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}")
_cisco = re.compile(rb"(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}")
_decimal = re.compile(rb"-?([0-9]{1,3})\.[0-9]{4,15}(?![0-9])")
_between = "|".join(("[,; /\"':=\t]", "，|、|；|：|经|纬|度|东|北", "([A-Za-z_])")).encode()
_gap = re.compile(_between)


class Network(Codes):
    """E-mail, IP, MAC, coordinates."""

    def email(self, begin: int) -> bool:
        """Judge an @ before ``begin``; true where something was found."""
        s, at = self.s, begin - 1
        start = at
        while start > PAD and at - start < 64 and s[start - 1] in LOCAL:
            start -= 1
        while start < at and s[start] not in ALNUM:
            start += 1
        if start == at or s[at - 1] not in ALNUM:
            return False
        end = _domain.match(s, begin).end()  # type: ignore[union-attr]
        last = s.rfind(b".", begin, end) + 1
        while end > last > 0 and s[end - 1] == 45:
            end -= 1
        suffix = s[last:end]
        if not last or not 2 <= len(suffix) <= 24 or any(c not in LETTERS for c in suffix):
            return False
        if s[start - 1] == 58 and self._credentials(start, at):
            return self.best.score >= self.least
        path = s[end] == 58 and s[end + 1] in LETTERS
        user = s[start - 2 : start] == b"//"
        self.consider("email", start, end, AGAINST if suffix.lower() in SUFFIXES or path or user else 0)
        if self.best.score < self.least:
            return False
        self._put()
        return True

    def _credentials(self, start: int, at: int) -> bool:
        """Judge ``//user:password@host``; true where it has that form."""
        s, i = self.s, start - 1
        while i > PAD and start - i < 64 and s[i - 1] in LOCAL:
            i -= 1
        if s[i - 2 : i] != b"//":
            return False
        self.consider("password", start, at, int(Evidence.CONTEXT) | INNER)
        if self.best.score >= self.least:
            self._put()
        return True

    def put(self, item: Found) -> None:
        """Take what is sure in the place of what ends inside it."""
        while self.found and self.found[-1].end > item.start:
            self.found.pop()
        self.found.append(item)
        self.skip = item.end

    def _put(self) -> None:
        self.put(self.best)
        self.best = NOTHING._replace(score=self.best.score)

    def ipv4(self, a: int, known: int) -> None:
        """Four numbers from 0 to 255; a version or a section has the same form."""
        s, found = self.s, _ipv4.match(self.s, a)
        if s[a - 1] == 46 or not found:
            return
        end, parts = found.end(), found[0].split(b".")
        if any(int(part) > 255 for part in parts):
            return
        if s[end] in ALNUM or (s[end] == 46 and s[end + 1] in DIGITS):
            return
        product = (s[a - 1] == 47 and s[a - 2] in LETTERS) or (s[a - 1] == 45 and s[a - 2] in ALNUM)
        wide = any(len(part) == 3 for part in parts) or len(found[0]) >= 10
        self.consider("ipv4", a, end, known | (INNER if wide else 0) | (AGAINST if product else 0))

    def ipv6(self, a: int) -> None:
        """Eight groups, or fewer with one gap behind a prefix in use."""
        s, at, groups, gap, pairs = self.s, a, 0, 0, True
        if s[a - 1] in b":.":
            return
        while groups < 9:
            start = at
            while at - start < 5 and s[at] in HEX:
                at += 1
            if at - start > 4:
                return
            if at == start:
                break
            groups += 1
            pairs &= at - start == 2
            if s[at] != 58:
                break
            if s[at + 1] == 58:
                if gap:
                    return
                gap, at = 1, at + 2
            elif s[at + 1] in HEX:
                at += 1
            else:
                break
        if s[at] in ALNUM or (s[at] == 58 and s[at + 1] in ALNUM):
            return
        head = s[a : a + 2].lower()
        known = s[a + 4] == 58 and (head[:1] in (b"2", b"3") or head in (b"fe", b"fc", b"fd"))
        if (not gap and groups == 8 and not pairs) or (gap and groups < 8 and known):
            self.consider("ipv6", a, at, INNER if known else 0)

    def mac(self, a: int) -> None:
        """Six pairs, or three groups of four."""
        s, sep = self.s, self.s[a + 2]
        if sep in b":-":
            found = _mac.match(s, a)
            if (s[a - 1] == sep and s[a - 2] in HEX) or s[a - 1] == 46 or not found:
                return
            end = found.end()
            if s[end] in ALNUM or (s[end] == sep and s[end + 1] in HEX):
                return
        else:
            found = _cisco.match(s, a)
            if s[a - 1] == 46 or not found:
                return
            end = found.end()
            if s[end] in ALNUM or (s[end] == 46 and s[end + 1] in ALNUM):
                return
        time = sum(c in DIGITS for c in found[0]) == 12 and sep != 58
        self.consider("mac", a, end, AGAINST if time else 0)

    def coordinates(self, a: int) -> None:
        """Two decimals with four or more places."""
        s, first = self.s, _decimal.match(self.s, a)
        if s[a - 1] == 46 or (s[a - 1] == 45 and s[a - 2] in ALNUM) or not first:
            return
        at, parted = first.end(), False
        while at - first.end() < 24 and (gap := _gap.match(s, at)):
            parted |= gap[1] is None
            at = gap.end()
        second = _decimal.match(s, at) if parted else None
        if not second or s[second.end()] in ALNUM or s[second.end()] == 46:
            return
        low, high = sorted((int(first[1]), int(second[1])))
        if low > 90 or high > 180:
            return
        china = 3 <= low <= 54 and 73 <= high <= 136
        self.consider("coordinates", a - (s[a - 1] == 45), second.end(), TABLE if china else 0)
