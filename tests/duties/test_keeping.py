"""No map keeps rows for less than the law has them kept, and the law's day is the one that is shown."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from shouxin.connect.mapfile import read, write
from shouxin.connect.model import FOR_GOOD, DatasetMap, Kept
from shouxin.connect.stores import opened
from shouxin.duties.inventory.model import Author, Organisation, Service, System
from shouxin.duties.inventory.service import Inventory
from shouxin.engine.engines import Engines
from shouxin.errors import InputError
from shouxin.law.mechanism import Span
from shouxin.law.register import register
from tests.connect import household

DAY = date(2026, 11, 22)
PLATFORM = {"actor.ecommerce_platform": True}
LAW = ("ecommerce-law:art_31__cl_2",)
YEARS = {number: Span(length=number, unit="years") for number in (1, 3, 10)}


def organisation(kept: str, facts: dict[str, bool] | None = None) -> Organisation:
    """Return a shop whose purchases are kept as a map says."""
    found = household.mapped(with_times(kept))
    return Organisation(
        name="tea", services=(Service(name="shop", facts=facts or {}),),
        systems=(System(name="home", datasets=(found,)),),
    )  # fmt: skip


def with_times(kept: str) -> str:
    """Return the map of the household with another keeping time for purchases."""
    before = "retention: {time: {length: 3, unit: years}, since: finished, because: 'ecommerce-law:art_31'}"
    return household.MAP.replace(before, f"retention: {kept}").replace("user_tag", "nickname")


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    """Give the engines, without a store."""
    return Inventory(register())


def times(inventory: Inventory, kept: str, facts: dict[str, bool] | None = None) -> Kept:
    """Return how long purchases are kept once the law has been asked."""
    given = organisation(kept, facts)
    inventory.check(given, DAY)
    found = inventory.keeping(given, DAY).within(given.maps[0])
    return next(one.retention for one in found.tables if one.table == "purchase" and one.retention)


def test_the_law_s_time_stands_where_the_map_says_none(inventory: Inventory) -> None:
    """By the kind of record or the provision, with its citation."""
    kept = times(inventory, "{kind: transaction_information, since: finished}", PLATFORM)
    assert (kept.time, kept.because) == (YEARS[3], *LAW)
    cited = times(inventory, "{because: 'ecommerce-law:art_31', since: finished}")
    assert (cited.time, cited.because) == (YEARS[3], "ecommerce-law:art_31")


def test_a_longer_time_is_the_organisation_s_own(inventory: Inventory) -> None:
    """It stays, and no provision is named for it."""
    own = "{kind: transaction_information, time: {length: 10, unit: years}, since: finished}"
    assert times(inventory, own, PLATFORM) == Kept(
        time=YEARS[10], since="finished", kind="transaction_information"
    )


@pytest.mark.parametrize("which", ["kind: transaction_information", "because: 'ecommerce-law:art_31'"])
def test_a_shorter_time_is_refused_with_the_provision(inventory: Inventory, which: str) -> None:
    """One year where the law has three, one day less than that, and just enough."""
    for time, good in (("length: 1, unit: years", False), ("length: 1095", False), ("length: 1096", True)):
        given = organisation(f"{{{which}, time: {{{time}}}, since: finished}}", PLATFORM)
        if good:
            inventory.check(given, DAY)
            continue
        with pytest.raises(InputError) as refused:
            inventory.check(given, DAY)
        assert refused.value.code == "map-retention-too-short"
        assert refused.value.where == "household.purchase"
        assert "ecommerce-law:art_31__cl_2 orders 3 years" in refused.value.what


def test_what_does_not_apply_orders_nothing_and_what_may_does(inventory: Inventory) -> None:
    """Of a service that is no platform the kind has no time; of one that nobody judged, it has."""
    one_year = "{kind: transaction_information, time: {length: 1, unit: years}, since: finished}"
    no_platform: dict[str, bool] = {"actor.ecommerce_platform": False}
    assert times(inventory, one_year, no_platform).time == YEARS[1]
    with pytest.raises(InputError, match="orders 3 years"):
        times(inventory, one_year)
    with pytest.raises(InputError) as refused:
        times(inventory, "{kind: transaction_information, since: finished}", no_platform)
    assert refused.value.code == "map-retention-open"


@pytest.mark.parametrize(
    ("kept", "code"),
    [
        ("{since: finished}", "map-retention-open"),
        ("{kind: nothing_such, since: finished}", "record-unknown"),
        ("{because: 'ecommerce-law:art_3100', since: finished}", "law-unknown-provision"),
    ],
)
def test_a_time_that_nobody_says_is_refused(inventory: Inventory, kept: str, code: str) -> None:
    """With the table that it is about."""
    with pytest.raises(InputError) as refused:
        times(inventory, kept)
    assert (refused.value.code, refused.value.where) == (code, "household.purchase")


def test_a_law_that_became_stricter_lengthens_a_map_that_was_taken_in(inventory: Inventory) -> None:
    """The stored map says one year; what the store reads says three. What cannot be read any more is kept."""
    given = organisation("{kind: transaction_information, time: {length: 1, unit: years}, since: finished}")
    law = inventory.keeping(given, DAY)
    assert purchase(law.within(given.maps[0])).time == YEARS[3]
    lost = organisation("{kind: nothing_such, time: {length: 1, unit: years}, since: finished}")
    assert purchase(law.within(lost.maps[0])).time == FOR_GOOD


def purchase(found: DatasetMap) -> Kept:
    """Return the keeping time of purchases."""
    return next(one.retention for one in found.tables if one.table == "purchase" and one.retention)


def test_the_day_of_the_law_is_shown_and_nothing_goes_before_it(tmp_path: Path, inventory: Inventory) -> None:
    """A purchase of 2 January 2025 is kept until the law's day; without the law's word it would never go."""
    url = f"sqlite:///{tmp_path}/household.db"
    given = organisation("{kind: transaction_information, since: finished}", PLATFORM)
    resolved = inventory.keeping(given, DAY).within(given.maps[0])
    with household.filled(url):
        with opened(resolved, url) as store:
            kept = [one for one in store.survey(household.ONE, DAY).parts if one.part == "kept"]
            ends = {(one.table, one.because, one.rows) for one in kept}
            assert ("purchase", *LAW, 2) in ends
            assert {one.table for one in store.overdue(DAY)} == {"purchase", "item"}
        with opened(given.maps[0], url) as unasked:
            assert unasked.overdue(DAY) == ()


def test_a_map_with_a_kind_is_written_and_read_alike() -> None:
    """Loading what was saved gives the same map."""
    found = household.mapped(with_times("{kind: user_log, since: finished}"))
    assert read(write(found).encode(), where="map.yaml") == found
    assert purchase(found).time == FOR_GOOD


def test_an_inventory_keeps_no_map_that_is_too_short(migrated: sa.Engine) -> None:
    """Taken in through the inventory, it is refused and nothing is kept."""
    made = Inventory(register(), engine=migrated)
    given = organisation("{kind: user_log, time: {length: 1, unit: months}, since: finished}")
    with pytest.raises(InputError) as refused:
        made.check(given, DAY)
    assert refused.value.code == "map-retention-too-short"
    made.store.load(Organisation(name="tea", systems=(System(name="home"),)), Author("test", "cli"))
    text = with_times("{kind: user_log, time: {length: 1, unit: months}, since: finished}")
    with pytest.raises(InputError):
        made.take(text.encode(), "map.yaml", "home", Author("test", "cli"), DAY)
    assert made.store.organisation().maps == ()


def test_the_longest_of_several_provisions_counts() -> None:
    """Six months and three years are three years; what is counted otherwise says nothing of keeping."""
    records = Engines(register()).records
    both = ["microblog:art_16__para_2", *LAW, "pipl:art_50__para_1__cl_1", "no-such:art_1"]
    assert records.longest(both, DAY) == (YEARS[3], LAW)
    assert records.longest([], DAY) == (None, ())
