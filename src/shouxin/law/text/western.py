"""Marks in English and Spanish texts, machine translations included.

Understood are "Article 9", "The ninth article", "Article VIII", "Article ten", "Artículo 3", "Act 2" and
"Chapter Five" for chapters, (a), (3), and points at the start of a line: "Second,", "5,", "Six network",
"XI behavior", "12." and a stray "a" for the first.
"""

import re
from collections.abc import Iterator

from shouxin.law.text.layout import Fragment, is_closed
from shouxin.law.text.marks import Mark
from shouxin.law.text.numerals import WORDS, roman, western

_WORD = "|".join(sorted(WORDS, key=len, reverse=True))
_NUMBER = rf"\d{{1,4}}|(?:{_WORD})|[IVXLC]{{1,7}}"
_ARTICLE = (
    rf"(?:Article|Art\.|Art[íi]culo) ?({_NUMBER})\b(?:-?(?:bis|ter))?[.:]?(?!-)"
    rf"|The ({_WORD}) article\b[.:]?"
)
_GROUP = rf"(Part|Act|Chapter|Cap[íi]tulo|T[íi]tulo|Section|Secci[óo]n) ({_NUMBER})\b[.:]?"
_UNIT = re.compile(rf"(?:{_ARTICLE})|(?:{_GROUP})", re.IGNORECASE)
_HINT = re.compile(
    r"\b(?:the [a-z]{3,}(?:-[a-z]+)? article|art[.íi]|part|act|chapter"
    r"|cap[íi]tulo|t[íi]tulo|secti[oó]n|secci[óo]n)",
    re.IGNORECASE,
)
_ARTICLE_HINT = re.compile(r"\bart", re.IGNORECASE)
_REACH = 150
_HEADING = re.compile(rf"[^.。;:!?\n]{{0,120}}?(?={_ARTICLE})", re.IGNORECASE)
_CITES = re.compile(r" ?(?:,|and\b|or\b|to\b|of\b|paragraph|y\b|o\b|de\b|del\b|párrafo)", re.IGNORECASE)
_ITEM = re.compile(r"\(([a-z]{1,4}|\d{1,2})\)(?=\s|$)")
_LINE_ITEM = re.compile(r"([a-z]|\d{1,2})\)(?=\s)")
_POINT = re.compile(
    rf"(\d{{1,3}})[.,:)](?!\d)|({_WORD})(?:[.,:]| (?=\w))|([IVXLC]{{1,7}})(?:[.,:]| (?=\w))|a (?=[a-z])",
    re.IGNORECASE,
)
_GROUP_KINDS = {"par": "part", "tít": "part", "tit": "part", "sec": "section"}
_LONGEST_HEADING = 80
_MARKUP = re.compile(r"(?:#{1,6} *)?(?:\*\*)?")


def marks(text: str, fragments: list[Fragment]) -> Iterator[Mark]:
    """Yield the marks of ``text`` (plain), in order."""
    before: Fragment | None = None
    for fragment in fragments:
        closed = before is None or fragment.gap in ("start", "blank") or _is_finished(text, before)
        found = _MARKUP.match(text, fragment.start)
        start = found.end() if found else fragment.start
        yield from _at_start(text, start, fragment, closed=closed)
        yield from _inside(text, start, fragment)
        before = fragment


def _is_finished(text: str, fragment: Fragment) -> bool:
    """Say whether a fragment ends with a stop, or is so short that it is a heading."""
    return fragment.end - fragment.start <= _LONGEST_HEADING or is_closed(text, fragment.start, fragment.end)


def _at_start(text: str, start: int, fragment: Fragment, *, closed: bool) -> Iterator[Mark]:
    """Yield what a fragment may begin with: an article or a chapter, else an item and a point."""
    unit = _UNIT.match(text, start, fragment.end)
    if unit:
        yield _unit_mark(text, unit, strong=True, closed=closed)
        return
    item = _ITEM.match(text, start, fragment.end) or _LINE_ITEM.match(text, start, fragment.end)
    if item:
        yield Mark("item", item.start(), item.end(), _item_values(item.group(1)), 0, True, closed, False)
        return
    point = _POINT.match(text, start, fragment.end)
    if point:
        digits, word, numeral = point.groups()
        if numeral and not numeral.isupper():
            return
        value = western(digits or word or numeral) if digits or word or numeral else 1
        if value and (digits or text[start].isupper() or point.group() == "a "):
            end = point.start() + len(point.group().rstrip())
            yield Mark("division", point.start(), end, (value,), 0, True, closed, False)


def _inside(text: str, start: int, fragment: Fragment) -> Iterator[Mark]:
    """Yield articles, chapters and items that stand inside a fragment, after a stop or before an article."""
    places = [hint.start() for hint in _HINT.finditer(text, start + 1, fragment.end)]
    places += [hint.start() for hint in _ITEM.finditer(text, start + 1, fragment.end)]
    heading_end = _heading_end(text, start, fragment.end)
    for at in sorted(places):
        if text[at - 1] not in " 。.:;":
            continue
        closed = is_closed(text, start, at - 1 if text[at - 1] == " " else at) or at == heading_end
        if text[at] == "(":
            item = _ITEM.match(text, at)
            if item and closed:
                yield Mark("item", at, item.end(), _item_values(item.group(1)), 0, False, closed, False)
            continue
        unit = _UNIT.match(text, at, fragment.end)
        if not unit:
            continue
        if unit.group(3):
            end = _heading_end(text, at, fragment.end)
            if end > 0:
                heading_end = end
                yield _unit_mark(text, unit, strong=False, closed=True)
        else:
            yield _unit_mark(text, unit, strong=False, closed=closed)


def _heading_end(text: str, start: int, end: int) -> int:
    """Return where the chapter heading at ``start`` ends because an article follows it, or -1."""
    unit = _UNIT.match(text, start, end)
    if not unit or not unit.group(3) or not _ARTICLE_HINT.search(text, unit.end(), unit.end() + _REACH):
        return -1
    heading = _HEADING.match(text, unit.end(), end)
    return heading.end() if heading else -1


def _unit_mark(text: str, found: re.Match[str], *, strong: bool, closed: bool) -> Mark:
    """Return the mark of an article or a chapter."""
    cardinal, ordinal, group, group_number = found.groups()
    value = western(cardinal or ordinal or group_number) or 0
    kind = (
        _GROUP_KINDS.get(group.lower(), _GROUP_KINDS.get(group.lower()[:3], "chapter"))
        if group
        else "article"
    )
    cites = kind == "article" and bool(_CITES.match(text, found.end()))
    return Mark(kind, found.start(), found.end(), (value,), 0, strong, closed, cites)


def _item_values(label: str) -> tuple[int, ...]:
    """Return the numbers that a label may mean: (3) is 3, (i) is 9 or 1, (b) is 2."""
    if label.isdecimal():
        return (int(label),)
    values = [ord(label) - 96] if len(label) == 1 else []
    numeral = roman(label)
    return tuple(values + ([numeral] if numeral else [])) or (0,)
