"""Runs come in, what they are is found, the best of what a run may be is kept."""

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback.base import NOTHING
from shouxin.detect.fallback.labelled import Labelled
from shouxin.detect.fallback.view import LETTERS, digits_at, mailed
from shouxin.detect.fallback.words import begins


class Finder(Labelled):
    """The whole of it."""

    def take(self, a: int, b: int, digits: int) -> None:
        """Judge the run [a, b)."""
        if a < self.skip:
            return
        self.best = NOTHING
        if self.s[a - 1] == 64 and self.email(a):
            return
        if digits == 0:
            self.letters(a, b)
        elif digits == b - a:
            self.digits(a, b, 0)
        else:
            self.mixed(a, b, digits)
        if self.best.end and self.best.score >= self.least:
            self.found.append(self.best)
            self.skip = self.best.end

    def letters(self, a: int, b: int) -> None:
        """Judge a run of letters."""
        length, after = b - a, self.s[b]
        if (length == 2 and after in b":-") or (length == 4 and after == 46):
            self.mac(a)
        if length <= 4 and after == 58:
            self.ipv6(a)
        if length == 1 and self.s[a - 1] >= 0x80:
            self.plate(a, b)
        self.labelled(a, b, 0)

    def digits(self, a: int, b: int, known: int) -> None:
        """Judge a run of digits."""
        length, after = b - a, self.s[b]
        if mailed(self.s, b):
            return
        if length <= 4:
            if after == 46:
                self.ipv4(a, known)
                self.coordinates(a)
            if (length == 2 and after in b":-") or (length == 4 and after == 46):
                self.mac(a)
            if after == 58:
                self.ipv6(a)
            if length == 4:
                self.dotted_date(a)
        if self.s[a - 1] >= 0x80:
            self.embassy(a)
        if self.best.score < self.least:
            self.plain(a, b, known)
        if self.best.score < self.least and not self.international(a, b):
            if length == 1:
                self.apart(a)
            else:
                self.grouped(a, b)
        if length >= 4:
            self.labelled(a, b, length, glued=bool(known & Evidence.GLUED))

    def mixed(self, a: int, b: int, digits: int) -> None:
        """Judge a run of letters and digits."""
        length, after = b - a, self.s[b]
        if (length == 2 and after in b":-") or (length == 4 and after == 46):
            self.mac(a)
        if length <= 4 and after == 58:
            self.ipv6(a)
        if self.s[a - 1] >= 0x80 and 5 <= length <= 8:
            self.plate(a, b)
        self.code(a, b, digits)
        if self.best.score < self.least and self.s[a] in LETTERS:
            self.glued(a, b)
        if self.best.score < self.least:
            self.known_secret(a, b)
        self.labelled(a, b, digits)

    def glued(self, begin: int, end: int) -> None:
        """``IP144…``, ``QQ12345678``, ``tel138…``: a word of context, then the number."""
        s, a = self.s, begin
        while a < end and s[a] in LETTERS:
            a += 1
        b = end - (s[end - 1] in b"xX")
        if not 2 <= a - begin <= 12 or a + digits_at(s, a) < b:
            return
        word = begins(s, begin, a)
        if not word or begin + len(word.text) != a:
            return
        if b == end:
            self.digits(a, b, Evidence.GLUED)
        elif end - a == 18:
            self.resident(a, end, s[a:end].upper(), Evidence.GLUED)
