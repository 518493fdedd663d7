"""Wide and otherwise dressed-up letters and digits become plain ones; offsets can be led back."""

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from shouxin.detect.fallback.places import BLOCK
from shouxin.detect.fallback.view import ALNUM

CIRCLED: Final = rb"(?:\xe2\x91[\xa0-\xa8]|\xe2\x93\xaa)"
WIDE: Final = rb"(?:\xef\xbc[\x8e\x90-\x99\xa0-\xba]|\xef\xbd[\x81-\x9a])"
SIGN: Final = rb"\xef[\xbc\xbd][\x80-\xbf]"  # folded only beside a wide letter or digit: －, ：, （
MATHEMATICAL: Final = rb"\xf0\x9d[\x80-\xbf][\x80-\xbf]"
DROPPED: Final = rb"\xc2\xad|\xe2\x80[\x8b-\x8d]|\xe2\x81\xa0|\xef\xbb\xbf"
_telling = re.compile(
    WIDE + b"|" + MATHEMATICAL + rb"|(?<=[0-9A-Za-z])(?:" + DROPPED + rb")|" + CIRCLED + rb"{7}"
)
_foldable = re.compile(
    rb"(?P<wide>%b|(?<=%b)%b|%b(?=%b))" % (WIDE, WIDE, SIGN, SIGN, WIDE)
    + rb"|(?P<mathematical>%b)|(?P<dropped>%b)|(?P<circled>%b+)" % (MATHEMATICAL, DROPPED, CIRCLED)
)
# What may be folded, byte by byte. Each byte has a bit for each form that it fits at its place.
_FORMS: Final = (
    (b"\xef", b"\xbc", (0x8E, *range(0x90, 0x9A), *range(0xA0, 0xBB))),
    (b"\xef", b"\xbd", range(0x81, 0x9B)),
    (b"\xef", b"\xbb", (0xBF,)),
    (b"\xf0", b"\x9d", range(0x80, 0xC0)),
    (b"\xc2", b"\xad", range(256)),
    (b"\xe2", b"\x80", range(0x8B, 0x8E)),
    (b"\xe2", b"\x81\x93", (0xA0, 0xAA)),
    (b"\xe2", b"\x91", range(0xA0, 0xA9)),
)
_TABLES: Final = [
    np.array(
        [sum((c in form[place]) << bit for bit, form in enumerate(_FORMS)) for c in range(256)], np.uint8
    )
    for place in range(3)
]
_WIDE_FORMS: Final = 3  # the bits of wide letters and digits

Ints = npt.NDArray[np.int64]


def _wide(c: bytes) -> bytes:
    code = ((c[1] & 0x3F) << 6 | c[2] & 0x3F) - 0xF00 + 0x20
    return bytes((code,)) if 0x20 < code <= 0x7E else b""


def _mathematical(c: bytes) -> bytes:
    code = (c[2] & 0x3F) << 6 | c[3] & 0x3F
    if 0x7CE <= code <= 0x7FF:
        return b"%d" % ((code - 0x7CE) % 10)
    place = (code - 0x400) % 52
    return bytes((65 + place if place < 26 else 71 + place,)) if 0x400 <= code <= 0x6A3 else b""


def _circled(c: bytes) -> bytes:
    return b"0" if c == b"\xe2\x93\xaa" else bytes((49 + c[2] - 0xA0,))


class _Folding:
    """The folded text as it grows, and where its stretches come from."""

    def __init__(self) -> None:
        self.text = bytearray()
        self.folded = [0]
        self.original = [0]

    def mark(self, original: int) -> None:
        self.folded.append(len(self.text))
        self.original.append(original)


def _places(data: npt.NDArray[np.uint8]) -> tuple[Ints, npt.NDArray[np.uint8]]:
    """Return where something that may be folded begins, and its form."""
    found = []
    for begin in range(0, len(data) - 2, BLOCK):
        part = data[begin : begin + BLOCK + 2]
        first, second, third = part[:-2], part[1:-1], part[2:]
        leads = (third >= 0x8E) & (third != 0x9A)  # no wide comma, parenthesis or colon
        leads |= second == 0xBD
        leads &= first == 0xEF
        leads |= (first == 0xE2) | (first == 0xF0) | (first == 0xC2)
        found.append(np.flatnonzero(leads) + begin)
    if data[-2:].tobytes() == b"\xc2\xad":  # the only form of two bytes
        found.append(np.array([len(data) - 2]))
    at = np.concatenate(found or [np.zeros(0, np.int64)])
    forms = (
        _TABLES[0][data[at]] & _TABLES[1][data[at + 1]] & _TABLES[2][data[np.minimum(at + 2, len(data) - 1)]]
    )
    return at[forms > 0], forms[forms > 0]


