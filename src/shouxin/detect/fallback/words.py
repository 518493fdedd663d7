"""Words around a candidate: only what survived its format and checksum is looked at."""

from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Final, NamedTuple

from shouxin.detect.evidence import Evidence
from shouxin.detect.fallback.view import ALNUM, HAN, LETTERS, LOWER, PAD, UPPER, continues
from shouxin.detect.kinds import NUMBER, units, words

REACH: Final = 16  #: characters on each side
MOST: Final = 8  #: words on each side
STOPS: Final = frozenset(b"\0,;\n\t0123456789")
WIDE_STOPS: Final = frozenset(c.encode() for c in "，；。、")
PARTS: Final = frozenset(c.encode() for c in "，；。")
MARKS: Final = frozenset(c.encode() for c in "：是为")
_OPENING, _CLOSING = b"[]"
FILLERS: Final = frozenset(c.encode() for c in "号码")


class Word(NamedTuple):
    """A word of context: the kinds that it announces, and those that it speaks against."""

    text: bytes
    announces: int
    against: int


class Label(NamedTuple):
    """The label before a value, where it begins, and whether a colon or its like stands between."""

    word: Word | None
    begin: int
    marked: bool


@cache
def _indexes() -> tuple[dict[bytes, list[Word]], dict[bytes, list[Word]]]:
    """Return the words by their first and by their last two bytes (letters) or six (Han), longest first."""
    first: dict[bytes, list[Word]] = {}
    last: dict[bytes, list[Word]] = {}
    for text, (announces, against) in sorted(words().items(), key=lambda item: -len(item[0])):
        word = Word(text, announces, against)
        first.setdefault(text[: 2 if text[0] < 0x80 else 6], []).append(word)
        last.setdefault(text[-2 if text[-1] < 0x80 else -6 :], []).append(word)
    return first, last


@cache
def _longest() -> int:
    return max(map(len, words()))


def _whole(s: bytes, i: int, end: int) -> bool:
    """Return whether letters are a word of their own or of camelCase."""
    before, head, tail, after = s[i - 1], s[i], s[end - 1], s[end]
    if head in LETTERS and before in LETTERS and not (head in UPPER and before in LOWER):
        return False
    return not (tail in LETTERS and after in LETTERS and not (tail in LOWER and after in UPPER))


def begins(s: bytes, i: int, limit: int) -> Word | None:
    """Return the longest word that begins at ``i`` and ends at or before ``limit``."""
    if s[i] in LOWER and s[i - 1] in LETTERS:
        return None
    likely = _indexes()[0].get(s[i : i + (2 if s[i] < 0x80 else 6)].lower())
    if likely:
        text = s[i : min(limit, i + _longest())].lower()
        for word in likely:
            if text.startswith(word.text) and _whole(s, i, i + len(word.text)):
                return word
    return None


def ends(s: bytes, end: int) -> Word | None:
    """Return the longest word that ends at ``end``."""
    likely = _indexes()[1].get(s[end - (2 if s[end - 1] < 0x80 else 6) : end].lower())
    if likely:
        text = s[max(PAD, end - _longest()) : end].lower()
        for word in likely:
            if text.endswith(word.text) and _whole(s, end - len(word.text), end):
                return word
    return None


@cache
def _units() -> dict[bytes, list[tuple[bytes, int, bool]]]:
    """Return the units by their first two bytes."""
    listed: dict[bytes, list[tuple[bytes, int, bool]]] = {}
    for text, (against, closes) in units().items():
        listed.setdefault(text[:2], []).append((text, against, closes))
    return listed


def unit_heads() -> frozenset[bytes]:
    """Return the first two bytes of every unit."""
    return frozenset(_units())


def denied(s: bytes, start: int, end: int) -> int:
    """Return the kinds, as bits, that a unit right behind a number speaks against."""
    if s[end] == _CLOSING and not _thread(s, start):
        return 0
    end += s[end] == 32
    for text, against, closes in _units().get(s[end : end + 2].lower(), ()):
        behind = end + len(text)
        whole = s[behind - 1] not in ALNUM or s[behind] not in ALNUM
        if s[end:behind].lower() == text and whole and not (closes and s[behind] in HAN):
            return against
    return 0


