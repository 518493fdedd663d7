"""The compiled tagger and the reference in Python give the same answers."""

import random

import pytest

from shouxin.detect.names.lattice import read
from shouxin.detect.names.lexicon import lexicon
from shouxin.detect.names.native import compiled
from shouxin.detect.names.tagger import lines, names
from tests.detect.names.prose import sentences

pytestmark = pytest.mark.skipif(compiled() is None, reason="the extension is not built here")

PROSE = [sentence.text for file in ("dev", "held_out") for _, sentence in sentences(file)]
HOSTILE = "阿·姓名：王李小明欧阳老师先生某和玛丽亚斯特 \n田中一郎，abc1😀\ud800\u0085"


def mixed(letters: str, count: int) -> list[str]:
    """Return texts of random characters, the same in every run."""
    chance = random.Random(7)
    return ["".join(chance.choices(letters, k=chance.randrange(60))) for _ in range(count)]


TEXTS = {
    "prose": PROSE,
    "one text": ["\n".join(PROSE)],
    "shuffled": mixed("".join(PROSE), 300),
    "hostile": mixed(HOSTILE, 300),
    "odd": ["", "\n", "\n\n", "·", "王", "·王·", "王" * 300],
}


@pytest.mark.parametrize("kind", TEXTS)
def test_the_compiled_tagger_agrees(kind: str) -> None:
    """Places and weights of names are the same, and bytes and characters point at the same text."""
    for text in TEXTS[kind]:
        raw = text.encode("utf-8", "surrogatepass")
        start, end, byte_start, byte_end, weight = (column.tolist() for column in compiled().names(raw))
        reference = [(name.start, name.end, sum(w for _, w in name.reasons)) for name in names(text)]
        assert list(zip(start, end, weight, strict=True)) == reference
        cut = [raw[a:b].decode("utf-8", "surrogatepass") for a, b in zip(byte_start, byte_end, strict=True)]
        assert cut == [text[a:b] for a, b in zip(start, end, strict=True)]


@pytest.mark.parametrize("kind", TEXTS)
def test_the_readings_agree(kind: str) -> None:
    """The pieces of the best reading are the same."""
    for text in TEXTS[kind]:
        reference = [start + token.start for start, line in lines(text) for token in read(line, lexicon())]
        assert compiled().pieces(text.encode("utf-8", "surrogatepass")).tolist() == reference


@pytest.mark.parametrize("raw", [b"\xe7", b"\xe7\x8e", b"\xff\xfe\xe7\x8e\x8b", b"\xc3", b"\xf0\x9f"])
def test_broken_utf8_stays_inside_its_bounds(raw: bytes) -> None:
    """A text cut inside a character is read without harm."""
    assert all(0 <= at <= len(raw) for column in compiled().names(raw)[2:4] for at in column.tolist())
