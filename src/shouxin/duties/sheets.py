"""Tables as files that spreadsheets open: CSV and workbooks, in which no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import IO, Any, Literal, NamedTuple

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # Excel reads the wide ones too
"""What a spreadsheet takes for the beginning of a formula; Chinese and Japanese ones read the wide signs."""

CELL = 32_767
"""The most characters that a cell of a workbook holds."""

ROWS = 1_048_575
"""The most rows that a sheet of a workbook holds below its columns."""

BOM = b"\xef\xbb\xbf"
"""What tells a spreadsheet that a CSV is UTF-8."""

Format = Literal["csv", "xlsx"]
MEDIA_TYPES: Mapping[Format, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_PIECE = 1 << 16


class Sheet(NamedTuple):
    """One table: what it is called, what its columns are called, and its rows."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Any]]


def guarded(value: Any) -> Any:
    """Return a cell of CSV that no spreadsheet takes for a formula: such a text begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and _formula(value) else value


def unguarded(text: str) -> str:
    """Return the text that ``guarded`` made this of."""
    return text[1:] if text.startswith("'") and _formula(text) else text


def csv_pieces(head: Sequence[str], rows: Iterable[Sequence[Any]], remark: str = "") -> Iterator[bytes]:
    """Yield a table as CSV in pieces of some size, in UTF-8 with its mark; every text is guarded.

    A ``remark`` stands above the columns, behind ``#``.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if remark:
        writer.writerow([f"# {remark}"])
    writer.writerow([guarded(cell) for cell in head])
    yield BOM
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
        if buffer.tell() > _PIECE:
            yield _emptied(buffer)
    yield _emptied(buffer)


def to_csv(sheet: Sheet) -> bytes:
    """Return a table as CSV; see ``csv_pieces``."""
    return b"".join(csv_pieces(sheet.head, sheet.rows))


def to_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook: whole numbers are numbers, everything else is text, and nothing is a formula."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        for sheet in sheets:
            _write(book, sheet)
    return content.getvalue()


def put(file: IO[bytes], sheet: Sheet, form: Format, remark: tuple[str, str] = ("", "")) -> None:
    """Write a table of any length into a file, in one of the forms and in constant memory.

    ``remark`` is a word and a text that say how the table was made: above the columns of CSV, on a sheet of
    its own in a workbook. What a sheet of a workbook cannot hold goes on with the next.
    """
    if form == "csv":
        for piece in csv_pieces(sheet.head, sheet.rows, ": ".join(remark) if remark[1] else ""):
            file.write(piece)
        return
    import xlsxwriter

    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        rows, part = iter(sheet.rows), 1
        _write(book, Sheet(sheet.name, sheet.head, islice(rows, ROWS)))
        while (first := next(rows, None)) is not None:
            part += 1
            more = chain((first,), islice(rows, ROWS - 1))
            _write(book, Sheet(f"{sheet.name[:25]} {part}", sheet.head, more))
        if remark[1]:
            _write(book, Sheet(remark[0], remark, ()))


def _write(book: Any, sheet: Sheet) -> None:
    bold, wrapped = (
        book.add_format({"bold": yes, "text_wrap": True, "valign": "top"}) for yes in (True, False)
    )
    page = book.add_worksheet(sheet.name[:31])
    for column, text in enumerate(sheet.head):
        page.write_string(0, column, text, bold)
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, int) and not isinstance(cell, bool):
                page.write_number(number, column, cell, wrapped)
            else:
                page.write_string(number, column, str(cell)[:CELL], wrapped)
    page.freeze_panes(1, min(2, len(sheet.head)))
    page.set_column(0, max(len(sheet.head) - 1, 0), 24)


def _formula(text: str) -> bool:
    return text.lstrip("'").startswith(FORMULA)


def _emptied(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")
