"""The documents that the package carries, read once."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from shouxin.duties.handbook.document import Document, document

TEXTS = Path(__file__).parent / "texts"
"""The folder of the documents; a link to ``docs/`` where Shouxin was not installed as a wheel."""


@cache
def documents() -> Mapping[str, Document]:
    """Return the documents by their names, in the order of their titles."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in TEXTS.glob("*.md")}
    made = [document(name, text, texts) for name, text in texts.items()]
    return {one.name: one for one in sorted(made, key=lambda one: one.title.lower())}


def told(_language: str) -> Iterator[tuple[str, str, str]]:
    """Yield the address, the title and the words of every part of every document, which are English."""
    for one in documents().values():
        for part in one.parts:
            at = f"/handbook/{one.name}#{part.anchor}" if part.anchor else f"/handbook/{one.name}"
            yield at, one.title if part is one.parts[0] else f"{one.title} · {part.title}", part.text
