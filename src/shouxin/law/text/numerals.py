"""Numbers as statutes print them: 第一千二百六十, VIII, ninth, Four, 12.

Every function takes a short string and returns a whole number, or None when it is not one.
"""

import re
from functools import lru_cache

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = re.compile(r"(?:([一二三四五六七八九两])千)?(零)?(?:([一二三四五六七八九两])百)?(零)?"
                      r"(?:([一二三四五六七八九])?(十))?(零)?([一二三四五六七八九])?")  # fmt: skip
_ROMAN = re.compile(r"(?=[IVXLC])(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}

_ENGLISH_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"  # noqa: E501
_ENGLISH_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"  # noqa: E501
_SPANISH_ONES = "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte"  # noqa: E501
_SPANISH_ORDINALS = (
    "primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo undécimo duodécimo"
)
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}


def _word_values() -> dict[str, int]:
    """Return the value of every number word, English up to ninety-nine and Spanish up to twenty."""
    values: dict[str, int] = {}
    for words in (_ENGLISH_ONES, _ENGLISH_ORDINALS, _SPANISH_ONES, _SPANISH_ORDINALS):
        values.update({word: n for n, word in enumerate(words.split(), 1)})
    values.update({word[:-1] + "a": n for word, n in values.items() if word in _SPANISH_ORDINALS.split()})
    for tens, value in _TENS.items():
        values[tens] = value
        values[tens[:-1] + "ieth"] = value
        for n, (one, ordinal) in enumerate(
            zip(_ENGLISH_ONES.split()[:9], _ENGLISH_ORDINALS.split()[:9], strict=True), 1
        ):
            values[f"{tens}-{one}"] = values[f"{tens}-{ordinal}"] = value + n
    return values


WORDS = _word_values()


@lru_cache(maxsize=4096)
def chinese(text: str) -> int | None:
    """Return the value of a numeral written in Chinese characters (up to 9999) or digits.

    Both the traditional way (一百二十三) and digit by digit (一二三, 一〇二) are understood.
    """
    if text.isascii():
        return int(text) if text.isdecimal() and len(text) <= 6 else None
    if not text or not all(c in _DIGITS or c in _UNITS for c in text):
        return None
    if not any(c in _UNITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text)) if len(text) <= 6 else None
    found = _CHINESE.fullmatch(text.replace("〇", "零").replace("○", "零"))
    if not found:
        return None
    thousands, _, hundreds, _, tens, ten, _, ones = found.groups()
    tens_value = (_DIGITS[tens] if tens else 1) * 10 if ten else 0
    return (
        (_DIGITS[thousands] * 1000 if thousands else 0)
        + (_DIGITS[hundreds] * 100 if hundreds else 0)
        + tens_value
        + (_DIGITS[ones] if ones else 0)
    )


def roman(text: str) -> int | None:
    """Return the value of a Roman numeral below one hundred, in either case."""
    if not _ROMAN.fullmatch(text.upper()):
        return None
    values = [_ROMAN_VALUES[c] for c in text.upper()]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def western(text: str) -> int | None:
    """Return the value of digits, a number word (one, ninth, tercero) or a Roman numeral."""
    if text.isascii() and text.isdecimal():
        return int(text) if len(text) <= 6 else None
    value = WORDS.get(text.lower())
    return value if value is not None else roman(text)
