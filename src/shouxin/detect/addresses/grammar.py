"""Postal addresses: divisions, then road or village, then number, building, floor and room."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from shouxin.detect.addresses import parts
from shouxin.detect.names.lexicon import Lexicon, lexicon
from shouxin.detect.names.tagger import lines, pieces
from shouxin.detect.prose import LEVELS

HAN: Final = r"[\u4e00-\u9fff0-9A-Za-z]"
ROAD: Final = re.compile(rf"({HAN}{{1,6}}?)({parts.ROAD})")
MORE_ROAD: Final = re.compile(parts.ROAD)
LOCAL: Final = re.compile(rf"({HAN}{{1,6}}?)({parts.AREA}|{parts.VILLAGE})")
POINT: Final = re.compile(rf"({HAN}{{1,10}}?)(?:{parts.POINT})+")
HOME: Final = re.compile(rf"({HAN}{{1,10}}?)(?:{parts.HOME})")
ESTATE: Final = re.compile(rf"([\u4e00-\u9fff]{{2,8}}?)(?={parts.HOUSING})")

LEVEL_OF: Final = {"place": "division", "area": "street", "road": "street", "point": "street", "door": "door"}


class Part(NamedTuple):
    """One part of an address: what it is, and where it ends."""

    kind: str
    start: int
    end: int


class Address(NamedTuple):
    """An address, by characters, with its level, its score and its parts."""

    start: int
    end: int
    level: str
    score: float
    parts: tuple[Part, ...]


def addresses(text: str, identifiers: Sequence[tuple[int, int]] = ()) -> Iterator[Address]:
    """Yield the addresses of a text in order; none reaches into one of the ``identifiers``."""
    next_ = 0
    for first, line in lines(text):
        while next_ < len(identifiers) and identifiers[next_][1] <= first:
            next_ += 1
        last = next_
        while last < len(identifiers) and identifiers[last][0] < first + len(line):
            last += 1
        inside = [(start - first, end - first) for start, end in identifiers[next_:last]]
        for found in _of_line(line, inside):
            parts_of_text = tuple(
                Part(part.kind, part.start + first, part.end + first) for part in found.parts
            )
            yield found._replace(start=found.start + first, end=found.end + first, parts=parts_of_text)


def _of_line(line: str, identifiers: Sequence[tuple[int, int]]) -> Iterator[Address]:
    words, read = lexicon(), pieces(line)
    begins = {*(piece.start for piece in read), len(line)}
    people = {piece.start: piece.end for piece in read if piece.name}
    at, barriers = 0, [*identifiers, (len(line), len(line))]
    text, next_ = line[: max(barriers[0][0], 0)], 0
    for start in sorted(begins):
        while start >= barriers[next_][1] and next_ < len(identifiers):
            next_ += 1
            text = line[: barriers[next_][0]]
        if start < at or start >= len(text):
            continue
        found = _judge(tuple(_parts(text, start, words, begins)))
        if found and not (found.level == "division" and found.end <= people.get(start, 0)):
            yield _in_organisation(text, found)
            at = found.end


def _parts(text: str, at: int, words: Lexicon, begins: set[int]) -> Iterator[Part]:
    previous = ""
    while at < len(text):
        gap = parts.SEPARATOR.match(text, at) if previous else None
        begin = gap.end() if gap else at
        part = _part(text, begin, previous, words, begins)
        if part is None:
            return
        yield part
        at, previous = part.end, part.kind


def _part(text: str, at: int, previous: str, words: Lexicon, begins: set[int]) -> Part | None:
    if previous in ("", "place") and (end := _place(text, at, words)):
        return Part("place", at, end)
    doors = parts.DOOR if previous == "place" else parts.SPACED_DOOR
    if previous and (door := doors.match(text, at)):
        return Part("door", at, door.end())
    point = POINT if previous in ("road", "door", "area", "point") else HOME
    for kind, pattern in (("road", ROAD), ("area", LOCAL), ("point", point)):
        if kind == "point" and not previous:
            continue
        if (match := pattern.match(text, at)) and _fits(text, at, match, previous, begins):
            end = match.end()
            while kind != "point" and (further := MORE_ROAD.match(text, end)):
                end = further.end()
            return Part(kind, at, end)
    if (
        previous in ("place", "area")
        and (estate := ESTATE.match(text, at))
        and not parts.STOP & set(estate[1])
    ):
        return Part("point", at, estate.end())
    if previous in ("door", "point", "road") and (bare := parts.BARE.match(text, at)):
        return Part("door", at, bare.end())
    return None


def _place(text: str, at: int, words: Lexicon) -> int:
    """Return where the longest place that begins here ends; 0 for none."""
    best = max((end for end, entry in words.at(text, at) if entry.address), default=0)
    following = text[best : best + 2]
    if not best or following[:1] in tuple("路街道") or following == "大道":
        return 0
    if following[:1] in tuple("省市县区州") and following[1:] not in ("长", "委"):
        return best + 1
    return best


def _fits(text: str, at: int, match: re.Match[str], previous: str, begins: set[int]) -> bool:
    name = match[1]
    if (parts.STOP - parts.LINKS if previous else parts.STOP) & set(name):
        return False
    if len(name) == 1 and name in parts.GENERIC:
        return False
    if previous and previous != "door":
        return True
    if at not in begins or match.end() not in begins:
        return False
    return len(name) <= (6 if previous else 4) and bool(previous or _door_behind(text, match.end()))


def _door_behind(text: str, at: int) -> bool:
    gap = parts.SEPARATOR.match(text, at)
    return bool(parts.SPACED_DOOR.match(text, gap.end() if gap else at))


def _in_organisation(text: str, found: Address) -> Address:
    """Return a bare place as part of an organisation's name where it begins one."""
    if found.level.startswith("division") and parts.ORGANISATION.match(text, found.end):
        return found._replace(level="organisation", score=LEVELS["organisation"])
    return found


def _judge(found: tuple[Part, ...]) -> Address | None:
    if not found:
        return None
    kinds = [part.kind for part in found]
    levels = {LEVEL_OF[kind] for kind in kinds}
    if "door" in levels and len(found) > 1:
        level = "door"
    elif "street" in levels:
        level = "street" if "place" in kinds or ("road" in kinds and len(found) > 1) else ""
    elif "place" in kinds:
        level = "divisions" if len(found) > 1 else "division"
    else:
        level = ""
    if not level:
        return None
    return Address(found[0].start, found[-1].end, level, LEVELS[level], found)
