"""The figures of a Chinese text and of its Spanish translation, so that the two can be compared."""

import re

from shouxin.app.catalogue import catalogue
from shouxin.law.text.numerals import WORDS

_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_NUMERAL = "[零〇一二两三四五六七八九十百千万亿]+"
_PRINTED = re.compile(r"(\d+)([千万亿]*)")
_CITED = re.compile(f"第{_NUMERAL}(?:[、，至]第?{_NUMERAL})*(?=[条款项])")
_MEASURED = re.compile(
    rf"(?<![\d第百千万亿])(?!一[天年])({_NUMERAL})(?:个?工作日|天|日|个月|年|周岁|小时|倍|学时|元)"
)
_RANGE = re.compile(r"(\d+) a (\d+)")
_WIDEST = 12
_MORE = {"un": 1, "una": 1, "doble": 2, "treinta": 30, "noventa": 90, "millón": 1_000_000}
_MONTHS = {name: int(month[1:]) for month, name in catalogue("es").labels["month"].items()}
_SPANISH = WORDS | _MORE | _MONTHS


def numeral(text: str) -> int:
    """Return the value of a Chinese numeral: 三十 is 30, 一百二十万 is 1,200,000, 二〇二一 is 2021."""
    if len(text) > 1 and not set(text) - set(_DIGITS):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            section, digit = section + (digit or 1) * _UNITS[char], 0
        else:
            total, section, digit = total + (section + digit or 1) * _LARGE[char], 0, 0
    return total + section + digit


def chinese(text: str) -> set[int]:
    """Return the figures of a Chinese text: printed digits, the numbers of cited units, times and sums."""
    found = set()
    for digits, large in _PRINTED.findall(text):
        value = int(digits)
        for char in large:
            value *= (_UNITS | _LARGE)[char]
        found.add(value)
    for cited in _CITED.findall(text):
        found.update(numeral(one) for one in re.findall(_NUMERAL, cited))
    return found | {numeral(one) for one in _MEASURED.findall(text)}


def spanish(text: str) -> set[int]:
    """Return the figures of a Spanish text: digits, short ranges in full, number words and months."""
    joined = re.sub(r"(?<=\d)\u202f(?=\d{3})", "", text)
    found = {int(digits) for digits in re.findall(r"\d+", joined)}
    for first, last in _RANGE.findall(joined):
        if int(last) - int(first) < _WIDEST:
            found.update(range(int(first), int(last) + 1))
    return found | {_SPANISH[word] for word in re.findall(r"\w+", joined.lower()) if word in _SPANISH}
