"""Names and addresses, compiled and in Python: the same answers on prose, at random, on broken bytes."""

import random
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from shouxin.detect import compiled, identifiers, prose
from tests.detect.made_up import MadeUp
from tests.detect.names.prose import sentences

pytestmark = pytest.mark.skipif(not identifiers.native_available(), reason="the extension is not built here")

PROSE = [sentence.text for file in ("dev", "held_out", "genres", "blind") for _, sentence in sentences(file)]
HOSTILE = (
    "《》、丽奥因骏铁沙利文西蒙扎西卓玛阿·JW姓名：王李小明欧阳老师先生"
    "某和玛丽亚斯特 \n田中一郎，abc1😀"
    "\u0085？\x00"
)
DOORS = (
    "北京市朝阳区望京街道文一西路中段大道东段胡同弄小区花园大厦广场12345之3-8号楼幢栋单元室A座B甲乙附第东"
    "西南 　院层,/。0５年组村镇乡园医院学#居委"
)
MARKS = (
    "路12号",
    "号院",
    "3幢2-1单元",
    "街道办",
    "北京市",
    "海淀区",
    "中山路",
    "A座1102",
    "大厦",
    "杭州",
    "省",
    "８号",
    " ",
    "村3组",
)

SPOKEN = re.findall(
    r"\S+|\n",
    "， 。 ； ！ ？ 、 ： · \n ，男 ，现任 姓名： 记者 先生 经理 说 王小明 李和平 欧阳锋 马克·吐温 J·K·罗琳 "
    "W · 田中一郎 小王 玛丽亚 和 高度 张某 北京 （签字 zhang 3月 建国路12号 村3组 道德 向前 于是 客户",
)


def mixed(letters: str, count: int) -> list[str]:
    """Return texts of random characters, the same in every run."""
    chance = random.Random(7)
    return ["".join(chance.choices(letters, k=chance.randrange(60))) for _ in range(count)]


REPEATED = (*SPOKEN, *re.findall(r"\S+", "《 》 “ ” 》， 记者王小明报道 王小明 李和平 客户李和平先生 、 ；"))


def joined(parts: Sequence[str], count: int, most: int = 13) -> list[str]:
    """Return texts of random parts, up to so many each, the same in every run."""
    chance = random.Random(11)
    return ["".join(chance.choices(parts, k=chance.randrange(1, most + 1))) for _ in range(count)]


def cut(texts: list[str]) -> list[bytes]:
    """Return texts with bytes changed, put in and taken out, the same in every run."""
    chance, made = random.Random(5), []
    for text in texts:
        raw = bytearray(text.encode())
        for _ in range(3):
            at = chance.randrange(len(raw) + 1)
            raw[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
        made.append(bytes(raw))
    return made


TEXTS: dict[str, list[bytes]] = {
    "prose": [text.encode() for text in PROSE],
    "one text": ["\n".join(PROSE).encode()],
    "shuffled": [text.encode() for text in mixed("".join(PROSE), 300)],
    "hostile": [text.encode() for text in mixed(HOSTILE, 300)],
    "doors": [text.encode() for text in mixed(DOORS, 600)],
    "addresses": [text.encode() for text in joined((*MARKS, *DOORS), 1200)],
    "spoken": [text.encode() for text in joined(SPOKEN, 1200)],
    "repeated": [text.encode() for text in joined(REPEATED, 80, 300)],
    "broken": cut(PROSE + mixed(HOSTILE + DOORS, 200)),
    "odd": [text.encode() for text in ("", "\n", "\n\n", "·", "王", "·王·", "王" * 300)],
    "ends": [b"\xe7", b"\xe7\x8e", b"\xf0\x9f", b"\xff\xfe\xe7\x8e\x8b", b"\xc3"],
    "long line": [("联系人：王小明住在文一西路12号，" * 4500).encode()],
    "documents": [MadeUp(seed).document()[0].encode() for seed in range(60)],
}  # fmt: skip


def listed(read: prose.Prose) -> list[list[tuple[int, int, float]]]:
    """Return what was read as rows."""
    return [list(zip(*(np.round(column, 3).tolist() for column in part), strict=True)) for part in read]


@pytest.mark.parametrize("kind", TEXTS)
def test_the_same_with_and_without_a_compiler(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes and scores of names and addresses are the same, with the identifiers of the text between them."""
    inside = [identifiers.find(text).spans for text in TEXTS[kind]]
    ours = [
        prose.read(text, (spans.start, spans.end)) for text, spans in zip(TEXTS[kind], inside, strict=True)
    ]
    monkeypatch.setattr(identifiers, "_native", None)
    for text, spans, read in zip(TEXTS[kind], inside, ours, strict=True):
        assert listed(read) == listed(prose.read(text, (spans.start, spans.end))), text


@pytest.mark.parametrize("names", [True, False])
def test_each_part_is_the_same_alone(names: bool) -> None:
    """What is read beside a part changes nothing in it."""
    text = "\n".join(PROSE).encode()
    both, alone = listed(prose.read(text)), listed(prose.read(text, names=names, addresses=not names))
    assert alone == [both[0] if names else [], [] if names else both[1]]


def test_made_tables_are_kept_and_damaged_ones_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second start reads the file of the first; half of it, or one byte changed, is not believed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = compiled.tables(identifiers._native)
    [file] = (tmp_path / "shouxin").iterdir()
    monkeypatch.setattr(compiled, "_made", lambda native: None)
    assert compiled.tables(identifiers._native) == made
    content = bytearray(file.read_bytes())
    file.write_bytes(content[: len(content) // 2])
    assert compiled.tables(identifiers._native) is None
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert compiled.tables(identifiers._native) is None
    assert file.stat().st_mode & 0o077 == 0


def test_where_nothing_can_be_kept_all_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that is no folder costs time and nothing else."""
    (tmp_path / "shouxin").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert compiled.tables(identifiers._native).nodes


def test_nodes_that_lead_outside_are_refused() -> None:
    """The reader believes no table that could make it read beyond its end."""
    held = compiled.tables(identifiers._native)
    with pytest.raises(ValueError, match="outside"):
        identifiers._native.Lexicon(
            *(compiled.numbers(), held.alphabet, [], [], {name: [] for name in compiled.ENDINGS}),
            b"\xff" * 12,
        )
