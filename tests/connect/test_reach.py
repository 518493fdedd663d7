"""Which tables a person's identities reach: along references of each meaning, over stores, or not at all."""

from pathlib import Path

from shouxin.connect import mapfile
from shouxin.connect.model import DatasetMap
from shouxin.connect.reach import Reach, reach, unreachable
from shouxin.demo.shop import database

MAPS = (
    b"""
store: shop
tables:
  - table: customers
    columns: [{column: id, categories: [user_identifier]}, {column: home, categories: [postal_address]}]
    identities: [{identity: user_id, column: id}]
    references: [{columns: [home], to: addresses, at: [id]}]
  - table: addresses
    columns: [{column: id}, {column: street, categories: [postal_address]}]
  - table: orders
    columns:
      - {column: id}
      - {column: customer, categories: [user_identifier]}
      - {column: note, free_text: true}
    references: [{columns: [customer], to: customers, at: [id]}]
    shared: {others: [customer]}
    retention: {time: {length: 3, unit: years}, because: 'ecommerce-law:art_31'}
  - table: guests
    columns: [{column: id}, {column: name, categories: [real_name]}, {column: seen}]
    references: [{columns: [seen], to: customers, at: [id], means: link}]
  - table: words
    columns: [{column: text, categories: [real_name], free_text: true}]
  - table: prices
    columns: [{column: id}]
""",
    b"""
store: bank
tables:
  - table: accounts
    columns: [{column: owner, categories: [user_identifier]}]
    references: [{columns: [owner], to: customers, at: [id], store: shop}]
""",
)


def maps() -> list[DatasetMap]:
    """Return the maps of the shop and the bank."""
    return [mapfile.read(one, where="made up") for one in MAPS]


def found() -> dict[str, Reach]:
    """Return how each table of both is reached."""
    return {one.table: one for one in reach(maps())}


def test_tables_are_reached_by_identities_and_along_references() -> None:
    """Rows that name the person are theirs, rows that they use are shared; another store is one step more."""
    tables = found()
    assert {name: one.steps for name, one in tables.items()} == {
        "customers": 0,
        "addresses": 1,
        "orders": 1,
        "guests": None,
        "words": None,
        "prices": None,
        "accounts": 1,
    }
    ways = {
        name: [(way.store, way.table, way.columns, way.means) for way in one.ways]
        for name, one in tables.items()
    }
    assert ways["addresses"] == [("shop", "customers", ("home",), "uses")]
    assert ways["orders"] == [("shop", "customers", ("customer",), "owner")]
    assert ways["accounts"] == [("shop", "customers", ("owner",), "owner")]
    assert [name for name, one in tables.items() if one.shared] == ["addresses", "orders"]


def test_a_personal_table_that_nothing_leads_to_is_named() -> None:
    """A mere link leads to nobody; what is searched as text is found that way, and prices are nobody's."""
    assert unreachable(maps()) == (("shop", "guests"),)
    tables = found()
    assert (tables["words"].text, tables["words"].lost) == (("text",), False)
    assert (tables["prices"].personal, tables["prices"].lost) == (False, False)
    assert tables["orders"].kept is not None


def test_the_shop_of_the_demo_is_reached_as_a_whole() -> None:
    """Its copy for searching is found by its words."""
    shop = mapfile.read(Path(database.MAP).read_bytes(), where="map.yaml")
    assert unreachable([shop]) == ()
    assert {one.table for one in reach([shop]) if one.steps is None} == {"search_entry"}
