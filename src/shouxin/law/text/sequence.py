"""Which article marks are headings: their numbers must run on.

The successor of the last heading is one wherever it follows a stop or a gap. A number may jump
forward only at the start of a fragment, and only when the number that was expected does not come later:
then it is missing. A first article after others begins another statute.
"""

from bisect import bisect_right
from collections import defaultdict

import msgspec

from shouxin.law.text.marks import Mark


class Run(msgspec.Struct):
    """The article headings of one statute, in order, and what was doubtful about them.

    ``remarks`` are sentences with the offset they speak of.
    """

    heads: list[Mark]
    missing: list[str]
    remarks: dict[str, int]


def article_eid(number: int, sub: int) -> str:
    """Return the eId of an article: ``art_17``, or ``art_17-1`` for 第十七条之一."""
    return f"art_{number}-{sub}" if sub else f"art_{number}"


def runs(marks: list[Mark], text: str) -> list[Run]:
    """Return the statutes that ``marks`` (all of one kind) in ``text`` (plain) make up."""
    articles = [m for m in marks if m.number > 0]
    places: dict[int, list[int]] = defaultdict(list)
    for index, mark in enumerate(articles):
        if mark.closed and not mark.cites:
            places[mark.number].append(index)
    found: list[Run] = []
    for index, mark in enumerate(articles):
        _take(found, places, index, mark, text)
    return found


def _comes(places: dict[int, list[int]], number: int, index: int) -> bool:
    """Say whether article ``number`` comes after ``index``, before another article 1."""
    later = places.get(number, [])
    ones = places.get(1, [])
    next_one = bisect_right(ones, index)
    limit = ones[next_one] if next_one < len(ones) else None
    place = bisect_right(later, index)
    return place < len(later) and (limit is None or later[place] < limit)


def _take(found: list[Run], places: dict[int, list[int]], index: int, mark: Mark, text: str) -> None:
    """Add ``mark`` to the last run, begin a run with it, or leave it as text with a remark."""
    firm = mark.strong and mark.closed and not mark.cites
    if not found:
        if _may_begin(places, index, mark):
            found.append(Run([mark], [], {}))
        return
    run = found[-1]
    last = run.heads[-1]
    if (mark.number, mark.sub) in ((last.number + 1, 0), (last.number, last.sub + 1)):
        if (mark.strong or mark.closed) and not mark.cites:
            run.heads.append(mark)
    elif firm and (mark.number, mark.sub) == (1, 0) and len(run.heads) > 1 and _comes(places, 2, index):
        found.append(Run([mark], [], {}))
    elif firm and mark.number > last.number and not _comes(places, last.number + 1, index):
        run.missing += [
            article_eid(n, 0) for n in range(last.number + 1, min(mark.number, last.number + 1000))
        ]
        run.heads.append(mark)
    elif firm:
        printed = text[mark.start : mark.end].replace(" ", "")
        run.remarks[f"{printed} after {text[last.start : last.end]} was read as text, not as a heading"] = (
            mark.start
        )


def _may_begin(places: dict[int, list[int]], index: int, mark: Mark) -> bool:
    """Say whether a text may begin with this article: article 1, or a later one of an excerpt."""
    if mark.cites:
        return False
    if mark.number == 1:
        return True
    if not (mark.strong and mark.closed):
        return False
    ones = places.get(1, [])
    return bisect_right(ones, index) == len(ones) or _comes(places, mark.number + 1, index)
