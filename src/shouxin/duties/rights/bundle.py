"""The copy that a person gets: a page and a PDF to read, JSON and CSV to use, and what each field means.

It is a ZIP that is made as it is written, so that its size costs no memory; with a passphrase every file in
it is encrypted with AES-256 (WinZip AE-2), which 7-Zip, WinRAR and Keka open.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple

import msgspec
from jinja2 import Environment, Template
from stream_zip import ZIP_64, stream_zip

from shouxin.connect.categories import categories, home
from shouxin.connect.model import DatasetMap, MappedTable
from shouxin.connect.survey import Row
from shouxin.duties import fonts
from shouxin.duties.rights import document
from shouxin.duties.rights.words import COPY
from shouxin.duties.sheets import csv_pieces

FORMAT = "shouxin-copy/1"
_IN_MEMORY = 1 << 20
_PIECE = 1 << 16
_PRIVATE = stat.S_IFREG | 0o600
_json = msgspec.json.Encoder(enc_hook=str)


class Part(NamedTuple):
    """The rows of one table: one JSON object a line, in memory or on a disk that has no name for them."""

    store: str
    table: str
    lines: IO[bytes]
    rows: int
    columns: tuple[str, ...]


def collected(store: str, rows: Iterable[Row]) -> list[Part]:
    """Read the rows of a store once and put them by for every form of the copy, table by table."""
    spools: dict[str, IO[bytes]] = {}
    counts: dict[str, int] = {}
    columns: dict[str, dict[str, None]] = {}
    for row in rows:
        if row.table not in spools:
            spools[row.table] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed by the ZIP's end
        spools[row.table].write(_json.encode(row.values) + b"\n")
        counts[row.table] = counts.get(row.table, 0) + 1
        columns.setdefault(row.table, {}).update(dict.fromkeys(row.values))
    return [
        Part(store, table, spool, counts[table], tuple(columns[table])) for table, spool in spools.items()
    ]


def packed(
    parts: Sequence[Part], maps: Sequence[DatasetMap], about: Mapping[str, Any], password: str | None
) -> Iterator[bytes]:
    """Yield the bytes of the ZIP; ``about`` holds language, service, right, day, and who is missing."""
    tables = {(found.store, table.table): table for found in maps for table in found.tables}
    at = datetime.fromisoformat(f"{about['day']}T00:00:00")
    words = COPY[about["language"]]
    members: list[tuple[str, Iterable[bytes]]] = [
        ("index.html", _page(parts, tables, about)),
        *([("copy.pdf", document.pdf(_shown(parts, tables, about), words, about))] if fonts.font() else []),
        ("data.json", _data(parts, about)),
        ("schema.json", [_schema(parts, tables)]),
        *((f"{part.store}.{part.table}.csv".replace("/", "_"), _csv(part)) for part in parts),
    ]
    try:
        yield from stream_zip(
            ((name, at, _PRIVATE, ZIP_64, _even(chunks)) for name, chunks in members),
            password=password,
            get_crypto_random=os.urandom,
        )
    finally:
        for part in parts:
            part.lines.close()


def _even(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield bytes in pieces of some size: stream-zip holds on to a place for each that it is given."""
    held, size = [], 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= _PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _rows(part: Part) -> Iterator[dict[str, Any]]:
    part.lines.seek(0)
    return map(msgspec.json.decode, part.lines)


def _data(parts: Sequence[Part], about: Mapping[str, Any]) -> Iterator[bytes]:
    head = {"format": FORMAT, "service": about["service"], "right": about["right"], "day": about["day"]}
    head |= {"missing": [one.party for one in about["missing"]]} if about.get("missing") else {}
    yield _json.encode(head)[:-1] + b',"tables":['
    for number, part in enumerate(parts):
        name = _json.encode({"store": part.store, "table": part.table})[:-1]
        yield (b",\n" if number else b"\n") + name + b',"rows":['
        part.lines.seek(0)
        for line, row in enumerate(part.lines):
            yield (b",\n" if line else b"\n") + row.rstrip(b"\n")
        yield b"]}"
    yield b"]}\n"


def _csv(part: Part) -> Iterator[bytes]:
    rows = ([_cell(row.get(column)) for column in part.columns] for row in _rows(part))
    yield from csv_pieces(part.columns, rows)


def _cell(value: Any) -> Any:
    return _json.encode(value).decode() if isinstance(value, dict | list) else value


def _schema(parts: Sequence[Part], tables: Mapping[tuple[str, str], MappedTable]) -> bytes:
    shown = {
        "format": FORMAT,
        "about": {language: words["schema"] for language, words in COPY.items()},
        "tables": [_described(part, tables.get((part.store, part.table))) for part in parts],
    }
    return msgspec.json.format(_json.encode(shown), indent=2) + b"\n"


def _described(part: Part, table: MappedTable | None) -> dict[str, Any]:
    known = {column.column: column for column in table.columns} if table else {}
    return {
        "store": part.store,
        "table": part.table,
        "comment": table.comment if table else "",
        "file": f"{part.store}.{part.table}.csv".replace("/", "_"),
        "rows": part.rows,
        "columns": [
            {
                "column": name,
                "type": known[name].type if name in known else "",
                "comment": known[name].comment if name in known else "",
                "categories": [_category(key) for key in (known[name].categories if name in known else ())],
            }
            for name in part.columns
        ],
    }


def _category(key: str) -> dict[str, Any]:
    label = categories()[home(key)].label
    return {"category": key, "label": {code: label.text(code) for code in COPY}}


def _page(
    parts: Sequence[Part], tables: Mapping[tuple[str, str], MappedTable], about: Mapping[str, Any]
) -> Iterator[bytes]:
    shown = _shown(parts, tables, about)
    language = about["language"]
    words = COPY[language]
    written = _template().generate(
        words=words, language=language, about=about, tables=shown, missing=document.missing(words, about)
    )
    return (piece.encode("utf-8", "replace") for piece in written)


def _shown(
    parts: Sequence[Part], tables: Mapping[tuple[str, str], MappedTable], about: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield each table as it is read: what it is called, its rows, what its columns hold."""
    for part in parts:
        table = tables.get((part.store, part.table))
        yield {
            "title": (table.comment if table else "") or part.table,
            "name": f"{part.store}.{part.table}",
            "rows": _rows(part),
            "count": part.rows,
            "columns": part.columns,
            "labels": {
                column.column: [_category(key)["label"][about["language"]] for key in column.categories]
                for column in (table.columns if table else ())
            },
        }


@cache
def _template() -> Template:
    text = files("shouxin.duties.rights").joinpath("templates", "copy.html").read_text("utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)
