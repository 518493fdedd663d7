"""People's documents behind MongoDB's protocol: found, read, changed and erased."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import bson
import pytest
from bson.binary import Binary
from bson.decimal128 import Decimal128
from bson.objectid import ObjectId

from shouxin.connect.model import DatasetMap, Identity, MappedColumn, MappedTable, Reference
from shouxin.connect.mongo.opening import database_for
from shouxin.connect.mongo.source import MongoSource
from shouxin.connect.person import Held, Person
from shouxin.connect.rows.source import Change
from shouxin.connect.rows.store import RowStore
from shouxin.connect.stores import opened
from shouxin.errors import InputError, StoreError
from tests.connect.mongo.server import DATABASE, Engine, running

TODAY = date(2026, 11, 22)
ONE = ObjectId("0123456789abcdef01234567")
OTHER = ObjectId("0123456789abcdef01234568")
LI: Person = {"customer_id": (Held(value=str(ONE)),)}


def column(name: str, *categories: str, free_text: bool = False) -> MappedColumn:
    """Return a column of the map."""
    return MappedColumn(column=name, categories=categories, free_text=free_text)


SHOP = DatasetMap(
    store="documents",
    make="mongodb",
    tables=(
        MappedTable(
            table="users",
            key=("_id",),
            columns=(
                column("_id", "user_identifier"),
                column("name", "real_name"),
                column("contact.phone", "phone_number"),
                column("devices[].mac", "device_identifier"),
            ),
            identities=(Identity(identity="customer_id", column="_id"),),
        ),
        MappedTable(
            table="orders",
            columns=(column("user"), column("lines[].note", free_text=True)),
            references=(Reference(columns=("user",), to="users", at=("_id",)),),
        ),
    ),
)


def filled(engine: Engine) -> Engine:
    """Fill a server with two people and their orders."""
    for number, key in enumerate((ONE, OTHER)):
        engine.data.users.insert_one({
            "_id": key, "name": "李娜" if key == ONE else "张伟",
            "contact": {"phone": f"1601234567{number}", "since": datetime(2024, 1, 2)},
            "devices": [{"mac": f"00:11:22:33:44:5{number}", "kind": "phone"}, {"kind": "tv"}],
            "spent": Decimal128("12.50"), "face": b"\xff\xd8\x00",
        })  # fmt: skip
    engine.data.orders.insert_many([
        {"_id": 1, "user": ONE, "lines": [{"note": "急"}]},
        {"_id": "two", "user": str(ONE), "lines": []},
        {"_id": {"shop": 1, "number": 2}, "user": OTHER,
         "lines": [{"note": "好"}, {"note": "打 160-1234-5670"}]},
    ])  # fmt: skip
    return engine


def source(engine: Engine, found: DatasetMap = SHOP, timeout: float = 20) -> MongoSource:
    """Return the source of a map."""
    return MongoSource(found, database_for(f"mongodb://127.0.0.1:{engine.port}/{DATABASE}", timeout))


@contextmanager
def session(engine: Engine) -> Iterator[MongoSource]:
    """Give a session of the source of the map."""
    whole = source(engine)
    try:
        with whole.session() as one:
            yield one
    finally:
        whole.close()


def everything(engine: Engine) -> Any:
    """Return all that a server holds."""
    return {name: sorted(map(str, engine.data[name].find())) for name in engine.data.list_collection_names()}


def test_a_person_is_found_whatever_the_types(engine: Engine) -> None:
    """An object id, and the text of one, are the same identity; every value comes as a plain one."""
    with RowStore(SHOP, source(filled(engine))) as store:
        rows = [(row.table, dict(row.values)) for row in store.read(LI, TODAY)]
    assert [table for table, _ in rows] == ["users", "orders", "orders"]
    hers = rows[0][1]
    assert hers["_id"] == str(ONE)
    assert hers["contact"]["since"] == datetime(2024, 1, 2, tzinfo=UTC)
    assert (hers["spent"], hers["face"]) == (Decimal("12.50"), b"\xff\xd8\x00")


def test_erasing_leaves_others(engine: Engine) -> None:
    """What is hers goes, what mentions her in a list is masked, and a second run is nothing."""
    filled(engine)
    before = everything(engine)
    with RowStore(SHOP, source(engine)) as store:
        survey = store.survey(LI, TODAY)
        store.erase(LI, TODAY, dry_run=True)
        assert everything(engine) == before
        done = store.erase(LI, TODAY, digest=survey.digest)
        assert store.erase(LI, TODAY).nothing
    assert (done.deleted, done.changed) == ({"users": 1, "orders": 2}, {"orders": 1})
    assert [one["_id"] for one in engine.data.users.find()] == [OTHER]
    (left,) = engine.data.orders.find()
    assert left == {
        "_id": {"shop": 1, "number": 2},
        "user": OTHER,
        "lines": [{"note": "好"}, {"note": "打 ***"}],
    }
    assert "commitTransaction" in engine.seen


def test_one_place_of_a_list_is_changed(engine: Engine) -> None:
    """A path writes the place that it names, keeps what stands beside it, and does so twice as once."""
    with session(filled(engine)) as one:
        row = next(iter(one.having("users", "_id", {str(ONE)})))
        change = Change(
            "users", row.key, {"devices[0].mac": None, "contact.phone": "erased-1", "born": date(1990, 1, 2)}
        )
        one.apply([change])
        one.apply([change])
    now = engine.data.users.find_one({"_id": ONE})
    assert now["devices"] == [{"mac": None, "kind": "phone"}, {"kind": "tv"}]
    assert now["contact"] == {"phone": "erased-1", "since": datetime(2024, 1, 2)}
    assert (now["born"], now["spent"]) == (datetime(1990, 1, 2), Decimal128("12.50"))


@pytest.mark.parametrize("replica", [True, False])
def test_a_change_by_somebody_else_is_noticed(replica: bool) -> None:
    """What was changed after it was read is not overwritten, with transactions and without."""
    with running(replica=replica) as engine, session(filled(engine)) as one:
        users = list(one.having("users", "_id", {str(ONE)}))
        orders = list(one.having("orders", "user", {str(ONE)}))
        engine.data.users.update_one({"_id": ONE}, {"$set": {"name": "李雷"}})
        before = everything(engine)
        changes = [Change("orders", row.key, None) for row in orders] + [Change("users", users[0].key, None)]
        with pytest.raises(StoreError) as error:
            one.apply(changes)
        assert error.value.code == "connect-locked"
        assert "李雷" not in str(error.value)
        assert everything(engine) == before


def test_a_refusal_half_way_takes_all_back(engine: Engine) -> None:
    """In a transaction a collection that takes no change leaves every other one as it was."""
    filled(engine).refused = {"users"}
    before = everything(engine)
    with RowStore(SHOP, source(engine)) as store, pytest.raises(StoreError) as error:
        store.erase(LI, TODAY)
    assert error.value.code == "connect-refused"
    assert "160" not in str(error.value)
    assert everything(engine) == before
    assert "abortTransaction" in engine.seen


def test_without_transactions_a_second_run_goes_on(alone: Engine) -> None:
    """Where one part was refused the error says how far it came, and doing it again ends it."""
    filled(alone).refused = {"users"}
    with RowStore(SHOP, source(alone)) as store:
        with pytest.raises(StoreError) as error:
            store.erase(LI, TODAY)
        assert error.value.code == "connect-refused"
        assert "run it again" in str(error.value)
        assert [one["_id"] for one in alone.data.orders.find({"lines.note": "急"})] == []
        alone.refused = set()
        store.erase(LI, TODAY)
        assert store.erase(LI, TODAY).nothing
    assert [one["_id"] for one in alone.data.users.find()] == [OTHER]


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        (5, "5"), (5.0, "5"), (bson.Int64(5), "5"), (Decimal128("5"), "5"), (Decimal128("12.5"), "12.5"),
        (True, "true"), (ONE, str(ONE)), (Binary(UUID(int=7).bytes, 4), str(UUID(int=7))),
        (Binary(UUID(int=7).bytes, 3), str(UUID(int=7))),
        (b"\x01\x02\x03\x04", "01020304"), ("5", "5"),
    ],
)  # fmt: skip
def test_values_of_every_type_are_found_as_text(engine: Engine, held: Any, asked: str) -> None:
    """What reads as the text is found, in a list of documents too."""
    engine.data.orders.insert_many(
        [{"_id": 1, "user": held}, {"_id": 2, "at": [{"user": held}]}, {"_id": 3, "user": "6"}]
    )
    with session(engine) as one:
        assert [json.loads(row.key) for row in one.having("orders", "user", {asked})] == [{"$numberInt": "1"}]
        assert [row.values["_id"] for row in one.having("orders", "at[].user", {asked})] == [2]


@pytest.mark.parametrize(
    "key", [1, 2.5, "甲", ONE, {"a": 1, "b": [1]}, datetime(2024, 1, 2), UUID(int=9), True]
)
def test_any_id_tells_a_document(engine: Engine, key: Any) -> None:
    """A document is changed and removed by its id, of whatever type it is."""
    stored = Binary.from_uuid(key) if isinstance(key, UUID) else key
    engine.data.orders.insert_many([{"_id": stored, "user": "5"}, {"_id": "another", "user": "6"}])
    with session(engine) as one:
        (row,) = one.having("orders", "user", {"5"})
        one.apply([Change("orders", row.key, {"user": "7"})])
        assert engine.data.orders.count_documents({"user": "7"}) == 1
        one.apply([Change("orders", row.key, None)])
    assert [left["_id"] for left in engine.data.orders.find()] == ["another"]


def test_old_days_are_found_however_written(engine: Engine) -> None:
    """Moments are compared by the server, texts and numbers by us."""
    days = [
        datetime(2020, 1, 1),
        datetime(2026, 1, 1),
        "2020-01-01",
        "2026-01-01",
        1_577_836_800,
        "soon",
        None,
    ]
    engine.data.orders.insert_many([{"_id": at, "done": day} for at, day in enumerate(days)])
    with session(engine) as one:
        found = [row.values["_id"] for row in one.older("orders", "done", date(2021, 1, 1))]
    assert sorted(found) == [0, 2, 4, 5]


def test_indexes_and_validators_say_what_a_field_can_hold(engine: Engine) -> None:
    """A unique field needs a value of its own, and one that must be a text is never nothing."""
    filled(engine).data.users.create_index("contact.phone", unique=True)
    properties = {
        "name": {"bsonType": "string"},
        "devices": {"items": {"properties": {"mac": {"bsonType": ["string", "null"]}}}},
    }
    engine.validators["users"] = {"$jsonSchema": {"properties": properties}}
    with session(engine) as one:
        known = one.layout("users").columns
    assert (known["contact.phone"].unique, known["contact.phone"].empty) == (True, False)
    assert (known["name"].kind, known["name"].empty) == ("text", False)
    assert (known["devices[].mac"].kind, known["devices[].mac"].empty) == ("text", True)


def test_a_map_that_does_not_fit_is_told(engine: Engine) -> None:
    """A collection that is not there ends it; a field that no document has is named."""
    with RowStore(SHOP, source(engine)) as store:
        assert [one.code for one in store.check()] == ["map-schema"]
    filled(engine)
    wrong = MappedTable(table="users", columns=(column("_id"), column("contact.fone")))
    with RowStore(
        DatasetMap(store="documents", tables=(wrong,)), source(engine, DatasetMap(store="d", tables=(wrong,)))
    ) as store:
        assert ("map-unseen", "users.contact.fone") in [(one.code, one.where) for one in store.check()]


def test_rights(engine: Engine) -> None:
    """Rights that are missing are named, the right ones suffice, and too many are warned of."""
    filled(engine).users = [{"user": "shouxin", "db": DATABASE}]
    everywhere = {"db": DATABASE, "collection": ""}
    expected = {
        ("find", "listIndexes"): {("right-missing", "users"), ("right-missing", "orders")},
        ("find", "listIndexes", "update", "remove"): set(),
        ("find", "listIndexes", "update", "remove", "dropCollection"): {("right-too-many", "")},
    }
    with session(engine) as one:
        for actions, problems in expected.items():
            engine.privileges = [{"resource": everywhere, "actions": list(actions)}]
            assert {(problem.code, problem.where) for problem in one.check()} == problems
        some = ["find", "listIndexes", "update", "remove"]
        engine.privileges = [{"resource": {"anyResource": True}, "actions": some}]
        assert [problem.code for problem in one.check()] == ["right-too-many"]
        engine.users = []
        assert [problem.code for problem in one.check()] == ["right-too-many"]


def test_wrong_password_and_wrong_addresses(engine: Engine) -> None:
    """A refusal and an address that is none are told without what was given."""
    url = f"mongodb://me:s3cret@127.0.0.1:{engine.port}/{DATABASE}"
    with (
        RowStore(SHOP, MongoSource(SHOP, database_for(url, 20))) as store,
        pytest.raises(StoreError) as refused,
    ):
        store.survey(LI, TODAY)
    assert refused.value.code == "connect-refused"
    for wrong in (
        "mongodb://me:s3cret@host",
        "mongodb://me:s3cret@/x",
        "mongodb://h/x?tlsCAFile=/no/s3cret.pem&tls=true",
    ):
        with pytest.raises(InputError) as unreadable:
            database_for(wrong, 20)
        assert unreadable.value.code == "database-url-unreadable"
        assert "s3cret" not in f"{refused.value}{unreadable.value}"


@pytest.mark.parametrize("where", ["find", "delete", "commitTransaction"])
def test_a_connection_that_breaks(engine: Engine, where: str) -> None:
    """Wherever the connection breaks, it is said, and doing it again ends it."""
    filled(engine).broken_at = where
    with RowStore(SHOP, source(engine, timeout=1)) as store:
        with pytest.raises(StoreError) as error:
            store.erase(LI, TODAY)
        assert error.value.code in ("connect-lost", "connect-slow")
        engine.broken_at = ""
        store.erase(LI, TODAY)
        assert store.erase(LI, TODAY).nothing
    assert [one["_id"] for one in engine.data.users.find()] == [OTHER]


def test_many_and_large(engine: Engine) -> None:
    """Thousands of documents come in batches, and a long text is searched to its end."""
    filled(engine)
    engine.data.orders.insert_many([{"_id": at + 10, "user": (ONE, OTHER)[at % 2]} for at in range(1_200)])
    text = "长" * 300_000
    engine.data.orders.insert_one(
        {"_id": 3, "user": OTHER, "lines": [{"note": f"{text}１６０１２３４５６７０"}]}
    )
    with RowStore(SHOP, source(engine)) as store:
        assert store.erase(LI, TODAY).deleted == {"users": 1, "orders": 602}
    assert engine.data.orders.find_one({"_id": 3})["lines"] == [{"note": f"{text}***"}]
    assert "getMore" in engine.seen


def test_a_missing_driver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the error says what to install."""
    monkeypatch.setitem(sys.modules, "pymongo", None)
    with pytest.raises(InputError) as error:
        opened(SHOP, "mongodb://localhost/shop")
    assert error.value.code == "database-driver-missing"
    assert "shouxin[mongo]" in str(error.value)


def test_an_address_opens_the_store(engine: Engine) -> None:
    """The scheme of the address says what it is."""
    filled(engine)
    with opened(SHOP, f"mongodb://127.0.0.1:{engine.port}/{DATABASE}") as found:
        assert found.survey(LI, TODAY).rows == 3
