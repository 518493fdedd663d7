"""A pack as a ZIP that is made as it is written, so that a ledger of any length costs no memory."""

import hashlib
import json
import stat
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from importlib.resources import files
from typing import BinaryIO

import msgspec
from stream_zip import ZIP_64, stream_zip

from shouxin.duties import fonts
from shouxin.duties.inspection import document
from shouxin.duties.inspection.contents import words
from shouxin.duties.inspection.model import FORMAT, EntryLine, Pack, schema

_FILE = stat.S_IFREG | 0o600
_PIECE = 1 << 16
_json = msgspec.json.Encoder(order="deterministic")
Member = tuple[str, Iterable[bytes]]


def write(
    file: BinaryIO,
    pack: Pack,
    pictures: Mapping[str, str],
    proofs: Iterable[tuple[int, Mapping[str, object]]],
    entries: Iterable[EntryLine] | None,
    language: str,
) -> tuple[bytes, int]:
    """Write a pack; return the SHA-256 of its manifest and how many bytes were written.

    The same pack, proofs and entries give the same bytes: nothing in it tells when it was made.
    """
    digests: dict[str, str] = {}
    manifest = b""

    def last() -> Iterator[bytes]:
        nonlocal manifest
        manifest = _shown({"format": FORMAT, "files": digests})
        yield manifest

    def members() -> Iterator[Member]:
        for name, content in _members(pack, pictures, proofs, entries, language):
            yield name, _counted(name, content, digests)
        yield "manifest.json", last()

    size, at = 0, _midnight(pack.asked.until)
    for piece in stream_zip((name, at, _FILE, ZIP_64, content) for name, content in members()):
        file.write(piece)
        size += len(piece)
    return hashlib.sha256(manifest).digest(), size


def _members(
    pack: Pack,
    pictures: Mapping[str, str],
    proofs: Iterable[tuple[int, Mapping[str, object]]],
    entries: Iterable[EntryLine] | None,
    language: str,
) -> Iterator[Member]:
    said, programs = words()[language], files("shouxin.duties.inspection")
    yield "index.html", [document.page(pack, pictures, language)]
    if fonts.font():
        yield "report.pdf", [document.pdf(pack, pictures, language)]
    readme = [
        said[pack.asked.kind],
        pack.asked.name,
        "",
        said["verify_text"],
        said["pseudonyms"],
        said["beijing"],
    ]
    yield "README.txt", ["\n".join([*readme, *([] if fonts.font() else [said["no_pdf"]]), ""]).encode()]
    yield "pack.json", [_shown(pack)]
    yield "pack.schema.json", [json.dumps(schema(), indent=1, ensure_ascii=False, sort_keys=True).encode()]
    for name, drawing in pictures.items():
        yield f"pictures/{name}.svg", [drawing.encode()]
    if entries is not None:
        yield "ledger.jsonl", _lines(entries)
    for number, proof in proofs:
        yield f"proofs/{number}.json", [_shown(proof)]
    yield "checkpoint", [pack.checkpoint.encode()]
    yield "check.py", [programs.joinpath("check.py").read_bytes()]
    yield "verify.py", [files("shouxin.store.ledger").joinpath("standalone.py").read_bytes()]


def _counted(name: str, content: Iterable[bytes], digests: dict[str, str]) -> Iterator[bytes]:
    found = hashlib.sha256()
    for piece in content:
        found.update(piece)
        yield piece
    digests[name] = found.hexdigest()


def _lines(entries: Iterable[EntryLine]) -> Iterator[bytes]:
    """Yield entries as JSON lines, in pieces of an even size."""
    held = bytearray()
    for one in entries:
        held += _json.encode(one) + b"\n"
        if len(held) >= _PIECE:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def _shown(value: object) -> bytes:
    return msgspec.json.format(_json.encode(value), indent=1)


def _midnight(day: date) -> datetime:
    return datetime(max(day.year, 1980), day.month, day.day)  # a ZIP knows no zones
