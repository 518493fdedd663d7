"""Erasing a person's tags and nothing else: rows of tags, columns of tags, and every other cell as it was."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from shouxin.connect import mapfile
from shouxin.connect.model import DatasetMap, Identity, MappedColumn, MappedTable
from shouxin.connect.narrowing import Narrowed, alone, narrowed
from shouxin.connect.person import Held
from shouxin.connect.stores import opened
from shouxin.errors import InputError

MAP = mapfile.read(
    b"""
store: shop
make: sqlite
tables:
  - table: customers
    key: [id]
    columns:
      - {column: id}
      - {column: email, categories: [email_address]}
      - {column: interests, categories: [preferences]}
      - {column: note, free_text: true}
    identities: [{identity: customer_id, column: id}, {identity: email, column: email}]
  - table: tags
    key: [id]
    columns: [{column: id}, {column: customer}, {column: tag, categories: [preferences]}]
    references: [{columns: [customer], to: customers, at: [id]}]
  - table: visits
    key: [id]
    columns:
      - {column: id}
      - {column: customer}
      - {column: page, categories: [browsing_history]}
      - {column: mood, categories: [preferences]}
    references: [{columns: [customer], to: customers, at: [id]}]
""",
    where="made up",
)
TABLES = """
create table customers (id integer primary key, email text not null unique, interests text, note text);
create table tags (id integer primary key, customer integer not null references customers, tag text not null);
create table visits (
    id integer primary key, customer integer not null references customers, page text, mood text
);
insert into customers values (1, 'ana@shop.example', 'tea', 'write to ana@shop.example'),
    (2, 'bo@shop.example', 'salt', 'met ana@shop.example');
insert into tags values (1, 1, 'night owl'), (2, 2, 'early'), (3, 1, 'saver');
insert into visits values (1, 1, '/tea', 'glad'), (2, 2, '/salt', 'sad');
"""
ANA = {"customer_id": (Held(value="1"),)}
TODAY = date(2026, 3, 1)


def held(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return everything in the database."""
    with sqlite3.connect(path) as connection:
        return {
            table.table: connection.execute(f"select * from {table.table} order by id").fetchall()
            for table in MAP.tables
        }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the database of a shop."""
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(TABLES)
    return file


@pytest.fixture
def store(path: Path) -> Iterator[Narrowed]:
    """Give the store of which only tags are erased."""
    address = f"sqlite:///{path}"
    with Narrowed(
        MAP, "preferences", opened(narrowed(MAP, "preferences"), address), opened(MAP, address)
    ) as made:
        yield made


def test_only_the_tags_of_the_person_go(store: Narrowed, path: Path) -> None:
    """As rows where a table holds nothing else, and as columns elsewhere; a second time changes nothing."""
    before = held(path)
    survey = store.survey(ANA, TODAY)
    assert {(part.table, part.rows, part.act) for part in survey.parts} == {
        ("tags", 2, "delete"),
        ("visits", 1, "anonymise"),
        ("customers", 1, "anonymise"),
    }
    outcome = store.erase(ANA, TODAY, digest=survey.digest)
    assert (outcome.deleted, outcome.changed) == ({"tags": 2}, {"visits": 1, "customers": 1})
    after = held(path)
    assert after["tags"] == [(2, 2, "early")]
    assert after["visits"] == [(1, 1, "/tea", None), (2, 2, "/salt", "sad")]
    assert after["customers"] == [
        (1, "ana@shop.example", None, "write to ana@shop.example"),
        before["customers"][1],
    ]
    assert store.survey(ANA, TODAY).parts == ()
    assert store.erase(ANA, TODAY).nothing
    assert held(path) == after


def test_a_trial_changes_nothing_and_counts_all(store: Narrowed, path: Path) -> None:
    """It says what would go."""
    before = held(path)
    outcome = store.erase(ANA, TODAY, dry_run=True)
    assert (outcome.deleted, outcome.changed) == ({"tags": 2}, {"visits": 1, "customers": 1})
    assert held(path) == before


def test_tags_that_came_after_the_plan_need_a_new_one(store: Narrowed, path: Path) -> None:
    """What nobody read is not erased."""
    digest = store.survey(ANA, TODAY).digest
    with sqlite3.connect(path) as connection:
        connection.execute("insert into tags values (9, 1, 'new')")
    before = held(path)
    with pytest.raises(InputError, match="has changed"):
        store.erase(ANA, TODAY, digest=digest)
    assert held(path) == before


def test_the_whole_store_is_there_for_everything_else(store: Narrowed) -> None:
    """What the rows say of the person, and a copy."""
    assert store.learn(ANA, TODAY)["email"] == (Held(value="ana@shop.example"),)
    assert {row.table for row in store.read(ANA, TODAY)} == {"customers", "tags", "visits"}
    assert store.name == "shop"


def test_somebody_else_erases_a_category_only_where_nothing_else_goes_with_it() -> None:
    """By hand always; a service by rows that hold nothing else; a party never."""
    tags = MappedTable(
        table="tags",
        key=("id",),
        columns=(MappedColumn(column="id"), MappedColumn(column="word", categories=("preferences",))),
    )
    named = replace(tags, columns=(*tags.columns, MappedColumn(column="n", categories=("real_name",))))
    known = replace(tags, identities=(Identity(identity="customer_id", column="id"),))
    for make, table, expected in (
        ("manual", named, True),
        ("http", tags, True),
        ("http", named, False),
        ("http", known, False),
        ("opendsr", tags, False),
    ):
        found = DatasetMap(store="elsewhere", make=make, tables=(table,))
        assert alone(found, "preferences") is expected, (make, table)
