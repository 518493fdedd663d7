"""The three catalogues are one: the same keys, each used; and the language is the reader's choice."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

import shouxin
from shouxin.app.catalogue import LANGUAGES, Catalogue, catalogue, spoken
from shouxin.app.languages import preferred
from shouxin.engine.engines import Engines
from shouxin.law.mechanism import LocalFact
from shouxin.law.model import Words
from shouxin.law.register import register
from shouxin.law.wording import Fact
from tests.app.closed_words import CLOSED

Client = TestClient[Litestar]
SOURCE = Path(shouxin.__file__).parent
SPEAKING = [
    *SOURCE.rglob("templates/*.html"),
    *(SOURCE / "app").glob("*.py"),
    SOURCE / "demo" / "pages.py",
    *SOURCE.glob("duties/*/pages*.py"),
]
every = pytest.mark.parametrize("words", [catalogue(code) for code in LANGUAGES], ids=list(LANGUAGES))


@every
def test_every_catalogue_has_the_same_keys(words: Catalogue) -> None:
    """No phrase and no label is missing in one language, and none is empty."""
    chinese = catalogue("zh")
    assert words.phrases.keys() == chinese.phrases.keys()
    assert {group: set(labels) for group, labels in words.labels.items()} == {
        group: set(labels) for group, labels in chinese.labels.items()
    }
    assert all(text for labels in words.labels.values() for text in labels.values())


@every
def test_every_key_stands_in_the_file_of_the_same_name(words: Catalogue) -> None:
    """Who looks for a phrase of a duty finds it in that duty's file, whatever the language."""

    def keys(code: str) -> dict[str, list[str]]:
        folder = SOURCE / "app/languages" / code
        files = {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.iterdir()}
        return {name: [key for part in data.values() for key in part] for name, data in files.items()}

    assert {name: set(found) for name, found in keys(words.code).items()} == {
        name: set(found) for name, found in keys("zh").items()
    }


@every
def test_every_phrase_has_the_same_places(words: Catalogue) -> None:
    """A figure or a name that one language shows, all show."""
    chinese = catalogue("zh")
    for key, text in words.phrases.items():
        if key != "date":
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", chinese.phrases[key])), key


def test_every_key_that_is_used_exists_and_none_is_unused() -> None:
    """The keys in templates and code are exactly those of the catalogue."""
    text = "".join(path.read_text(encoding="utf-8") for path in SPEAKING)
    phrases = set(catalogue("en").phrases)
    asked = set(re.findall(r"""\b(?:t\(|phrases\[)["']([^"']+)["']""", text))
    written = set(re.findall(r"""["']([a-z_]+\.[a-z_]+|date)["']""", text))
    assert asked <= phrases
    assert phrases <= written


@every
def test_every_closed_word_of_the_law_files_has_a_name(words: Catalogue) -> None:
    """The labels of each group are exactly the words that can occur."""
    for group, closed in CLOSED.items():
        assert set(words.labels[group]) == set(closed), group
    assert set(words.labels) == {*CLOSED, "bearer", "unit"}
    units = {fact.unit for item in register().instruments for fact in item.facts if fact.unit}
    units |= {figure.unit for _, figure in register().parameters()}
    assert {re.sub(r"[^a-z0-9]+", "_", unit.lower()) for unit in units} <= set(words.labels["unit"])


@every
def test_whoever_bears_a_sanction_has_a_name(words: Catalogue) -> None:
    """An addressee of the law, or one of the others, and of these none is unused."""
    calculators = (rule for entry in register().entries for rule in entry.provision.calculator)
    bear = {sanction.who for rule in calculators for sanction in rule.sanctions}
    assert bear - set(words.labels["addressee"]) == set(words.labels["bearer"])


def test_every_value_that_a_calculation_asks_for_has_a_name_in_three_languages() -> None:
    """Facts of an instrument and of the vocabulary alike."""
    calculators = Engines(register()).calculators
    asked = {item.fact for name in calculators.provisions for item in calculators.asks(name)}
    facts: list[Fact | LocalFact] = [fact for item in register().instruments for fact in item.facts]
    facts += [fact for fact in register().books.vocabulary.facts if fact.name in asked]
    for fact in facts:
        for value in fact.values if fact.type == "enum" else ():
            label = fact.value_labels[value]
            assert label.zh and label.en and label.es, (fact.name, value)


def test_one_is_told_from_many() -> None:
    """A phrase with two forms takes the one its figure asks for."""
    assert catalogue("en").phrase("provision.count", n=1) == "1 provision"
    assert catalogue("en").phrase("provision.count", n=1073) == "1,073 provisions"
    assert catalogue("es").phrase("provision.count", n=1073) == "1073 disposiciones"
    assert catalogue("zh").phrase("provision.count", n=1) == "1 项规定"


@given(st.integers(-(10**15), 10**15))
def test_a_number_keeps_its_digits(figure: int) -> None:
    """Only separators are added, in every language."""
    for code in LANGUAGES:
        assert int(re.sub(r"[,\u202f]", "", catalogue(code).number(figure))) == figure


def test_a_text_that_nobody_translated_is_marked_as_what_it_is() -> None:
    """Spanish falls back to English, and a Chinese field without Chinese is English."""
    words = Words(zh="同意", en="consent")
    assert spoken(words, "es") == ("consent", "en")
    assert spoken(words, "zh") == ("同意", "zh")
    assert spoken(Words(zh="consent", en="consent"), "zh") == ("consent", "en")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "zh"),
        ("en", "en"),
        ("es-MX,es;q=0.9,en;q=0.5", "es"),
        ("fr,de;q=0.9,en;q=0.1", "en"),
        ("en;q=0.1,zh-CN;q=0.9", "zh"),
        ("EN-gb", "en"),
        ("en;q=0", "zh"),
        ("fr", "zh"),
        ("*", "zh"),
        (";;;,,,q=", "zh"),
    ],
)
def test_the_browser_s_wish_is_read_by_weight(header: str, code: str) -> None:
    """The best of our languages wins; Chinese where none is wished for."""
    assert preferred(header) == code


@given(st.text(max_size=600))
def test_any_header_gives_one_of_our_languages(header: str) -> None:
    """Nothing that a browser sends is an error."""
    assert preferred(header) in LANGUAGES


def test_the_address_stands_above_the_cookie_and_the_cookie_above_the_browser(client: Client) -> None:
    """``?lang=`` is remembered in a cookie for that alone; a language that is not ours is ignored."""
    client.cookies.clear()
    spanish = client.get("/law?lang=es", headers={"Accept-Language": "en"})
    assert '<html lang="es">' in spanish.text
    assert spanish.headers["set-cookie"] == "lang=es; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"
    assert '<html lang="es">' in client.get("/law", headers={"Accept-Language": "en"}).text
    assert '<html lang="zh-CN">' in client.get("/law?lang=zh", headers={"Accept-Language": "en"}).text
    client.cookies.clear()
    ignored = client.get("/law?lang=fr", headers={"Accept-Language": "en"})
    assert '<html lang="en">' in ignored.text
    assert "set-cookie" not in ignored.headers
    broken = client.get("/law", headers={"Accept-Language": "en", "Cookie": "lang=xx; ;=;lang"})
    assert '<html lang="en">' in broken.text


def test_the_language_links_keep_the_rest_of_the_address(client: Client) -> None:
    """Changing the language of a search does not lose the query."""
    text = client.get("/law/search?q=同意&mechanism=gate&lang=en").text
    assert 'href="?q=%E5%90%8C%E6%84%8F&amp;mechanism=gate&amp;lang=es"' in text
    client.cookies.clear()
