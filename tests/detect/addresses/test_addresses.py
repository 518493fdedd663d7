"""Postal addresses: quality on prose, levels, parts, traps."""

import pytest

from shouxin.detect import addresses
from tests.detect.names.prose import sentences


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Say whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def quality(file: str, least: float, *, places: bool) -> float:
    """Return the overlap F1 of addresses, with the bare places or without, at a score."""
    right = found = hit = there = 0
    for _, sentence in sentences(file):
        got = [(item.start, item.end) for item in addresses.find(sentence.text, least=least)]
        known = sentence.addresses | sentence.places
        wanted = known if places else sentence.addresses
        right += sum(any(overlap(item, other) for other in known) for item in got)
        hit += sum(any(overlap(item, other) for item in got) for other in wanted)
        found, there = found + len(got), there + len(wanted)
    precision, recall = right / max(found, 1), hit / max(there, 1)
    return 2 * precision * recall / max(precision + recall, 1e-9)


@pytest.mark.parametrize("file", ["dev", "held_out", "genres", "blind"])
def test_addresses_in_prose(file: str) -> None:
    """Overlap F1 on annotated prose does not fall; several divisions in a row may also be places."""
    assert quality(file, 0.5, places=False) >= 0.95


@pytest.mark.parametrize("file", ["held_out", "genres", "blind"])
def test_bare_places_in_prose(file: str) -> None:
    """At the score of a bare division places are found, too."""
    assert quality(file, addresses.SCORES["division"], places=True) >= 0.85


@pytest.mark.parametrize(
    ("text", "found", "level"),
    [
        ("住在杭州市余杭区文一西路969号3幢2单元1102室，", "杭州市余杭区文一西路969号3幢2单元1102室", "door"),
        ("他去了北京。", "北京", "division"),
        ("户籍在湖南省长沙市岳麓区，", "湖南省长沙市岳麓区", "divisions"),
        ("住河南省信阳市罗山县楠杆镇王岗村，", "河南省信阳市罗山县楠杆镇王岗村", "street"),
        ("在中山路12号见", "中山路12号", "door"),
        ("台北市信义区松仁路100号12楼", "台北市信义区松仁路100号12楼", "door"),
        ("西湖区三墩镇西城年华1幢2单元302室", "西湖区三墩镇西城年华1幢2单元302室", "door"),
        ("福州市台江区八一七中路8#1203", "福州市台江区八一七中路8#1203", "door"),
        ("住汕头市潮南区峡山街道洋汾林居委", "汕头市潮南区峡山街道洋汾林居委", "street"),
        ("昨晚在北京东三环附近堵车", "北京东三环", "street"),
        ("在中关村见面", "中关村", "division"),
        ("寄到杭州市文三路 90 号 3 栋 501 室", "杭州市文三路 90 号 3 栋 501 室", "door"),
        ("她住在朝阳区望京西园四区401楼1205", "朝阳区望京西园四区401楼1205", "door"),
        ("在文三路 90 号见", "文三路 90 号", "door"),
        ("寄到义乌要两天", "义乌", "division"),
    ],
)
def test_levels(text: str, found: str, level: str) -> None:
    """Each address says how far down it goes."""
    [(finding, got, parts)] = addresses.explain(text)
    assert text[finding.start : finding.end] == found
    assert (got, finding.score) == (level, addresses.SCORES[level])
    assert (parts[0][1], parts[-1][2]) == (finding.start, finding.end)


@pytest.mark.parametrize(
    "text",
    [
        "第3号文件",
        "他走了很长的路",
        "2023年5月1日",
        "一条路走到黑",
        "3楼有人吗",
        "共12户",
        "他很合作",
        "联合国秘书长安南说",
        "走了很长的路 3 号线",
    ],
)
def test_no_addresses(text: str) -> None:
    """Numbers and roads in ordinary speech are left alone."""
    assert addresses.find(text) == []


@pytest.mark.parametrize("text", ["河南农村", "江南水乡", "东北小镇"])
def test_any_village_is_no_part_of_an_address(text: str) -> None:
    """A village without a name of its own leaves the place before it bare."""
    [found] = addresses.find(text)
    assert (found.end, found.score) == (2, addresses.SCORES["division"])


@pytest.mark.parametrize("text", ["", "\n", "市", "路1号", "号" * 40, "北京" * 40, "\ud800北京", "1" * 99])
def test_odd_texts_do_no_harm(text: str) -> None:
    """Every text gets an answer inside its bounds."""
    assert all(0 <= found.start < found.end <= len(text) for found in addresses.find(text))
