"""What stands before the first unit in English and Spanish texts: titles, site remains, preamble."""

import re

from shouxin.law.text.front import Matter
from shouxin.law.text.layout import Fragment, clean, is_closed

_BOILERPLATE = re.compile(
    r"subscri|membership|key benefits|original language title|release time|copyright|cookie|day pass"
    r"|^[\s|·•*_=—–-]+$|^\d{4}/\d{1,2}/\d{1,2}[ \d:|]*$|^(?:home|print|share|source|page \d+)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?:law|code|act|decision|decree|regulations?|provisions?|measures|rules|opinions|notice|interpretation|order"
    r"|ley|decisión|decreto|reglamento|disposiciones|medidas|aviso|código)\b",
    re.IGNORECASE,
)
_PROMULGATED = re.compile(r"promulgat|deliberated and adopted|hereby issued|promulga", re.IGNORECASE)
_ADOPTED = re.compile(r"\((?:by|adopted|passed|aprobad)[^()]*\d{4}[^()]*\)?$", re.IGNORECASE)
_SIGNED = re.compile(r"^[\u4e00-\u9fff ]{2,30}\d{4}年\d{1,2}月\d{1,2}日?$")


def is_boilerplate(words: str) -> bool:
    """Say whether ``words`` belongs to a web page and not to the document."""
    return len(words) <= 200 and bool(_BOILERPLATE.search(words))


def sort_front(text: str, fragments: list[Fragment], body: str) -> Matter:
    """Sort the fragments before the first unit into their kinds; ``body`` is the text of the units, clean.

    A sentence that the body has word for word is a headline that someone set above it.
    """
    asides: list[tuple[str, Fragment]] = []
    unplaced: list[Fragment] = []
    titles: list[str] = []
    for fragment in fragments:
        words = clean(text[fragment.start : fragment.end]).strip("#* ")
        kind = _kind(words, closed=is_closed(text, fragment.start, fragment.end), body=body)
        if kind == "title":
            titles.append(re.sub(r"\s*\([^()]*\)?\s*\|?\s*$|\s*\|\s*$", "", words))
        if kind:
            asides.append((kind, fragment))
        else:
            unplaced.append(fragment)
    return Matter(asides, titles[-1] if titles else "", [], unplaced)


def _kind(words: str, *, closed: bool, body: str) -> str | None:
    """Return the kind of one fragment, or None."""
    if is_boilerplate(words):
        return "boilerplate"
    if _SIGNED.search(words):
        return "signature"
    if _PROMULGATED.search(words):
        return "promulgation"
    if _ADOPTED.search(words):
        return "adoption"
    if not closed and len(words) <= 300 and _TITLE.search(words):
        return "title"
    if words.rstrip(".。:") in body:
        return "headline"
    return "preamble" if closed else None
