"""Layout: which blanks separate paragraphs, which only separate lines, which mean nothing.

Work is done on a *plain* copy of the text in which every character stands at its old place:
full-width forms become ASCII, every kind of space becomes a blank. Spans found in the plain copy
are therefore spans of the original.
"""

import re
from typing import NamedTuple

BLANK = re.compile(r"[\s\u200b\u2060\ufeff]+")
"""Blanks, for the question "is anything lost": white space and the three invisible spaces."""

STOPS = "。.!?:;…"
"""Characters after which a heading may follow on the same line."""

_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_TABLE |= {code: 0x20 for code in range(0x3001) if chr(code).isspace() and chr(code) not in "\n\t"}
_TABLE |= dict.fromkeys((8203, 8288, 65279), 32)
_TABLE |= dict.fromkeys((11, 12, 133, 8232, 8233), 10)
_TABLE |= {ord("〇"): ord("零"), ord("○"): ord("零")}
_GAP = re.compile(r"\s+")
_PARAGRAPH_END = re.compile(r"[。.!?:…][\"'”’」』)\]》】]*\s*$")
_CLOSED = re.compile(r"[。.!?:;…][\"'”’」』)\]》】]*\s*$")
_TAIL = 12


class Fragment(NamedTuple):
    """A run of text without a gap: offsets, and what precedes it.

    ``gap`` is ``start``, ``blank`` (an empty line), ``line``, ``soft`` (a line break inside wrapped text)
    or ``wide`` (several blanks, or a tab, on the same line).
    """

    start: int
    end: int
    gap: str


def plain(text: str) -> str:
    """Return the copy of ``text`` that is searched: same length, ASCII forms, blanks and line feeds only."""
    return text.replace("\r\n", " \n").replace("\r", "\n").translate(_TABLE)


def clean(text: str) -> str:
    """Return ``text`` without layout blanks.

    Between two Chinese characters or marks a blank is layout and goes; between words it becomes one space.
    """
    words = [word for word in BLANK.split(text) if word]
    parts: list[str] = []
    for word in words:
        if parts and not _layout_blank(parts[-1][-1], word[0]):
            parts.append(" ")
        parts.append(word)
    return "".join(parts)


def ideograph(char: str) -> bool:
    """Say whether ``char`` is Chinese: a character or a mark of Chinese typography."""
    return (
        "\u2e80" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or "\uff00" <= char <= "\uffef"
        or (char >= "\U00020000")
    )


def _layout_blank(left: str, right: str) -> bool:
    """Say whether a blank between the two characters carries no meaning."""
    if ideograph(left):
        return ideograph(right) or not right.isalnum()
    return ideograph(right) and not left.isalnum()


def fragments(text: str, start: int, end: int, *, wide: bool, stops: bool) -> list[Fragment]:
    """Cut ``text[start:end]`` (plain) at its gaps.

    With ``wide``, two blanks on a line are a gap (Chinese texts on one line). With ``stops``, a Chinese
    full stop followed by a blank is one (machine translations). Single characters that wide blanks tear
    off a Chinese heading (目  录, 总  则) stay with it.
    """
    found: list[Fragment] = []
    begin, gap = start, "start"
    for run in _GAP.finditer(text, start, end):
        kind = _gap_kind(text, run, start, wide=wide, stops=stops)
        if not kind:
            continue
        if run.start() > begin:
            _add(found, text, Fragment(begin, run.start(), gap))
            gap = kind
        elif kind == "blank" or gap == "wide":
            gap = kind if gap != "start" else gap
        begin = run.end()
    if begin < end:
        _add(found, text, Fragment(begin, end, gap))
    return _soften(text, found)


def _gap_kind(text: str, run: re.Match[str], start: int, *, wide: bool, stops: bool) -> str:
    """Return the kind of gap that a run of blanks is, or an empty string."""
    blanks = run.group()
    if "\n" in blanks:
        return "blank" if blanks.count("\n") > 1 else "line"
    if run.start() == start:
        return "wide"
    if wide and (len(blanks) > 1 or "\t" in blanks):
        return "wide"
    return "wide" if stops and text[run.start() - 1] == "。" else ""


def _add(found: list[Fragment], text: str, fragment: Fragment) -> None:
    """Append a fragment, or give a lone Chinese character back to the heading it was torn from."""
    lone = fragment.end - fragment.start == 1 and ideograph(text[fragment.start]) and fragment.gap == "wide"
    if lone and found and ideograph(text[found[-1].end - 1]) and text[found[-1].end - 1] not in STOPS:
        found[-1] = found[-1]._replace(end=fragment.end)
    else:
        found.append(fragment)


def _soften(text: str, found: list[Fragment]) -> list[Fragment]:
    """Mark the line breaks as soft where the text is wrapped: most of its lines end inside a sentence."""
    breaks = [i for i, fragment in enumerate(found) if fragment.gap == "line"]
    inside = sum(
        not _CLOSED.search(text, max(found[i - 1].end - _TAIL, found[i - 1].start), found[i - 1].end)
        and found[i - 1].end - found[i - 1].start > 15
        for i in breaks
    )
    if inside * 2 <= len(breaks):
        return found
    return [f._replace(gap="soft") if f.gap == "line" else f for f in found]


def ends_paragraph(text: str, start: int, end: int) -> bool:
    """Say whether ``text[start:end]`` (plain) ends as a paragraph does: stop or colon, then closing marks."""
    return bool(_PARAGRAPH_END.search(text, max(start, end - _TAIL), end))


def is_closed(text: str, start: int, end: int) -> bool:
    """Say whether ``text[start:end]`` (plain) ends with a stop of any kind, a semicolon included."""
    return bool(_CLOSED.search(text, max(start, end - _TAIL), end))
