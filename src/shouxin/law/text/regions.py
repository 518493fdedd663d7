"""Regions: where one statute ends and the next begins, where its front ends and its tail begins."""

from itertools import pairwise
from typing import NamedTuple

import msgspec

from shouxin.law.text import front, western_front
from shouxin.law.text.layout import Fragment, clean, is_closed
from shouxin.law.text.marks import GROUPS, Mark
from shouxin.law.text.sequence import Run

_SHORT = 60
_CONTENTS_LONGEST = 9


class Source(NamedTuple):
    """The text being read: the original, its plain copy, the language of the part at hand."""

    text: str
    search: str
    language: str

    def words(self, fragment: Fragment) -> str:
        """Return a fragment's plain words without layout blanks and Markdown signs around them."""
        return clean(self.search[fragment.start : fragment.end]).strip("#* ")


class Region(msgspec.Struct):
    """One statute: its fragments in four parts, its marks and headings."""

    front: list[Fragment]
    contents: list[Fragment]
    body: list[Fragment]
    tail: list[tuple[str, Fragment]]
    marks: list[Mark]
    run: Run


def split(source: Source, fragments: list[Fragment], marks: list[Mark], found: list[Run]) -> list[Region]:
    """Return one region per run of articles."""
    chapters = {m.start for m in marks if m.kind in GROUPS and m.strong}
    cuts = [0]
    for before, after in pairwise(found):
        cuts.append(_boundary(source, fragments, chapters, before.heads[-1], after.heads[0]))
    cuts.append(len(fragments))
    regions = []
    place = 0
    for run, (begin, end) in zip(found, pairwise(cuts), strict=True):
        piece = fragments[begin:end]
        own = []
        limit = piece[-1].end
        while place < len(marks) and marks[place].start < limit:
            own.append(marks[place])
            place += 1
        regions.append(region(source, piece, own, run))
    return regions


def _index(fragments: list[Fragment], at: int) -> int:
    """Return the index of the fragment in which offset ``at`` lies."""
    low, high = 0, len(fragments)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fragments[middle].start <= at else (low, middle)
    return low


def _boundary(source: Source, fragments: list[Fragment], chapters: set[int], last: Mark, head: Mark) -> int:
    """Return the index of the fragment with which the next statute begins: its title, chapter or article."""
    begin, end = _index(fragments, last.start) + 1, _index(fragments, head.start)
    for i in range(begin, end):
        if fragments[i].end - fragments[i].start <= 2 * _SHORT and front.is_title(source.words(fragments[i])):
            return i
    return next((i for i in range(begin, end) if fragments[i].start in chapters), end)


def region(source: Source, fragments: list[Fragment], marks: list[Mark], run: Run) -> Region:
    """Return the region of one statute: front, table of contents, body, tail."""
    begin = _with_signs(source, fragments, _body_start(source, fragments, marks, run.heads[0]))
    before = [f._replace(end=min(f.end, begin)) for f in fragments if f.start < begin]
    before = [_shrink(source, f) for f in before]
    body = [
        f if f.start >= begin else f._replace(start=begin, gap="line") for f in fragments if f.end > begin
    ]
    first_tail, kind = _tail(source, body, _index(body, run.heads[-1].start))
    tail = _tail_kinds(source, body[first_tail:], kind)
    if tail:
        run.remarks = {remark: at for remark, at in run.remarks.items() if at < tail[0][1].start}
    contents = _contents_start(source, before, marks, begin)
    return Region(before[:contents], before[contents:], body[:first_tail], tail, marks, run)


def _with_signs(source: Source, fragments: list[Fragment], at: int) -> int:
    """Return the offset of the Markdown signs before ``at``, if only they precede it in its fragment."""
    start = fragments[_index(fragments, at)].start
    return at if source.search[start:at].strip("#* ") else start


def _shrink(source: Source, fragment: Fragment) -> Fragment:
    """Return the fragment without blanks at its end."""
    words = source.search[fragment.start : fragment.end].rstrip()
    return fragment._replace(end=fragment.start + len(words))


def _groups_before(marks: list[Mark], head: Mark) -> list[Mark]:
    """Return the chapter headings before the first article."""
    return [
        m
        for m in marks
        if m.kind in GROUPS and m.start < head.start and not m.cites and (m.strong or m.closed)
    ]


def _body_start(source: Source, fragments: list[Fragment], marks: list[Mark], head: Mark) -> int:
    """Return where the body begins: the last print of the first chapter heading, or the first article."""
    groups = _groups_before(marks, head)
    if not groups:
        return head.start
    first = groups[0]
    same = [m for m in groups if (m.kind, m.number) == (first.kind, first.number)]
    listed = any(
        front.is_contents(source.words(f)) for f in fragments if f.start < first.start and f.end - f.start < 9
    )
    return head.start if listed and len(same) == 1 else same[-1].start


def _contents_start(source: Source, before: list[Fragment], marks: list[Mark], begin: int) -> int:
    """Return the index, among the fragments before the body, at which the table of contents begins."""
    listed = {m.start for m in marks if m.kind in GROUPS and m.start < begin and m.strong}
    for i, fragment in enumerate(before):
        if fragment.start in listed or front.is_contents(source.words(fragment)):
            return i
    return len(before)


def _tail(source: Source, body: list[Fragment], last: int) -> tuple[int, str]:
    """Return the index at which the tail after the last article begins, and its kind."""
    for i in range(last + 1, len(body)):
        fragment = body[i]
        if fragment.end - fragment.start > 2 * _SHORT or source.search[fragment.end - 1] in "。;":
            continue
        words = source.words(fragment)
        if source.language != "zh":
            if western_front.is_boilerplate(words):
                return i, "boilerplate"
            continue
        kind = front.tail_kind(words)
        if kind:
            return i, kind
        if front.is_date(words):
            return _signers(source, body, i, last), "signature"
    return len(body), ""


def _signers(source: Source, body: list[Fragment], i: int, last: int) -> int:
    """Return the index of the first of the short unfinished lines before a date: those who sign."""
    while (
        i - 1 > last
        and body[i - 1].end - body[i - 1].start <= _SHORT
        and not is_closed(source.search, body[i - 1].start, body[i - 1].end)
    ):
        i -= 1
    return i


def _tail_kinds(source: Source, tail: list[Fragment], kind: str) -> list[tuple[str, Fragment]]:
    """Return the tail's fragments with their kinds: what opened it goes on, web-page remains apart."""
    found = []
    for fragment in tail:
        words = source.words(fragment) if fragment.end - fragment.start <= 2 * _SHORT else ""
        if source.language == "zh" and words:
            kind = front.tail_kind(words) or (
                "signature" if kind == "boilerplate" and front.is_date(words) else kind
            )
        found.append((kind, fragment))
    return found
