"""The entries of the kinds: complete, in three languages, with an example that is found."""

import pytest

from shouxin.detect import identifiers, scan
from shouxin.detect.evidence import PATTERNS, Evidence
from shouxin.detect.kinds import KINDS, LANGUAGES, NUMBER, Kind, kinds, lists, scores, words

ENTRIES = [pytest.param(name, kind, id=name) for name, kind in kinds().items()]


@pytest.mark.parametrize(("name", "kind"), ENTRIES)
def test_an_entry_says_everything_in_three_languages(name: str, kind: Kind) -> None:
    """Label, description, issuer and false friends stand in zh, en and es, the source in one."""
    for part in (kind.label, kind.what, kind.issuer, kind.mistaken):
        assert set(part) == set(LANGUAGES), name
        assert all(part.values()), name
    assert kind.source
    assert kind.example
    assert kind.context
    assert set(kind.weights) <= {"base", *(str(bit.name).lower() for bit in Evidence)}
    assert set(kind.against) <= set(lists().against)


@pytest.mark.parametrize(("name", "kind"), ENTRIES)
def test_the_example_of_an_entry_is_found(name: str, kind: Kind, engine: str) -> None:
    """The scanner finds the example as what its entry says it is."""
    assert name in [found.type for found in scan(kind.example)]


def test_both_sides_number_the_kinds_alike() -> None:
    """The native scanner counts the kinds in the order of Python."""
    if identifiers.native_available():
        assert identifiers._native.KINDS == KINDS


def test_words_speak_down_and_labels_speak_up() -> None:
    """Context never lowers a score, and no other word raises one: the scanners rely on it."""
    table = scores()
    for found in range(PATTERNS):
        assert (table[:, found | Evidence.CONTEXT] >= table[:, found]).all()
        assert (table[:, found | Evidence.AGAINST] <= table[:, found]).all()
        assert (table[:, found | Evidence.OTHER] <= table[:, found]).all()


def test_a_word_is_looked_up_by_two_characters_of_one_script() -> None:
    """Each word begins and ends with two Han characters or two others, or it would not be found."""
    for word in words():
        text = word.decode()
        assert len(text) > 1
        assert (text[0] > "\x7f") == (text[1] > "\x7f") or text[0] <= "\x7f"
        assert (text[-1] > "\x7f") == (text[-2] > "\x7f"), text


def test_scores_are_the_sums_of_their_weights() -> None:
    """The table agrees with the sum that is explained to people."""
    kind, found = kinds()["mobile"], Evidence.TABLE | Evidence.CONTEXT
    assert scores()[NUMBER["mobile"], found] == pytest.approx(kind.score(found))
