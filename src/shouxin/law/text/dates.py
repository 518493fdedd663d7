"""Dates that a text states: when it was adopted, promulgated, and takes effect.

A date is taken only where the words around it say what it is; "from the day of promulgation" is no date.
"""

import re
from collections.abc import Iterable
from datetime import date

_CHINESE = re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日?")
_MONTHS_EN = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTHS_ES = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
]
_MONTHS = {name: n % 12 + 1 for n, name in enumerate([*_MONTHS_EN, *_MONTHS_ES])}
_NAMES = "|".join(_MONTHS)
_WESTERN = re.compile(
    rf"\b({_NAMES}) (\d{{1,2}}), (\d{{4}})|\b(\d{{1,2}})(?: de)? ({_NAMES})(?: de)?,? (\d{{4}})",
    re.IGNORECASE,
)
_ADOPTED = re.compile(r"通过|adopted|session|aprobad", re.IGNORECASE)
_EFFECTIVE = re.compile(r" ?(?:起(?:施行|实施|生效)|with immediate effect)", re.IGNORECASE)
_IN_FORCE = re.compile(
    r"(?:enters? into force|takes? effect|effective|in force|entrará en vigor)\D{0,40}$", re.IGNORECASE
)


def dates_in(text: str) -> list[tuple[int, int, date]]:
    """Return the valid dates of ``text`` with their offsets, in order."""
    found = []
    for match in _CHINESE.finditer(text):
        year, month, day = (int(part) for part in match.groups())
        found.append((match.start(), match.end(), (year, month, day)))
    for match in _WESTERN.finditer(text):
        month_name = (match.group(1) or match.group(5)).lower()
        day, year = int(match.group(2) or match.group(4)), int(match.group(3) or match.group(6))
        found.append((match.start(), match.end(), (year, _MONTHS[month_name], day)))
    dated = ((start, end, _valid(*parts)) for start, end, parts in found)
    return sorted((start, end, stated) for start, end, stated in dated if stated)


def _valid(year: int, month: int, day: int) -> date | None:
    """Return the date, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def adopted(texts: Iterable[str]) -> date | None:
    """Return the last date before the word "adopted" (通过) in the first text that has one."""
    for text in texts:
        word = _ADOPTED.search(text)
        if not word:
            continue
        before = [day for start, _, day in dates_in(text) if start < word.start()]
        after = [day for start, _, day in dates_in(text) if start > word.start() and "年" not in text]
        if before or after:
            return max(before) if before else after[0]
    return None


def effective(texts: Iterable[str]) -> date | None:
    """Return the date from which a text says it applies (自…起施行), from the first text that says so."""
    for text in texts:
        for start, end, stated in dates_in(text):
            if _EFFECTIVE.match(text, end) or _IN_FORCE.search(text, max(0, start - 80), start):
                return stated
    return None


def only_date(texts: Iterable[str]) -> date | None:
    """Return the last date in the last text that has one: the date under signatures."""
    found = [day for text in texts for _, _, day in dates_in(text)]
    return found[-1] if found else None
