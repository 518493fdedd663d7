"""No line makes the readings work harder than its length: what they look at is counted, not timed."""

import random
from collections.abc import Sequence

import pytest

from shouxin.detect.addresses.grammar import addresses
from shouxin.detect.names import tagger
from shouxin.detect.names.candidates import candidates
from shouxin.detect.names.lattice import read
from shouxin.detect.names.lexicon import lexicon

SHORT, TIMES = 200, 4
UNITS = (
    "约翰·", "约翰", "力·", "阿·", "斯", "斯·斯", "李", "王小明、", "扎西", "田中", "あ", "··", "3-",
    "1号", "12", "路1号", "北京", "北京市", "村3组", "中山路", "姓名：", "《", "记者", "先生", "某",
    "和", "　", "甲", "张三李四", "克里斯托夫", "大厦A座",
)  # fmt: skip


class Watched(str):
    """A text that counts how often something of it is looked at."""

    looks = 0

    def __getitem__(self, key: object) -> str:
        """Count one look."""
        Watched.looks += 1
        return super().__getitem__(key)  # type: ignore[index]


def mixes(count: int) -> list[str]:
    """Return units of up to four parts, the same in every run."""
    chance = random.Random(3)
    return ["".join(chance.choices(UNITS, k=chance.randint(2, 4))) for _ in range(count)]


def looks(unit: str, size: int) -> int:
    """Return how often a line of so many characters is looked at while it is read."""
    text = Watched((unit * size)[:size])
    Watched.looks = 0
    read(text, lexicon())
    return Watched.looks


@pytest.mark.parametrize("unit", [*UNITS, *mixes(40)])
def test_a_longer_line_costs_as_much_more(unit: str) -> None:
    """Four times the line is looked at no more than five times as often."""
    assert looks(unit, SHORT * TIMES) <= 5 * looks(unit, SHORT)


@pytest.mark.parametrize("unit", [*UNITS, *mixes(40)])
def test_few_names_may_begin_at_one_place(unit: str) -> None:
    """What may be a name from one character on is bounded, however long the line goes on."""
    text, known = (unit * 600)[:600], lexicon()
    assert max(sum(1 for _ in candidates(text, at, known)) for at in range(len(unit))) <= 80


def test_a_name_of_many_parts_is_cut() -> None:
    """A chain of parts with dots is no longer than a name can be."""
    chain: Sequence[tagger.Name] = tagger.names("记者" + "约翰·" * 400)
    assert chain
    assert max(name.end - name.start for name in chain) <= 7 * 3


def test_addresses_between_identifiers_are_each_read_once() -> None:
    """An address in every line ends before the identifier of that line."""
    line = "北京市朝阳区建国路12号13800138000\n"
    inside = [(len(line) * at + 14, len(line) * at + 25) for at in range(50)]
    found = list(addresses(line * 50, inside))
    assert [one.end for one in found] == [start for start, _ in inside]
