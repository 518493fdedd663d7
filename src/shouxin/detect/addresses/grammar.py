"""Postal addresses: divisions, then road or village, then number, building, floor and room."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from shouxin.detect.addresses import parts
from shouxin.detect.names.lexicon import LEVELS, Lexicon, lexicon
from shouxin.detect.names.tagger import pieces

HAN: Final = r"[\u4e00-\u9fff0-9A-Za-z]"
ROAD: Final = re.compile(rf"({HAN}{{1,6}}?)({parts.ROAD})")
MORE_ROAD: Final = re.compile(parts.ROAD)
LOCAL: Final = re.compile(rf"({HAN}{{1,6}}?)({parts.AREA}|{parts.VILLAGE})")
POINT: Final = re.compile(rf"({HAN}{{1,10}}?)(?:{parts.POINT})+")
HOME: Final = re.compile(rf"({HAN}{{1,10}}?)(?:{parts.HOME})")

#: How sure each level is: a bare place is what tagged corpora call a location, a door identifies a person.
SCORES: Final = {"organisation": 0.15, "division": 0.35, "divisions": 0.6, "street": 0.75, "door": 0.95}
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


def addresses(text: str) -> Iterator[Address]:
    """Yield the addresses of a text in order."""
    words, begins = lexicon(), {*pieces(text), len(text)}
    at = 0
    for start in sorted(begins):
        if start < at or not text[start : start + 1].isalnum():
            continue
        if found := _judge(tuple(_parts(text, start, words, begins))):
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
    if previous and (door := parts.DOOR.match(text, at)):
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
    if previous in ("door", "point", "road") and (bare := parts.BARE.match(text, at)):
        return Part("door", at, bare.end())
    return None


def _place(text: str, at: int, words: Lexicon) -> int:
    """Return where the longest place that begins here ends; 0 for none."""
    best = 0
    for end, entry in words.at(text, at):
        if entry.place and not (entry.word and not entry.full and entry.place > 2):
            if LEVELS[entry.place - 1] == "township" and end - at < 3:
                continue
            best = end
    if best and (text[best : best + 1] in ("路", "街", "道") or text.startswith("大道", best)):
        return 0
    if (
        best
        and text[best : best + 1]
        and text[best] in "省市县区州"
        and text[best + 1 : best + 2] not in "长委"
    ):
        best += 1
    return best


def _fits(text: str, at: int, match: re.Match[str], previous: str, begins: set[int]) -> bool:
    name = match[1]
    if (parts.STOP - parts.LINKS if previous else parts.STOP) & set(name):
        return False
    if previous and previous != "door":
        return True
    if at not in begins or match.end() not in begins:
        return False
    return len(name) <= (6 if previous else 4) and bool(previous or parts.DOOR.match(text, match.end()))


def _in_organisation(text: str, found: Address) -> Address:
    """Return a bare place as part of an organisation's name where it begins one."""
    if found.level.startswith("division") and parts.ORGANISATION.match(text, found.end):
        return found._replace(level="organisation", score=SCORES["organisation"])
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
    return Address(found[0].start, found[-1].end, level, SCORES[level], found)
