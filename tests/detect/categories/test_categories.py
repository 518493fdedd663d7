"""What only words tell: quality on annotated sentences, general texts, ages, labels, evidence."""

from random import Random

import numpy as np
import pytest

from shouxin.detect import Scanner, categories, identifiers, prose, scan
from shouxin.detect.categories import terms
from shouxin.detect.categories.ages import years
from shouxin.detect.categories.vocabulary import vocabulary
from shouxin.detect.kinds import TOLD
from tests.detect.categories.prose import KINDS, measured, sentences

NOBODY = (prose.NONE, prose.NONE), prose.NONE


def told(text: str) -> list[tuple[str, str]]:
    """Return what words tell in a text, with its kind."""
    return [(one.type, text[one.start : one.end]) for one in scan(text) if one.type in TOLD]


def test_the_annotated_sentences_are_many_and_half_say_nothing() -> None:
    """The held-out set has 150 sentences or more, two fifths of them without a sensitive matter."""
    held_out = [sentence for _, sentence in sentences("held_out")]
    silent = [one for one in held_out if not {kind for kind, *_ in one.marked} - {"organisation"}]
    assert len(held_out) >= 150
    assert len(silent) * 5 >= len(held_out) * 2


@pytest.mark.parametrize(("file", "precision", "recall"), [("dev", 0.95, 0.95), ("held_out", 0.9, 0.85)])
def test_what_is_said_of_people_is_found(file: str, precision: float, recall: float) -> None:
    """Precision and recall over all kinds, by places that overlap, do not fall."""
    counts = measured(file).values()
    assert sum(count.right for count in counts) / sum(count.found for count in counts) >= precision
    assert sum(count.seen for count in counts) / sum(count.marked for count in counts) >= recall


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_is_left_behind(kind: str) -> None:
    """Each kind reaches two thirds of precision and recall on the held-out sentences."""
    count = measured("held_out")[kind]
    assert min(count.precision, count.recall) >= 0.66


@pytest.mark.parametrize(
    "text",
    [
        "一万元以内都可以", "王者荣耀更新了", "蒙古草原的夏天", "请教一个问题",
        "佛山市今天下雨", "他买了一把指纹锁", "电脑中了病毒", "体检套餐八折",
        "儿童座椅包邮", "艾滋病是一种传染病", "佛教传入中国", "我知道教育很重要",
        "处理人脸信息应当取得个人同意", "公司账户余额增长", "台风轨迹偏北", "六岁那年他搬了家",
        "3-6岁儿童适用", "我佛了", "他今年三十五岁", "大学生活很精彩",
        "这家公司很大", "我上小学的时候",
    ],
)  # fmt: skip
def test_general_texts_say_nothing_of_anybody(text: str) -> None:
    """Words that only look alike, rules, science, goods and memories are left alone."""
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("女儿今年１３岁", "under_14", "１３岁"),
        ("孩子才十三周岁半", "under_14", "十三周岁半"),
        ("他儿子虚岁十四，也就是13虚岁", "under_14", "13虚岁"),
        ("我弟弟十四岁", "minor_age", "十四岁"),
        ("他妹妹17岁", "minor_age", "17岁"),
        ("宝宝8个月大了", "under_14", "8个月大"),
    ],
)
def test_ages_are_read_in_every_script(text: str, kind: str, found: str, engine: str) -> None:
    """Arabic, wide and Chinese figures; fourteen divides the two kinds."""
    assert (kind, found) in told(text)


@pytest.mark.parametrize(
    "text", ["他18岁", "她一百零三岁", "他弟弟满8岁以下免费", "我妹妹未满16岁不能去", "岁月静好", "他说万岁"]
)
def test_other_ages_are_not_those_of_minors(text: str) -> None:
    """Adults, limits and words with 岁 are left alone."""
    assert told(text) == []


@pytest.mark.parametrize(
    ("figure", "value"), [("三", 3), ("十", 10), ("十三", 13), ("二十", 20), ("一百零二", 102), ("０７", 7)]
)
def test_figures_are_numbers(figure: str, value: int) -> None:
    """Chinese and wide figures are read as people read them."""
    assert years(figure) == value


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("诊断：高血压3级", "medical", "高血压3级"),
        ('{"diagnosis": "asthma"}', "medical", "asthma"),
        ("血型=AB　身高=170", "medical", "AB"),
        ("宗教信仰：　佛教\n民族：汉", "religion", "佛教"),
        ("Religion: Islam", "religion", "Islam"),
        ("残疾等级：三级。", "specific_identity", "三级"),
    ],
)
def test_a_label_speaks_for_its_value(text: str, kind: str, value: str, engine: str) -> None:
    """What stands behind a label is reported whole, and ends at a blank, a sign or the line."""
    assert (kind, value) in told(text)


