"""English and Spanish statutes, machine translations included."""

from shouxin.law.text import read_statutes
from tests.law.text.text_reading import eids


def test_article_numbers_of_every_spelling_run_on() -> None:
    """Words, ordinals, Roman and Arabic numerals may be mixed on one line; a citation is no heading."""
    text = (
        "Rules of testing Act 1 General Article one The rule of all。"
        " The second article Under Article 9 to 11 of the law。"
        " Article III The third。 Chapter Two Final Article 4 The last。"
    )
    assert eids(text) == ["chp_1", "art_1", "art_2", "art_3", "chp_2", "art_4"]


def test_points_of_a_decision_run_on_in_any_spelling() -> None:
    """A stray "a" can be the first point after a colon; words, figures and Roman numerals follow."""
    text = (
        "The Standing Committee decides the following to the letter:\na state keeps the word of the law.\n"
        "And the rest of it.\nSecond, the next.\n3, the third.\nFour providers of the net.\n"
        "V the fifth.\n6. The end.\n"
    )
    assert eids(text) == ["art_1", "art_1__para_1", "art_1__para_2", *(f"art_{n}" for n in range(2, 7))]


def test_letters_and_figures_may_number_one_list() -> None:
    """(a), (b), (3) is a list of three."""
    assert eids("Article 1 The following: (a) one of the; (b) two; (3) three of the.") == [
        "art_1", "art_1__item_1", "art_1__item_2", "art_1__item_3",
    ]  # fmt: skip


def test_nested_letters_stay_text() -> None:
    """A Roman sub-list is not mistaken for items of the list it stands in."""
    text = "Article 1 The following:\n(a) one of the:\n(i) x;\n(ii) y;\n(b) two.\n"
    assert eids(text) == ["art_1", "art_1__item_1", "art_1__item_2"]


def test_a_heading_line_is_a_heading() -> None:
    """An article may have a title of its own on the next line."""
    (statute,) = read_statutes(
        "Article 1\nPurpose\nThe aim of the law.\nArticle 2\nScope\nAll of it.\n", where="x"
    )
    assert [(u.heading, u.text) for u in statute.units] == [
        ("Purpose", "The aim of the law."),
        ("Scope", "All of it."),
    ]


def test_wrapped_english_lines_are_joined() -> None:
    """In wrapped text a line break is a blank, an empty line a paragraph."""
    text = (
        "Article 1 The processor of the information shall\nprotect it and shall not hand it over to\n"
        "others.\n\nThe second paragraph of the article is here to\nstay.\n\nArticle 2 The end of the law.\n"
    )
    (statute,) = read_statutes(text, where="x")
    assert [u.eid for u in statute.units] == ["art_1", "art_1__para_1", "art_1__para_2", "art_2"]
    assert statute.units[1].text.endswith("hand it over to others.")


def test_a_spanish_law_is_read() -> None:
    """Artículo and Capítulo, letters with one bracket, and the date in words."""
    text = (
        "Ley de prueba\nCapítulo I Disposiciones generales\nArtículo 1. El Estado protege la información.\n"
        "Artículo 2. Las empresas deben:\na) medir;\nb) informar.\n"
        "Artículo 3. La presente ley entrará en vigor el 1 de enero de 2020.\n"
    )
    (statute,) = read_statutes(text, where="x")
    assert [u.eid for u in statute.units] == [
        "chp_1",
        "art_1",
        "art_2",
        "art_2__item_1",
        "art_2__item_2",
        "art_3",
    ]
    assert (statute.language, statute.title, str(statute.effective)) == ("es", "Ley de prueba", "2020-01-01")
