"""A statute is matched to its instrument, or to none."""

from shouxin.law.text import Statute, match, read_statutes
from tests.law.text.text_reading import Instrument

NAMES = {"zh": "试验信息保护办法", "en": "Measures on Protecting Test Information"}
IDS = (
    "art_1",
    "art_2__para_1__cl_1",
    "art_2__para_1__cl_2",
    "art_2__para_2",
    "art_3__item_1",
    "art_3__item_2",
    "art_4",
    "art_5",
)
OURS = Instrument("test", NAMES, 5, IDS)
OTHER = Instrument(
    "other",
    {"zh": "试验船舶登记办法", "en": "Measures on Registering Ships"},
    5,
    tuple(f"art_{n}" for n in range(1, 6)),
)
BODY = "第一条 甲。\n第二条 乙。\n又乙。\n第三条 包括:\n(一)丙;\n(二)丁。\n第四条 戊。\n第五条 己。\n"


def _one(text: str) -> Statute:
    """Return the only statute of a text."""
    (statute,) = read_statutes(text, where="x")
    return statute


def test_a_title_decides() -> None:
    """The title leads to the instrument, and each unit to its text."""
    found = match(_one(f"试验信息保护办法\n{BODY}"), [OTHER, OURS])
    assert (found.instrument, found.how) == ("test", "title")
    assert {(p.id, p.eid, p.how) for p in found.placed} == {
        (eid, eid, "same")
        for eid in (
            "art_1",
            "art_2__para_1",
            "art_2__para_2",
            "art_3__item_1",
            "art_3__item_2",
            "art_4",
            "art_5",
        )
    }
    assert (found.without_text, found.without_id) == ((), ())


def test_a_text_without_a_title_is_known_by_its_structure() -> None:
    """Articles, paragraphs and items must all fit."""
    found = match(_one(BODY), [OTHER, OURS])
    assert (found.instrument, found.how) == ("test", "structure")


def test_no_guess_is_forced() -> None:
    """Another title, another structure or two that fit equally well give None."""
    twin = Instrument("twin", {}, 5, IDS)
    assert match(_one(f"某某市烟花爆竹条例\n{BODY}"), [OTHER, OURS]).instrument is None
    assert match(_one(BODY.replace("又乙。\n", "")), [OURS]).instrument is None
    assert match(_one(BODY), [OURS, twin]).instrument is None
    assert match(_one(BODY), []).instrument is None


def test_a_short_text_without_a_title_is_not_guessed() -> None:
    """Two plain articles could be anything."""
    small = Instrument("small", {}, 2, ("art_1", "art_2"))
    assert match(_one("第一条 甲。\n第二条 乙。\n"), [small]).instrument is None


def test_units_that_the_text_does_not_show_are_placed_in_what_encloses_them() -> None:
    """A lost paragraph break is said, not hidden; a whole missing article has no text."""
    found = match(
        _one("试验信息保护办法\n第一条 甲。\n第二条 乙。又乙。\n第三条 包括丙、丁。\n第四条 戊。\n"), [OURS]
    )
    how = {p.id: (p.eid, p.how) for p in found.placed}
    assert how["art_2__para_2"] == ("art_2", "enclosing")
    assert how["art_2__para_1"] == ("art_2", "enclosing")
    assert how["art_3__item_2"] == ("art_3", "enclosing")
    assert found.without_text == ("art_5",)


def test_an_item_of_the_first_paragraph_may_be_spelled_either_way() -> None:
    """The text has a second paragraph that the register does not count."""
    text = f"试验信息保护办法\n{BODY}".replace("(二)丁。", "(二)丁。\n再说。")
    found = match(_one(text), [OURS])
    assert ("art_3__item_1", "art_3__para_1__item_1", "respelled") in {
        (p.id, p.eid, p.how) for p in found.placed
    }
    assert "art_3__para_2" in found.without_id


def test_paragraphs_that_the_register_does_not_divide_are_named() -> None:
    """One register unit over two paragraphs is worth a look."""
    found = match(_one(f"试验信息保护办法\n{BODY}又己。\n"), [OURS])
    assert found.undivided == ("art_5",)


def test_an_english_title_in_other_words_is_known() -> None:
    """Stems of words count, small words do not; a foreign title does not fit."""
    english = "Article 1 Of the a.\nArticle 2 The b.\nArticle 3 The c.\nArticle 4 The d.\nArticle 5 The e.\n"
    assert (
        match(_one(f"Measures for the Protection of Test Information\n{english}"), [OTHER, OURS]).instrument
        == "test"
    )
    assert match(_one(f"Law on the Taxation of Cattle\n{english}"), [OTHER, OURS]).instrument is None
