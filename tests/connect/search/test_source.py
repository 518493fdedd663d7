"""People's documents in search indexes: found, read, changed and erased."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from shouxin.connect.model import DatasetMap, Identity, MappedColumn, MappedTable, Reference
from shouxin.connect.person import Held, Person
from shouxin.connect.rows.source import Change
from shouxin.connect.search import asking
from shouxin.connect.search.cluster import Cluster
from shouxin.connect.search.source import SearchSource
from shouxin.connect.stores import opened
from shouxin.errors import InputError, StoreError
from tests.connect.search.server import PASSWORD, Engine, running

TODAY = date(2026, 11, 22)
LI: Person = {"customer_id": (Held(value="5"),)}
KEYWORD = {"type": "keyword"}
DYNAMIC = {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}
PROPERTIES: dict[str, dict[str, Any]] = {
    "people": {
        "id": {"type": "long"}, "name": DYNAMIC, "address": {"properties": {"city": KEYWORD}},
        "devices": {"type": "nested", "properties": {"mac": KEYWORD}},
    },
    "reviews": {"by": DYNAMIC, "text": {"type": "text"}, "at": {"type": "date"}, "notes": {"type": "text"}},
}  # fmt: skip


def column(name: str, *categories: str, free_text: bool = False) -> MappedColumn:
    """Return a column of the map."""
    return MappedColumn(column=name, categories=categories, free_text=free_text)


SHOP = DatasetMap(
    store="index",
    make="elasticsearch",
    tables=(
        MappedTable(
            table="people",
            key=("id",),
            columns=(
                column("id", "user_identifier"),
                column("name", "real_name"),
                column("phone", "phone_number"),
                column("devices[].mac", "device_identifier"),
            ),
            identities=(Identity(identity="customer_id", column="id"),),
        ),
        MappedTable(
            table="reviews",
            columns=(column("by"), column("text", free_text=True)),
            references=(Reference(columns=("by",), to="people", at=("id",)),),
        ),
    ),
)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Give a cluster with two people, and reviews in two indexes behind one name."""
    with running() as found:
        people = found.make("people", PROPERTIES["people"])
        for number, phone in ((5, "16012345670"), (6, "16112345671")):
            devices = [{"mac": f"00:11:22:33:44:{number:02}"}]
            people.put(str(number), {"id": number, "name": f"李{number}", "phone": phone, "devices": devices})
        for name in ("reviews-1", "reviews-2"):
            found.make(name, PROPERTIES["reviews"])
        found.indexes["reviews-1"].put("a", {"by": 5, "text": "好"})
        found.indexes["reviews-1"].put("b", {"by": "6", "text": "问160 1234 5670"})
        found.indexes["reviews-2"].put("a", {"by": "5", "text": "再来"})
        found.aliases["reviews"] = ["reviews-1", "reviews-2"]
        yield found


@contextmanager
def session(engine: Engine, found: DatasetMap = SHOP) -> Iterator[SearchSource]:
    """Give a session of the source of a map."""
    whole = SearchSource(found, Cluster("index", engine.url, 20))
    try:
        with whole.session() as one:
            yield one
    finally:
        whole.close()


def everything(engine: Engine) -> Any:
    """Return all that a cluster holds."""
    return {
        name: {id_: one["_source"] for id_, one in index.documents.items()}
        for name, index in engine.indexes.items()
    }


def test_erasing_leaves_others(engine: Engine) -> None:
    """What is hers goes from every index, though none was refreshed; what mentions her is masked; once."""
    before = everything(engine)
    with opened(SHOP, engine.url) as store:
        survey = store.survey(LI, TODAY)
        store.erase(LI, TODAY, dry_run=True)
        assert everything(engine) == before
        done = store.erase(LI, TODAY, digest=survey.digest)
        assert store.erase(LI, TODAY).nothing
    assert (done.deleted, done.changed) == ({"people": 1, "reviews": 2}, {"reviews": 1})
    assert everything(engine) == {
        "people": {"6": before["people"]["6"]},
        "reviews-1": {"b": {"by": "6", "text": "问***"}},
        "reviews-2": {},
    }


