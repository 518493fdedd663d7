"""The copy as a PDF: it can be read and searched, by screen readers too, whatever the information holds."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from shouxin.connect.survey import Row
from shouxin.duties import fonts
from shouxin.duties.rights import bundle, document
from shouxin.duties.rights.service import Rights
from shouxin.duties.rights.words import COPY
from tests.duties.rights.made_up import Office, mapped
from tests.duties.rights.zipped import opened

ABOUT = {"language": "zh", "service": "shop", "right": "access", "day": "2026-11-22"}


def copied(*rows: dict[str, Any], language: str = "zh") -> PdfReader:
    """Return the document of a copy with these rows of a table."""
    parts = bundle.collected("shop", (Row(table="rows", part="own", values=row) for row in rows))
    made = b"".join(bundle.packed(parts, [mapped("shop")], ABOUT | {"language": language}, None))
    return PdfReader(io.BytesIO(opened(made)["copy.pdf"].encode("utf-8", "surrogateescape")))


def text(found: PdfReader) -> str:
    """Return the text of a document without its line breaks."""
    return "".join(page.extract_text() for page in found.pages).replace("\n", "").replace("\u200b", "")


@pytest.mark.parametrize(
    ("language", "title"), [("zh", "您的个人信息副本"), ("en", "A copy of"), ("es", "Una copia")]
)
def test_it_says_what_the_page_says_and_is_tagged(language: str, title: str) -> None:
    """In the language asked for, with a structure, a language and a title for whoever hears it read."""
    found = copied({"name": "安娜", "email": "ana@shop.example"}, language=language)
    assert title in text(found)
    assert "安娜" in text(found)
    assert "ana@shop.example" in text(found)
    root: Any = found.root_object
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  # pypdf's own kind
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith(language)
    assert found.metadata
    assert found.metadata.title == COPY[language]["title"]


def test_its_fonts_are_set_into_it_as_far_as_they_are_used() -> None:
    """It looks the same on a machine without them, and is small."""
    found = copied({"name": "安娜"})
    fonts: Any = found.pages[0].get("/Resources", {}).get("/Font")
    inner = [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts.values()]
    described = [one["/FontDescriptor"].get_object() for one in inner]
    assert described
    assert all({"/FontFile2", "/FontFile3"} & set(one) for one in described)
    assert all(str(one["/FontName"])[7] == "+" for one in described)  # a subset says so


HOSTILE = [
    "#panic()",
    "$x^",
    "`",
    "*a* _b_ [c] @d <e>",
    "x" * 3000,
    "\x01\t\u202e\ufffe",
    "אבג",
    "👨‍👩‍👧",
    "𠀀",
    "",
]


def test_nothing_that_it_holds_is_taken_for_markup() -> None:
    """Nor does anything break it."""
    shown = text(copied(*({"name": one, "seen": [1, {"a": None}]} for one in HOSTILE)))
    for one in HOSTILE[:5]:
        assert one.replace(" ", "") in shown.replace(" ", "")
    assert '{"a":null}' in shown


def test_rows_beyond_the_bound_stand_in_the_other_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """The document names the file and says how many."""
    monkeypatch.setattr(document, "MOST_ROWS", 2)
    shown = text(copied(*({"name": f"n-{number}"} for number in range(5)), language="en"))
    assert "n-1" in shown
    assert "n-2" not in shown
    assert "Further rows: 3" in shown
    assert "shop.rows.csv" in shown


def test_many_columns_are_shown_one_below_another() -> None:
    """A table of them would not fit."""
    shown = text(copied({f"column{number}": f"v-{number}" for number in range(20)}))
    assert all(f"v-{number}" in shown for number in range(20))


def test_without_a_font_there_is_no_document_and_the_check_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of the copy is given all the same."""
    monkeypatch.setattr(fonts, "font", lambda: "")
    parts = bundle.collected("shop", [Row(table="rows", part="own", values={"name": "x"})])
    assert "copy.pdf" not in opened(b"".join(bundle.packed(parts, [mapped("shop")], ABOUT, None)))
    assert [one.code for one in Rights(office.desk).check()] == ["copy-font"]
