"""The compiled reader of names and addresses: it gets its tables and weights from here.

Reading the tables takes a second, so the trie made of them is kept in the user's cache. Its name holds
a digest of the tables and of all that reads them, and its content one of itself: a stale, damaged
or half-written file is made anew, and where none can be written everything works without.
"""

import contextlib
import hashlib
import os
from collections import Counter
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Final

import msgspec

from shouxin.detect import identifiers

FOLDER: Final = Path(__file__).parent
CODE: Final = (
    "compiled.py",
    "names/lexicon.py",
    "names/weights.py",
    "names/candidates.py",
    "names/lattice.py",
    "addresses/parts.py",
)
DIGEST: Final = 32  # bytes of SHA-256 before the content

WEIGHTS: Final = [
    "DOUBLE_SURNAME",
    "FOLLOWING",
    "IS_WORD",
    "CONTEXT",
    "LABEL",
    "LABEL_BLANK",
    "EDGE",
    "BOTH",
    "PAIR",
    "JAPANESE",
    "NICKNAME",
    "DOUBLED",
    "TITLE",
    "LISTED",
    "HONORIFIC",
    "SOMEBODY",
    "PARTS",
    "PART",
    "AGAIN",
    "AGAIN_LONGEST",
    "COST",
    "CERTAIN",
]
ENDINGS: Final = ("road", "local", "home", "point", "units", "organisation")
CLASSES: Final = (
    *("SURNAME", "FIRST", "SECOND", "ONLY", "WORD"),
    *("TRANSLITERATION", "KNOWN", "FURTHER", "DOT", "JAPANESE_GIVEN", "JAPANESE_LENGTH"),
)


class Tables(msgspec.Struct, frozen=True):
    """The characters that occur, what is known of some of them, and the trie of strings."""

    alphabet: str
    characters: list[tuple[str, int, int, int, int, int]]
    nodes: bytes


def numbers() -> dict[str, list[int]]:
    """Return every weight by its name."""
    from shouxin.detect.names import weights

    return (
        {name.lower(): [getattr(weights, name)] for name in WEIGHTS}
        | {name.lower(): list(getattr(weights, name)) for name in CLASSES}
        | {"two": [weights.LENGTH[2]], "three": [weights.LENGTH[3]]}
    )


def _characters() -> list[tuple[str, int, int, int, int, int]]:
    """Return what is known of each character: bits of ``Letter``, family name, penalty, given name."""
    from shouxin.detect.addresses import parts
    from shouxin.detect.names import candidates, lattice, weights
    from shouxin.detect.names.lexicon import lexicon

    words = lexicon()
    classes: tuple[frozenset[str], ...] = (
        *(words.never, words.transliteration, weights.TYPICAL, candidates.MINORITY),
        *(candidates.JAPANESE_GIVEN, lattice.OPENERS, lattice.AFTER_LABEL, candidates.DOTS),
        *(weights.FOLLOWS, lattice.BLANK, candidates.SMALL, frozenset(candidates.SOMEBODY)),
        *(frozenset(text[0] for text in candidates.HONORIFICS), parts.STOP - parts.LINKS, parts.LINKS),
        *(weights.JAPANESE_THIRD, weights.LISTING, parts.GENERIC, candidates.BESIDE_DOT),
        frozenset(text[0] for texts in parts.endings().values() for text in texts),
    )
    first, second = words.given
    single = {name for name in words.surnames if len(name) == 1}
    return [
        (
            character,
            sum(1 << bit for bit, members in enumerate(classes[:-1]) if character in members),
            words.surnames.get(character, -1),
            weights.AMBIGUOUS.get(character, 0),
            first.get(character, 0),
            second.get(character, 0),
        )
        for character in sorted(set(chain(*classes, single, first, second)))
    ]


def _rows() -> list[tuple[str, int, int, int]]:
    """Return every string with what is known of it: bits of ``Entry``, weights before and after it."""
    from shouxin.detect.names.lexicon import Entry, lexicon

    words = lexicon()
    double = {name: Entry() for name in words.surnames if len(name) > 1 and name not in words.entries}
    rows = []
    for text, entry in {**words.entries, **double}.items():
        surname = len(text) > 1 and text in words.surnames
        known = (entry.word, entry.label, entry.person, entry.japanese, surname, entry.place, entry.address)
        rows.append(
            (text, sum(1 << bit for bit, held in enumerate(known) if held), entry.before, entry.after)
        )
    return rows


def _made(native: Any) -> Tables:
    rows, characters = _rows(), _characters()
    often = Counter(chain.from_iterable(text for text, *_ in rows))  # small codes keep the nodes close
    often.update(character for character, *_ in characters)
    alphabet = "".join(character for character, _ in often.most_common())
    return Tables(alphabet, characters, native.packed(alphabet, rows))


def cache_folder() -> Path:
    """Return where made tables are kept: ``$XDG_CACHE_HOME/shouxin`` or ``~/.cache/shouxin``."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else Path("~/.cache").expanduser()) / "shouxin"


def _file(native: Any) -> Path:
    total = hashlib.sha256()
    for path in (*sorted((FOLDER / "tables").glob("*.txt")), *(FOLDER / name for name in CODE)):
        total.update(path.read_bytes())
    total.update(Path(native.__file__).read_bytes())
    return cache_folder() / f"prose-{total.hexdigest()[:24]}.msgpack"


def tables(native: Any) -> Tables:
    """Return the tables from the cache where they are true, else made and kept there."""
    path = _file(native)
    with contextlib.suppress(OSError, msgspec.DecodeError):
        kept = path.read_bytes()
        if hashlib.sha256(kept[DIGEST:]).digest() == kept[:DIGEST]:
            return msgspec.msgpack.decode(kept[DIGEST:], type=Tables)
    made = _made(native)
    content = msgspec.msgpack.encode(made)
    with contextlib.suppress(OSError):
        _keep(path, hashlib.sha256(content).digest() + content)
    return made


def _keep(path: Path, content: bytes) -> None:
    """Write the tables, for this account only, and take older ones away; half a file will not be believed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)
    for old in path.parent.glob("prose-*.msgpack"):
        if old != path:
            old.unlink(missing_ok=True)


def reader() -> Any:
    """Return the compiled reader with its tables, or nothing where it was not built."""
    return None if identifiers._native is None else _reader()


@cache
def _reader() -> Any:
    from shouxin.detect.addresses import parts
    from shouxin.detect.names import candidates

    native = identifiers._native
    held = tables(native)
    return native.Lexicon(
        numbers(), held.alphabet, held.characters, list(candidates.HONORIFICS), parts.endings(), held.nodes
    )
