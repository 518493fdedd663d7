"""What a reference says of whose a row is, where the map leaves it to the tables."""

import pytest

from shouxin.connect.roles import edges, order
from tests.connect.household import MAP, mapped


def meaning(table: str, column: str, text: str = MAP) -> tuple[str, bool, bool]:
    """Return what a reference means, whether it is a branch, and whether it names another person."""
    return next(
        (edge.means, edge.branch, edge.other)
        for edge in edges(mapped(text))
        if (edge.table, edge.reference.columns) == (table, (column,))
    )


@pytest.mark.parametrize(
    ("table", "column", "means"),
    [
        ("person", "inviter", ("link", False, False)),
        ("person", "home", ("uses", False, False)),
        ("place", "entered_by", ("owner", False, False)),
        ("purchase", "buyer", ("owner", False, False)),
        ("purchase", "place", ("uses", False, False)),
        ("item", "purchase", ("owner", False, False)),
        ("letter", "sender", ("owner", False, False)),
        ("letter", "receiver", ("owner", False, True)),
        ("letter", "answers", ("link", True, False)),
    ],
)
def test_meanings_follow_from_the_tables(table: str, column: str, means: tuple[str, bool, bool]) -> None:
    """Rows are their person's, use what they point at, or only point."""
    assert meaning(table, column) == means


def test_the_map_may_say_it_outright() -> None:
    """What it says comes before what the tables tell."""
    text = MAP.replace(
        "{columns: [place], to: place, at: [id]}", "{columns: [place], to: place, at: [id], means: link}"
    )
    assert meaning("purchase", "place", text)[0] == "link"


def test_tables_come_after_those_they_refer_to() -> None:
    """But for references that are cut and those of a table to itself."""
    listed = order(mapped())
    assert listed.index("person") < listed.index("place") < listed.index("purchase") < listed.index("item")
