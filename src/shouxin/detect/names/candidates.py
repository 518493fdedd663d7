"""Which stretches of a line may be a person's name, and what speaks for each."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from shouxin.detect.names import weights
from shouxin.detect.names.lexicon import Lexicon

HONORIFICS: Final = ("先生", "女士", "小姐", "太太", "老师", "阿姨", "叔叔", "师傅", "同学", "姐", "哥")
SOMEBODY: Final = ("某", "甲", "乙", "丙", "丁")
SMALL: Final = frozenset("小老阿")
DOTS: Final = frozenset("·•・‧．･∙")
MINORITY: Final = frozenset(
    "买提木江孜吐肉热汗别努合依布拜古丽才让扎西卓玛次仁旺堆让铁仙尕增旦曲措珍益央登朋边坚赞珠姆嘉获蕴绮斐虎仓策昌敦宽奎派吐云卓娥黛蓬霖"
)
#: Characters of transliterated names that only a dot beside them tells from family names and words.
BESIDE_DOT: Final = frozenset("力居冯汤楚敦坚隆让滕铁毛钦珊久黑山田强江孙祖荣钱")
JAPANESE_GIVEN: Final = frozenset(
    "骏拓薰登郎介助彦树子美一二三太雄夫男健之平和正英幸明惠香织里由纪奈央纯真广隆浩信义昭敏博康治史春勇光俊茂文秀吉清弘贵恭智哲也矢希步菜穗绘爱沙优翔凉梨友佳晋次四五六七八九兵卫佑辅亮辉寿久安喜忠道则纲重孝武佳司志仁朗诚修龙生行造代代枝江梦叶花绪"
)


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


def initial(text: str, at: int) -> bool:
    """Say whether a Latin capital and a dot stand for a part of a name: J·K·罗琳."""
    single = "A" <= text[at : at + 1] <= "Z" and text[at + 1 : at + 2] in DOTS
    return single and not (at and text[at - 1].isascii() and text[at - 1].isalnum())


def candidates(text: str, start: int, lexicon: Lexicon) -> Iterator[Candidate]:
    """Yield what may be a name and begins at ``start``."""
    if initial(text, start):
        yield from _dotted(text, start, start + 1, lexicon)
        return
    for length in (1, 2):
        surname = text[start : start + length]
        if surname in lexicon.surnames and len(surname) == length:
            yield from _chinese(text, start, surname, lexicon)
    if text[start] in SMALL:
        yield from _nickname(text, start, lexicon)
    elif text[start : start + 1] == text[start + 1 : start + 2] and lexicon.given[1].get(text[start]) == 3:
        yield Candidate(start, start + 2, (("nickname", weights.DOUBLED),))
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
            one = max(one, weights.FIRST[2] + weights.SECOND[3])
        three = ("length", weights.LENGTH[3])
        yield Candidate(start, begin + 2, (base, ("given name", one), three, *_following(rest[1])))


def _following(last: str) -> tuple[tuple[str, int], ...]:
    return (("last character", weights.FOLLOWING),) if last in weights.FOLLOWS else ()


def _nickname(text: str, start: int, lexicon: Lexicon) -> Iterator[Candidate]:
    name = text[start + 1 : start + 2]
    if not name:
        return
    if text[start] == "阿":
        fits = max(table.get(name, 0) for table in lexicon.given) == 3
    else:
        fits = lexicon.surnames.get(name, 9) <= 2
    if fits:
        yield Candidate(start, start + 2, (("nickname", weights.NICKNAME),))


def _foreign(text: str, start: int, lexicon: Lexicon) -> Iterator[Candidate]:
    for end, entry in lexicon.at(text, start):
        if start and text[start - 1] in DOTS:
            continue
        if dot := _dot_behind(text, end, lexicon):
            if entry.person:
                yield from _dotted(text, start, dot, lexicon)
            continue
        if entry.person:
            yield from _listed(text, start, end, lexicon)
        if entry.japanese:
            yield from _japanese(text, start, end, lexicon)
    if text[start] in weights.TYPICAL:
        yield from _before_listed(text, start, lexicon)
    letters = lexicon.transliteration | MINORITY
    end = start
    total = weights.TRANSLITERATION[0]
    while end < len(text) and text[end] in letters and end - start < weights.PART:
        total += weights.TRANSLITERATION[2 if text[end] in weights.TYPICAL else 1]
        end += 1
        dotted = text[end : end + 1] in DOTS or (start and text[start - 1] in DOTS)
        if end - start >= 2 and text[start] in lexicon.transliteration and not dotted:
            pair = weights.PAIR if end - start == 2 else 0
            yield Candidate(start, end, (("transliteration", total + pair),))
        if end < len(text) and text[end] in DOTS:
            yield from _dotted(text, start, end, lexicon)
    dot = start
    while dot < len(text) and text[dot] in letters | BESIDE_DOT and dot - start < weights.PART:
        dot += 1
    if text[dot : dot + 1] in DOTS and dot < len(text) and not BESIDE_DOT.isdisjoint(text[start:dot]):
        yield from _dotted(text, start, dot, lexicon)


def _listed(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[Candidate]:
    """Yield a name of the list, with a second one behind it (扎西 卓玛), with its end (西蒙 尼)."""
    base, each = weights.KNOWN
    known = base + each * (end - start)
    yield Candidate(start, end, (("known name", known),))
    for last, entry in lexicon.at(text, end):
        if entry.person and not _dot_behind(text, last, lexicon):
            yield Candidate(start, last, (("known names", known + 2 * base + each * (last - end)),))
    further = 0
    for last in range(end + 1, end + 3):
        if not lexicon.transliteration.issuperset(text[last - 2 : last]) or last > len(text):
            return
        if text[last : last + 1] in DOTS:
            return
        further += weights.FURTHER[text[last - 1] in weights.TYPICAL]
        yield Candidate(start, last, (("known name", known), ("further", further)))


def _before_listed(text: str, start: int, lexicon: Lexicon) -> Iterator[Candidate]:
    """Yield what may be the beginning of a longer name with a name of the list as its end (奥 沙利文)."""
    base, each = weights.KNOWN
    for end, entry in lexicon.at(text, start + 1):
        if entry.person and not _dot_behind(text, end, lexicon):
            known = base + each * (end - start - 1)
            yield Candidate(start, end, (("known name", known), ("further", weights.FURTHER[1])))


def _dot_behind(text: str, end: int, lexicon: Lexicon) -> int:
    """Return where a name that seems to end goes on to a dot, or 0."""
    last = min(end + weights.PART, len(text))
    while end < last and text[end] in lexicon.transliteration:
        end += 1
    return end if text[end : end + 1] in DOTS and end < len(text) else 0


def _japanese(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[Candidate]:
    fit = weights.JAPANESE
    for size, character in enumerate(text[end : end + 3], 1):
        fits = character in JAPANESE_GIVEN
        if not han(character) or (character in lexicon.never and not fits):
            break
        fit += weights.JAPANESE_GIVEN[fits]
        if size == 2 or (size == 3 and character in weights.JAPANESE_THIRD) or (size == 1 and fits):
            yield Candidate(start, end + size, (("Japanese name", fit + weights.JAPANESE_LENGTH[size]),))
    yield Candidate(start, end, (("Japanese family name", weights.JAPANESE),))


def _dotted(text: str, start: int, dot: int, lexicon: Lexicon) -> Iterator[Candidate]:
    end, letters = dot, lexicon.transliteration | MINORITY | BESIDE_DOT
    for _ in range(weights.PARTS):
        if text[end : end + 1] not in DOTS:
            return
        begin = end = end + 1
        if initial(text, end):
            end += 1
            continue
        while end < len(text) and text[end] in letters and end - begin <= weights.PART:
            end += 1
        listed = max((stop for stop, entry in lexicon.at(text, begin) if entry.person), default=end)
        end = max(end, listed)
        if end == begin:
            return
        stops = {end}
        if text[end : end + 1] not in DOTS:
            stops |= {listed} if end - listed < 3 else set()
            stops |= {end - 1} if end - begin > 2 else set()
        for stop in sorted(stops):
            length = ("length", weights.DOT[1] * (stop - start))
            yield Candidate(
                start, stop, (("parts with a dot", weights.DOT[0]), length, *_following(text[stop - 1]))
            )