@pytest.mark.parametrize(
    "text",
    ["诊断：", "诊断：____", "宗教信仰：\n民族", "诊断很重要", "血型：\0A", "血型: enum('A')", "诊断：必填"],
)
def test_a_label_without_a_value_says_nothing(text: str) -> None:
    """Blank forms and labels in running text are left alone."""
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("他在海江示例科技有限公司上班", "海江示例科技有限公司"),
        ("毕业于江海大学的张三", "江海大学"),
        ("北京市朝阳区人民法院作出判决", "北京市朝阳区人民法院"),
        ("她去了市第一人民医院", "市第一人民医院"),
    ],
)
def test_an_organisation_begins_where_the_words_before_it_end(text: str, found: str, engine: str) -> None:
    """Particles, verbs and signs are not part of the name."""
    assert ("organisation", found) in told(text)


def test_the_reasons_add_up_to_the_score(engine: str) -> None:
    """What ``explain`` lists is all that a score rests on, in every annotated sentence."""
    scanner, seen = Scanner(min_score=0.3), set[str]()
    for text in (*(sentence.text for _, sentence in sentences("dev")), "她去民政局办事"):
        for found in scanner.scan(text):
            if found.source == categories.SOURCE:
                reasons = scanner.explain(text, found)
                assert max(sum(reasons.values()), 0) == pytest.approx(found.score)
                seen.update(reasons)
    assert seen == {"term", "sure", "perhaps", "act", "against", "bare"}


def test_no_score_lies_above_one() -> None:
    """The heaviest term of a kind with all that can speak for it is still a score."""
    for words in vocabulary().kinds.values():
        terms_ = [group.weight for group in words.groups] + [words.age.weight if words.age else 0.0]
        around = max(words.weights.sure, words.weights.perhaps) + words.weights.act
        assert max([*terms_, words.weights.label]) + around <= 1.0001


def test_terms_are_words_or_single_signs() -> None:
    """A term with a sign inside would break the unbroken words that names of organisations are."""
    odd = [term for term in vocabulary().terms if len(term) > 1 and not all(map(terms.WORD.match, term))]
    assert [term for term in odd if not term.isascii()] == []


def test_a_scanner_of_other_kinds_reads_no_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Identifiers and addresses alone cost nothing more than before."""

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(terms, "find", refuse)
    assert [one.type for one in Scanner(["mobile", "address"]).scan("诊断：高血压 13800138000")] == ["mobile"]


def test_one_kind_alone_is_found_as_among_all(engine: str) -> None:
    """A scanner of one kind reports what the scanner of everything does."""
    text = "患者张敏，女，确诊为肺癌，信奉佛教。"
    assert [(one.type, one.start) for one in Scanner(["medical"]).scan(text)] == [
        (one.type, one.start) for one in scan(text) if one.type == "medical"
    ]


@pytest.mark.skipif(not identifiers.native_available(), reason="there is no compiler")
@pytest.mark.parametrize("seed", range(40))
def test_the_compiled_search_is_the_one_in_python(seed: int) -> None:
    """Terms, signs, halves of characters, letters and zeros in any order give the same hits."""
    random = Random(seed)
    pieces = [term.encode() for term in random.sample(vocabulary().terms, 60)]
    pieces += [
        b"\xe6",
        b"\xe6\x88",
        b"\xff",
        b"\0",
        b"\n",
        "。".encode(),
        b"a",
        b"DNA",
        "岁".encode(),
        b"\xf0\x9f\x98\x80",
    ]
    pieces += [
        "龘".encode(),
        "：".encode(),
        b":",
        "三".encode(),
        b"7",
        b"\xed\xa0\x80",
        b"\xc2\xb0",
        b"\xe0\x80\x80",
        b" ",
        "，".encode(),
    ]
    text = b"".join(random.choices(pieces, k=random.randrange(200)))
    for kinds in (terms.EVERY, frozenset({"religion"}), frozenset({"person_name", "minor_age"})):
        for native, python in zip(terms.find(text, kinds), terms._reference(text, kinds), strict=True):
            np.testing.assert_array_equal(native, python)


@pytest.mark.parametrize(
    "text", [b"", "岁".encode(), "8岁".encode(), b"\xe5\xb2\x81" * 9, "诊断：".encode() * 50, b"\xff" * 9]
)
def test_odd_texts_have_an_answer(text: bytes, engine: str) -> None:
    """Nothing, bare terms and broken characters do no harm, and every place lies inside the text."""
    spans = categories.find(text, *NOBODY).spans
    assert ((spans.start >= 0) & (spans.start < spans.end) & (spans.end <= len(text))).all()
