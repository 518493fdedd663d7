"""The picture of what identities reach: every box says what it is in words, and nothing breaks out of it."""

from xml.etree import ElementTree

import msgspec
import pytest

from shouxin.app.catalogue import LANGUAGES, catalogue
from shouxin.connect.survey import Part
from shouxin.duties.reaching import Called, reaching, svg
from tests.connect.test_reach import maps

SVG = "{http://www.w3.org/2000/svg}"


def called(code: str) -> Called:
    """Return what calls closed words in a language."""
    return lambda word, group: catalogue(code).label(group, word)


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_table_stands_in_a_box_with_what_it_is(code: str) -> None:
    """In each language, with an arrow for each reference within the store and what a plan counts."""
    parts = {("shop", "orders"): [Part(table="orders", rows=7, part="kept", act="keep")]}
    shop, bank = reaching(maps(), parts)
    drawn = ElementTree.fromstring(svg(shop, called(code)))
    texts = ["".join(text.itertext()) for text in drawn.iter(f"{SVG}text")]
    lost = called(code)("lost", "reach").replace(" ", "")
    assert [text.replace(" ", "") for text in texts if text.startswith("guests")] == [f"guests{lost}"]
    assert len(texts) == len(shop.tables)
    assert any(text.startswith("orders") and "7" in text for text in texts)
    arrows = [path for path in drawn.iter(f"{SVG}path") if path.get("marker-end")]
    assert [bool(path.get("stroke-dasharray")) for path in arrows] == [True, False]
    assert "shop.customers" in svg(bank, called(code))


def test_boxes_do_not_overlap_and_lie_within_the_picture() -> None:
    """However long the names are, and whatever marks are in them."""
    found = maps()[0]
    long = msgspec.structs.replace(found.tables[3], table="<guests> & " + "x" * 180)
    shop = reaching([msgspec.structs.replace(found, tables=(*found.tables, long))])[0]
    drawn = ElementTree.fromstring(svg(shop, called("en")))
    wide, high = float(drawn.get("width", 0)), float(drawn.get("height", 0))
    boxes = [
        tuple(float(box.get(name, 0)) for name in ("x", "y", "width", "height"))
        for box in drawn.iter(f"{SVG}rect")
        if box.get("rx")
    ]
    assert all(x + w <= wide and y + h <= high for x, y, w, h in boxes)
    assert not any(
        one != other and one[0] == other[0] and one[1] < other[1] + other[3] and other[1] < one[1] + one[3]
        for one in boxes
        for other in boxes
    )


def test_a_store_without_tables_is_an_empty_picture() -> None:
    """It is drawn nevertheless."""
    found = msgspec.structs.replace(maps()[0], tables=(), remainders=())
    assert ElementTree.fromstring(svg(reaching([found])[0], called("zh"))).tag == f"{SVG}svg"
