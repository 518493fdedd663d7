"""A file of any kind: what it is, by its name and its first bytes, and what reads it."""

from pathlib import Path, PurePosixPath
from typing import BinaryIO

from shouxin.detect.sources import archives, documents, markup, separated, tables, text, tree
from shouxin.detect.sources.archives import Budget, TooMuchError
from shouxin.detect.sources.piece import Limits, Pieces, Unscanned

_NAMES = {
    "json": "json", "geojson": "json", "ipynb": "json", "jsonl": "jsonl", "ndjson": "jsonl",
    "csv": "csv", "tsv": "tsv", "parquet": "parquet",
    "xlsx": "sheets", "xlsm": "sheets", "xlsb": "sheets", "xls": "sheets", "ods": "sheets",
    "xml": "xml", "svg": "xml", "xhtml": "xml", "html": "html", "htm": "html",
    "pdf": "pdf", "docx": "docx", "docm": "docx",
}  # fmt: skip
_MARKS = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"%PDF-", "pdf"), (b"PAR1", "parquet"),
    (b"\x1f\x8b", "packed"), (b"BZh", "packed"), (b"\xfd7zXZ\0", "packed"), (b"\xd0\xcf\x11\xe0", "sheets"),
)  # fmt: skip
_UNREADABLE = {
    b"7z\xbc\xaf\x27\x1c": "a 7z archive", b"Rar!": "a RAR archive", b"\x28\xb5\x2f\xfd": "a zstd file",
    b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture",
    b"SQLite format 3\0": "a database", b"\x7fELF": "a program", b"Obj\x01": "an Avro file",
}  # fmt: skip


def kind(name: str, head: bytes) -> str:
    """Return what reads a file: by its first bytes where they tell, else by its name, else text."""
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    for mark, what in _MARKS:
        if head.startswith(mark):
            return _NAMES[ending] if what == "zip" and _NAMES.get(ending) in ("sheets", "docx") else what
    if head[257:262] == b"ustar":
        return "tar"
    if any(head.startswith(mark) for mark in _UNREADABLE):
        return "other"
    if ending in _NAMES and _NAMES[ending] not in ("pdf", "docx", "sheets", "parquet"):
        return _NAMES[ending]
    if b"\0" in head[:8192] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "other"
    start = head.lstrip()[:64].lower()
    return "html" if start.startswith((b"<!doctype html", b"<html")) else "text"


def pieces(path: Path, limits: Limits | None = None) -> Pieces:
    """Hand out what a file holds; what cannot be read is handed out as ``Unscanned``, never left out."""
    try:
        with path.open("rb") as file:
            yield from opened(path.name, file, Budget(limits or Limits()))
    except OSError as problem:
        yield Unscanned("unreadable", f"the file cannot be read ({problem.strerror or 'input/output error'})")


def opened(name: str, file: BinaryIO, budget: Budget) -> Pieces:
    """Hand out what an open file holds, by its name and its first bytes."""
    head = file.read(8192)
    file.seek(0)
    what = kind(name, head)
    if what in ("zip", "tar", "packed"):
        yield from _archive(what, name, file, budget)
    elif what == "other":
        known = next((words for mark, words in _UNREADABLE.items() if head.startswith(mark)), "not text")
        yield Unscanned("unknown-kind", f"{known}, which is not looked into")
    else:
        yield from _plain(what, file, budget.limits)


def _plain(what: str, file: BinaryIO, limits: Limits) -> Pieces:
    match what:
        case "json":
            return tree.document(file, limits)
        case "jsonl":
            return tree.lines(file, limits)
        case "csv":
            return separated.separated(file)
        case "tsv":
            return separated.separated(file, "\t")
        case "parquet":
            return tables.parquet(file)
        case "sheets":
            return documents.sheets(file, limits)
        case "xml":
            return markup.xml(file, limits)
        case "html":
            return markup.html(file, limits)
        case "pdf":
            return documents.pdf(file, limits)
        case "docx":
            return documents.docx(file, limits)
        case _:
            return text.windows(file)


def _archive(what: str, name: str, file: BinaryIO, budget: Budget) -> Pieces:
    if budget.depth >= budget.limits.depth:
        yield Unscanned("too-deep", f"more than {budget.limits.depth} archives within each other")
        return
    inner = budget.inner()
    try:
        if what == "zip":
            yield from archives.zipped(file, inner, opened)
        elif what == "tar" or name.lower().endswith(
            (".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
        ):
            yield from archives.tarred(file, inner, opened)
        else:
            bare = name.rsplit(".", 1)[0] if name.lower().endswith((".gz", ".bz2", ".xz")) else name
            yield from archives.packed(file, bare, inner, opened)
    except TooMuchError as problem:
        yield Unscanned("too-large", f"the archive was given up: {problem}")
    except archives.BROKEN:
        yield Unscanned("unreadable", "the archive is broken; what follows in it was not looked at")
