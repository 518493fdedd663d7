"""No cell of any table that leaves the house is taken for a formula."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from shouxin.duties import sheets
from shouxin.duties.sheets import FORMULA, Sheet, guarded, unguarded


@given(st.text(alphabet=st.one_of(st.sampled_from(["'", *FORMULA]), st.characters(codec="utf-8"))))
def test_a_guarded_text_begins_no_formula_and_is_told_back(text: str) -> None:
    """Whatever it begins with, apostrophes included."""
    assert not str(guarded(text)).startswith(FORMULA)
    assert unguarded(guarded(text)) == text


def test_both_forms_say_the_same() -> None:
    """A formula is text in both, a figure stays a figure, and a title may have any length."""
    rows = [("=1+1", 3), ("＋86 138", -4), ("plain", 0)]
    sheet = Sheet("n" * 40, ("=head", "n"), rows)
    text = sheets.written([sheet], "csv").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["'=head", "n"],
        ["'=1+1", "3"],
        ["'＋86 138", "-4"],
        ["plain", "0"],
    ]
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheets.written([sheet], "xlsx")))
    assert book.get_sheet_by_index(0).to_python() == [["=head", "n"], *map(list, rows)]
