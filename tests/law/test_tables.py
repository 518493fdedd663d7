"""Values that facts take from tables, and the checks of the app categories."""

from typing import Any

import msgspec
import pytest

from shouxin.errors import LawError
from shouxin.law import checks, tables
from shouxin.law.model import AppCategory, Books, Item
from shouxin.law.register import register
from shouxin.law.wording import Fact, Vocabulary

WORDS = {"zh": "字", "en": "word", "es": "palabra"}
BOOKS = register().books


def fact(name: str, **more: Any) -> dict[str, Any]:
    """Return the plain data of a set."""
    return {"name": name, "type": "set", "label": WORDS, "question": WORDS, "supplied_by": "act", **more}


def vocabulary(*facts: dict[str, Any]) -> Vocabulary:
    """Return a vocabulary of these facts."""
    return msgspec.convert({"facts": facts}, Vocabulary)


def problems_with(**changed: Any) -> list[str]:
    """Return what is wrong where the first item of the housing list with a reading is changed so."""
    categories = list(BOOKS.categories)
    housing = categories[12]
    item = msgspec.structs.replace(housing.necessary[2], **changed)
    necessary = (*housing.necessary[:2], item, *housing.necessary[3:])
    categories[12] = msgspec.structs.replace(housing, necessary=necessary)
    books: Books = msgspec.structs.replace(BOOKS, categories=tuple(categories))
    return [f"{problem.code}: {problem.what}" for problem in checks.problems(books, {})]


def test_values_come_from_a_table_and_from_a_fact_before() -> None:
    """The values of the table stand first, with their labels; another fact can share them all."""
    one = fact("a.one", values_from="app-categories", values=["own"], value_labels={"own": WORDS})
    found = tables.completed(vocabulary(one, fact("a.two", values_from="a.one")), BOOKS.categories).facts
    assert found[0].values == (*(category.key for category in BOOKS.categories), "own")
    assert found[1].values == found[0].values
    assert found[1].value_labels == found[0].value_labels


def test_values_from_nowhere_are_refused() -> None:
    """A table that does not exist, or a fact that stands later, is named."""
    with pytest.raises(LawError, match=r"a\.two") as caught:
        tables.completed(vocabulary(fact("a.one", values_from="a.two")), BOOKS.categories)
    assert caught.value.code == "law-values"


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "set"},
        {"type": "bool", "values": ["a"]},
        {"type": "set", "values": ["none"]},
        {"type": "enum", "values": ["a"], "value_labels": {"b": WORDS}},
    ],
)
def test_values_fit_the_type(wrong: dict[str, Any]) -> None:
    """Enums and sets have values, nothing else does; ``none`` writes the empty set; labels fit."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**fact("a.one"), **wrong}, Fact)


def test_every_value_of_the_vocabulary_has_words_in_three_languages() -> None:
    """No page shows the identifier of a value."""
    without = [
        (item.name, value)
        for item in BOOKS.vocabulary.facts
        for value in item.values
        if not (value in item.value_labels and item.value_labels[value].es)
    ]
    assert without == []


def test_a_condition_for_people_is_one_for_the_engine_too() -> None:
    """An item that depends on something says so in words and as a condition."""
    items = [item for category in BOOKS.categories for item in category.necessary]
    silent = [item.key for item in items if item.condition and not (item.when or item.reading)]
    assert silent == []
    assert sum(bool(item.condition) for item in items) == 35


def test_the_lists_name_readings_and_items_that_exist() -> None:
    """A reading is answered in all its ways, and what excludes an item stands on the same list."""
    assert problems_with() == []
    (answers,) = problems_with(answers={"one-of-the-two": BOOKS.categories[0].necessary[0].need({})})
    assert "area-and-layout" in answers
    (one_of,) = problems_with(reading=None, answers={}, one_of=("property_garden",))
    assert "property_area" in one_of
    assert any("law-duplicate-id" in problem for problem in problems_with(key="property_layout"))


def test_a_reading_stands_instead_of_a_condition() -> None:
    """An item does not say twice when it is necessary."""
    plain = {"key": "one", "label": WORDS, "when": "a.b", "reading": "r", "answers": {"x": {}}}
    with pytest.raises(msgspec.ValidationError, match="stands instead"):
        msgspec.convert(plain, Item)
    with pytest.raises(msgspec.ValidationError, match="stands instead"):
        msgspec.convert({"key": "one", "label": WORDS, "reading": "r"}, Item)
    assert msgspec.convert({"key": "one", "label": WORDS}, Item).need({}).when == ""


def test_the_categories_are_keyed_once() -> None:
    """Two categories with one key could not be told apart."""
    first: AppCategory = msgspec.structs.replace(BOOKS.categories[1], key=BOOKS.categories[0].key)
    books = msgspec.structs.replace(BOOKS, categories=(BOOKS.categories[0], first, *BOOKS.categories[2:]))
    found = [problem.code for problem in checks.problems(books, {})]
    assert found == ["law-duplicate-id"]
