"""Person names: quality on prose the rules were not written from, traps, evidence, offsets."""

import pytest

from shouxin.detect import names
from shouxin.detect.names.tagger import score
from tests.detect.names.prose import f1, sentences


def spans(text: str) -> set[str]:
    """Return the names found in a text."""
    return {text[found.start : found.end] for found in names.find(text)}


@pytest.mark.parametrize(
    ("file", "least"), [("dev", 0.92), ("held_out", 0.85), ("genres", 0.92), ("blind", 0.88)]
)
def test_names_in_prose(file: str, least: float) -> None:
    """Exact F1 on annotated prose does not fall."""
    right = found = there = 0
    for _, sentence in sentences(file):
        got = {(name.start, name.end) for name in names.find(sentence.text)}
        right, found = right + len(got & sentence.names), found + len(got)
        there += len(sentence.names)
    assert f1(right, found, there) >= least


@pytest.mark.parametrize(
    "text",
    [
        "一万元以内都可以", "王者荣耀更新了", "蒙古草原的夏天", "请教一个问题", "张口就来", "黄金价格上涨",
        "高兴得跳了起来", "马上开会", "周围没有人", "白色的车", "各方面都很好", "江苏的经济", "于是他走了",
        "他成为了班长", "任何单位", "常常在河边散步", "万一下雨怎么办", "进口许可和出口管制", "安全第一",
        "哈萨克斯坦总统今天抵达", "本年度诺贝尔物理学奖揭晓", "皇马、拜仁和阿森纳晋级", "索尼与任天堂的大战",
        "时隔多年再回到母校", "施工现场必须佩戴安全帽", "常言道，日久见人心", "个人向其中任何一个提出要求",
        "医生开了阿莫西林", "口服阿奇霉素三天", "高一的学生", "他高三那年", "阿司匹林肠溶片",
    ],
)  # fmt: skip
def test_words_that_begin_with_a_family_name_are_no_names(text: str) -> None:
    """Ordinary words are left alone, also where nothing stands around them."""
    assert spans(text) == set()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("联系人：周末", "周末"),
        ("欧阳明月说她不来。", "欧阳明月"),
        ("被告人李某某辩称不知情。", "李某某"),
        ("玛丽亚·冈萨雷斯日前抵达。", "玛丽亚·冈萨雷斯"),
        ("阿依古丽·买买提是老师。", "阿依古丽·买买提"),
        ("日本首相田中一郎拒绝置评。", "田中一郎"),
        ("请找林先生。", "林先生"),
        ("新书的作者是J·K·罗琳。", "J·K·罗琳"),
        ("前总统乔治·W·布什到访", "乔治·W·布什"),
        ("长子让·克里斯托夫·密特朗昨日出庭", "让·克里斯托夫·密特朗"),
        ("日本首相小泉纯一郎拒绝置评。", "小泉纯一郎"),
        ("《千与千寻》的导演是宫崎骏的学生", "宫崎骏"),
        ("牧民尕玛才仁家的房子", "尕玛才仁"),
        ("奥沙利文轰出满分杆", "奥沙利文"),
        ("主帅西蒙尼十分担忧", "西蒙尼"),
        ("三上真司与同事共同打造了初代作品", "三上真司"),
        ("彼得洛娃已被淘汰", "彼得洛娃"),
        ("谌燚，男，汉族", "谌燚"),
        ("我家涵涵今天会说话了", "涵涵"),
    ],
)
def test_kinds_of_names(text: str, name: str) -> None:
    """Labels outweigh words; double, veiled, foreign, rare and polite names are found."""
    assert name in spans(text)


def test_a_name_made_certain_once_is_found_again() -> None:
    """A name in a clear place of a text is found where nothing speaks for it."""
    alone = "门口写着程朝晖三字"
    assert "程朝晖" in spans(f"联系人：程朝晖\n{alone}")


def test_a_name_in_the_title_of_a_work_is_no_name() -> None:
    """A book that is named after somebody is not that person."""
    assert spans("他读完了《许三观卖血记》和《阿凡提》。") == set()


def test_a_certain_name_vouches_for_the_next_in_a_list() -> None:
    """What stands behind a certain name and a comma of a list is more likely a name."""
    alone, behind = ("水君逸", "记者梁启东、水君逸")
    assert spans(alone) == set()
    reasons = dict(names.explain(behind)[-1][1])
    assert spans(behind) == {"梁启东", "水君逸"}
    assert reasons["in a list"] > 0


def test_the_reasons_add_up_to_the_score() -> None:
    """What ``explain`` lists is all that the score rests on."""
    [(finding, reasons)] = names.explain("记者梁启东报道")
    assert finding.score == round(score(sum(weight for _, weight in reasons)), 3)
    assert dict(reasons)["before it"] > 0


def test_offsets_count_characters_and_bytes() -> None:
    """Both offsets point at the name, after wide characters and on a later line."""
    text = "😀 first\n记者梁启东报道"
    [finding] = names.find(text)
    assert text[finding.start : finding.end] == "梁启东"
    assert text.encode()[finding.byte_start : finding.byte_end].decode() == "梁启东"


@pytest.mark.parametrize("text", ["", "\n", "·", "王", "·王·", "\ud800王小明", "小" * 50, "阿·" * 20])
def test_odd_texts_do_no_harm(text: str) -> None:
    """Every text gets an answer inside its bounds."""
    assert all(0 <= found.start < found.end <= len(text) for found in names.find(text))