def test_one_place_is_changed(engine: Engine) -> None:
    """A path writes the place that it names and keeps what stands beside it, twice as once."""
    with session(engine) as one:
        (row,) = one.having("people", "devices[].mac", {"00:11:22:33:44:05"})
        change = Change("people", row.key, {"devices[0].mac": None, "phone": "erased-1"})
        one.apply([change])
        one.apply([change])
    assert everything(engine)["people"]["5"] == {
        "id": 5,
        "name": "李5",
        "phone": "erased-1",
        "devices": [{"mac": None}],
    }


def test_a_change_by_somebody_else_is_noticed(engine: Engine) -> None:
    """What was changed after it was read is not overwritten, and nothing else is changed either."""
    with session(engine) as one:
        rows = [("people", row) for row in one.having("people", "id", {"5"})]
        rows += [("reviews", row) for row in one.having("reviews", "by", {"5"})]
        engine.indexes["people"].put("5", {"id": 5, "name": "李雷"})
        before = everything(engine)
        with pytest.raises(StoreError) as error:
            one.apply([Change(table, row.key, None) for table, row in reversed(rows)])
    assert error.value.code == "connect-locked"
    assert everything(engine) == before


def test_a_change_in_the_last_moment_is_noticed(engine: Engine) -> None:
    """The cluster itself refuses a document that somebody writes between our look and our change."""
    with session(engine) as one:
        (row,) = one.having("people", "id", {"5"})
        engine.before_bulk = lambda: engine.indexes["people"].put("5", {"id": 5, "name": "李雷"})
        with pytest.raises(StoreError) as error:
            one.apply([Change("people", row.key, None)])
    assert error.value.code == "connect-locked"
    assert everything(engine)["people"]["5"] == {"id": 5, "name": "李雷"}


def test_every_item_is_looked_at_and_a_second_run_goes_on(engine: Engine) -> None:
    """An answer of 200 that holds a refusal is a refusal; the rest is done when it is done again."""
    engine.refused = {"people"}
    with opened(SHOP, engine.url) as store:
        with pytest.raises(StoreError) as error:
            store.erase(LI, TODAY)
        assert error.value.code == "connect-refused"
        assert "run it again" in str(error.value)
        engine.refused = set()
        store.erase(LI, TODAY)
        assert store.erase(LI, TODAY).nothing
    assert list(everything(engine)["people"]) == ["6"]


@pytest.mark.parametrize(
    ("field", "value", "asked"),
    [
        (KEYWORD, "li.na@mail.example", "terms"),
        ({"type": "keyword", "ignore_above": 5}, "li.na@mail.example", ""),
        (DYNAMIC, "li.na@mail.example", "terms"),
        ({"type": "text"}, "LI.NA@mail.example", "match_phrase"),
        ({"type": "text", "analyzer": "own"}, "li.na@mail.example", ""),
        ({"type": "keyword", "index": False}, "5", ""),
        ({"type": "long"}, 5, "terms"),
        ({"type": "boolean"}, True, ""),
        (None, "5", ""),
    ],
)
def test_a_value_is_found_whatever_its_mapping(engine: Engine, field: Any, value: Any, asked: str) -> None:
    """What the index surely knows is looked up; otherwise every document is read; none is missed."""
    index = engine.make("things", {"x": field} if field else {})
    for number in range(3):
        index.put(
            str(number),
            {"x": value if number == 1 else "other" if isinstance(value, str) else 7, "y": [value]},
        )
    text = str(value).lower() if isinstance(value, bool) else str(value)
    found = DatasetMap(store="index", tables=(MappedTable(table="things", columns=(column("x"),)),))
    with session(engine, found) as one:
        assert [row.values["_id"] for row in one.having("things", "x", {text})] == ["1"]
        question = asking.having("x", one._fields("things", "x"), {text})
    assert (asked in str(question)) if asked else question is None


def test_days_are_compared(engine: Engine) -> None:
    """A field of days is compared by the index, and any other by us."""
    for name, properties in (("dated", {"at": {"type": "date"}}), ("texts", {"at": KEYWORD})):
        index = engine.make(name, properties)
        index.put("old", {"at": "2020-01-01"})
        index.put("new", {"at": "2026-01-01T00:00:00Z"})
        with session(engine) as one:
            assert [row.values["_id"] for row in one.older(name, "at", date(2021, 1, 1))] == ["old"]


