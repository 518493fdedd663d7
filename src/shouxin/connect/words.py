"""What texts may tell of a person, however written: found and hidden, and what is of others left out."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, Self

from shouxin.connect.marks import is_erased
from shouxin.connect.model import MappedColumn
from shouxin.connect.person import Person
from shouxin.detect import scan

HIDDEN = "***"
"""What stands where an identifier stood."""

MOST = 200
"""Identifiers that texts are searched for at most, and rows that are asked what they tell."""

_CODE, _DIGITS, _NUMBER = 8, 4, 11
"""Characters and digits that an identity of its own kind needs to be searched for, and digits of a number."""

_BEGINNING = 6
"""Letters of a value that a text is asked for at first."""

BETWEEN = " -－　\u00a0"
"""What may stand between the digits of a number."""

ASCII = "".join(map(chr, range(0x21, 0x7F)))
WIDE = "".join(chr(ord(letter) + 0xFEE0) for letter in ASCII)
_NARROW = str.maketrans(WIDE, ASCII)
_IS_WIDE, _GAPS = re.compile(f"[{WIDE[0]}-{WIDE[-1]}]"), re.compile(f"[{BETWEEN[2:]} -]+")
_GAP = f"[{BETWEEN[2:]} -]{{0,2}}"
_IN_NAME = "A-Za-z0-9_Ａ-Ｚａ-ｚ０-９＿－-"
_IN_ADDRESS = f".+．＋{_IN_NAME}"
_FOLD = str.maketrans(f"{WIDE}　\u00a0", f"{ASCII}  ")
_NAMES = frozenset({"real_name", "nickname"})
_IDENTIFIERS = frozenset(
    (
        *("mobile", "landline", "phone_hmt", "phone_abroad", "email", "bank_card", "licence_plate", "vin"),
        *("resident_id", "residence_permit_hmt", "foreign_permanent_resident", "passport", "hk_macao_permit"),
        *("taiwan_permit", "military_licence", "driving_licence", "imei", "imsi", "iccid", "mac"),
    )
)
_OTHERS = frozenset(
    (
        *("mobile", "landline", "phone_hmt", "phone_abroad", "email", "resident_id", "residence_permit_hmt"),
        *("bank_card", "passport", "qq", "wechat"),
    )
)


class Told(NamedTuple):
    """What texts may tell of a person: numbers and addresses that are theirs alone, and their names."""

    identifiers: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, person: Person, own: Iterable[tuple[MappedColumn, str]]) -> Self:
        """Return what texts may tell of a person by their identities and the cells of their own rows.

        What was theirs once and may be somebody else's now is none of it.
        """
        values = {held.value for every in person.values() for held in every if held.now}
        own_codes = {one for one in values if _is_code(one)}
        past = {held.value for every in person.values() for held in every if not held.now}
        names: set[str] = set()
        for column, value in own:
            (names if _NAMES & {*column.categories} else values).add(value)
        kept = {one for one in values - past if not is_erased(one) and (one in own_codes or _tells(one))}
        return cls(frozenset(kept), frozenset(one for one in names if len(one) > 1 and not is_erased(one)))


class Wanted(NamedTuple):
    """What is looked for in texts: plain values, and the patterns of these and of the names beside them."""

    values: tuple[str, ...]
    pattern: str
    names: str

    @classmethod
    def of(cls, told: Told) -> Self:
        """Return what is looked for; "" is the pattern of nothing."""
        values, names = _looked_for(told)
        written = "|".join("".join(map(_letter, name)) for name in names)
        return cls(values, "|".join(map(every_way, values)), written)


class Hiding(NamedTuple):
    """Looks for a person in texts, and hides them there; its patterns fit folded texts."""

    values: tuple[str, ...]
    pattern: re.Pattern[str]
    names: re.Pattern[str]

    @classmethod
    def of(cls, told: Told) -> Self:
        """Return what looks for the same as ``Wanted``: patterns without wide letters are made in no time."""
        values, names = _looked_for(told)
        kinds = ("|".join(map(_folded, values)), "|".join(re.escape(fold(name)) for name in names))
        return cls(values, *(re.compile(one or "(?!)") for one in kinds))

    def found(self, text: str) -> bool:
        """Tell whether an identifier stands in a text: first a quick look, then an exact one."""
        return may_tell(text, self.values) and self.pattern.search(fold(text)) is not None

    def without(self, text: str) -> str:
        """Return a text without the person's identifiers, and without the name that stood beside them."""
        return hidden(self.names, hidden(self.pattern, text)) if self.found(text) else text


def hidden(pattern: re.Pattern[str], text: str) -> str:
    """Return a text without what a pattern finds in its folded form."""
    left, at = [], 0
    for found in pattern.finditer(fold(text)):
        left += [text[at : found.start()], HIDDEN]
        at = found.end()
    return "".join([*left, text[at:]])


