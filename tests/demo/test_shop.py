"""The made-up shop: the same each time, its numbers nobody's, its map true, and every trap in it."""

import datetime
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine

from shouxin.connect import mapfile
from shouxin.connect.checking import check
from shouxin.connect.model import DatasetMap
from shouxin.demo.shop import database
from shouxin.demo.shop.people import CHILD, FORMER_OWNER, GUARDIAN, lot
from shouxin.detect import scan

TODAY = datetime.date(2026, 11, 22)
MANY = 200

Shop = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def shop(shared_dsn: str) -> Iterator[Shop]:
    """Give a connection to a small shop, which is gone afterwards."""
    from shouxin.store import StoreConfig, open_store

    with open_store(StoreConfig(dsn=shared_dsn)) as store:
        assert not database.exists(store.engine)
        database.make(store.engine, TODAY, "made-up", MANY)
        assert database.exists(store.engine)
        with psycopg.connect(database.shop_dsn(store.engine)) as connection:
            yield connection
        _drop(store.engine)


def _drop(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"drop database {database.NAME} (force)")
        connection.exec_driver_sql(f"drop role {database.ROLE}")


def count(shop: Shop, question: str) -> int:
    """Return how many rows a question finds."""
    found = shop.execute(f"select count(*) from ({question}) as found".encode()).fetchone()
    assert found
    return int(found[0])


def mapped() -> DatasetMap:
    """Return the map of the shop."""
    return mapfile.read(database.MAP.read_bytes(), where="map.yaml")


def test_it_is_the_same_each_time() -> None:
    """Two lots of one seed draw the same, and another day only moves the days."""
    one, other = (database.drawn(lot(TODAY), 60) for _ in range(2))
    assert one == other
    later = database.drawn(lot(TODAY + datetime.timedelta(days=3)), 60)
    assert [row["name"] for row in later["customer"]] == [row["name"] for row in one["customer"]]


def test_its_numbers_are_right_and_belong_to_nobody() -> None:
    """What the detector knows is found, in ranges that nobody has."""
    people = database.drawn(lot(TODAY), 120)["customer"]
    for row in people:
        assert [one.type for one in scan(f"手机：{row['phone']}")] == ["mobile"]
        assert row["phone"][:3] in {"154", "160", "161", "163", "164", "168", "169"}
        assert row["email"].endswith(".example")
        if row["id_number"]:
            assert row["id_number"][4:6] == "98"
            assert [one.type for one in scan(row["id_number"])] == ["resident_id"]


@pytest.mark.parametrize(
    "trap",
    [
        "select from customer where invited_by is not null",
        "select from message where reply_to is not null",
        "select address from customer_address group by 1 having count(*) > 1",
        "select from orders where gift_for is not null",
        "select from customer a join customer b using (phone) where a.phone_until < b.phone_since",
        "select from ticket_note join customer on body like '%' || phone || '%'",
        "select from message join customer on body like '%' || phone || '%'",
        "select from ticket where opened_by is null",
        "select from remark where about_kind = 'order'",
        "select from remark where about_kind = 'ticket'",
        "select from subscriber where email not in (select email from customer)",
        "select from search_entry join customer on words like '%' || email || '%'",
        "select from orders where finished_at > now() - interval '3 years'",
        "select from customer where deleted",
        "select from access_log where path like '%@%'",
        f"select from customer where id = {CHILD} and guardian = {GUARDIAN} and birth_date > '2013-11-23'",
        f"select from customer a join customer b using (phone) where a.id = {FORMER_OWNER}",
    ],
)
def test_each_trap_is_there(shop: Shop, trap: str) -> None:
    """A shop without them would make erasing look easy."""
    assert count(shop, trap) > 0


def test_columns_that_cannot_be_emptied(shop: Shop) -> None:
    """Identities stand under NOT NULL and a unique index, and two tables refer to each other."""
    question = """
        select from pg_attribute a join pg_index i on i.indrelid = a.attrelid and i.indkey[0] = a.attnum
        where a.attrelid = '{}'::regclass and a.attname = '{}' and a.attnotnull and i.indisunique"""
    for table, column in (("customer", "email"), ("customer", "nickname"), ("subscriber", "email")):
        assert count(shop, question.format(table, column)) == 1
    assert count(shop, "select from customer where main_address is not null") == MANY


def test_the_map_is_true(shop: Shop) -> None:
    """Every table, column, key and reference of the database stands in the map, and nothing else."""
    check([mapped()])
    columns = shop.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'public'"
    ).fetchall()
    assert set(columns) == {(one.table, item.column) for one in mapped().tables for item in one.columns}
    keys = shop.execute(
        "select conrelid::regclass::text, contype, (select array_agg(attname::text order by k.n) "
        "from unnest(conkey) with ordinality as k (num, n) join pg_attribute on attrelid = conrelid "
        "and attnum = k.num), confrelid::regclass::text from pg_constraint where contype in ('p', 'f')"
        " and connamespace = 'public'::regnamespace"
    ).fetchall()
    for one in mapped().tables:
        assert {tuple(row[2]) for row in keys if row[:2] == (one.table, "p")} == {one.key}
        real = {(tuple(row[2]), row[3]) for row in keys if row[:2] == (one.table, "f")}
        said = {(reference.columns, reference.to) for reference in one.references}
        assert real <= said
        assert said - real <= {(("about_id",), "orders"), (("about_id",), "ticket"), (("device",), "device")}


def test_the_shops_own_role_may_work_and_not_rule(shop: Shop) -> None:
    """It reads and writes rows, owns nothing, and does not pass row security."""
    found = shop.execute(
        "select rolsuper, rolbypassrls, has_table_privilege(oid, 'orders', 'insert'), "
        "has_schema_privilege(oid, 'public', 'create') from pg_roles where rolname = %s",
        [database.ROLE],
    ).fetchone()
    assert found == (False, False, True, False)
