"""What changed between two texts of an instrument, article by article.

Articles with the same words are the same, or renumbered when their number differs. The rest are paired by
common runs of characters, the same number counting for something; what has no partner was added or removed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from shouxin.law.text import eid as eids
from shouxin.law.text.layout import BLANK
from shouxin.law.text.model import Change, Statute, Unit
from shouxin.law.text.worddiff import spans

_GROUPS = frozenset({"part", "subpart", "chapter"})
_GRAM = 4
_TOO_COMMON = 24
_ALIKE = 0.5
_SAME_NUMBER = 0.25

Articles = dict[str, list[Unit]]


def diff(old: Statute, new: Statute) -> tuple[Change, ...]:
    """Return one change per article, in the order of the new text.

    A removed article follows the one that stood before it.
    """
    before, after = _articles(old), _articles(new)
    pairs = _pair(before, after)
    partner = {theirs: ours for ours, theirs in pairs.items()}
    removed: dict[str | None, list[Change]] = defaultdict(list)
    anchor: str | None = None
    for name in before:
        if name in pairs:
            anchor = pairs[name]
        else:
            removed[anchor].append(_change(before[name], []))
    changes = removed[None]
    for name in after:
        ours = partner.get(name)
        changes.append(_change(before[ours] if ours else [], after[name]))
        changes += removed[name]
    return tuple(changes)


def provisions(change: Change, ids: Iterable[str]) -> tuple[str, ...]:
    """Return the register ids (clause-level, of the old text's instrument) that need another look.

    All under the article when it was removed, renumbered or divided anew; else those at, above or below
    the units whose words changed. For an added article there are none yet.
    """
    if change.kind in ("same", "added"):
        return ()
    found = []
    for one in ids:
        unit = eids.unit_of(one)
        if eids.top(unit) != change.old and not eids.under(change.old, unit):
            continue
        whole = change.reshaped or change.kind != "changed"
        if whole or any(_related(unit, touched) for touched in change.touched):
            found.append(one)
    return tuple(found)


def _related(unit: str, touched: str) -> bool:
    """Say whether two eIds lie on one line, in either spelling of the first paragraph."""
    return any(
        eids.under(ours, theirs) or eids.under(theirs, ours)
        for ours in (unit, eids.respelled(unit))
        for theirs in (touched, eids.respelled(touched))
    )


def _articles(statute: Statute) -> Articles:
    """Return the units of each article (or point, or notice) under its eId."""
    found: Articles = {}
    for unit in statute.units:
        if unit.kind in _GROUPS or (unit.kind == "section" and not unit.text and unit.heading):
            continue
        found.setdefault(eids.top(unit.eid), []).append(unit)
    return found


def _words(units: list[Unit]) -> str:
    """Return the words of an article without its own number and without blanks."""
    parts = [
        unit.heading + unit.text if i == 0 else unit.number + unit.heading + unit.text
        for i, unit in enumerate(units)
    ]
    return BLANK.sub("", "".join(parts))


def _pair(before: Articles, after: Articles) -> dict[str, str]:
    """Return the partner in the new text of each old article that has one."""
    ours = {name: _words(units) for name, units in before.items()}
    theirs = {name: _words(units) for name, units in after.items()}
    pairs = {name: name for name in ours if theirs.get(name) == ours[name]}
    taken = set(pairs.values())
    places: dict[str, list[str]] = defaultdict(list)
    for name in reversed(theirs):
        if name not in taken:
            places[theirs[name]].append(name)
    for name, words in ours.items():
        if name not in pairs and places[words]:
            pairs[name] = places[words].pop()
    _pair_alike(ours, theirs, pairs)
    taken = set(pairs.values())
    pairs |= {name: name for name in ours if name not in pairs and name in theirs and name not in taken}
    return pairs


def _pair_alike(ours: dict[str, str], theirs: dict[str, str], pairs: dict[str, str]) -> None:
    """Add to ``pairs`` the articles that share enough runs of four characters, the most alike first."""
    taken = set(pairs.values())
    grams = {name: _grams(words) for name, words in theirs.items() if name not in taken}
    holders: dict[str, list[str]] = defaultdict(list)
    for name, mine in grams.items():
        for gram in mine:
            holders[gram].append(name)
    scored: list[tuple[float, int, str, str]] = []
    for place, name in enumerate(ours):
        if name in pairs:
            continue
        mine = _grams(ours[name])
        shared = Counter(
            h for gram in mine if len(holders.get(gram, ())) <= _TOO_COMMON for h in holders.get(gram, ())
        )
        for other, count in shared.items():
            score = 2 * count / (len(mine) + len(grams[other])) + (_SAME_NUMBER if other == name else 0.0)
            if score >= _ALIKE:
                scored.append((-score, place, name, other))
    for _, _, name, other in sorted(scored):
        if name not in pairs and other not in taken:
            pairs[name] = other
            taken.add(other)


def _grams(words: str) -> set[str]:
    """Return the runs of four characters of a text."""
    return {words[i : i + _GRAM] for i in range(max(1, len(words) - _GRAM + 1))}


def _change(old: list[Unit], new: list[Unit]) -> Change:
    """Return the change from one article to another; an empty list stands for none."""
    if not old or not new:
        kind = "removed" if old else "added"
        touched = tuple(unit.eid for unit in old)
        return Change(kind, _top(old), _top(new), spans(_lines(old), _lines(new)), touched, reshaped=True)
    if _words(old) == _words(new) and _shape(old) == _shape(new):
        if _top(old) == _top(new):
            return Change("same", _top(old), _top(new))
        return Change("renumbered", _top(old), _top(new), spans(_lines(old), _lines(new)))
    touched = _touched(old, new)
    kind = "changed" if _top(old) == _top(new) else "renumbered"
    reshaped = _shape(old) != _shape(new)
    return Change(kind, _top(old), _top(new), spans(_lines(old), _lines(new)), touched, reshaped)


def _top(units: list[Unit]) -> str:
    """Return the eId of the article, or an empty string."""
    return eids.top(units[0].eid) if units else ""


def _shape(units: list[Unit]) -> list[str]:
    """Return the eIds of an article's units, relative to the article."""
    own = len(_top(units))
    return [unit.eid[own:] for unit in units]


def _touched(old: list[Unit], new: list[Unit]) -> tuple[str, ...]:
    """Return the eIds of the old units whose words are not those of the new unit at the same place."""
    own = len(_top(new))
    theirs = {unit.eid[own:]: unit.heading + unit.text for unit in new}
    own = len(_top(old))
    return tuple(
        unit.eid
        for unit in old
        if BLANK.sub("", theirs.get(unit.eid[own:], "")) != BLANK.sub("", unit.heading + unit.text)
    )


def _lines(units: list[Unit]) -> str:
    """Return the article as it would be printed, one unit a line."""
    lines = (" ".join(part for part in (unit.number, unit.heading, unit.text) if part) for unit in units)
    return "\n".join(line for line in lines if line)
