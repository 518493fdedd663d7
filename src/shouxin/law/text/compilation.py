"""Compilations: files in which a listing block (title, category, day, year-month) precedes each text."""

import re
from typing import NamedTuple

_DAY = re.compile(r"^\d{1,2}$")
_MONTH = re.compile(r"^\d{4}-\d{2}$")
_MONTH_LINE = re.compile(r"^ {0,9}\d{4}-\d{2} {0,9}$", re.MULTILINE)
_LONGEST = 200


class Part(NamedTuple):
    """One text of a file: offsets of its listing block (empty if none), text and listed title."""

    listing: tuple[int, int]
    body: tuple[int, int]
    title: tuple[int, int]


def parts(text: str) -> list[Part]:
    """Return the parts of ``text`` (plain); a file without listing blocks is one part."""
    if not _MONTH_LINE.search(text):
        return [Part((0, 0), (0, len(text)), (0, 0))]
    lines = [m.span() for m in re.finditer(r"[^\n]+", text) if m.group().strip()]
    blocks = [i for i in range(len(lines) - 3) if _is_block(text, lines[i : i + 4])]
    if not blocks:
        return [Part((0, 0), (0, len(text)), (0, 0))]
    first = lines[blocks[0]][0]
    found = [Part((0, 0), (0, first), (0, 0))] if text[:first].strip() else []
    for place, i in enumerate(blocks):
        end = lines[blocks[place + 1]][0] if place + 1 < len(blocks) else len(text)
        found.append(Part((lines[i][0], lines[i + 3][1]), (lines[i + 3][1], end), lines[i]))
    return found


def _is_block(text: str, lines: list[tuple[int, int]]) -> bool:
    """Say whether four lines are a listing block."""
    if any(end - start > _LONGEST for start, end in lines):
        return False
    title, category, day, month = (text[start:end].strip() for start, end in lines)
    return bool(_DAY.match(day) and _MONTH.match(month)) and len(category) <= 20 and len(title) > 3
