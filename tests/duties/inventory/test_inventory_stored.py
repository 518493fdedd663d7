"""Versions of the inventory in a real store: who, when, before and after, dry run, undo, many hands."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import Engine

from shouxin.duties.inventory.model import Organisation
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.inventory.stored import StoredInventory
from shouxin.errors import InputError
from shouxin.law.register import register
from shouxin.store import migrate

from .conftest import AUTHOR


def renamed(shop: Organisation, name: str) -> Organisation:
    """Return the shop under another name."""
    return msgspec.structs.replace(shop, name=name)


def test_what_is_loaded_comes_back_and_loads_again_without_a_change(
    migrated: Engine, shop: Organisation
) -> None:
    """Load, show, load is the identity; the second load makes no version."""
    store = StoredInventory(migrated)
    assert {str(change) for change in store.load(shop, AUTHOR)} >= {
        "organisation: new",
        'service "shop": new',
        'activity "shop / orders": new',
        'SDK "shop / far-sdk": new',
        'dataset "order database / orders": new',
        'party "Swift Parcels": new',
    }
    assert store.organisation() == shop
    assert store.load(store.organisation(), AUTHOR) == ()
    assert [one.number for one in store.versions()] == [1]


def test_every_version_says_who_when_and_what(migrated: Engine, shop: Organisation) -> None:
    """The difference of two versions names the field before and after."""
    store = StoredInventory(migrated)
    store.load(shop, AUTHOR)
    (change,) = store.load(renamed(shop, "Other Shop"), AUTHOR)
    newest = store.versions()[0]
    assert (newest.number, newest.who, newest.origin, newest.why) == (2, *AUTHOR)
    assert abs((datetime.now(UTC) - newest.made_at).total_seconds()) < 600
    assert (change.part, change.verb) == ("organisation", "changed")
    (field,) = store.diff(1)[0].fields
    assert (field.field, field.before, field.after) == ("name", "Made-up Shop", "Other Shop")
    assert store.diff(2, 1)[0].fields[0].after == "Made-up Shop"


def test_a_dry_run_makes_no_version(migrated: Engine, shop: Organisation) -> None:
    """It says what would change; so does that of an undo."""
    store = StoredInventory(migrated)
    assert store.load(shop, AUTHOR, dry_run=True)
    assert store.versions() == ()
    store.load(shop, AUTHOR)
    store.load(renamed(shop, "Other Shop"), AUTHOR)
    assert store.undo(1, AUTHOR, dry_run=True)
    assert store.organisation().name == "Other Shop"


def test_an_undo_brings_back_what_was_and_takes_nothing_away(migrated: Engine, shop: Organisation) -> None:
    """It is a new version that says which one it brings back."""
    store = StoredInventory(migrated)
    store.load(shop, AUTHOR)
    store.load(renamed(shop, "Other Shop"), AUTHOR)
    store.undo(1, AUTHOR)
    assert store.organisation() == shop
    assert [(one.number, one.undoes) for one in store.versions()] == [(3, 1), (2, None), (1, None)]
    assert store.organisation(2).name == "Other Shop"


@pytest.mark.parametrize("number", [0, -1, 9, 2**63, 10**30])
def test_a_version_that_there_is_not_is_refused(migrated: Engine, shop: Organisation, number: int) -> None:
    """To show, to compare and to bring back."""
    store = StoredInventory(migrated)
    store.load(shop, AUTHOR)
    for ask in (
        lambda: store.organisation(number),
        lambda: store.diff(number),
        lambda: store.undo(number, AUTHOR),
    ):
        with pytest.raises(InputError) as refused:
            ask()
        assert refused.value.code == "inventory-version"


def test_a_change_of_what_has_moved_on_is_refused(migrated: Engine, shop: Organisation) -> None:
    """Of many who changed the same version, one wins and the others are told; nothing is lost."""
    store = StoredInventory(migrated)
    store.load(shop, AUTHOR)

    def change(number: int) -> str:
        try:
            store.load(renamed(shop, f"Shop {number}"), AUTHOR, base=1)
        except InputError as error:
            return error.code
        return "kept"

    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(change, range(16)))
    assert sorted(answers) == ["inventory-moved"] * 15 + ["kept"]
    assert [one.number for one in store.versions()] == [2, 1]


def test_many_hands_lose_no_version(migrated: Engine, shop: Organisation) -> None:
    """Without a base each change is a version with a number of its own."""
    store = StoredInventory(migrated)
    with ThreadPoolExecutor(8) as hands:
        list(hands.map(lambda n: store.load(renamed(shop, f"Shop {n}"), AUTHOR), range(16)))
    assert [one.number for one in store.versions()] == list(range(16, 0, -1))


def test_an_order_alone_is_a_change(migrated: Engine, shop: Organisation) -> None:
    """The file comes back in the order in which it was loaded."""
    store = StoredInventory(migrated)
    store.load(shop, AUTHOR)
    turned = msgspec.structs.replace(shop, parties=shop.parties[::-1])
    assert [str(change) for change in store.load(turned, AUTHOR)] == ["order: changed"]
    assert store.organisation() == turned


def test_the_facts_of_an_activity_are_read_from_the_store(migrated: Engine, shop: Organisation) -> None:
    """By the names of its service and itself; other names are refused."""
    inventory = Inventory(register(), engine=migrated)
    inventory.store.load(shop, AUTHOR)
    assert inventory.declared("shop", "orders").facts["basis.contract"] is True
    for names, code in ((("shoop", "orders"), "service-unknown"), (("shop", "order"), "activity-unknown")):
        with pytest.raises(InputError) as refused:
            inventory.declared(*names)
        assert refused.value.code == code


def test_what_was_loaded_before_is_the_first_version(engine: Engine) -> None:
    """The migration takes over an organisation with its services, and going back returns them."""
    migrate.upgrade(engine, target="0005_event_kinds")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            'insert into shouxin.organisation (id, body) values (1, \'{"name": "Old Shop"}\')'
        )
        connection.exec_driver_sql(
            "insert into shouxin.service (name, body) values ('b', '{\"users\": 3}'), ('a', '{}')"
        )
    migrate.upgrade(engine)
    found = StoredInventory(engine).organisation()
    assert (found.name, [one.name for one in found.services]) == ("Old Shop", ["a", "b"])
    assert StoredInventory(engine).load(found, AUTHOR) == ()
    migrate.downgrade(engine, "0005_event_kinds")
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("select name, body from shouxin.service order by name").all()
    assert [tuple(row) for row in rows] == [("a", {}), ("b", {"users": 3})]
