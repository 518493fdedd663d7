"""Which instrument of the register a statute is, and how its units lie on the register's.

Titles decide where there is one: bigrams of characters in Chinese, word stems elsewhere, held against the
title in the same language. A text without a title is taken for an instrument only if its articles and
their paragraphs and items are those of that instrument and of no other. Otherwise the answer is None.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from shouxin.law.text import eid as eids
from shouxin.law.text.model import Matched, Placed, RegisterInstrument, Statute

_TITLE_ENOUGH = {"zh": 0.9, "en": 0.6, "es": 0.6}
_STRUCTURE_ENOUGH = 0.9
_FEWEST_ARTICLES = 5
_CLEAR_LEAD = 0.15
_STEM = 6
_EMPTY_WORDS = frozenset(
    [
        "of",
        "the",
        "on",
        "and",
        "for",
        "in",
        "to",
        "a",
        "an",
        "el",
        "la",
        "los",
        "las",
        "de",
        "del",
        "y",
        "en",
        "sobre",
        "para",
    ]
)
_GROUPS = frozenset({"part", "subpart", "chapter", "section"})


def match(statute: Statute, instruments: Iterable[RegisterInstrument]) -> Matched:
    """Return the instrument that ``statute`` is and where each of its register units stands in the text."""
    known = list(instruments)
    if not known:
        return Matched(None, "none", 0.0, "the register is empty")
    scored = sorted(((_title_score(statute, one), -i) for i, one in enumerate(known)), reverse=True)
    best = scored[0]
    if statute.title:
        chosen = known[-best[1]]
        if best[0] >= _TITLE_ENOUGH[statute.language]:
            return _matched(statute, chosen, "title", best[0], "the titles agree")
        if len(_normal(statute.title)) > 3 and statute.language in chosen.titles:
            why = f'no title in the register is near "{statute.title}"'
            return Matched(None, "none", round(best[0], 3), why)
    return _by_structure(statute, known)


def _by_structure(statute: Statute, known: Sequence[RegisterInstrument]) -> Matched:
    """Return the one instrument whose articles, paragraphs and items are those of the statute, or None."""
    fits = sorted(((_structure_score(statute, one), -i) for i, one in enumerate(known)), reverse=True)
    score, place = fits[0]
    second = fits[1][0] if len(fits) > 1 else 0.0
    if score < _STRUCTURE_ENOUGH or statute.articles < _FEWEST_ARTICLES:
        return Matched(
            None, "none", round(score, 3), "the text has no known title and its structure fits no instrument"
        )
    if score - second < _CLEAR_LEAD:
        return Matched(
            None, "none", round(score, 3), "the text has no known title and its structure fits several"
        )
    return _matched(statute, known[-place], "structure", score, "articles, paragraphs and items are the same")


def _normal(title: str) -> str:
    """Return a title's letters in compatibility form, without a bracket at its end and title marks."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    plain = re.sub(r"\([^()]*\)\s*$", "", plain)
    return re.sub(r"[\W_]+", " ", plain).strip()


def _features(title: str, language: str) -> Counter[str]:
    """Return what titles are compared by: bigrams in Chinese, stems of words elsewhere."""
    normal = _normal(title)
    if language == "zh":
        letters = normal.replace(" ", "")
        return Counter(letters[i : i + 2] for i in range(max(1, len(letters) - 1)))
    return Counter(word[:_STEM] for word in normal.split() if word not in _EMPTY_WORDS)


def _title_score(statute: Statute, instrument: RegisterInstrument) -> float:
    """Return how alike the titles are, from 0 to 1 (Dice); 0 where one side has none in this language."""
    listed = instrument.titles.get(statute.language, "")
    if not listed or not statute.title:
        return 0.0
    ours, theirs = _features(statute.title, statute.language), _features(listed, statute.language)
    total = sum(ours.values()) + sum(theirs.values())
    score = 2 * sum((ours & theirs).values()) / total if total else 0.0
    differs = statute.articles != instrument.articles and statute.language != "zh"
    return score - 0.1 if differs else score


def _structure_score(statute: Statute, instrument: RegisterInstrument) -> float:
    """Return the share of units common to text and register; 0 unless the articles are as many."""
    if statute.articles != instrument.articles:
        return 0.0
    theirs = _leaves({eids.unit_of(one) for one in instrument.provision_ids})
    ours = _leaves({unit.eid for unit in statute.units if unit.kind not in _GROUPS})
    either = ours | theirs
    return len(ours & theirs) / len(either) if either else 0.0


def _leaves(names: set[str]) -> set[str]:
    """Return the eIds under which no other stands."""
    inner = {eids.parent(name) for name in names}
    return {name for name in names if name not in inner}


def _matched(statute: Statute, instrument: RegisterInstrument, how: str, score: float, why: str) -> Matched:
    """Return the match with every register unit placed as well as the text allows."""
    present = {unit.eid: unit for unit in statute.units}
    wanted = list(dict.fromkeys(eids.unit_of(one) for one in instrument.provision_ids))
    found = {name: _place(name, present.keys()) for name in wanted}
    placed = tuple(place for place in found.values() if place)
    covered = {place.eid for place in placed}
    above = {name for one in covered for name in _upwards(one)}
    without_id = tuple(
        unit.eid
        for unit in statute.units
        if unit.text
        and unit.kind not in _GROUPS
        and unit.eid not in above
        and not _covered(unit.eid, covered)
    )
    paragraphs = Counter(eids.parent(unit.eid) for unit in statute.units if unit.kind == "paragraph")
    undivided = tuple(p.id for p in placed if p.how == "same" and paragraphs[p.eid] > 1)
    without_text = tuple(name for name, place in found.items() if place is None)
    return Matched(instrument.id, how, round(score, 3), why, placed, without_text, without_id, undivided)


def _upwards(name: str) -> list[str]:
    """Return an eId and all above it."""
    found = []
    while name:
        found.append(name)
        name = eids.parent(name)
    return found


def _covered(name: str, covered: set[str]) -> bool:
    """Say whether a unit or one above it answers a register unit."""
    return any(one in covered for one in _upwards(name))


def _place(name: str, present: Iterable[str]) -> Placed | None:
    """Return where the text of one register unit is, or None when not even its article is there."""
    known = present if isinstance(present, (set, frozenset)) else set(present)
    if name in known:
        return Placed(name, name, "same")
    other = eids.respelled(name)
    if other in known and other != eids.top(name):
        return Placed(name, other, "respelled")
    up = eids.parent(name)
    while up:
        for spelling in (up, eids.respelled(up)):
            if spelling in known:
                return Placed(name, spelling, "enclosing")
        up = eids.parent(up)
    return None
