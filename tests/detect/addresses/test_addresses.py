"""Postal addresses: quality on prose, levels, parts, traps."""

import pytest

from shouxin.detect import addresses
from tests.detect.names.prose import f1, sentences


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Say whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


@pytest.mark.parametrize(("file", "least"), [("dev", 0.9), ("held_out", 0.9)])
def test_addresses_in_prose(file: str, least: float) -> None:
    """Overlap F1 on annotated prose does not fall."""
    right = found = there = 0
    for _, sentence in sentences(file):
        got = [(item.start, item.end) for item in addresses.find(sentence.text, least=0.5)]
        gold = sentence.addresses | sentence.places
        right += sum(any(overlap(item, other) for other in gold) for item in got)
        found, there = found + len(got), there + len(sentence.addresses)
    assert f1(right, found, there) >= least


@pytest.mark.parametrize(
    ("text", "found", "level"),
    [
        ("住在杭州市余杭区文一西路969号3幢2单元1102室，", "杭州市余杭区文一西路969号3幢2单元1102室", "door"),
        ("他去了北京。", "北京", "division"),
        ("户籍在湖南省长沙市岳麓区，", "湖南省长沙市岳麓区", "divisions"),
        ("住河南省信阳市罗山县楠杆镇王岗村，", "河南省信阳市罗山县楠杆镇王岗村", "street"),
        ("在中山路12号见", "中山路12号", "door"),
        ("台北市信义区松仁路100号12楼", "台北市信义区松仁路100号12楼", "door"),
    ],
)
def test_levels(text: str, found: str, level: str) -> None:
    """Each address says how far down it goes."""
    [(finding, got, parts)] = addresses.explain(text)
    assert text[finding.start : finding.end] == found
    assert (got, finding.score) == (level, addresses.SCORES[level])
    assert (parts[0][1], parts[-1][2]) == (finding.start, finding.end)


@pytest.mark.parametrize(
    "text", ["第3号文件", "他走了很长的路", "2023年5月1日", "一条路走到黑", "3楼有人吗", "共12户"]
)
def test_no_addresses(text: str) -> None:
    """Numbers and roads in ordinary speech are left alone."""
    assert addresses.find(text) == []


@pytest.mark.parametrize("text", ["", "\n", "市", "路1号", "号" * 40, "北京" * 40, "\ud800北京", "1" * 99])
def test_odd_texts_do_no_harm(text: str) -> None:
    """Every text gets an answer inside its bounds."""
    assert all(0 <= found.start < found.end <= len(text) for found in addresses.find(text))
