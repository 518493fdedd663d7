"""The words of context at many places at once: the counterpart of ``words.begins``."""

from collections import defaultdict
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from shouxin.detect.fallback.places import CLASSES, Bools, Bytes, Ints, Keys, Places, table
from shouxin.detect.fallback.view import LOWER
from shouxin.detect.kinds import words

SMALL: Final = 0x20202020202020  #: the bit of small letters in seven bytes
#: 0 no letter, 1 small, 2 large
CASES: Final = CLASSES % 2 * (2 - table(LOWER).astype(np.uint8))
HAN: Final = int.from_bytes(b"\x80\0\0\0\0\0")

Eights = npt.NDArray[np.uint64]


class Lexicon(NamedTuple):
    """Words by how they begin, the longest first, eight bytes in each column of ``text``."""

    likely: Bools  #: by the second and third byte, whether a word may begin so
    heads: Keys
    first: Ints  #: of the words that begin with each head
    many: Ints
    length: Ints
    text: Eights
    freed: Eights  #: the bits of a text that may be whatever they are: case, and what is behind the word
    announces: Ints
    against: Ints

    def begin(self, places: Places, at: Ints, limit: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """Return at which places words begin, where they end, the kinds they announce and speak against."""
        some = np.flatnonzero(self.likely[places.data[at + 1], places.data[at + 2]])
        raw = places.key(at[some], 6)
        heads = np.where(raw < HAN, raw >> 32 | SMALL & 0xFFFF, raw)
        held = self.heads.have(heads)
        some, head = some[held], self.heads.find(heads[held])
        count = self.many[head]
        row = np.repeat(some, count)
        word = np.arange(len(row)) + np.repeat(self.first[head] - np.cumsum(count) + count, count)
        same = places.eights(at[row], 1)[:, 0] | self.freed[word, 0] == self.text[word, 0]
        row, word = row[same], word[same]
        start, end = at[row], at[row] + self.length[word]
        whole = end <= limit[row]
        whole &= (places.eights(start, self.text.shape[1]) | self.freed[word] == self.text[word]).all(1)
        whole &= ~_joined(places.data, start) & ~_joined(places.data, end)
        row, word = row[whole], word[whole]
        longest = np.diff(row, prepend=-1) > 0
        row, word = row[longest], word[longest]
        return row, at[row] + self.length[word], self.announces[word], self.against[word]


def _joined(data: Bytes, at: Ints) -> Bools:
    """Return where a letter goes on from the one before; a large one behind a small one begins anew."""
    before, here = CASES[data[at - 1]], CASES[data[at]]
    joined: Bools = (before > 0) & (here > 0) & ((before == 2) | (here == 1))
    return joined


@cache
def lexicon() -> Lexicon:
    """Return all words."""
    held = defaultdict[int, list[bytes]](list)
    for word in sorted(words(), key=len, reverse=True):
        for spelt in [small(word[:2])] if word[0] < 0x80 else spelled(word[:6]):
            held[int.from_bytes(spelt)].append(word)
    heads = sorted(held)
    rows = [word for head in heads for word in held[head]]
    count = np.array([len(held[head]) for head in heads])
    likely = np.zeros((256, 256), np.bool_)
    for word in rows:
        if word[0] < 0x80:
            likely[[word[1], word[1] ^ 0x20], :] = True
        else:
            likely[word[1], word[2]] = True
    width = -(-max(map(len, rows)) // 8) * 8
    freed = [bytes(0x20 * (97 <= c <= 122) for c in word).ljust(width, b"\xff") for word in rows]
    text = [word.ljust(width, b"\xff") for word in rows]
    announces, against = np.array([words()[word] for word in rows], np.int64).T
    return Lexicon(
        likely,
        Keys(head.to_bytes(6) for head in heads),
        np.cumsum(count) - count,
        count,
        np.array([len(word) for word in rows]),
        _eights(text),
        _eights(freed),
        announces,
        against,
    )


def _eights(rows: list[bytes]) -> Eights:
    return np.frombuffer(b"".join(rows), np.uint64).reshape(len(rows), -1)


def spelled(head: bytes) -> list[bytes]:
    """Return the heads of a word in which letters of either case follow Han characters."""
    spelled = [b""]
    for c in head:
        spelled = [text + bytes((one,)) for text in spelled for one in {c, c ^ 0x20 if 97 <= c <= 122 else c}]
    return spelled


def small(letters: bytes) -> bytes:
    """Return letters with the bit of small ones, whatever else they may be."""
    return bytes(c | 0x20 for c in letters)
