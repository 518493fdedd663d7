"""Dataset maps: read, written and checked; what cannot be is refused with its place."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.connect import mapfile
from shouxin.connect.checking import check
from shouxin.connect.model import (
    DatasetMap,
    Identity,
    Kept,
    MappedColumn,
    MappedTable,
    Only,
    Reference,
    Remainder,
    Shared,
    SoftDeleted,
)
from shouxin.connect.reach import unreachable
from shouxin.errors import InputError
from shouxin.law.mechanism import Span

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=12)
COLUMNS = st.builds(
    MappedColumn,
    column=NAMES,
    type=st.sampled_from(["", "text"]),
    comment=NAMES,
    categories=st.lists(st.sampled_from(["real_name", "consignee_phone"])).map(tuple),
    free_text=st.booleans(),
    share=st.none() | st.floats(0, 1),
    among=st.dictionaries(NAMES, st.floats(0, 1), max_size=2),
)
TABLES = st.builds(
    MappedTable,
    table=NAMES,
    rows=st.none() | st.integers(0, 2**40),
    key=st.lists(NAMES, max_size=2).map(tuple),
    columns=st.lists(COLUMNS, max_size=3).map(tuple),
    identities=st.lists(st.builds(Identity, identity=NAMES, column=NAMES, valid_from=NAMES), max_size=2).map(
        tuple
    ),
    references=st.lists(
        st.builds(
            Reference,
            columns=st.tuples(NAMES),
            to=NAMES,
            at=st.tuples(NAMES),
            only=st.none() | st.builds(Only, column=NAMES, value=st.booleans() | st.integers(-9, 9) | NAMES),
            cut=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    shared=st.none() | st.builds(Shared, others=st.tuples(NAMES)),
    soft_deleted=st.none() | st.builds(SoftDeleted, column=NAMES, value=st.none() | st.integers(0, 1)),
    retention=st.none() | st.builds(Kept, time=st.builds(Span, length=st.integers(1, 99))),
)
MAPS = st.builds(
    DatasetMap,
    store=NAMES,
    tables=st.lists(TABLES, max_size=3).map(tuple),
    remainders=st.lists(st.builds(Remainder, name=NAMES), max_size=2).map(tuple),
)


def table(name: str, *to: str, **more: object) -> MappedTable:
    """Return a table with a key and a reference to each of the others."""
    references = tuple(Reference(columns=("id",), to=other, at=("id",)) for other in to)
    plain: dict[str, object] = {"columns": (MappedColumn(column="id"),), "references": references}
    return MappedTable(table=name, **{**plain, **more})  # type: ignore[arg-type]


def store(*tables: MappedTable) -> DatasetMap:
    """Return a map of these tables."""
    return DatasetMap(store="shop", tables=tables)


@given(MAPS)
def test_a_map_that_is_written_reads_back_the_same(found: DatasetMap) -> None:
    """P5: load, save, load is the identity."""
    text = mapfile.write(found)
    assert mapfile.read(text.encode(), where="map") == found
    assert mapfile.write(mapfile.read(text.encode(), where="map")) == text


@pytest.mark.parametrize(
    ("tables", "code", "said"),
    [
        ((table("a"), table("a")), "map-duplicate", '"a" stands twice'),
        ((table("a", columns=(MappedColumn(column="id"),) * 2),), "map-duplicate", '"id" stands twice'),
        ((table("a", key=("no",)),), "map-column", 'no column "no"'),
        ((table("a", soft_deleted=SoftDeleted(column="gone")),), "map-column", "gone"),
        ((table("a", shared=Shared(others=("id",), own=("mine",))),), "map-column", "mine"),
        ((table("a", "b"),), "map-reference", 'no table "shop.b"'),
        (
            (table("a", references=(Reference(columns=("id",), to="a", at=("id", "id")),)),),
            "map-reference",
            "1 columns for 2",
        ),
        (
            (table("a", columns=(MappedColumn(column="id", categories=("real_nam",)),)),),
            "category-unknown",
            'did you mean "real_name"',
        ),
        ((table("a", "b"), table("b", "c"), table("c", "a")), "map-circular", "→"),
    ],
)
def test_what_cannot_be_is_refused(tables: tuple[MappedTable, ...], code: str, said: str) -> None:
    """The error names the store and table, and what to do."""
    with pytest.raises(InputError) as refused:
        check([store(*tables)])
    assert refused.value.code == code
    assert said in str(refused.value)
    assert refused.value.where
    assert refused.value.remedy


def test_a_tree_is_no_circle_and_a_circle_may_be_cut() -> None:
    """A table may refer to itself; a circle holds where one reference is marked as emptied first."""
    cut = Reference(columns=("id",), to="a", at=("id",), cut=True)
    check([store(table("a", "a"))])
    check([store(table("a", "b"), table("b", references=(cut,)))])


def test_references_lead_into_another_store() -> None:
    """With its name they do, and without that store in the inventory they are refused."""
    away = table("a", references=(Reference(columns=("id",), to="b", at=("id",), store="other"),))
    other = DatasetMap(store="other", tables=(table("b"),))
    check([store(away), other])
    with pytest.raises(InputError) as refused:
        check([store(away)])
    assert refused.value.code == "map-reference"


def test_tables_without_a_way_to_a_person_are_named() -> None:
    """A way leads through references in either direction; a table without information needs none."""
    held = (MappedColumn(column="id", categories=("real_name",)),)
    users = table("users", identities=(Identity(identity="user_id", column="id"),))
    maps = [
        store(
            users,
            table("orders", "users", columns=held),
            table("items", "orders", columns=held),
            table("guests", columns=held),
            table("prices"),
        )
    ]
    assert unreachable(maps) == (("shop", "guests"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "the file is empty"),
        (b"- 1", "expected `object`"),
        (b"store: a\nstore: b", 'the key "store" stands twice'),
        (b"store: a\ntabels: []", "unknown field `tabels`"),
        (b"store: a\ntables:\n  - table: b\n    rows: many", "line 4"),
        (b"store: " + b"x" * 10_000, "length <= 200"),
        (b"store: &a b\nabout: *a", "an alias stands here"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\nstore: [*b, *b]", "an alias stands here"),
        (b"[" * 100_000, "more than 100 levels"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"store: a\x00b", "this is not YAML"),
        (b"x" * (9 * 1024 * 1024), "larger than 8 MiB"),
        (b"store: !!python/object:os.system a", "could not determine a constructor"),
    ],
)
def test_what_is_no_map_is_refused_in_one_line(text: bytes, said: str) -> None:
    """Broken, endless, deep and foreign files get an error with the file's name, not a traceback."""
    with pytest.raises(InputError) as refused:
        mapfile.read(text, where="map.yaml")
    assert refused.value.code == "map-unreadable"
    assert said in str(refused.value)
    assert str(refused.value).startswith("map.yaml")
    assert "\n" not in str(refused.value)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_a_map_or_an_error(text: bytes) -> None:
    """P10: nothing else comes out."""
    try:
        found = mapfile.read(text, where="map")
    except InputError as error:
        assert error.code == "map-unreadable"
    else:
        assert msgspec.json.encode(found)
