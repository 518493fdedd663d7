"""The glossary is what the pages say: its terms are theirs, and the words it rules out are not."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from shouxin.app.catalogue import LANGUAGES, catalogue
from shouxin.law.register import register
from tests.law.test_spanish import words

PAGE = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"


class Term(NamedTuple):
    """A line of the glossary: the term in each language, the provisions, the words ruled out."""

    words: dict[str, str]
    cited: list[str]
    avoided: list[str]


def terms() -> list[Term]:
    """Return every line."""
    rows = [
        [cell.strip() for cell in line.strip("|").split(" |")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| ---", "| term"))
    ]
    return [
        Term({"en": en, "zh": zh, "es": es}, re.findall("`([^`]+)`", where), avoided.split(", "))
        for en, zh, es, _what, where, avoided in rows
    ]


def said(code: str) -> str:
    """Return everything that the pages of a language can say."""
    words = catalogue(code)
    labels = (text for group in words.labels.values() for text in group.values())
    return "\n".join([*words.phrases.values(), *labels]).lower()


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_pages_use_the_terms_of_the_glossary(code: str) -> None:
    """Each term stands in the catalogue, endings aside, and no word that is ruled out does."""
    text = said(code)
    for term in terms():
        word = term.words[code].lower()
        stem = word if code == "zh" else word[: max(4, len(word) - 3)]
        assert stem in text, term.words[code]
        for other in term.avoided:
            assert not re.search(rf"(?<!\w){re.escape(other.lower())}(?!\w)" if other.isascii() else
                                 re.escape(other.lower()), text), other  # fmt: skip


def test_the_spanish_of_the_law_keeps_to_the_glossary() -> None:
    """No text of the law files has a word that is ruled out, nor an older name of the processor."""
    books = register().books
    files = (*books.instruments, *books.procedures, books.vocabulary, *books.categories, *books.outside)
    ruled_out = [word for term in terms() for word in term.avoided if word.strip()] + ["tratador(?:es)?"]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(ruled_out)})(?!\w)", re.IGNORECASE)
    said = [found.es for item in files for _, found in words(item, "")]
    assert len(said) > 8000
    assert not [text for text in said if pattern.search(text)]


def test_every_citation_of_the_glossary_is_one_of_the_register() -> None:
    """A definition points to where the law has it."""
    assert len(terms()) > 20
    for term in terms():
        assert all(register().find(cited) for cited in term.cited)