def test_rights(engine: Engine) -> None:
    """Rights that are missing are named, the right ones suffice, too many and unknown ones are warned of."""
    right = engine.rights or frozenset()
    expected: list[tuple[frozenset[str] | None, set[tuple[str, str]]]] = [
        (frozenset(right - {"delete"}), {("right-missing", "people"), ("right-missing", "reviews")}),
        (right, set()),
        (right | {"manage"}, {("right-too-many", "")}),
        (None, {("right-unknown", "")}),
    ]
    with session(engine) as one:
        for rights, problems in expected:
            engine.rights = rights
            assert {(problem.code, problem.where) for problem in one.check()} == problems


def test_a_map_that_does_not_fit_is_told(engine: Engine) -> None:
    """What cannot be used ends it; a field that none has or that is a list is named."""
    engine.make("bare", {}, _source={"enabled": False})
    for name in ("nothing", "bare"):
        found = DatasetMap(store="index", tables=(MappedTable(table=name),))
        with opened(found, engine.url) as store:
            assert [one.code for one in store.check()] == ["map-schema"]
    columns = (column("adress.city"), column("devices"), column("devices[].mac"))
    wrong = DatasetMap(store="index", tables=(MappedTable(table="people", columns=columns),))
    with opened(wrong, engine.url) as store:
        problems = [(one.code, one.where) for one in store.check()]
    assert problems == [("map-unseen", "people.adress.city"), ("map-list", "people.devices")]


def test_wrong_password_and_wrong_addresses(engine: Engine) -> None:
    """A refusal and an address that is none are told without what was given."""
    with opened(SHOP, engine.url.replace(PASSWORD, "wr0ng")) as store, pytest.raises(StoreError) as refused:
        store.survey(LI, TODAY)
    assert (refused.value.code, "wr0ng" in str(refused.value)) == ("connect-refused", False)
    for wrong in ("elasticsearch+https://u:wr0ng@", "elasticsearch+https://u:wr0ng@h:port", "opensearch+https://h/?x=wr0ng",
                  "opensearch+https://h/?ca_file=/no/wr0ng.pem"):  # fmt: skip
        with pytest.raises(InputError) as unreadable:
            opened(SHOP, wrong)
        assert (unreadable.value.code, "wr0ng" in str(unreadable.value)) == ("database-url-unreadable", False)


@pytest.mark.parametrize(
    ("verb", "statuses", "code"),
    [
        ("_search", [], "connect-lost"),
        ("_bulk", [], "connect-lost"),
        ("_mapping", [500], "connect-refused"),
        ("_search", [504], "connect-slow"),
    ],
)
def test_a_cluster_that_fails(engine: Engine, verb: str, statuses: list[int], code: str) -> None:
    """A connection that breaks and every status that is none of success is told, and nothing is quoted."""
    engine.broken_at, engine.status = ("", {verb: statuses}) if statuses else (verb, {})
    with opened(SHOP, engine.url) as store:
        with pytest.raises(StoreError) as error:
            store.erase(LI, TODAY)
        assert (error.value.code, "160" in str(error.value)) == (code, False)
        engine.broken_at = ""
        store.erase(LI, TODAY)
    assert list(everything(engine)["people"]) == ["6"]


def test_a_busy_cluster_is_asked_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many requests is waited out three times, longer each time."""
    rests: list[float] = []
    monkeypatch.setattr("shouxin.connect.search.cluster.sleep", rests.append)
    engine.status = {"_bulk": [429, 503]}
    with opened(SHOP, engine.url) as store:
        store.erase(LI, TODAY)
        assert rests == [0.2, 1.0]
        engine.status = {"_search": [429] * 4}
        with pytest.raises(StoreError) as error:
            store.survey(LI, TODAY)
    assert error.value.code == "connect-slow"


def test_many_documents_come_in_pages(engine: Engine) -> None:
    """Thousands of documents are read a page at a time, and every question is closed."""
    for number in range(1_200):
        engine.indexes["reviews-2"].put(str(number), {"by": 5 + number % 2, "text": "字" * 200})
    with opened(SHOP, engine.url) as store:
        assert store.erase(LI, TODAY).deleted == {"people": 1, "reviews": 602}
    assert not engine._open
