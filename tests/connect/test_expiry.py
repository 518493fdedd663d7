"""What is past its keeping time goes, on three makes of database; what is kept or another's stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import sqlalchemy as sa

from shouxin.connect.stores import Store, opened
from shouxin.connect.survey import Survey
from shouxin.errors import InputError
from tests.connect.household import MAP, TODAY, cells, mapped

DATED_PEOPLE = "    identities:\n      - {identity: person_id, column: id}"
YEAR = "    retention: {time: {length: 1, unit: years}, since: phone_until}\n"
WITH_TIMES = MAP.replace(DATED_PEOPLE, YEAR + DATED_PEOPLE)
"""Accounts go a year after their number ended."""


@contextmanager
def store_of(text: str, url: str) -> Iterator[Store]:
    """Open the household under another map."""
    with opened(mapped(text), url, timeout=20) as found:
        yield found


def ended(engine: sa.Engine, *people: int) -> None:
    """Let people's accounts have ended long ago."""
    with engine.begin() as connection:
        for one in people:
            connection.exec_driver_sql(f"update person set phone_until = '2020-05-01' where id = {one}")


def test_a_part_says_since_when_and_why(store: Store) -> None:
    """The purchase of 2 January 2019 was to be kept for three years; its items take their time from it."""
    found = {one.table: one for one in store.overdue(TODAY)}
    assert (found["purchase"].until, found["purchase"].because) == (date(2022, 1, 2), "ecommerce-law:art_31")
    assert (found["item"].until, found["item"].because) == (None, "ecommerce-law:art_31")


@pytest.mark.parametrize(("day", "rows"), [(date(2022, 1, 2), 0), (date(2022, 1, 3), 1)])
def test_the_last_day_still_keeps(store: Store, day: date, rows: int) -> None:
    """Kept on its last day, over on the next."""
    assert sum(one.rows for one in store.overdue(day) if one.table == "purchase") == rows


def test_a_letter_to_somebody_who_stays_stays(household_engine: sa.Engine, url: str) -> None:
    """A sender's account is over and the receiver's is not: the row stays, without the sender's own part."""
    ended(household_engine, 3)
    before = cells(household_engine)
    with store_of(WITH_TIMES, url) as store:
        found = {(one.table, one.part, one.act) for one in store.overdue(TODAY)}
        assert ("letter", "shared", "anonymise") in found
        store.expire(TODAY)
        assert store.expire(TODAY).nothing
    after = cells(household_engine)
    assert [row[:4] for row in after["letter"]] == [row[:4] for row in before["letter"]]
    assert {row[0] for row in after["letter"] if row[4] == ""} == {4}
    changed = {row[0] for row in before["person"]} - {
        row[0] for row in after["person"] if row in before["person"]
    }
    assert changed == {3, 4}


def test_a_letter_between_two_who_go_goes(household_engine: sa.Engine, url: str) -> None:
    """Nobody who stays has a part in it."""
    ended(household_engine, 2, 3)
    with store_of(WITH_TIMES, url) as store:
        store.expire(TODAY)
    assert [row[0] for row in cells(household_engine)["letter"]] == [1, 2]


def test_an_order_in_its_time_keeps_the_place_it_went_to(household_engine: sa.Engine, url: str) -> None:
    """Its buyer's account and the place are over, the order of 2025 is not: what it uses stays."""
    ended(household_engine, 1)
    with store_of(WITH_TIMES, url) as store:
        found = {(one.table, one.part): one.rows for one in store.overdue(TODAY)}
        assert found["place", "kept"] == 1
        store.expire(TODAY)
    after = cells(household_engine)
    assert [row for row in after["place"] if row[0] == 2] == [(2, "虚构路2号", 1)]
    assert [row[:1] for row in after["purchase"]] == [(2,), (3,), (4,)]
    kept = next(row for row in after["purchase"] if row[0] == 2)
    assert tuple(map(str, kept)) == ("2", "1", "2", "2025-01-02", "新")
    assert "李一一" not in str([row for row in after["person"] if row[0] == 1])


def test_what_takes_its_time_from_two_rows_is_kept_for_the_later(
    household_engine: sa.Engine, url: str
) -> None:
    """An old letter answers one in its time: it is kept with it."""
    text = WITH_TIMES.replace(
        "    shared: {others: [receiver], own: [body]}\n",
        "    retention: {time: {length: 1, unit: years}}\n",
    ).replace(
        "{columns: [receiver], to: person, at: [id]}",
        "{columns: [receiver], to: person, at: [id], means: link}",
    )
    ended(household_engine, 3)
    with store_of(text, url) as store:
        assert {(one.part, one.act, one.rows) for one in store.overdue(TODAY) if one.table == "letter"} == {
            ("kept", "keep", 1)
        }


def test_an_approval_of_yesterday_s_rows_is_not_one_of_today_s(
    store: Store, household_engine: sa.Engine
) -> None:
    """The digest is that of what was shown; a row more and nothing is done."""
    seen = Survey(store=store.name, parts=store.overdue(TODAY)).digest
    with household_engine.begin() as connection:
        connection.exec_driver_sql("insert into purchase values (9, 2, null, '2018-01-01', 'x')")
    before = cells(household_engine)
    with pytest.raises(InputError) as refused:
        store.expire(TODAY, digest=seen)
    assert refused.value.code == "erase-changed"
    assert cells(household_engine) == before


def test_a_dry_run_does_it_and_takes_it_back(store: Store, household_engine: sa.Engine) -> None:
    """It counts what would go, and every cell is as it was."""
    before = cells(household_engine)
    assert store.expire(TODAY, dry_run=True).deleted == {"purchase": 1, "item": 2}
    assert cells(household_engine) == before
