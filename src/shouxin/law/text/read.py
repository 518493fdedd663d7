"""Text to statutes: cut, find the headings, build the outline, sort what is beside it."""

from types import ModuleType
from typing import Final

from shouxin.errors import InputError
from shouxin.law.text import chinese, front, western, western_front
from shouxin.law.text.compilation import Part, parts
from shouxin.law.text.front import Matter
from shouxin.law.text.language import language
from shouxin.law.text.layout import Fragment, clean, fragments, is_closed, plain
from shouxin.law.text.marks import Mark
from shouxin.law.text.model import Statute, Unit
from shouxin.law.text.notice import notice, plain_notice
from shouxin.law.text.outline import Outline
from shouxin.law.text.regions import Region, Source, region, split
from shouxin.law.text.sequence import Run, runs
from shouxin.law.text.statute import Beside, assemble
from shouxin.law.text.units import units

MOST_STATUTES: Final = 2000
"""How many statutes one text may hold; a compilation of every Chinese law in force has some three hundred."""

_GRAMMARS: dict[str, ModuleType] = {"zh": chinese, "en": western, "es": western}
_FEWEST_DIVISIONS = {"zh": 2, "en": 3, "es": 3}
_LONGEST_SECTION_HEADING = 40


def read_statutes(text: str, *, where: str) -> tuple[Statute, ...]:
    """Return the statutes in ``text``, in order.

    ``where`` names the source in messages. Raises InputError ``text-no-statute`` when nothing in it looks
    like one, ``text-too-many-statutes`` above ``MOST_STATUTES``.

    Every character that is not blank is in exactly one unit, aside or unplaced piece.
    """
    search = plain(text)
    pieces = parts(search)
    if len(pieces) > MOST_STATUTES:
        raise _too_many(len(pieces), where)
    found: list[Statute] = []
    lost: list[str] = []
    for part in pieces:
        statutes = _read_part(text, search, part, where)
        found += statutes
        if not statutes:
            lost.append(
                text[min(part.listing[0], part.body[0]) if part.listing[1] else part.body[0] : part.body[1]]
            )
    if not found:
        raise InputError(
            "text-no-statute",
            "nothing in this text looks like a statute",
            where=where,
            remedy='give a text with numbered articles ("第一条", "Article 1") or points ("一、", "1.")',
        )
    if lost:
        found[-1] = _with_unplaced(found[-1], lost)
    return tuple(found)


def _too_many(count: int, where: str) -> InputError:
    """Return the error for a text with too many statutes."""
    return InputError(
        "text-too-many-statutes",
        f"the text holds {count} statutes, the limit is {MOST_STATUTES}",
        where=where,
        remedy="split it into smaller files",
    )


def _with_unplaced(statute: Statute, pieces: list[str]) -> Statute:
    """Return the statute with more unplaced text: parts of a compilation in which no statute was found."""
    return Statute(
        **{
            **{f: getattr(statute, f) for f in statute.__struct_fields__},
            "unplaced": (*statute.unplaced, *(clean(piece) for piece in pieces)),
        }
    )


def _read_part(text: str, search: str, part: Part, where: str) -> list[Statute]:
    """Return the statutes of one part of the file."""
    source = Source(text, search, language(search[part.body[0] : part.body[1]]))
    western_text = source.language != "zh"
    pieces = fragments(
        search, *part.body, wide=not western_text, stops=western_text and search.count("。 ", *part.body) > 2
    )
    if not pieces:
        return []
    marks: list[Mark] = list(_GRAMMARS[source.language].marks(search, pieces))
    listed = clean(search[part.title[0] : part.title[1]])
    found = runs([m for m in marks if m.kind == "article"], search)
    if len(found) > MOST_STATUTES:
        raise _too_many(len(found), where)
    if found:
        regions = split(source, pieces, marks, found)
        return [_read(source, r, part if i == 0 else None, listed, False) for i, r in enumerate(regions)]
    run = _divisions(source, marks)
    if run:
        own = region(source, pieces, marks, run)
        return [_read(source, own, part, listed, _is_sectional(source, pieces, marks, run))]
    return plain_notice(source, pieces, part, listed)


def _divisions(source: Source, marks: list[Mark]) -> Run | None:
    """Return the longest run of 一、二、 or 1. 2. in a text without articles, if it is long enough."""
    found = runs([m for m in marks if m.kind == "division"], source.search)
    best = max(found, key=lambda run: len(run.heads), default=None)
    return best if best and len(best.heads) >= _FEWEST_DIVISIONS[source.language] else None


def _is_sectional(source: Source, pieces: list[Fragment], marks: list[Mark], run: Run) -> bool:
    """Say whether 一、二、 are headings of sections with numbered points, not points themselves."""
    starts = {head.start: head.end for head in run.heads}
    headings = [f for f in pieces if f.start in starts]
    short = all(
        f.end - f.start <= _LONGEST_SECTION_HEADING and not is_closed(source.search, f.start, f.end)
        for f in headings
    )
    return source.language == "zh" and short and any(m.kind == "item" and m.strong for m in marks)


def _read(source: Source, own: Region, part: Part | None, listed: str, sectional: bool) -> Statute:
    """Return the statute of one region."""
    prefix = "sec" if sectional else "art"
    heads = {m.start: f"{prefix}_{m.number}" + (f"-{m.sub}" if m.sub else "") for m in own.run.heads}
    titled = source.language != "zh" and all(f.gap != "soft" for f in own.body)
    outline = Outline(source.search, heads, sectional=sectional, titled=titled)
    place = 0
    for fragment in own.body:
        inside = []
        while place < len(own.marks) and own.marks[place].start < fragment.end:
            if own.marks[place].start >= fragment.start:
                inside.append(own.marks[place])
            place += 1
        outline.read(fragment, inside)
    read = units(source.text, outline.roots)
    matter = _front(source, own, listed if part else "", read)
    circular = notice(source, matter.notice)
    beside = Beside(
        [*matter.asides, *(("contents", f) for f in own.contents), *own.tail],
        outline.markup,
        [(f.start, f.end) for f in matter.unplaced] + outline.stray,
        part.listing if part else (0, 0),
    )
    count = sum(unit.kind == ("point" if sectional else "article") for unit in read)
    title = matter.title or listed if part else matter.title
    return assemble(source, title, count, (*circular, *read), beside, own.run)


def _front(source: Source, own: Region, listed: str, read: tuple[Unit, ...]) -> Matter:
    """Return the sorted front matter."""
    if source.language == "zh":
        return front.sort_front(source.search, own.front, listed)
    body = " ".join(unit.text for unit in read)
    return western_front.sort_front(source.search, own.front, body)
