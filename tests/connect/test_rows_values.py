"""Values and paths of rows: compared as text, read as days, written at one place."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from shouxin.connect.marks import is_erased
from shouxin.connect.model import MappedColumn, MappedTable, Only
from shouxin.connect.rows import paths
from shouxin.connect.rows.own import Own
from shouxin.connect.rows.replacing import replacing
from shouxin.connect.rows.source import Column, Layout
from shouxin.connect.rows.values import combinations, day, says, text
from shouxin.errors import InputError

ROW: dict[str, Any] = {
    "id": 7,
    "a.b": "flat",
    "home": {"city": "长沙", "codes": [1, 2]},
    "devices": [{"mac": "x", "seen": None}, {"mac": None}, {"name": "y"}],
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("id", [("id", 7)]),
        ("a.b", [("a.b", "flat")]),
        ("home.city", [("home.city", "长沙")]),
        ("home.codes[]", [("home.codes[0]", 1), ("home.codes[1]", 2)]),
        ("home.codes[1]", [("home.codes[1]", 2)]),
        ("home.codes[9]", []),
        ("devices[].mac", [("devices[0].mac", "x"), ("devices[1].mac", None)]),
        ("home.city.name", []),
        ("nothing.at.all", []),
    ],
)
def test_a_path_leads_to_places(path: str, found: list[tuple[str, Any]]) -> None:
    """Each place has a path of its own, and what is missing is no place."""
    assert paths.places(ROW, path) == found


def test_what_is_written_is_written_there_alone() -> None:
    """The row that was read stays as it was."""
    new = paths.written(ROW, {"devices[0].mac": None, "home.city": "", "a.b": "new", "more": 1, "no.way": 2})
    assert new["devices"] == [{"mac": None, "seen": None}, {"mac": None}, {"name": "y"}]
    assert (new["home"]["city"], new["a.b"], new["more"]) == ("", "new", 1)
    assert ROW["home"]["city"] == "长沙" and ROW["devices"][0]["mac"] == "x"
    assert paths.without(ROW, ["home.city", "id"]) == {
        **{name: ROW[name] for name in ("a.b", "devices")},
        "home": {"city": None, "codes": [1, 2]},
    }


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None), (1, "1"), (1.0, "1"), (1.5, "1.5"), (True, "true"), ("x", "x"),
        (Decimal("1.10"), "1.10"), (Decimal("1E+2"), "100"),
        (float("inf"), "inf"), (float("nan"), "nan"), (b"\x01", "01"),
        (date(2026, 1, 2), "2026-01-02"), (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ([1, "茶"], '[1, "茶"]'),
    ],
)  # fmt: skip
def test_values_are_compared_as_text(value: Any, written: str | None) -> None:
    """The same number is the same text in every store."""
    assert text(value) == written


@pytest.mark.parametrize(
    "value",
    [
        "2024-05-01", "2024/5/1", "2024年5月1日", "2024-05-01T08:00:00", "2024-05-01 08:00:00+08:00",
        "20240501", 20240501,
        1714521600, 1714521600000, Decimal(1714521600), date(2024, 5, 1), datetime(2024, 5, 1, 8),
        "2024-04-30T16:00:00Z", datetime(2024, 4, 30, 16, tzinfo=UTC),
    ],
)  # fmt: skip
def test_days_are_days_in_beijing(value: Any) -> None:
    """However a store writes it."""
    assert day({"on": value}, "on", "t") == date(2024, 5, 1)


def test_what_is_no_day_is_named() -> None:
    """And nothing is not a mistake."""
    assert day({"on": None}, "on", "t") is day({"on": ""}, "on", "t") is day({}, "on", "t") is None
    wrong: tuple[Any, ...] = ("yesterday", "2024-13-01", True, [], 10**30)
    for value in wrong:
        with pytest.raises(InputError) as refused:
            day({"on": value}, "on", "t")
        assert (refused.value.code, refused.value.where) == ("row-day", "t.on")


def test_columns_of_a_reference_together() -> None:
    """Lists say each of their elements; where one column says nothing, all say nothing."""
    assert combinations(ROW, ("id", "home.codes[]")) == {("7", "1"), ("7", "2")}
    assert combinations(ROW, ("id", "devices[].seen")) == set()
    assert says(ROW, Only(column="id", value=7)) and says({"x": "True"}, Only(column="x", value=True))
    assert not says(ROW, Only(column="id", value="8")) and not says({}, Only(column="x", value=1))


def own(column: Column, erase: Any = "", name: str = "it") -> Own:
    """Return a table of one column."""
    mapped = MappedColumn(column=name, erase=erase)
    return Own(MappedTable(table="t", columns=(mapped,)), Layout((), {name: column}))


@pytest.mark.parametrize(
    ("column", "erase", "value"),
    [
        (Column("text", unique=True, empty=False, room=11), "", "x"),
        (Column("text", unique=True, empty=False), "", "x"),
        (Column("int", unique=True, empty=False), "", 5),
        (Column("number", unique=True, empty=False, room=4), "", Decimal("5.5")),
        (Column("any"), "token", UUID(int=9)),
        (Column("any"), "token", date(2020, 1, 1)),
        (Column("any"), "token", datetime(2020, 1, 1, tzinfo=UTC)),
        (Column("any"), "token", "x"),
        (Column("any"), "empty", {"a": 1}),
        (Column("any"), "empty", [1]),
        (Column("any"), "empty", b"x"),
        (Column("time", empty=False), "", datetime(2020, 1, 1)),
        (Column("bool", empty=False), "", True),
        (Column(), "", "x"),
        (Column("text", empty=False), "", "x"),
    ],
)
def test_what_is_replaced_is_known_again(column: Column, erase: Any, value: Any) -> None:
    """Every kind of value gets one in its place that another run leaves alone."""
    table = own(column, erase)
    way = replacing(table, table.mapped.columns[0])
    first = way.changes({"it": value})
    assert set(first) == {"it"} and first["it"] != value
    assert way.changes({"it": first["it"]}) == {}
    assert column.room is None or len(str(first["it"])) <= column.room + 3
    if way.way == "token" and not isinstance(value, date | Decimal):
        assert is_erased(first["it"]) and way.changes({"it": value}) != first


@pytest.mark.parametrize(
    ("column", "erase"),
    [(Column("text", empty=False), "null"), (Column("bytes"), "token"), (Column("text", room=5), "token")],
)
def test_what_cannot_be_replaced_is_named(column: Column, erase: Any) -> None:
    """The map has to say what becomes of it."""
    table = own(column, erase)
    with pytest.raises(InputError) as refused:
        replacing(table, table.mapped.columns[0])
    assert (refused.value.code, refused.value.where) == ("erase-column", "t.it")
