"""The difference between two texts, in characters of Chinese and words of other scripts.

The work is bounded: where two texts are so long or so repetitive that comparing words would take too
long, sentences are compared, and beyond that the whole.
"""

import re
from collections import Counter
from difflib import SequenceMatcher

from shouxin.law.text.model import Span

_TOKEN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]|[^\W_\u2e80-\u9fff\uf900-\ufaff]+|\s+|.", re.DOTALL)
_SENTENCE = re.compile(r"[^。;；.\n]+[。;；.\n]*|[。;；.\n]+")
_MOST_PAIRS = 1_000_000
_ISLAND = 2


def spans(old: str, new: str) -> tuple[Span, ...]:
    """Return what is the same, removed and added, in reading order; joined, they give either text back."""
    for pattern in (_TOKEN, _SENTENCE):
        ours, theirs = pattern.findall(old), pattern.findall(new)
        ours, theirs, head, tail = _trim(ours, theirs)
        if _pairs(ours, theirs) <= _MOST_PAIRS:
            middle = _compare(ours, theirs)
            return _joined([("same", head), *middle, ("same", tail)])
    return _joined([("removed", old), ("added", new)])


def _trim(ours: list[str], theirs: list[str]) -> tuple[list[str], list[str], str, str]:
    """Return both lists without their common beginning and end, and these two as text."""
    shortest = min(len(ours), len(theirs))
    start = 0
    while start < shortest and ours[start] == theirs[start]:
        start += 1
    end = 0
    while end < shortest - start and ours[-1 - end] == theirs[-1 - end]:
        end += 1
    head, tail = "".join(ours[:start]), "".join(ours[len(ours) - end :])
    return ours[start : len(ours) - end], theirs[start : len(theirs) - end], head, tail


def _pairs(ours: list[str], theirs: list[str]) -> int:
    """Return how many pairs of equal tokens the comparison has to look at."""
    counts = Counter(theirs)
    return sum(counts[token] * count for token, count in Counter(ours).items())


def _compare(ours: list[str], theirs: list[str]) -> list[tuple[str, str]]:
    """Return the pieces of the difference; a lone character or two between changes counts as changed."""
    found: list[tuple[str, str]] = []
    codes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    for place, (code, i, j, k, m) in enumerate(codes):
        island = code == "equal" and j - i < _ISLAND and 0 < place < len(codes) - 1
        if code == "equal" and not island:
            found.append(("same", "".join(ours[i:j])))
        else:
            found += [("removed", "".join(ours[i:j])), ("added", "".join(theirs[k:m]))]
    return found


def _joined(pieces: list[tuple[str, str]]) -> tuple[Span, ...]:
    """Return the pieces with neighbouring removals and additions gathered, removed before added."""
    found: list[Span] = []
    removed: list[str] = []
    added: list[str] = []
    for kind, text in [*pieces, ("same", "")]:
        if kind == "removed":
            removed.append(text)
        elif kind == "added":
            added.append(text)
        else:
            found += [Span("removed", "".join(removed)), Span("added", "".join(added)), Span("same", text)]
            removed, added = [], []
    return tuple(span for span in found if span.text)
