"""What only its label makes known: QQ and WeChat numbers, account names, passwords, secrets."""

import re
from typing import Final

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback.network import Network
from shouxin.detect.fallback.view import LETTERS, PAD
from shouxin.detect.fallback.words import Label, ends, label_before
from shouxin.detect.kinds import NUMBER

CONTEXT, INNER, TABLE = map(int, (Evidence.CONTEXT, Evidence.INNER, Evidence.TABLE))
SYMBOLS: Final = frozenset(b"!@#$%^&*")
NAME: Final = re.compile(rb"[A-Za-z0-9_-]+")
ACCOUNT: Final = re.compile(rb"[A-Za-z0-9_.-]+")
SECRET: Final = re.compile(rb"[A-Za-z0-9_.+/=~-]+")
PASSWORD: Final = re.compile(rb"[!#-&*+\-./0-:=?@A-\\^_`a-z{|~(]+")
PARAMETER: Final = re.compile(rb"[!$%*+\-./0-:=?@A-\\^_`a-z{|~(]+")
LINES: Final = re.compile(rb"[A-Za-z0-9+/=\r\n]{1,16384}")  #: of a private key
PEM: Final = (b"PRIVATE KEY-----\n", b"PRIVATE KEY-----\r\n")
OTHER: Final = re.compile(rb"[^A-Za-z_.-]")
SCHEMES: Final = (b"bearer", b"authorization: basic")  #: a blank parts them from what proves the right
ARMS: Final = frozenset(c.encode() for c in "军海空陆南北沈兰济广成参政后装士文武警东西中")
CIVIL: Final = frozenset(c.encode() for c in "国省市县区州府院法公民")
CLOUDS: Final = ((b"AKIA", 20, 20), (b"LTAI", 16, 30), (b"AKID", 32, 40))


class Labelled(Network):
    """Values behind their labels, and keys of a known form."""

    def labelled(self, a: int, b: int, digits: int, *, glued: bool = False) -> None:
        """Judge the run [a, b) by what stands right before it."""
        s, start = self.s, a
        while start > PAD and a - start < 8 and s[start - 1] in SYMBOLS:
            start -= 1
        before = s[start - 1]
        space = (
            before == 32 and s[start - 2] < 0x80 and s[start - 2] not in b":=" and not scheme(s, start - 1)
        )
        if not glued and (space or (before < 0x80 and before not in b":=\"' ")):
            return
        if digits == b - a >= 6 and s[a - 6 : a] == "字第".encode() and s.startswith("号".encode(), b):
            if digits <= 8 and a - 9 >= self.skip and self.of_forces(a - 9):
                self.consider("military_licence", a - 9, b + 3, 0)
            return
        label = label_before(s, start)
        if label.word:
            self._names(a, b, digits, label)
            self._secrets(start, a, label)

    def of_forces(self, arm: int) -> bool:
        """Return whether an arm, a region or a service stands at ``arm``, and no civil authority before."""
        before = self.s[arm - 3 : arm]
        return self.s[arm : arm + 3] in ARMS and before not in CIVIL and before not in self.plates

    def extent(self, i: int, form: re.Pattern[bytes]) -> int:
        """Return where the value at ``i`` ends, full stops at its end left out; a long one is read once."""
        begin, reach, end = self.extents.get(form, (0, 0, 0))
        if not begin <= i < reach:
            found = form.match(self.s, i)
            reach = end = found.end() if found else i
            while self.s[end - 1] == 46:
                end -= 1
            self.extents[form] = i, reach, end
        return end

    def dots(self, a: int, end: int) -> int:
        """Return how many full stops there are; those of a long value are counted once."""
        begin, last, count = self.dotted
        if last == end and begin <= a:
            count -= self.s.count(b".", begin, a)
        else:
            count = self.s.count(b".", a, end)
        self.dotted = a, end, count
        return count

    def _names(self, a: int, b: int, digits: int, label: Label) -> None:
        s, size = self.s, b - a
        if announces(label, "qq") and digits == size and 5 <= size <= 11 and s[a] != 48:
            self.consider("qq", a, b, CONTEXT)
        if announces(label, "wechat"):
            end = self.extent(a, NAME) if s[a] in LETTERS else b
            if 5 + (digits < size) <= end - a <= 20:
                self.consider("wechat", a, end, CONTEXT)
        if announces(label, "account_name") and label.marked:
            end = self.extent(a, ACCOUNT)
            if 3 <= end - a <= 32 and s[end] != 64:
                self.consider("account_name", a, end, CONTEXT | made(s, a, end) | han(label))

    def _secrets(self, start: int, a: int, label: Label) -> None:
        s = self.s
        if announces(label, "password") and label.marked:
            end = self.extent(start, PASSWORD)
            if 4 <= end - start <= 64:
                self.consider("password", start, end, CONTEXT | made(s, start, end) | han(label))
        if announces(label, "secret"):
            end = self.extent(a, SECRET)
            if 16 <= end - a <= 512:
                self.consider("secret", a, end, CONTEXT | made(s, a, end))
        if announces(label, "url_token") and s[start - 1] == 61 and s[label.begin - 1] in b"?&#":
            end = self.extent(start, PARAMETER)
            if end - start >= 6:
                self.consider("url_token", start, end, CONTEXT | made(s, start, end))

    def known_secret(self, a: int, b: int) -> None:
        """Keys whose issuers gave them a form of their own: clouds, code hosts, JSON web tokens, PEM."""
        s, size = self.s, b - a
        if any(s.startswith(head, a) and low <= size <= high for head, low, high in CLOUDS):
            self.consider("secret", a, b, TABLE)
        if size >= 36 and s[a - 4 : a] in (b"ghp_", b"gho_"):
            self.consider("secret", a - 4, b, TABLE)
        if s.startswith(b"eyJ", a):
            end = self.extent(a, ACCOUNT)
            if end - a >= 40 and self.dots(a, end) == 2:
                self.consider("secret", a, end, TABLE)
        if s[a - 1] == 10 and s[a - 18 : a].endswith(PEM) and (found := LINES.match(s, a)):
            self.consider("secret", a, a + len(found[0].rstrip(b"\r\n")), TABLE)


def scheme(s: bytes, end: int) -> bool:
    """Return whether a way to sign in is named before ``end``: `Bearer …`, `Authorization: Basic …`."""
    word = ends(s, end) if s[end - 1] in b"rRcC" else None
    return word is not None and word.text in SCHEMES


def announces(label: Label, kind: str) -> bool:
    """Return whether the label announces values of this kind."""
    return bool(label.word and label.word.announces >> NUMBER[kind] & 1)


def han(label: Label) -> int:
    """Return the evidence of a Chinese label."""
    return TABLE if label.word and label.word.text[0] >= 0x80 else 0


def made(s: bytes, a: int, b: int) -> int:
    """Return the evidence of a value that looks made: digits among letters, symbols, or both cases."""
    if OTHER.search(s, a, b):
        return INNER
    value = s[a:b]
    return INNER if value[1:] != value[1:].lower() and value != value.upper() else 0
