"""No cell of any table that leaves the house is taken for a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from shouxin.duties import sheets
from shouxin.duties.sheets import FORMULA, Format, Sheet, guarded, unguarded


@given(st.text(alphabet=st.one_of(st.sampled_from(["'", *FORMULA]), st.characters(codec="utf-8"))))
def test_a_guarded_text_begins_no_formula_and_is_told_back(text: str) -> None:
    """Whatever it begins with, apostrophes included."""
    assert not str(guarded(text)).startswith(FORMULA)
    assert unguarded(guarded(text)) == text


def _put(sheet: Sheet, form: Format, remark: tuple[str, str] = ("", "")) -> bytes:
    file = io.BytesIO()
    sheets.put(file, sheet, form, remark)
    return file.getvalue()


def test_both_forms_say_the_same() -> None:
    """A formula is text in both, a figure stays a figure, and a title may have any length."""
    rows = [("=1+1", 3), ("＋86 138", -4), ("plain", 0)]
    sheet = Sheet("n" * 40, ("=head", "n"), rows)
    text = _put(sheet, "csv").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["'=head", "n"],
        ["'=1+1", "3"],
        ["'＋86 138", "-4"],
        ["plain", "0"],
    ]
    book = CalamineWorkbook.from_filelike(io.BytesIO(_put(sheet, "xlsx")))
    assert book.get_sheet_by_index(0).to_python() == [["=head", "n"], *map(list, rows)]


def test_a_table_says_how_it_was_made_and_goes_on_with_the_next_sheet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The remark stands above the columns of CSV and on the last sheet of a workbook; no row is lost."""
    monkeypatch.setattr(sheets, "ROWS", 3)
    rows = [(number,) for number in range(7)]
    text = _put(Sheet("list", ("n",), rows), "csv", ("Filter", "=state")).decode("utf-8-sig")
    assert text.splitlines()[:3] == ["# Filter: =state", "n", "0"]
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(_put(Sheet("list", ("n",), iter(rows)), "xlsx", ("Filter", "=state")))
    )
    assert book.sheet_names == ["list", "list 2", "list 3", "Filter"]
    parts = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert [row for part in parts[:3] for row in part[1:]] == [[number] for number in range(7)]
    assert parts[3] == [["Filter", "=state"]]
