"""The five seed texts are read whole, and every register unit finds its words."""

import pytest

from shouxin.law.text import match, read_statutes
from tests.law.text.text_reading import assert_complete, register, seed_text

COMPILED = {
    "account-info": 24,
    "algorithm-recommendation": 35,
    "cybersecurity-review": 23,
    "algorithm-governance": 18,
    "pipl": 74,
    "necessary-pi": 7,
    "audio-video": 19,
    "cryptography-law": 44,
    "judicial-interpretation-2019-15": 19,
    "commercial-events": 1,
    "cloud-assessment": 17,
    "ecommerce-law": 89,
    "capital-market": 15,
    "microblog": 18,
    "news-staff": 20,
}
FIGURES = [
    ("000", "es", {"npc-decision": 12}),
    ("001", "en", {"npc-decision": 12}),
    ("002", "en", {"miit-24": 25}),
    ("003", "zh", {"npc-decision": 12}),
    ("004", "zh", COMPILED),
]


@pytest.mark.parametrize(("number", "language", "figures"), FIGURES)
def test_every_seed_gives_its_instruments_with_their_articles(
    number: str,
    language: str,
    figures: dict[str, int],
) -> None:
    """The instruments, their language and the number of their articles are those of the register."""
    statutes = read_statutes(seed_text(number), where=number)
    assert {s.language for s in statutes} == {language}
    assert {match(s, register()).instrument: s.articles for s in statutes} == figures
    assert [match(s, register()).instrument for s in statutes] == list(figures)


@pytest.mark.parametrize("number", [number for number, _, _ in FIGURES])
def test_no_character_of_a_seed_is_lost(number: str) -> None:
    """Every character is in exactly one unit or aside, and nothing is left unplaced, missing or doubtful."""
    text = seed_text(number)
    statutes = read_statutes(text, where=number)
    assert_complete(text, statutes)
    assert [(s.unplaced, s.missing, s.remarks) for s in statutes] == [((), (), ())] * len(statutes)


@pytest.mark.parametrize("number", [number for number, _, _ in FIGURES])
def test_every_register_unit_has_words(number: str) -> None:
    """A register unit stands where its id says; only the statements of one notice lie in a larger unit."""
    for statute in read_statutes(seed_text(number), where=number):
        found = match(statute, register())
        assert not found.without_text
        words = {
            unit.eid: "".join(u.text for u in statute.units if u.eid.startswith(unit.eid))
            for unit in statute.units
        }
        assert all(words[place.eid] for place in found.placed)
        how = {place.how for place in found.placed}
        assert how == ({"enclosing"} if found.instrument == "commercial-events" else {"same"})


def test_the_issuing_notice_of_the_necessary_information_rules_is_read() -> None:
    """The circular's second paragraph is a unit, because the register has demands in it."""
    (statute,) = (
        s
        for s in read_statutes(seed_text("004"), where="004")
        if match(s, register()).instrument == "necessary-pi"
    )
    assert [u.eid for u in statute.units if u.kind == "paragraph"][:3] == [
        f"notice__para_{n}" for n in (1, 2, 3)
    ]


def test_register_entries_that_hide_paragraphs_are_named() -> None:
    """Where the register has one unit and the text several paragraphs, the match says so."""
    found = {
        m.instrument: m.undivided
        for s in read_statutes(seed_text("004"), where="004")
        if (m := match(s, register()))
    }
    assert found["cryptography-law"] == ("art_5", "art_6", "art_9", "art_18", "art_22", "art_23")
    assert found["pipl"] == ()


def test_a_speech_after_the_decision_is_no_part_of_it() -> None:
    """The explanatory document glued to seed 003 is one aside, its own 一、 is no point."""
    (statute,) = read_statutes(seed_text("003"), where="003")
    assert [aside.kind for aside in statute.asides] == [
        "title",
        "adoption",
        "preamble",
        "explanatory_document",
    ]
    assert statute.units[-1].eid == "art_12"


def test_reading_twice_gives_the_same() -> None:
    """The reader is deterministic."""
    text = seed_text("004")
    assert read_statutes(text, where="a") == read_statutes(text, where="b")