def fold(text: bytes) -> tuple[bytes, Ints, Ints] | None:
    """Return the folded text with the starts of its stretches in it and in the original, or nothing to do."""
    data = np.frombuffer(text, np.uint8)
    at, forms = _places(data)
    if not len(at):
        return None
    if not (forms & ~np.uint8(_WIDE_FORMS)).any():
        return _all_wide(text, data, at)
    gaps = np.flatnonzero(np.diff(at) > 10)
    begins, ends = at[np.concatenate(([0], gaps + 1))] - 3, at[np.concatenate((gaps, [len(at) - 1]))] + 7
    return _one_by_one(text, list(zip(np.maximum(begins, 0).tolist(), ends.tolist(), strict=True)))


def _all_wide(text: bytes, data: npt.NDArray[np.uint8], at: Ints) -> tuple[bytes, Ints, Ints]:
    """Fold a text in which only wide letters and digits, and the wide signs beside them, are to be folded."""
    apart = np.diff(at, prepend=-4) > 3
    beside = np.concatenate((at[apart] - 3, at[np.append(apart[1:], True)] + 3))
    beside = beside[(beside >= 0) & (beside < len(data) - 2)]
    beside = beside[
        (data[beside] == 0xEF) & (data[beside + 1] - 0xBC < 2) & (data[beside + 2] & 0xC0 == 0x80)
    ]
    at = np.union1d(at, beside)
    plain = (data[at + 1] & 1) << 6 | data[at + 2] & 0x3F
    plain += 0x20
    right = (plain > 0x20) & (plain <= 0x7E)
    at, plain = at[right], plain[right]
    first = np.flatnonzero(np.diff(at, prepend=-4) > 3)
    last = np.append(first[1:], len(at))
    begins, ends = at[first], at[last - 1] + 3
    signs, pieces, kept = plain.tobytes(), list[bytes](), 0
    for one, other, begin, end in zip(*(side.tolist() for side in (first, last, begins, ends)), strict=True):
        pieces += (text[kept:begin], signs[one:other])
        kept = end
    folded = b"".join((*pieces, text[kept:]))
    to = at - 2 * np.arange(len(at))
    before = np.ones((len(at), 2), np.bool_)
    before[:, 0] = False
    before[first, 0] = True
    begins = np.concatenate(([0], np.stack((to, to + 1), 1)[before]))
    ends = np.concatenate(([0], np.stack((at, at + 3), 1)[before]))
    return folded, begins, ends


def _one_by_one(text: bytes, stretches: list[tuple[int, int]]) -> tuple[bytes, Ints, Ints] | None:
    """Fold whatever there is in the stretches."""
    if not any(_tells(found[0]) for stretch in stretches for found in _telling.finditer(text, *stretch)):
        return None
    folding, kept = _Folding(), 0
    for found in (found for stretch in stretches for found in _foldable.finditer(text, *stretch)):
        for begin, character, plain in _characters(text, found, folding, kept):
            folding.text += text[kept:begin]
            if kept < begin or not folding.text:
                folding.mark(begin)
            folding.text += plain
            kept = begin + len(character)
            folding.mark(kept)
    folding.text += text[kept:]
    return bytes(folding.text), np.array(folding.folded, np.int64), np.array(folding.original, np.int64)


def _tells(character: bytes) -> bool:
    return character[:2] != b"\xf0\x9d" or bool(_mathematical(character))


def _characters(
    text: bytes, found: re.Match[bytes], folding: _Folding, kept: int
) -> list[tuple[int, bytes, bytes]]:
    """Return where each foldable character of a match begins, itself, and what it stands for."""
    begin, matched = found.start(), found[0]
    if found.lastgroup == "dropped":
        before = text[begin - 1 : begin] if begin > kept else bytes(folding.text[-1:])
        return [(begin, matched, b"")] if before and before[0] in ALNUM else []
    if found.lastgroup == "circled":
        parts = [matched[i : i + 3] for i in range(0, len(matched), 3)]
        return [(begin + 3 * i, c, _circled(c)) for i, c in enumerate(parts)] if len(parts) >= 7 else []
    plain = _wide(matched) if found.lastgroup == "wide" else _mathematical(matched)
    return [(begin, matched, plain)] if plain else []


def unfolded(start: Ints, end: Ints, folded: Ints, original: Ints) -> tuple[Ints, Ints]:
    """Return offsets in the original for offsets in the folded text, by the starts of its stretches."""
    first = np.searchsorted(folded, start, side="right") - 1
    last = np.searchsorted(folded, end, side="left")
    exact = (last < len(folded)) & (folded[np.minimum(last, len(folded) - 1)] == end)
    last = np.where(exact, last, last - 1)
    return original[first] + start - folded[first], original[last] + end - folded[last]
