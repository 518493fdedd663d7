"""Whom rows are about, in stores that answer no joins: the same as in a database, whatever the store."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from shouxin.connect.affected import TellsPeople, TouchedRows
from shouxin.connect.rows import people
from shouxin.connect.rows.store import RowStore
from shouxin.connect.service.store import ServiceStore
from shouxin.connect.stores import Store, opened
from shouxin.errors import InputError
from tests.connect import household
from tests.connect.household import ONE
from tests.connect.memory import Memory
from tests.connect.service.crm import Crm, described, served

ASKED: list[tuple[TouchedRows, ...]] = [
    *((TouchedRows(table=name),) for name in ("person", "place", "purchase", "item", "letter", "tag")),
    (TouchedRows(table="purchase"), TouchedRows(table="tag"), TouchedRows(table="letter")),
    (TouchedRows(table="purchase", column="finished", since=date(2025, 3, 1)),),
    (TouchedRows(table="purchase", column="finished", until=date(2019, 1, 2)),),
    (TouchedRows(table="purchase", column="finished", since=date(2025, 3, 3), until=date(2025, 3, 3)),),
    (TouchedRows(table="purchase", keys=("3", "77")),),
]

Told = tuple[list[str], int, dict[str, int]]


def told(store: Store, rows: tuple[TouchedRows, ...], identity: str) -> Told | str:
    """Return people, rows that tell nobody, and records by category; or the code of a refusal."""
    assert isinstance(store, TellsPeople)
    try:
        with store.people(rows, identity) as found:
            whom = list(found)
            assert len(whom) == len(set(whom)) == found.count()
            return sorted(whom), found.left(), dict(found.records())
    except InputError as refused:
        return refused.code


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Store, Store, Store]]:
    """Give the household in a database, in memory, and in files; batches are small."""
    monkeypatch.setattr(people, "BATCH", 2)
    url = f"sqlite:///{tmp_path}/household.db"
    with household.filled(url) as engine:
        folder = tmp_path / "files"
        folder.mkdir()
        memory = Memory.of(engine)
        for name in household.ROWS:
            lines = (msgspec.json.encode(row) + b"\n" for row in memory.snapshot_of(name))
            (folder / f"{name}.jsonl").write_bytes(b"".join(lines))
        found = household.mapped()
        named = {table.table: f"{table.table}.jsonl" for table in found.tables}
        keys = {name: memory.layout(name).key for name in named}
        tables = tuple(
            msgspec.structs.replace(
                one,
                table=named[one.table],
                key=keys[one.table],
                references=tuple(msgspec.structs.replace(edge, to=named[edge.to]) for edge in one.references),
            )
            for one in found.tables
        )
        filed = msgspec.structs.replace(found, make="files", tables=tables)
        with opened(found, url) as sql, opened(filed, f"files://{folder}") as files:
            yield sql, RowStore(found, memory), files


def test_rows_and_files_tell_what_a_database_tells(pair: tuple[Store, Store, Store]) -> None:
    """Every table, window and key, by three identities, before and after an erasure."""
    sql, memory, files = pair

    def compare() -> None:
        for rows in ASKED:
            ended = tuple(msgspec.structs.replace(one, table=f"{one.table}.jsonl") for one in rows)
            for identity in ("person_id", "email", "phone_number"):
                expected = told(sql, rows, identity)
                assert told(memory, rows, identity) == expected, (rows, identity)
                assert told(files, ended, identity) == expected, (rows, identity)

    compare()
    assert told(memory, (TouchedRows(table="tag"),), "person_id") == (["1", "2"], 1, {"user_tag": 4})
    memory.erase(ONE, household.TODAY)
    sql.erase(ONE, household.TODAY)
    whom = told(memory, (TouchedRows(table="purchase"),), "email")
    assert whom == told(sql, (TouchedRows(table="purchase"),), "email")
    assert "li.one@mail.example" not in whom[0]


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
def test_what_cannot_be_told_is_the_same_error(
    pair: tuple[Store, Store, Store], rows: TouchedRows, identity: str, code: str
) -> None:
    """With the place, and what to do."""
    assert told(pair[0], (rows,), identity) == told(pair[1], (rows,), identity) == code


def test_a_service_tells_where_its_description_lists_rows() -> None:
    """Every customer, those of keys, and a clear refusal where nothing is described."""
    with served(Crm()) as crm:
        crm.fuzzy = True
        found = described("  every:\n    customers: {path: /customers, rows: /items}\n")
        store = ServiceStore(found, crm.address, sleep=lambda _: None)
        whole = (["ana@shop.example", "bo@shop.example"], 0)
        answer = told(store, (TouchedRows(table="customers"),), "email")
        assert answer[:2] == whole
        assert told(store, (TouchedRows(table="customers", keys=("7",)),), "customer_id")[0] == ["7"]
        bare = ServiceStore(described(), crm.address, sleep=lambda _: None)
        assert told(bare, (TouchedRows(table="customers"),), "email") == "people-place"
