"""The compiled tagger, which gets its tables and weights from here and gives the same answers."""

from functools import cache
from itertools import chain
from typing import Any, Final

from shouxin.detect.names import candidates, lattice, weights
from shouxin.detect.names.lexicon import Entry, Lexicon, lexicon

#: Bits of what is known of a string, as in native/names.hpp.
ENTRY: Final = ("word", "label", "person", "japanese", "surname", "place")


def numbers() -> dict[str, list[int]]:
    """Return every weight by its name."""
    names: tuple[str, ...] = (
        "DOUBLE_SURNAME",
        "FOLLOWING",
        "IS_WORD",
        "CONTEXT",
        "LABEL",
        "LABEL_BLANK",
        "EDGE",
        "BOTH",
    )
    names += (
        "KNOWN_FOREIGN",
        "DOT",
        "JAPANESE",
        "NICKNAME",
        "HONORIFIC",
        "SOMEBODY",
        "AGAIN",
        "COST",
        "CERTAIN",
    )
    tables = ("SURNAME", "FIRST", "SECOND", "ONLY", "WORD", "TRANSLITERATION")
    return (
        {name.lower(): [getattr(weights, name)] for name in names}
        | {name.lower(): list(getattr(weights, name)) for name in tables}
        | {"two": [weights.LENGTH[2]], "three": [weights.LENGTH[3]]}
    )


def _row(text: str, entry: Entry, words: Lexicon) -> tuple[str, int, int, int]:
    double = len(text) > 1 and text in words.surnames
    held = (entry.word, entry.label, entry.person, entry.japanese, double, bool(entry.place))
    return text, sum(1 << bit for bit, is_set in enumerate(held) if is_set), entry.before, entry.after


def characters(words: Lexicon) -> list[tuple[str, int, int, int, int, int]]:
    """Return what is known of each character: bits, family name, penalty, given name."""
    classes = (
        *(words.never, words.transliteration, weights.TYPICAL, candidates.MINORITY),
        *(candidates.JAPANESE_GIVEN, lattice.OPENERS, lattice.AFTER_LABEL, candidates.DOTS),
        *(weights.FOLLOWS, lattice.BLANK, candidates.SMALL, frozenset(candidates.SOMEBODY)),
    )
    first, second = words.given
    single = {name for name in words.surnames if len(name) == 1}
    return [
        (
            character,
            sum(1 << bit for bit, members in enumerate(classes) if character in members),
            words.surnames.get(character, -1),
            weights.AMBIGUOUS.get(character, 0),
            first.get(character, 0),
            second.get(character, 0),
        )
        for character in sorted(set(chain(*classes, single, first, second)))
    ]


@cache
def compiled() -> Any:
    """Return the compiled tagger with its tables, or None where it was not built."""
    try:
        from shouxin.detect import _native  # built where a compiler exists
    except ImportError:
        return None

    words = lexicon()
    double = {name: Entry() for name in words.surnames if len(name) > 1 and name not in words.entries}
    rows = [_row(text, entry, words) for text, entry in {**words.entries, **double}.items()]
    return _native.Lexicon(numbers(), rows, characters(words), list(candidates.HONORIFICS))
