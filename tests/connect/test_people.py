"""Whom rows are about: up the references, each once, on three makes of database."""

from datetime import date

import pytest

from shouxin.connect.affected import TellsPeople, TouchedRows
from shouxin.connect.stores import Store
from shouxin.errors import InputError
from tests.connect.household import ONE

PURCHASES = TouchedRows(table="purchase")


def whom(store: Store, *rows: TouchedRows, identity: str = "person_id") -> list[str]:
    """Return whom some rows are about."""
    assert isinstance(store, TellsPeople)
    with store.people(rows, identity) as found:
        people = sorted(found)
        assert found.count() == len(people)
        return people


def test_rows_lead_up_to_their_people(store: Store) -> None:
    """Purchases to their buyers, items through purchases, letters to both sides, people to themselves."""
    assert whom(store, PURCHASES) == ["1", "2"]
    assert whom(store, TouchedRows(table="item")) == ["1", "2"]
    assert whom(store, TouchedRows(table="letter")) == ["1", "2", "3"]
    assert whom(store, TouchedRows(table="person")) == ["1", "2", "3", "4", "5"]
    assert whom(store, PURCHASES, TouchedRows(table="tag"), TouchedRows(table="letter")) == ["1", "2", "3"]
    assert whom(store, PURCHASES, identity="email") == ["li.one@mail.example", "two@mail.example"]


@pytest.mark.parametrize(
    ("since", "until", "people"),
    [
        (date(2025, 3, 1), None, ["2"]),
        (None, date(2019, 1, 2), ["1"]),
        (date(2019, 1, 3), date(2025, 1, 1), []),
        (date(2025, 3, 3), date(2025, 3, 3), ["2"]),
    ],
)
def test_a_window_of_days_and_listed_keys_narrow_it(
    store: Store, since: date | None, until: date | None, people: list[str]
) -> None:
    """Both days count; a row without a day is outside."""
    window = TouchedRows(table="purchase", column="finished", since=since, until=until)
    assert whom(store, window) == people
    assert whom(store, TouchedRows(table="purchase", keys=("3",))) == ["2"]
    assert whom(store, TouchedRows(table="purchase", keys=("77", "1"))) == ["1"]


def test_rows_are_counted_by_category_and_those_that_tell_nobody(store: Store) -> None:
    """A tag without an owner tells nobody; a person without a phone is no record of one."""
    assert isinstance(store, TellsPeople)
    with store.people([TouchedRows(table="tag"), TouchedRows(table="person")], "person_id") as found:
        assert (found.records()["user_tag"], found.records()["phone_number"]) == (4, 3)
        assert (found.left(), found.count()) == (1, 5)
    with store.people([PURCHASES], "phone_number") as by_phone:
        assert (by_phone.count(), by_phone.left()) == (2, 0)


@pytest.mark.parametrize(
    ("rows", "identity", "code"),
    [
        (TouchedRows(table="nothing"), "person_id", "people-place"),
        (TouchedRows(table="purchase", column="none"), "person_id", "people-place"),
        (TouchedRows(table="purchase", since=date(2025, 1, 1)), "person_id", "people-place"),
        (TouchedRows(table="item", keys=("1",)), "person_id", "people-place"),
        (TouchedRows(table="search_copy"), "person_id", "people-identity"),
        (TouchedRows(table="purchase"), "shoe_size", "people-identity"),
    ],
)
def test_what_cannot_be_told_is_an_error(store: Store, rows: TouchedRows, identity: str, code: str) -> None:
    """With the place, and what to do."""
    assert isinstance(store, TellsPeople)
    with pytest.raises(InputError) as refused, store.people([rows], identity):
        pass
    assert refused.value.code == code


def test_who_was_erased_is_nobody(store: Store) -> None:
    """What an erasure left in the place of an identity is not a person."""
    store.erase(ONE, date(2026, 11, 22))
    assert "li.one@mail.example" not in whom(store, PURCHASES, identity="email")
