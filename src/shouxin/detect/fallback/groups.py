"""Digits in groups: spaces, hyphens, dots, underscores or one line break inside a number."""

import re
from typing import Final

from shouxin.detect.fallback.view import ALNUM, DIGITS, digits_at

SPACE: Final = "space"
HYPHEN: Final = "hyphen"
DOT: Final = "dot"
NEWLINE: Final = "newline"
UNDERSCORE: Final = "underscore"

_separator = re.compile(
    rb"(?P<space> |\xc2\xa0|\xe3\x80\x80)|(?P<dot>\.)|(?P<newline>\r?\n {0,4})"
    rb"|(?P<hyphen>-|\xe2\x80[\x90-\x95]|\xe2\x88\x92|\xef\xbc\x8d|\xef\xb9\xa3)"
)


def separator(s: bytes, i: int) -> tuple[str, int]:
    """Return the kind and the length of the separator at ``i``; an empty kind where there is none."""
    found = _separator.match(s, i)
    return (str(found.lastgroup), found.end() - i) if found else ("", 0)


def joint(s: bytes, i: int) -> tuple[str, int]:
    """Return the same, or an underscore."""
    return (UNDERSCORE, 1) if s[i : i + 1] == b"_" else separator(s, i)


class Groups:
    """Groups of digits from a place on, with one separator throughout, but for one line break."""

    def __init__(self, s: bytes, begin: int) -> None:
        self.begin: list[int] = []
        self.end: list[int] = []
        self.after: list[str] = []
        self.digits: list[int] = []
        self.text = b""
        usual, broken, at = "", False, begin
        while len(self.begin) < 8:
            end = at + digits_at(s, at)
            if end == at or len(self.text) + end - at > 24:
                break
            group = s[at:end]
            if len(self.text) + len(group) == 17 and s[end] in b"xX":
                group, end = group + b"X", end + 1
            if s[end] in ALNUM:
                break
            self.text += group
            kind, length = joint(s, end)
            self.begin.append(at)
            self.end.append(end)
            self.after.append(kind)
            self.digits.append(len(self.text))
            if not kind or s[end + length] not in DIGITS:
                break
            if kind == NEWLINE:
                if broken:
                    break
                broken = True
            elif not usual:
                usual = kind
            elif usual != kind:
                break
            at = end + length

    def shape(self, n: int) -> tuple[int, ...]:
        """Return the lengths of the first ``n`` groups: 138-1234-5678 is (3, 4, 4)."""
        return tuple(b - a for a, b in zip([0, *self.digits], self.digits[:n], strict=False))

    def underscored(self, n: int) -> bool:
        """Return whether an underscore stands inside the first ``n`` groups."""
        return UNDERSCORE in self.after[: n - 1]

    def extends(self, n: int) -> bool:
        """Return whether the group behind the first ``n`` is the extension of a fixed line."""
        if n >= len(self.begin) or self.after[n - 1] != HYPHEN:
            return False
        return self.digits[n] - self.digits[n - 1] <= 6

    def broken(self, n: int) -> bool:
        """Return whether a line break stands inside the first ``n`` groups."""
        return NEWLINE in self.after[: n - 1]
