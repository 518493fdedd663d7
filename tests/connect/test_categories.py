"""The table of categories: complete over the law's lists, the detector's kinds and fideslang."""

import re

import pytest

from shouxin.connect.categories import NONE, categories, fideslang, home, of_fideslang, of_kind, sensitive
from shouxin.detect.kinds import KINDS, kinds
from shouxin.errors import InputError
from shouxin.law.register import register

OF_NOBODY = {"organisation", "uscc"}


def test_every_item_of_the_laws_lists_is_in_one_category() -> None:
    """The values of data.items are all there, each once, and nothing else is."""
    (fact,) = [one for one in register().books.vocabulary.facts if one.name == "data.items"]
    items = [item for category in categories().values() for item in category.items]
    assert sorted(items) == sorted(fact.values)
    assert all(home(item) in categories() for item in items)
    assert all(home(key) == key for key in categories())


def test_every_kind_that_is_found_is_a_category() -> None:
    """Only what belongs to organisations is none; what pipl art. 28 names is sensitive."""
    assert {kind for kind in KINDS if not of_kind(kind)} == OF_NOBODY
    for name, kind in kinds().items():
        if kind.categories and name != "password" and name != "coordinates":
            assert categories()[of_kind(name)].sensitive is True, name


def test_every_category_speaks_three_languages_and_terms_of_dpv() -> None:
    """The terms are names of the vocabulary of personal data."""
    for key, category in categories().items():
        assert category.label.es, key
        assert re.fullmatch(r"(pd:[A-Z][A-Za-z]+)?", category.dpv), key


def test_fideslang_leads_to_categories_that_there_are() -> None:
    """Keys without an entry take that of the nearest above; foreign keys have none."""
    assert {value for value in fideslang().values() if value != NONE} <= categories().keys()
    assert of_fideslang("user.contact.address.city") == "postal_address"
    assert of_fideslang("system.operations") == NONE
    assert of_fideslang("cars.engine") is None
    assert of_fideslang("") is None


def test_what_depends_on_the_case_is_not_taken_for_harmless() -> None:
    """One sensitive category makes all of it sensitive; one that is open leaves it open."""
    assert sensitive(["nickname", "health_information", "location"]) is True
    assert sensitive(["nickname", "location"]) is None
    assert sensitive(["nickname", "consignee_name"]) is False


def test_a_slip_of_the_pen_is_named_with_what_was_meant() -> None:
    """A name of ten thousand characters is not repeated."""
    with pytest.raises(InputError) as refused:
        home("finger_print", where="here")
    assert (refused.value.code, refused.value.where) == ("category-unknown", "here")
    assert "fingerprint" in refused.value.remedy
    with pytest.raises(InputError) as long:
        home("x" * 10_000)
    assert len(str(long.value)) < 300
