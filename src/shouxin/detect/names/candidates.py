"""Which stretches of a line may be a person's name, and what speaks for each."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from shouxin.detect.names import weights
from shouxin.detect.names.lexicon import Lexicon

HONORIFICS: Final = ("先生", "女士", "小姐", "太太", "老师", "阿姨", "叔叔", "师傅", "同学", "姐", "哥")
SOMEBODY: Final = ("某", "甲", "乙", "丙", "丁")
SMALL: Final = frozenset("小老阿")
DOTS: Final = frozenset("·•・‧")
MINORITY: Final = frozenset("买提木江孜吐肉热汗别努合依布拜古丽才让扎西卓玛次仁旺堆")
JAPANESE_GIVEN: Final = frozenset("郎介助彦樹子美一二三太雄夫男健之平和正英幸明惠香织里由纪奈央")


class Candidate(NamedTuple):
    """A stretch that may be a name; ``reasons`` are what speaks for and against it."""

    start: int
    end: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def weight(self) -> int:
        """Return the sum of the reasons."""
        return sum(weight for _, weight in self.reasons)


def han(character: str) -> bool:
    """Say whether a character is a Han character."""
    return "\u4e00" <= character <= "\u9fff" or character == "〇"


def candidates(text: str, start: int, lexicon: Lexicon) -> Iterator[Candidate]:
    """Yield what may be a name and begins at ``start``."""
    for length in (1, 2):
        surname = text[start : start + length]
        if surname in lexicon.surnames and len(surname) == length:
            yield from _chinese(text, start, surname, lexicon)
    if text[start] in SMALL:
        yield from _nickname(text, start, lexicon)
    yield from _foreign(text, start, lexicon)


def surname_weight(surname: str, lexicon: Lexicon) -> int:
    """Return what a family name says for a name."""
    if len(surname) > 1:
        return weights.DOUBLE_SURNAME
    return weights.SURNAME[lexicon.surnames[surname]] + weights.AMBIGUOUS.get(surname, 0)


def _chinese(text: str, start: int, surname: str, lexicon: Lexicon) -> Iterator[Candidate]:
    base = ("family name", surname_weight(surname, lexicon))
    begin = start + len(surname)
    first, second = lexicon.given
    rest = text[begin : begin + 2]
    for honorific in HONORIFICS:
        if text.startswith(honorific, begin):
            yield Candidate(start, begin + len(honorific), (base, ("honorific", weights.HONORIFIC)))
    if rest[:1] == "某":
        end = begin + (2 if rest[1:] in SOMEBODY else 1)
        yield Candidate(start, end, (base, ("unnamed", weights.SOMEBODY)))
    if not rest or not han(rest[0]) or rest[0] in lexicon.never:
        return
    only = weights.ONLY[max(first.get(rest[0], 0), second.get(rest[0], 0))]
    two = ("length", weights.LENGTH[2] if len(surname) == 1 else 0)
    yield Candidate(start, begin + 1, (base, ("given name", only), two, *_following(rest[0])))
    if len(rest) == 2 and han(rest[1]) and rest[1] not in lexicon.never:
        one = weights.FIRST[first.get(rest[0], 0)] + weights.SECOND[second.get(rest[1], 0)]
        if rest[0] == rest[1]:
            one = max(one, weights.FIRST[1] + weights.SECOND[2])
        three = ("length", weights.LENGTH[3])
        yield Candidate(start, begin + 2, (base, ("given name", one), three, *_following(rest[1])))


def _following(last: str) -> tuple[tuple[str, int], ...]:
    return (("last character", weights.FOLLOWING),) if last in weights.FOLLOWS else ()


def _nickname(text: str, start: int, lexicon: Lexicon) -> Iterator[Candidate]:
    name = text[start + 1 : start + 2]
    if not name:
        return
    if text[start] == "阿":
        fits = max(table.get(name, 0) for table in lexicon.given) == 2
    else:
        fits = lexicon.surnames.get(name, 9) <= 2
    if fits:
        yield Candidate(start, start + 2, (("nickname", weights.NICKNAME),))


def _foreign(text: str, start: int, lexicon: Lexicon) -> Iterator[Candidate]:
    for end, entry in lexicon.at(text, start):
        if (start and text[start - 1] in DOTS) or _to_dot(text, end, lexicon):
            continue
        if entry.person:
            yield Candidate(start, end, (("known foreign name", weights.KNOWN_FOREIGN),))
        if entry.japanese:
            yield from _japanese(text, start, end)
    letters = lexicon.transliteration | MINORITY
    end = start
    total = weights.TRANSLITERATION[0]
    while end < len(text) and text[end] in letters and end - start < 8:
        total += weights.TRANSLITERATION[2 if text[end] in weights.TYPICAL else 1]
        end += 1
        dotted = text[end : end + 1] in DOTS or (start and text[start - 1] in DOTS)
        if end - start >= 3 and text[start] in lexicon.transliteration and not dotted:
            yield Candidate(start, end, (("transliteration", total),))
        if end < len(text) and text[end] in DOTS:
            yield from _dotted(text, start, end, lexicon)


def _to_dot(text: str, end: int, lexicon: Lexicon) -> bool:
    """Say whether a name that seems to end goes on to a dot."""
    while end < len(text) and text[end] in lexicon.transliteration:
        end += 1
    return text[end : end + 1] in DOTS if end < len(text) else False


def _japanese(text: str, start: int, end: int) -> Iterator[Candidate]:
    rest = text[end : end + 2]
    fit = sum(5 if character in JAPANESE_GIVEN else -3 for character in rest)
    if len(rest) == 2 and all(map(han, rest)):
        yield Candidate(start, end + 2, (("Japanese name", weights.JAPANESE + fit + 12),))
    yield Candidate(start, end, (("Japanese family name", weights.JAPANESE),))


def _dotted(text: str, start: int, dot: int, lexicon: Lexicon) -> Iterator[Candidate]:
    end, letters = dot, lexicon.transliteration | MINORITY
    while end < len(text) and text[end] in DOTS:
        begin = end = end + 1
        while end < len(text) and text[end] in letters and end - begin < 9:
            end += 1
        listed = max((stop for stop, entry in lexicon.at(text, begin) if entry.person), default=end)
        if end - listed in (1, 2):
            end = listed
        if end == begin:
            return
        yield Candidate(start, end, (("parts with a dot", weights.DOT), ("length", 2 * (end - start))))