def _thread(s: bytes, start: int) -> bool:
    """Return whether a number stands in a bracket behind a time, where a log names its thread."""
    time = s[start - PAD : start - 1].rstrip(b" ") if s[start - 1] == _OPENING else b""
    return time.removesuffix(b"]").removesuffix(b"Z")[-1:].isdigit()


class Around:
    """The words within 16 characters of a candidate, the nearest first, looked up only as far as asked."""

    def __init__(self, s: bytes, start: int, end: int) -> None:
        self.s, self.start, self.end = s, start, end
        self.before: list[tuple[int, Word]] = []
        self._more = self._backwards()
        self._after: list[Word] | None = None

    def _backwards(self) -> Iterator[tuple[int, Word]]:
        s, at, steps, first = self.s, self.start, 0, _indexes()[0]
        while steps < REACH and at > PAD and len(self.before) < MOST:
            steps += 1
            at -= 1
            for _ in range(3):
                if s[at] & 0xC0 == 0x80 and at > PAD:
                    at -= 1
                else:
                    break
            c = s[at]
            if c in b",;" or (c >= 0x80 and s[at : at + 3] in PARTS):
                break
            if c >= 0x80 and s[at : at + 6].lower() not in first:
                continue
            if word := begins(s, at, self.start):
                self.before.append((at, word))
                yield at, word

    @property
    def after(self) -> list[Word]:
        """The words behind, up to a stop or a digit."""
        if self._after is None:
            s, at, self._after, limit = self.s, self.end, [], len(self.s) - PAD
            for _ in range(REACH):
                room = len(self.before) + len(self._after) < 2 * MOST
                if at >= limit or not room or s[at] in STOPS or s[at : at + 3] in WIDE_STOPS:
                    break
                if word := begins(s, at, limit):
                    self._after.append(word)
                at += 1
                for _ in range(3):
                    at += continues(s[at])
        return self._after

    def _say(self, bit: int) -> Iterator[int]:
        """Yield what each word before says; 会员卡号 speaks, not 卡号."""
        words = chain(tuple(self.before), self._more)
        following = next(words, None)
        while (word := following) is not None:
            said = _said(word[1], bit)
            if said == Evidence.CONTEXT:
                yield said
            following = next(words, None)
            if not (following and _end(following) >= _end(word)):
                yield said

    def says(self, kind: str, behind: bool) -> int:
        """Return the evidence of the nearest word that has to do with a candidate of this kind."""
        bit = 1 << NUMBER[kind]
        said = next(filter(None, self._say(bit)), 0)
        if said != Evidence.CONTEXT and denied(self.s, self.start, self.end) & bit:
            return Evidence.AGAINST
        if said:
            return said
        if behind and any(word.announces & bit for word in self.after):
            return Evidence.CONTEXT
        return 0


def _said(word: Word, bit: int) -> int:
    if word.announces & bit:
        return Evidence.CONTEXT
    if word.against & bit:
        return Evidence.AGAINST
    return Evidence.OTHER if word.announces else 0


def _end(placed: tuple[int, Word]) -> int:
    return placed[0] + len(placed[1].text)


def label_before(s: bytes, start: int) -> Label:
    """Return the label whose value begins at ``start``, as in ``密码：x``, ``QQ12345``, ``"token": "x"``."""
    at, marked = start, False
    for _ in range(8):
        if at <= PAD + 1:
            break
        if word := ends(s, at):
            return Label(word, at - len(word.text), marked)
        if s[at - 1] in b":=":
            marked, at = True, at - 1
        elif s[at - 1] in b" \t\"'":
            at -= 1
        elif s[at - 3 : at] in MARKS:
            marked, at = True, at - 3
        elif s[at - 3 : at] in FILLERS:
            at -= 3
        else:
            break
    return Label(None, at, marked)