def fold(text: str) -> str:
    """Return a text in small, narrow letters and plain spaces, every character in its place."""
    folded = text.translate(_FOLD)
    small = folded.lower()
    if len(small) == len(text):
        return small
    return "".join(low if len(low := one.lower()) == 1 else one for one in folded)


def _looked_for(told: Told) -> tuple[tuple[str, ...], list[str]]:
    """Return the plain identifiers and, where there are any, the names that are hidden beside them."""
    values = tuple(sorted({plain(one) for one in told.identifiers})[:MOST])
    return values, sorted(told.names, key=lambda name: (-len(name), name))[:MOST] if values else []


def _is_code(value: str) -> bool:
    """Tell whether an identity is an address, or long and mixed enough to be found in a text."""
    digits = sum(one.isdigit() for one in value)
    mixed = digits >= _DIGITS and (digits >= _NUMBER or any(map(str.isalpha, value)))
    return len(value) >= _CODE and ("@" in value or mixed)


def _tells(value: str) -> bool:
    """Tell whether a value is an identifier that belongs to one person alone."""
    return len(value) >= 6 and any(
        found.type in _IDENTIFIERS and found.start == 0 and found.end == len(value) for found in scan(value)
    )


def may_tell(text: str, words: Iterable[str]) -> bool:
    """Tell whether one of these plain words may stand in a text, however it is written."""
    open_ = narrow(text)
    close = _GAPS.sub("", open_)
    return any(one in (open_ if "@" in one else close) for one in words)


def plain(value: str) -> str:
    """Return a value as texts are compared: narrow, small, nothing between."""
    text = narrow(value)
    return text if "@" in text else "".join(one for one in text if one not in BETWEEN)


def narrow(text: str) -> str:
    """Return a text in small letters, those of double width as plain ones."""
    return (text.translate(_NARROW) if _IS_WIDE.search(text) else text).lower()


def loosely(values: Iterable[str]) -> str:
    """Return a quick pattern of plain values, which finds too much rather than too little."""
    return "|".join(map(_letters, values))


def briefly(values: Iterable[str]) -> str:
    """Return a pattern of how plain values begin, which fits wherever ``loosely`` does and is much quicker.

    A database goes through a pattern anew for each text, which takes the longer the longer the pattern is.
    """
    return "|".join(sorted({_letters(value[:_BEGINNING]) for value in values}))


def every_way(value: str) -> str:
    """Return a pattern of every way to write a value, one that Python and the databases read alike."""
    if "@" in value:
        return f"(?<![{_IN_ADDRESS}]){_letters(value)}(?![{_IN_NAME}])"
    if not value.isdigit():
        return f"(?<![{_IN_NAME}]){_letters(value)}(?![{_IN_NAME}])"
    lead = f"(?:(?:[+]|00)?86{_GAP})?" if len(value) == 11 else ""
    return f"(?<![0-9０-９]){lead}{_letters(value)}(?![0-9０-９])"


def _folded(value: str) -> str:
    """Return the pattern of a value in folded text, the same as ``every_way`` is in a text as it stands."""
    name = r"a-z0-9_\-"
    if "@" in value:
        return rf"(?<![.+{name}]){re.escape(value)}(?![{name}])"
    gap = "[ -]{0,2}"
    letters = gap.join(map(re.escape, value))
    if not value.isdigit():
        return rf"(?<![{name}]){letters}(?![{name}])"
    lead = rf"(?:(?:\+|00)?86{gap})?" if len(value) == 11 else ""
    return rf"(?<![0-9]){lead}{letters}(?![0-9])"


def _letters(value: str) -> str:
    """Return a pattern of the ways to write the letters of a value, one after the other."""
    return ("" if "@" in value else _GAP).join(map(_letter, value))


@lru_cache(256)
def _letter(one: str) -> str:
    """Return a pattern of the ways to write a letter."""
    if not "!" <= one <= "~":
        return one
    ways = {way for case in (one.lower(), one.upper()) for way in (case, chr(ord(case) + 0xFEE0))}
    if one.isalnum() or one in ".@_":
        return f"[{''.join(sorted(ways))}]"
    return f"(?:[\\{one}]|{chr(ord(one) + 0xFEE0)})"


def without_others(text: str, identifiers: frozenset[str]) -> str:
    """Return a text without the numbers and addresses in it that are not among these, which are plain."""
    shown, at = [], 0
    for found in scan(text) if text else ():
        value = text[found.start : found.end]
        if found.type in _OTHERS and found.start >= at and plain(value) not in identifiers:
            shown += [text[at : found.start], HIDDEN]
            at = found.end
    return "".join([*shown, text[at:]])
