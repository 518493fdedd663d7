"""Marks in Chinese texts: 第一编, 第一章, 第一节, 第一条, 第十七条之一, 一、, （一）, 1."""

import re
from collections.abc import Iterator

from shouxin.law.text.layout import STOPS, Fragment, is_closed
from shouxin.law.text.marks import GROUPS, Mark
from shouxin.law.text.numerals import chinese

_NUMBER = r"[零一二三四五六七八九十百千两]{1,9}|\d{1,4}"
_UNIT = re.compile(
    rf"第 ?({_NUMBER}) ?(?:(条)(?:之([一二三四五六七八九十]{{1,3}}))?|(分编|编|章|节))"
    rf"|([一二三四五六七八九十]{{1,3}})、"
    rf"|\( ?({_NUMBER}) ?\)"
    rf"|(\d{{1,3}})(?:[.、](?!\d)|\)(?=\D))"
)
_INLINE = re.compile(
    r"第 ?[零一二三四五六七八九十百千两\d]{1,9} ?[条编章节分]|\( ?[零一二三四五六七八九十\d]{1,4} ?\)"
)
_CITES = re.compile(
    r"[第、款项]|,第|[和与及至或到]第|或者第|以及第|之?规定|的|所(?:称|列|指|规定|述)|中(?:的|所)|修改|[。;)》]"
)
_MARKUP = re.compile(r"(?:#{1,6} *)?(?:\*\*)?")
_GROUP_KINDS = {"编": "part", "分编": "subpart", "章": "chapter", "节": "section"}
_STOP = re.compile(r"[。;:!?]")
_LONGEST_HEADING = 40
_BEFORE_INLINE = STOPS + "\"”'’」』)》】"


def markup_end(text: str, start: int) -> int:
    """Return where the Markdown signs (``##``, ``**``) at ``start`` end."""
    found = _MARKUP.match(text, start)
    return found.end() if found else start


def marks(text: str, fragments: list[Fragment]) -> Iterator[Mark]:
    """Yield the marks of ``text`` (plain), in order."""
    before: Fragment | None = None
    for fragment in fragments:
        closed = before is None or fragment.gap in ("start", "blank") or _is_finished(text, before)
        start = markup_end(text, fragment.start)
        position = start
        found = _UNIT.match(text, start, fragment.end)
        if found:
            yield _mark(text, found, strong=True, closed=closed)
            position = found.end()
        yield from _inline(text, position, fragment.end)
        before = fragment


def _is_finished(text: str, fragment: Fragment) -> bool:
    """Say whether a fragment ends with a stop, or is so short that it is a heading."""
    return fragment.end - fragment.start <= _LONGEST_HEADING or is_closed(text, fragment.start, fragment.end)


def _inline(text: str, start: int, end: int) -> Iterator[Mark]:
    """Yield the marks inside a fragment that follow a stop, or a chapter heading and a blank."""
    heading_end = -1
    for hint in _INLINE.finditer(text, start, end):
        at = hint.start()
        gap = text[at - 1] == " "
        last = text[at - 2] if gap and at - 2 >= start else text[at - 1]
        if not gap and last not in _BEFORE_INLINE:
            continue
        found = _UNIT.match(text, at, end)
        if not found:
            continue
        after_heading = (
            gap and at <= heading_end and not _STOP.search(text, heading_end - _LONGEST_HEADING, at)
        )
        mark = _mark(text, found, strong=False, closed=last in _BEFORE_INLINE or after_heading)
        if mark.kind in GROUPS and not mark.cites and (mark.closed or (gap and mark.number == 1)):
            mark = mark._replace(closed=True)
            heading_end = mark.end + _LONGEST_HEADING
        yield mark


def _mark(text: str, found: re.Match[str], *, strong: bool, closed: bool) -> Mark:
    """Return the mark for a match of ``_UNIT``."""
    number, article, sub, group, division, item, point = found.groups()
    if article:
        kind = "article"
    elif group:
        kind = _GROUP_KINDS[group]
    elif division:
        kind = "division"
    else:
        kind = "item" if item and not item.isdecimal() else "point"
    value = chinese(number or division or item or point) or 0
    cites = kind in ("article", *_GROUP_KINDS.values()) and bool(_CITES.match(text, found.end()))
    return Mark(
        kind, found.start(), found.end(), (value,), (chinese(sub) or 0) if sub else 0, strong, closed, cites
    )
