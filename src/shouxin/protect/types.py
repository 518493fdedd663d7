"""The types of personal information as this package needs them: labels, masks, equality, token formats."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import Struct

from shouxin.protect.yamlfile import read, text_of

_NO_DIGIT = re.compile(r"\D+")
Language = Literal["zh", "en", "es"]


class Label(Struct, frozen=True, forbid_unknown_fields=True):
    """A name in three languages."""

    zh: str
    en: str
    es: str

    def text(self, language: str) -> str:
        """Return the name in "zh", "en" or "es"."""
        return str(getattr(self, language))


class MaskShape(Struct, frozen=True, forbid_unknown_fields=True):
    """What a mask leaves: ``head`` and ``tail`` characters; ``before`` keeps all from that character on."""

    head: int = 0
    tail: int = 0
    stars: int = 4
    before: str = ""


class TokenShape(Struct, frozen=True, forbid_unknown_fields=True):
    """The format of a token.

    ``digits``: every digit but the first ``head`` (or the last ``body`` ones only) is replaced; ``luhn``: the
    last one is a check digit; ``leading``: the first is never 0. ``resident``: the 18 characters of GB 11643.
    """

    form: Literal["digits", "resident"]
    head: int = 0
    body: int = 0
    luhn: bool = False
    leading: bool = False


class TypeInfo(Struct, frozen=True, forbid_unknown_fields=True):
    """What this package knows of one type of finding."""

    label: Label
    equal: Literal["text", "digits", "lower", "upper"] = "text"
    mask: MaskShape = MaskShape()
    token: TokenShape | None = None


@cache
def types() -> dict[str, TypeInfo]:
    """Return all types by their id."""
    path = Path(__file__).with_name("types.yaml")
    return read(text_of(path), dict[str, TypeInfo], where=path.name)[0]


def info(kind: str) -> TypeInfo:
    """Return what is known of a type; a type of the user's own is labelled by its id."""
    return types().get(kind) or TypeInfo(label=Label(zh=kind, en=kind, es=kind))


def canonical(value: str, kind: str) -> str:
    """Return the form in which equal values are equal: one width, one case, no spaces or hyphens."""
    folded = (value if value.isascii() else unicodedata.normalize("NFKC", value)).strip()
    match info(kind).equal:
        case "digits":
            return folded if folded.isdecimal() else _NO_DIGIT.sub("", folded) or folded
        case "lower":
            return folded.lower()
        case "upper":
            return "".join(folded.split()).replace("-", "").upper()
        case _:
            return folded
