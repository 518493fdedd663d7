"""Texts found by words, in Chinese as in others: every gram of the words must be in the text, then each word.

A gram is two characters beside each other, one alone where it is not ASCII, or three of ASCII; the functions
``shouxin.grams``, ``folded`` and ``words_of`` and the indexes over them are made by a migration, so a text is
found from the moment it is committed and nothing has to be kept up to date.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, func, literal
from sqlalchemy.dialects.postgresql import ARRAY

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def text_of(body: "ColumnElement[Any]") -> "ColumnElement[str]":
    """Return the texts in a JSON body, a line each, as the indexes hold them."""
    return func.shouxin.words_of(body, type_=Text)


def matching(text: "ColumnElement[str]", words: Sequence[str]) -> "ColumnElement[bool]":
    """Return the condition that every word stands in a text; the index over its grams answers it."""
    grams = func.shouxin.grams(text, type_=ARRAY(Text))
    asked = func.shouxin.grams(literal(" ".join(words), Text), type_=ARRAY(Text))
    folded = func.shouxin.folded(text)
    return and_(
        grams.contains(asked),
        *(func.strpos(folded, func.shouxin.folded(literal(word, Text))) > 0 for word in words),
    )
