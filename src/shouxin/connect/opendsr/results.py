"""What a party holds of a person, as its results say: JSON, lines of JSON, CSV, or a ZIP of these.

All of it is read before any of it counts. Names of tables come from the party: they hold letters, digits and
a few signs only, so that they can name a file.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import msgspec

from shouxin.connect import tabled
from shouxin.errors import StoreError

Tables = dict[str, list[dict[str, Any]]]
"""The rows of each table."""

FORMAT = "shouxin-copy/1"
"""How a copy made by Shouxin names its form."""
MOST_ROWS = 100_000
"""Rows that are taken of one party."""
_UNPACKED = 8
"""How many times larger what a ZIP holds may be than what is fetched at most."""
_READ = frozenset({".csv", ".json", ".jsonl", ".ndjson", ".tsv", ".txt"})
_NAME = re.compile(r"[^\w .-]+")
_LONGEST = 80


def tables_of(body: bytes, store: str, largest: int) -> Tables:
    """Return the tables of a result of at most ``largest`` bytes; raise ``StoreError`` (opendsr-results)."""
    found: Tables = {}
    for name, plain in _files(body, store, largest * _UNPACKED):
        for table, rows in _tables(plain, _called(PurePosixPath(name).stem), store):
            found.setdefault(table, []).extend(rows)
    if sum(map(len, found.values())) > MOST_ROWS:
        raise wrong(store, f"hold more than {MOST_ROWS:,} rows")
    return found


def wrong(store: str, what: str) -> StoreError:
    """Return the error for results that do not count; they are asked for again later."""
    return StoreError(
        "opendsr-results",
        f"the results of the party {what}",
        where=store,
        remedy="ask the party for JSON, lines of JSON, CSV, or a ZIP of these, at its own address",
    )


def _files(body: bytes, store: str, room: int) -> Iterator[tuple[str, bytes]]:
    if not body.startswith(b"PK\x03\x04"):
        yield "results", body
        return
    held: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for one in packed.infolist():
                if not one.is_dir():
                    with packed.open(one) as file:
                        held[one.filename] = file.read(room + 1)
                    room -= len(held[one.filename])
                if room < 0:
                    raise wrong(store, "unpack to far more than they are")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError):
        raise wrong(store, "are a ZIP that cannot be read") from None
    if _ours(held.get("data.json", b"")):
        yield "data.json", held["data.json"]
        return
    if any(PurePosixPath(name).suffix.lower() not in _READ for name in held):
        raise wrong(store, "hold a file of a kind that is not read")
    yield from held.items()


def _tables(body: bytes, name: str, store: str) -> Iterator[tuple[str, Sequence[dict[str, Any]]]]:
    """Yield the tables of one file; a list of objects, or a single one, is a table of the file's name."""
    try:
        text = body.decode("utf-8-sig").strip()
        plain = msgspec.json.decode(text) if text[:1] in ("[", "{") else None
    except UnicodeDecodeError:
        raise wrong(store, "are not UTF-8") from None
    except (msgspec.DecodeError, RecursionError):
        yield name, _lines(text, store)
        return
    if plain is None:
        try:
            yield name, tabled.from_csv(text)
        except tabled.NoRowsError:
            raise wrong(store, "are neither JSON nor CSV") from None
    elif isinstance(plain, dict) and plain.get("format") == FORMAT:
        yield from _copied(plain, store)
    elif isinstance(plain, dict) and plain and all(map(_is_rows, plain.values())):
        yield from ((_called(table), rows) for table, rows in plain.items())
    else:
        rows = [plain] if isinstance(plain, dict) else plain
        if not _is_rows(rows):
            raise wrong(store, "are JSON and no list of objects")
        yield name, rows


def _copied(plain: Mapping[str, Any], store: str) -> Iterator[tuple[str, Sequence[dict[str, Any]]]]:
    """Yield the tables of a copy that another Shouxin made."""
    tables = plain.get("tables")
    for one in tables if isinstance(tables, list) else (None,):
        if not isinstance(one, dict) or not _is_rows(one.get("rows")):
            raise wrong(store, "are no copy, though they say so")
        yield _called(f"{one.get('store', '')}.{one.get('table', '')}"), one["rows"]


def _lines(text: str, store: str) -> list[dict[str, Any]]:
    try:
        return [msgspec.json.decode(line, type=dict[str, Any]) for line in text.splitlines() if line.strip()]
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        raise wrong(store, "are neither JSON nor lines of it") from None


def _ours(body: bytes) -> bool:
    return FORMAT.encode() in body[:200]


def _is_rows(plain: object) -> bool:
    return isinstance(plain, list) and all(isinstance(one, dict) for one in plain)


def _called(name: str) -> str:
    """Return a name that can name a file anywhere."""
    return _NAME.sub("_", name).strip(" .")[:_LONGEST] or "results"
