"""The text of PDF and Word files, and the cells of Excel and OpenDocument tables."""

import io
import logging
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO
from xml.parsers import expat

import pyarrow as pa

from shouxin.detect.sources.piece import Column, Limits, Pieces, Text, Unscanned

if TYPE_CHECKING:
    from pypdf import PdfReader


def pdf(file: BinaryIO, limits: Limits) -> Pieces:
    """Hand out the text of each page; a page without text but with pictures is named as unscanned."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it quotes the document in its warnings
    data = file.read(limits.document + 1)
    if len(data) > limits.document:
        yield Unscanned("too-large", f"more than {limits.document >> 20} MB of PDF")
        return
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            yield Unscanned("encrypted", "the PDF asks for a password; take it off and look again")
            return
        pages = len(reader.pages)
    except Exception:  # pypdf raises anything on a broken file
        yield Unscanned("unreadable", "the PDF is broken")
        return
    for number in range(pages):
        yield from _page(reader, number)


def _page(reader: "PdfReader", number: int) -> Pieces:
    place = f"page {number + 1}"
    try:
        page = reader.pages[number]
        text = page.extract_text()
        pictures = bool(page.images) if not text.strip() else False
    except Exception:
        yield Unscanned("unreadable", "the page is broken", place)
        return
    if text.strip():
        yield Text(text.encode("utf-8", "replace"), place)
    elif pictures:
        yield Unscanned("picture", "the page is a picture; its text must be recognised first", place)


_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def docx(file: BinaryIO, limits: Limits) -> Pieces:
    """Hand out the paragraphs of a Word file, its headers, footers, notes and comments included."""
    try:
        with zipfile.ZipFile(file) as archive:
            for item in archive.infolist():
                if not item.filename.startswith("word/") or not item.filename.endswith(".xml"):
                    continue
                if item.file_size > limits.document:
                    yield Unscanned("too-large", "this part unpacks to too much", item.filename)
                    continue
                with archive.open(item) as part:
                    data = part.read(limits.document + 1)
                for at, words in enumerate(_paragraphs(data), 1):
                    yield Text(words.encode("utf-8", "replace"), f"{item.filename} paragraph {at}")
    except (zipfile.BadZipFile, expat.ExpatError, OSError, ValueError, NotImplementedError, RuntimeError):
        yield Unscanned("unreadable", "the Word file is broken or encrypted")


def _paragraphs(data: bytes) -> list[str]:
    """Return the text of each paragraph; the pieces a word processor cuts a word into are joined."""
    found: list[str] = []
    held: list[str] = []
    inside = [False]
    parser = expat.ParserCreate(namespace_separator="}")

    def start(name: str, _: dict[str, str]) -> None:
        inside[0] = "{" + name in (f"{_WORD}t", f"{_WORD}delText", f"{_WORD}instrText")
        if "{" + name in (f"{_WORD}tab", f"{_WORD}br", f"{_WORD}cr"):
            held.append(" ")

    def end(name: str) -> None:
        inside[0] = False
        if "{" + name == f"{_WORD}p":
            if words := "".join(held).strip():
                found.append(words)
            held.clear()

    def words(data: str) -> None:
        if inside[0]:
            held.append(data)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = words
    parser.Parse(data, True)
    return found


def sheets(file: BinaryIO, limits: Limits) -> Pieces:
    """Hand out the columns of every sheet; the first row names them."""
    import python_calamine

    data = file.read(limits.document + 1)
    if len(data) > limits.document:
        yield Unscanned("too-large", f"more than {limits.document >> 20} MB of tables")
        return
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
    except Exception:
        yield Unscanned("unreadable", "the workbook is broken or encrypted")
        return
    for name in names:
        try:
            rows = book.get_sheet_by_name(name).to_python()
        except Exception:
            yield Unscanned("unreadable", "the sheet cannot be read", name)
            continue
        yield from _columns(rows, name)


def _columns(rows: Sequence[Sequence[object]], sheet: str) -> Pieces:
    if not rows:
        return
    head = [_words(cell) for cell in rows[0]]
    for at, name in enumerate(head):
        # The first row is looked at too: a sheet without a heading begins with data.
        cells = [_words(row[at]) if at < len(row) else None for row in rows]
        yield Column(name or f"column {at + 1}", pa.array(cells, pa.large_string()), first=1, table=sheet)


def _words(cell: object) -> str:
    """Write a cell as a person reads it: 13800000000.0 is a whole number."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e18:
        return str(int(cell))
    return str(cell)
