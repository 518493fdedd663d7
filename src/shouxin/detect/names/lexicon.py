"""What the tagger knows of words: the tables of ``detect/tables`` as one look-up by prefix."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

TABLES: Final = Path(__file__).parent.parent / "tables"
LEVELS: Final = ("province", "city", "county", "township", "abroad")

#: Endings that a division may lose in prose (北京市, 北京), by level.
ENDINGS: Final = {
    "province": ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市"),
    "city": ("地区", "市", "盟"),
    "county": ("市", "县", "区", "旗"),
    "township": (),
}


@dataclass(slots=True)
class Entry:
    """What is known of one string; weights are tenths of the natural logarithm of odds."""

    word: bool = False
    before: int = 0  # ends where a name begins
    after: int = 0  # begins where a name ends
    label: bool = False  # a field label
    person: bool = False  # a name of somebody known, or a transliterated one
    japanese: bool = False  # a Japanese family name
    place: int = 0  # 1 + the place in LEVELS; 0 for none
    full: bool = False  # the place stands with its ending
    address: bool = False  # the place may be part of an address


@dataclass(slots=True)
class Lexicon:
    """The entries, every prefix of one, and the characters of names."""

    entries: dict[str, Entry] = field(default_factory=dict)
    prefixes: set[str] = field(default_factory=set)
    surnames: dict[str, int] = field(default_factory=dict)  # class of frequency, 0 the most frequent
    given: tuple[dict[str, int], dict[str, int]] = field(default_factory=lambda: ({}, {}))
    never: frozenset[str] = frozenset()
    transliteration: frozenset[str] = frozenset()
    ordinary: frozenset[str] = frozenset()  # short names of counties that are words

    def entry(self, text: str) -> Entry:
        """Return the entry of a string, made where there is none."""
        return self.entries.setdefault(text, Entry())

    def at(self, text: str, start: int) -> Iterator[tuple[int, Entry]]:
        """Yield every entry that begins at ``start``, shortest first, with its end."""
        for end in range(start + 1, len(text) + 1):
            part = text[start:end]
            if part not in self.prefixes:
                return
            if (entry := self.entries.get(part)) is not None:
                yield end, entry


def rows(table: str) -> Iterator[list[str]]:
    """Yield the rows of a table as their fields, without comments."""
    for line in (TABLES / table).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            yield line.split()


def _words(lexicon: Lexicon) -> None:
    for head, seconds, *rest in rows("words.txt"):
        for tail in (*seconds.replace("-", ""), *rest):
            lexicon.entry(head + tail).word = True


def _context(lexicon: Lexicon) -> None:
    for head, *words in rows("context.txt"):
        kind, _, weight = head.partition(".")
        for word in words:
            entry = lexicon.entry(word)
            if kind == "before":
                entry.before = max(entry.before, int(weight))
                entry.word |= len(word) > 1
            elif kind == "after":
                entry.after = max(entry.after, int(weight))
                entry.word |= len(word) > 1
            else:
                entry.label = True


def _foreign(lexicon: Lexicon) -> None:
    for head, *words in rows("foreign.txt"):
        if head == "chars":
            lexicon.transliteration = frozenset("".join(words))
        elif head == "ordinary":
            lexicon.ordinary = frozenset(words)
        for word in words:
            if head in ("names", "known"):
                lexicon.entry(word).person = True
            elif head == "japanese":
                lexicon.entry(word).japanese = True
            elif head == "places":
                entry = lexicon.entry(word)
                entry.place, entry.full = len(LEVELS), True


def _place(lexicon: Lexicon, name: str, level: int, *, full: bool) -> None:
    entry = lexicon.entry(name)
    if not entry.place or level < entry.place:
        entry.place = level
    entry.full |= full


def _divisions(lexicon: Lexicon) -> None:
    level = 0
    for head, *rest in rows("divisions.txt"):
        if head.startswith("["):
            level += 1
            continue
        for tail in rest:
            name = head + tail
            _place(lexicon, name, level, full=True)
            for ending in ENDINGS[LEVELS[level - 1]]:
                short = name.removesuffix(ending)
                if short != name and len(short) > 1 and not short.endswith(("自治", "林")):
                    _place(lexicon, short, level, full=False)
                    break


def _names(lexicon: Lexicon) -> None:
    for step, *names in rows("surnames.txt"):
        lexicon.surnames |= dict.fromkeys(names, int(step))
    classes = {"strong": 3, "usual": 2, "possible": 1}
    places = {"first": (0,), "second": (1,), "both": (0, 1)}
    never: set[str] = set()
    for head, *fields in rows("given.txt"):
        place, _, strength = head.partition(".")
        if place == "never":
            never.update("".join(fields))
            continue
        for table in (lexicon.given[index] for index in places[place]):
            for character in "".join(fields):
                table[character] = max(table.get(character, 0), classes[strength])
    lexicon.never = frozenset(never - set(lexicon.given[0]) - set(lexicon.given[1]))


def _in_addresses(text: str, entry: Entry, ordinary: frozenset[str]) -> bool:
    """Say whether a place may stand in an address: not a short name that is also an ordinary word."""
    if not entry.place or not text[0].isalnum() or (text in ordinary and not entry.full and entry.place > 2):
        return False
    return LEVELS[entry.place - 1] != "township" or len(text) > 2


@cache
def lexicon() -> Lexicon:
    """Read the tables; once for a process."""
    made = Lexicon()
    for read in (_words, _context, _foreign, _divisions, _names):
        read(made)
    for text, entry in made.entries.items():
        entry.address = _in_addresses(text, entry, made.ordinary)
        entry.word &= not entry.person
        made.prefixes.update(text[:end] for end in range(1, len(text) + 1))
    return made
