"""A provision as a letter to somebody names it: by the title of the instrument and the article, in words."""

from shouxin.law import citation
from shouxin.law.register import register

_DIGITS = "零一二三四五六七八九"
_CHINESE = {"art": "第{}条", "para": "第{}款", "item": "第（{}）项", "point": "第（{}）点", "sec": "第{}部分"}
_ENGLISH = {"art": "article", "para": "paragraph", "item": "item", "point": "point", "sec": "part"}
_SPANISH = {"art": "artículo", "para": "párrafo", "item": "apartado", "point": "punto", "sec": "parte"}


def numeral(figure: int) -> str:
    """Return a number from 1 to 999 in Chinese numerals as articles are counted: 二十九, 一百零三."""
    hundreds, rest = divmod(figure, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def named(text: str, language: str) -> str:
    """Return a citation in words: 《个人信息保护法》第五十条第一款; what cites nothing known stands as it is.

    Clauses, which are the register's own division of a paragraph, are left out.
    """
    at = citation.parse(text)
    found = register().title(at)
    if found is None:
        return text
    title = found.title.text(language)
    parts = [part.rpartition("_") for part in at.eid.split("__") if part.rpartition("_")[0] in _CHINESE]
    if language == "zh":
        return f"《{title}》" + "".join(_CHINESE[kind].format(_chinese(count)) for kind, _, count in parts)
    words, of = (_SPANISH, "de") if language == "es" else (_ENGLISH, "of the")
    place = ", ".join(f"{words[kind]} {count}" for kind, _, count in parts)
    return (
        f"{place} {of} «{title}»"
        if language == "es" and place
        else f"{place} {of} {title}"
        if place
        else title
    )


def _chinese(count: str) -> str:
    return numeral(int(count)) if count.isdigit() else count
