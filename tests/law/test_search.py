"""Search: ids, words in three languages, filters, and clear refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.errors import InputError
from shouxin.law.register import Register, register
from shouxin.law.search import fold, search


def ids(register: Register, query: str) -> list[str]:
    """Return the citations that a query finds."""
    return [str(hit.entry.citation) for hit in search(register, query, limit=2000)]


def test_an_id_comes_first(register: Register) -> None:
    """The very provision, then what stands under the unit."""
    assert ids(register, "pipl:art_13__para_2")[0] == "pipl:art_13__para_2"
    assert ids(register, "art_29 instrument:pipl")[0] == "pipl:art_29__cl_1"


@pytest.mark.parametrize("query", ["单独同意", "separate consent", "consentimiento separado"])
def test_words_are_found_in_each_language(register: Register, query: str) -> None:
    """Separate consent to providing information is found in Chinese, English and Spanish."""
    assert "pipl:art_23__cl_1" in ids(register, query)


def test_case_accents_and_width_do_not_matter(register: Register) -> None:
    """Full-width letters, capitals and missing accents find the same."""
    assert fold("Ｎｏｔｉｆｉｃａｃｉóｎ") == "notificacion"
    assert ids(register, "SEPARATE Consent") == ids(register, "separate consent")


def test_all_words_must_fit(register: Register) -> None:
    """A second word narrows the answer, and a word that fits nothing empties it."""
    wide, narrow = ids(register, "consent"), ids(register, "consent guardian")
    assert 0 < len(narrow) < len(wide)
    assert set(narrow) <= set(wide)
    assert ids(register, "consent zzzz") == []


def test_filters_choose_by_field(register: Register) -> None:
    """Addressee, mechanism, modality, instrument and deadline narrow the answer exactly."""
    found = search(register, "addressee:processor mechanism:gate modality:prohibition", limit=2000)
    expected = [
        entry
        for entry in register.entries
        if entry.provision.addressee == "processor"
        and "gate" in entry.provision.mechanism
        and entry.provision.modality == "prohibition"
    ]
    assert [hit.entry for hit in found] == expected
    assert expected


def test_deadlines_are_found_by_their_length(register: Register) -> None:
    """Fifteen days, ten working days and at once are found as they are spelled."""
    assert "miit-24:art_12__cl_4" in ids(register, "deadline:15days")
    assert "cybersecurity-review:art_9" in ids(register, "deadline:10workingdays")
    assert "npc-decision:art_4__cl_2" in ids(register, "deadline:at_once")
    assert len(ids(register, "deadline:yes")) == sum(bool(e.provision.deadline) for e in register.entries)
    assert ids(register, "deadline:1year") == ids(register, "deadline:1years")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "search-empty"),
        ("   ", "search-empty"),
        ("x" * 401, "search-too-long"),
        ("mechanism:gat", "search-filter"),
        ("deadline:soon", "search-filter"),
        ("instrument:gdpr", "search-filter"),
    ],
)
def test_a_query_that_cannot_work_is_refused(register: Register, query: str, code: str) -> None:
    """An empty, overlong or impossible query says what to do."""
    with pytest.raises(InputError) as caught:
        search(register, query)
    assert (caught.value.code, bool(caught.value.remedy)) == (code, True)


@given(st.text(max_size=500))
def test_any_query_is_answered_or_refused(query: str) -> None:
    """P10: nothing but hits or ``InputError`` comes back."""
    try:
        assert all(hit.score > 0 for hit in search(register(), query))
    except InputError as error:
        assert error.remedy
