"""P4 and the register: nothing is missing, every citation resolves, everything can be found."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.errors import InputError
from shouxin.law import citation
from shouxin.law.citation import Citation
from shouxin.law.coverage import coverage
from shouxin.law.model import Words
from shouxin.law.register import Entry, Register, register

ARTICLES = {
    "npc-decision": 12,
    "miit-24": 25,
    "pipl": 74,
    "ecommerce-law": 89,
    "necessary-pi": 7,
    "algorithm-recommendation": 35,
    "account-info": 24,
    "microblog": 18,
    "audio-video": 19,
    "cybersecurity-review": 23,
    "cryptography-law": 44,
    "cloud-assessment": 17,
    "news-staff": 20,
    "judicial-interpretation-2019-15": 19,
    "algorithm-governance": 18,
    "capital-market": 15,
    "commercial-events": 1,
}


def test_all_seventeen_instruments_are_there(register: Register) -> None:
    """Each instrument has the number of articles that its text has."""
    assert {item.instrument: item.articles for item in register.instruments} == ARTICLES


def test_no_provision_is_ever_lost(register: Register) -> None:
    """P4: 1,073 provisions, 967 of them actionable, each in exactly one state."""
    report = coverage(register)
    counts = report.counts
    assert (counts.total, counts.actionable) == (1073, 967)
    assert counts.executed + counts.vocabulary + counts.declaration + counts.not_yet == counts.total
    assert len({item.id for item in report.provisions}) == 1073
    assert counts.declaration == counts.total - counts.actionable


def test_nothing_counts_as_executed_that_nothing_executes(register: Register) -> None:
    """P4: an executed provision names what executes each of its mechanisms and has examples that show it."""
    for item in coverage(register).provisions:
        (entry,) = (e for e in register.find(item.id) if str(e.citation) == item.id)
        assert item.state != "executed" or item.examples, item.id
        assert item.state != "executed" or {*item.executed_by, "vocabulary"} >= set(entry.provision.mechanism)
        assert ("gate" in item.executed_by) == bool(entry.provision.gate), item.id


def test_the_demands_of_the_issuing_notice_are_kept_apart(register: Register) -> None:
    """What stands in no article is reported, but not counted among the articles."""
    assert [item.id for item in coverage(register).issuing_notice] == [
        "necessary-pi:notice__para_2__cl_1",
        "necessary-pi:notice__para_2__cl_2",
    ]


def test_every_citation_resolves(register: Register) -> None:
    """P4: whatever a provision cites is found, in the register or among the instruments outside it."""
    for entry in register.entries:
        for text in (*entry.provision.refers_to, *entry.provision.sanctioned_by):
            cited = citation.parse(text, entry.instrument.instrument)
            assert register.title(cited) is not None, text
            if register.holds(cited):
                assert register.find(str(cited)), text


def test_every_declaration_says_why(register: Register) -> None:
    """What nothing can execute is shown with the reason."""
    assert all(item.why for item in coverage(register).provisions if item.state == "declaration")


def test_every_text_is_in_its_language(register: Register) -> None:
    """A Chinese text holds Chinese, an English or Spanish one no Chinese sentence."""

    def walk(value: object, path: str) -> None:
        if isinstance(value, Words):
            assert re.search(r"[\u4e00-\u9fff]", value.zh), path
            assert not re.search(r"[\u4e00-\u9fff]{8}", value.en + value.es), path
        elif isinstance(value, msgspec.Struct):
            for field in value.__struct_fields__:
                walk(getattr(value, field), f"{path}.{field}")
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                walk(item, f"{path}[{getattr(item, 'id', index)}]")

    for instrument in register.instruments:
        walk(instrument, instrument.instrument)
    walk(register.books.categories, "categories")
    walk(register.books.outside, "outside")


def test_every_figure_has_a_unit_and_a_name_of_its_own(register: Register) -> None:
    """A parameter is found by its provision and its name."""
    names = [(str(entry.citation), parameter.name) for entry, parameter in register.parameters()]
    assert len(names) == len(set(names)) > 80


def test_the_thirty_nine_app_categories_are_there(register: Register) -> None:
    """All 39 are there; the 13 whose basic service needs no personal information list none."""
    categories = register.books.categories
    assert [category.number for category in categories] == list(range(1, 40))
    assert [c.number for c in categories if not c.necessary] == [21, *range(27, 39)]


def test_a_unit_names_everything_under_it(register: Register) -> None:
    """``art_29`` is every clause of article 29, and nothing of any other article."""
    assert [entry.provision.id for entry in register.find("pipl:art_29")] == ["art_29__cl_1", "art_29__cl_2"]
    assert all(entry.provision.id.startswith("art_1__") for entry in register.find("pipl:art_13")) is False


def test_every_id_is_found_with_all_that_lies_within_it(register: Register) -> None:
    """A leaf is looked up at once, which must be what a walk through everything finds."""
    for item in register.instruments:
        everything = [Entry(item, provision) for provision in item.everything]
        for entry in everything:
            within = tuple(one for one in everything if entry.citation.covers(one.citation))
            assert register.find(str(entry.citation)) == within


def test_an_unknown_id_suggests_the_nearest(register: Register) -> None:
    """A slip of the finger is answered with the id that was probably meant."""
    with pytest.raises(InputError, match='did you mean "pipl"'):
        register.find("pip:art_29")
    with pytest.raises(InputError, match="did you mean"):
        register.find("pipl:art_292")


def test_citations_are_followed_both_ways(register: Register) -> None:
    """Whoever cites an article around a provision cites the provision."""
    citing = [str(source) for _, source in register.cited_by(Citation("pipl", "art_53"))]
    assert "pipl:art_3__para_2" in citing


def test_readings_are_found_from_their_provisions(register: Register) -> None:
    """A reading is shown with every provision it concerns, and its choice is one of its answers."""
    for instrument, reading in register.readings():
        for eid in reading.provisions:
            found = register.readings(Citation(instrument.instrument, eid))
            assert reading in [item for _, item in found]
        assert reading.answer in [item.answer for item in reading.alternatives]


@given(st.text())
def test_any_citation_is_found_or_refused(text: str) -> None:
    """P10: nothing but an answer or ``InputError`` comes back."""
    try:
        assert register().find(text)
    except InputError as error:
        assert error.remedy
