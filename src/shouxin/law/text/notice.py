"""Circulars: the paragraphs of an issuing notice, and notices that have no numbered units at all."""

import re

from shouxin.law.text import front
from shouxin.law.text.compilation import Part
from shouxin.law.text.layout import Fragment, is_closed
from shouxin.law.text.model import Statute, Unit
from shouxin.law.text.outline import Node, Outline
from shouxin.law.text.regions import Source
from shouxin.law.text.statute import Beside, assemble
from shouxin.law.text.units import units

_NOTICE = re.compile(r"(?:通知|公告|通告|批复|函)$")
_FORMULA = re.compile(r"^特此(?:通知|公告|通告|函复|批复)。?$")
_SHORT = 60


def notice(
    source: Source, paragraphs: list[Fragment], *, kind: str = "notice", label: str = "notice"
) -> tuple[Unit, ...]:
    """Return the units of a circular's paragraphs: ``notice__para_2``, or ``notice`` when it has only one."""
    if not paragraphs:
        return ()
    outline = Outline(source.search, {}, sectional=False, titled=False)
    outline.open_holder(Node(kind, label))
    for fragment in paragraphs:
        outline.read(fragment, ())
    return units(source.text, outline.roots)


def plain_notice(source: Source, pieces: list[Fragment], part: Part, listed: str) -> list[Statute]:
    """Return the statute of a notice without numbered units (its body is ``sec_1``), or nothing."""
    words = [source.words(f) if f.end - f.start <= 4 * _SHORT else "" for f in pieces]
    title = next((i for i, line in enumerate(words) if front.is_title(line) and _NOTICE.search(line)), None)
    formula = any(_FORMULA.search(line) for line in words)
    if source.language != "zh" or title is None or not formula:
        return []
    matter = front.sort_front(source.search, pieces[: title + 1], listed)
    asides, body, begin = list(matter.asides), [], title + 1
    if begin < len(words) and words[begin].endswith(":"):
        asides.append(("addressees", pieces[begin]))
        begin += 1
    end = len(pieces)
    while end > begin and (
        not is_closed(source.search, pieces[end - 1].start, pieces[end - 1].end)
        and pieces[end - 1].end - pieces[end - 1].start <= _SHORT
    ):
        end -= 1
    body = pieces[begin:end]
    asides += [
        ("boilerplate" if front.is_boilerplate(source.words(f)) else "signature", f) for f in pieces[end:]
    ]
    if not body:
        return []
    read = notice(source, body, kind="section", label="sec_1")
    beside = Beside(asides, [], [(f.start, f.end) for f in matter.unplaced], part.listing)
    return [assemble(source, matter.title or listed, 1, read, beside, None)]
