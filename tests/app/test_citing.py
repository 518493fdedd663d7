"""What the law files name by ids stands on pages and in letters in words."""

import pytest

from shouxin.app.catalogue import LANGUAGES, catalogue
from shouxin.app.citing import law_link, law_word, named
from shouxin.law import naming
from shouxin.law.register import register


def test_a_provision_has_a_short_name_and_shows_its_id() -> None:
    """The link leads to the provision, says it in words, and has the id of the files for who points at it."""
    link = law_link(catalogue("zh"), "pipl:art_55__item_1")
    shown = "《个人信息保护法》第五十五条第（一）项"
    assert link == f'<a href="/law/pipl/art_55__item_1" title="pipl:art_55__item_1">{shown}</a>'
    assert named(catalogue("en"), "pipl") == "PIPL"
    assert law_link(catalogue("en"), "no-law:<b>") == "no-law:&lt;b&gt;"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_provision_is_named_without_its_id(code: str) -> None:
    """No underscore of an id is left in a name, on a page or in a letter."""
    cited = [str(entry.citation) for entry in register().entries]
    assert [text for text in cited if "_" in named(catalogue(code), text) + naming.named(text, code)] == []


def test_a_letter_names_the_instrument_in_full() -> None:
    """Clauses, the register's own division, are left out; what is no provision stands as it is."""
    assert naming.named("miit-24:art_12__cl_4", "zh") == "《电信和互联网用户个人信息保护规定》第十二条"
    assert naming.named("pipl:art_65__para_1__cl_1", "en").startswith("article 65, paragraph 1 of the ")
    assert naming.named("no-law:art_1", "es") == "no-law:art_1"


def test_acts_and_facts_have_names() -> None:
    """A name of the vocabulary is said in the language of the page, any other stands as it is."""
    assert law_word(catalogue("zh"), "data.sensitive") != "data.sensitive"
    assert law_word(catalogue("zh"), "collect") != "collect"
    assert law_word(catalogue("zh"), "nothing.of.the.kind") == "nothing.of.the.kind"
