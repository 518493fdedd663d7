"""Ages in figures: how old somebody is said to be, apart from limits, ranges and memories."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from shouxin.detect.categories.terms import Hits
from shouxin.detect.categories.vocabulary import AGE, vocabulary
from shouxin.detect.kinds import NUMBER

DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
FIGURE: Final = re.compile(r"([0-9０-９]{1,3}|[零一二两三四五六七八九十百]{1,5})$")
BEFORE, AFTER = 24, 18  #: bytes that are looked at on both sides
TEN, TENS = "十".encode(), (b"23456789", {sign.encode() for sign in "二三四五六七八九"})
MONTHS: Final = "个月".encode()


def years(figure: str) -> int:
    """Return the number that a figure below a thousand stands for.

    >>> years("十三"), years("８"), years("二十一"), years("一百零二")
    (13, 8, 21, 102)
    """
    if figure[0] not in DIGITS and figure[0] not in "十百":
        return int(figure)
    total = held = 0
    for sign in figure:
        if sign in DIGITS:
            held = DIGITS[sign]
        else:
            total += (held or 1) * (10 if sign == "十" else 100)
            held = 0
    return total + held


def words(hits: Hits) -> Iterator[tuple[int, int]]:
    """Yield where a word stands that an age may precede."""
    at = (vocabulary().role[hits.term] & AGE).nonzero()[0]
    return zip(hits.start[at].tolist(), hits.end[at].tolist(), strict=True)


def ages(text: bytes, places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int, float]]:
    """Yield the ages of minors before these words by bytes, with the kind they belong to and their weight."""
    limits = _limits()
    for start, end in places:
        if _plainly_adult(text[max(0, start - 9) : start]):
            continue
        before = text[max(0, start - BEFORE) : start].decode("utf-8", "ignore")
        if not (figure := FIGURE.search(before)):
            continue
        age = 0 if text.startswith(MONTHS, start) else years(figure[1])
        kind = next(((kind, weight) for to, kind, weight in limits if age <= to), None)
        if kind and not _no_age(before[: figure.start()], text[end : end + AFTER]):
            yield start - len(figure[1].encode()), end, *kind


def _plainly_adult(before: bytes) -> bool:
    """Say whether two digits from 20 on, or a Chinese figure from twenty on, end here: most ages do."""
    if before[-2:-1] in TENS[0] and before[-1:].isdigit():
        return len(before) > 1
    return TEN in (before[-3:], before[-6:-3]) and before[before.rfind(TEN) - 3 :][:3] in TENS[1]


def _no_age(before: str, after: bytes) -> bool:
    people = vocabulary().people
    following = after.decode("utf-8", "ignore")
    return before.endswith(tuple(people.before_no_age)) or following.startswith(tuple(people.after_no_age))


@cache
def _limits() -> list[tuple[int, int, float]]:
    """Return the highest age of each kind that has one, the lowest first, with its number and weight."""
    kinds = vocabulary().kinds
    return sorted(
        (words.age.to, NUMBER[name], words.age.weight) for name, words in kinds.items() if words.age
    )
