"""The phrases of the pages: a folder of YAML files for each language, all with the same keys.

A folder has a file for each duty and one for the site itself. A file has ``phrases`` (what a page
says) and ``labels`` (what the closed words of the law files are called: kinds, addressees,
mechanisms …). A phrase may hold ``{named}`` places, and where a language tells one from many, its
two forms, separated by ``|``.
"""

import datetime
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from shouxin.law.model import Words

LANGUAGES: Mapping[str, str] = {"zh": "zh-CN", "en": "en", "es": "es"}
"""The languages of the pages, the default first, with the tag that HTML wants."""


class Catalogue:
    """The phrases of one language, and the way it writes figures and dates."""

    def __init__(
        self, code: str, phrases: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.code = code
        self.tag = LANGUAGES[code]
        self.phrases = phrases
        self.labels = labels

    def phrase(self, key: str, **values: Any) -> str:
        """Return the phrase ``key`` with its places filled; integers are written as the language does.

        The figure that tells one from many is ``n``. Raises ``KeyError`` for a key no catalogue has.
        """
        return self.fill(self.phrases[key], **values)

    def label(self, group: str, word: str) -> str:
        """Return what the closed word ``word`` of ``group`` is called; raise ``KeyError`` for others."""
        return self.labels[group][word]

    def fill(self, text: str, **values: Any) -> str:
        """Return ``text`` with its places filled, in the form that the figure ``n`` asks for."""
        one, bar, many = text.partition("|")
        chosen = many if bar and values.get("n") != 1 else one
        shown = {
            key: self.number(value) if isinstance(value, int) else value for key, value in values.items()
        }
        return chosen.format_map(shown) if shown else chosen

    def number(self, figure: int) -> str:
        """Return a whole number with its thousands set apart: 1,000,000, in Spanish 1 000 000."""
        if self.code != "es":
            return f"{figure:,}"
        return f"{figure:,}".replace(",", "\u202f") if abs(figure) >= 10_000 else str(figure)

    def date(self, day: datetime.date) -> str:
        """Return a day in words: 2021年11月1日, 1 November 2021, 1 de noviembre de 2021."""
        month = self.labels["month"][f"m{day.month}"]
        return self.phrases["date"].format(year=day.year, month=month, day=day.day)


@cache
def catalogue(code: str) -> Catalogue:
    """Return the catalogue of the language ``code``, one of ``LANGUAGES``."""
    if code not in LANGUAGES:  # before any file is looked for
        raise KeyError(code)
    phrases: dict[str, str] = {}
    labels: dict[str, Mapping[str, str]] = {}
    for path in files("shouxin.app").joinpath("languages", code).iterdir():
        data = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        for into, part in ((phrases, "phrases"), (labels, "labels")):
            more = data.get(part, {})
            if twice := into.keys() & more.keys():
                raise ValueError(f"{code}/{path.name}: {min(twice)} stands in another file too")
            into.update(more)
    return Catalogue(code, phrases, labels)


def spoken(words: Words, code: str) -> tuple[str, str]:
    """Return the text of ``words`` for a page in ``code``, and the language it is really written in.

    A Chinese text without a single Chinese character is one that nobody has translated yet.
    """
    text, language = words.text(code), words.language(code)
    if language == "zh" and not any("\u3400" <= char <= "\u9fff" for char in text):
        language = "en"
    return text, language
