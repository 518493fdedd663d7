"""The scan in one compiled call gives what the same steps on arrays give, text for text."""

from random import Random

import numpy as np
import pytest

from shouxin.detect import Finding, Scanner, identifiers
from shouxin.detect.categories.vocabulary import vocabulary
from shouxin.detect.detector import HIGHEST
from shouxin.detect.kinds import KINDS
from shouxin.detect.prose import scores
from shouxin.detect.spans import Spans
from tests.detect.made_up import MadeUp
from tests.detect.names.prose import sentences

compiled_only = pytest.mark.skipif(
    not identifiers.native_available(), reason="the native scanner was not built"
)
SENTENCES = [sentence.text for _, sentence in sentences("dev")]
PIECES = [
    *("王小明", "北京市海淀区中关村大街1号", "腾讯科技有限公司", "13800138000", "li@example.com", "13岁"),
    *(
        "北纬39°54′",
        "IMEI 35-209900-176148-1",
        "：",
        "。",
        "，",
        "\n",
        "8",
        "三",
        "name: Wang Wei",
        "\0",
        "密码abc12345",
    ),
]
KINDS_ASKED = (
    KINDS,
    ("person_name",),
    ("organisation", "email"),
    ("religion", "medical"),
    ("mobile", "coordinates"),
    ("minor_age", "under_14", "whereabouts"),
)


def arrays(scanner: Scanner, text: bytes) -> Spans:
    """Return what a scanner finds step by step, on arrays."""
    return scanner._found(text).spans


def some_text(random: Random) -> bytes:
    """Return sentences, terms and identifiers in any order, sometimes with a byte that belongs to none."""
    made = MadeUp(random.randrange(1000))
    pieces = [*random.choices(vocabulary().terms, k=30), *PIECES * 2, *random.choices(SENTENCES, k=5)]
    pieces += [made.written(kind, made.identifier(kind)) for kind in MadeUp.KINDS]
    text = "".join(random.choices(pieces, k=random.randrange(40))).encode()
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice((b"", b"", b"\xe5", b"\xff\x80")) + text[at:]


@compiled_only
@pytest.mark.parametrize("kinds", KINDS_ASKED)
def test_one_call_finds_what_the_steps_find(kinds: tuple[str, ...]) -> None:
    """Kinds, places and scores are the same to the last bit, whatever is asked for."""
    random = Random("".join(kinds))
    for scanner in (Scanner(kinds), Scanner(kinds, min_score=0.8)):
        for _ in range(60):
            text = some_text(random)
            one, other = scanner.spans(text), arrays(scanner, text)
            assert [column.dtype for column in one] == [column.dtype for column in other]
            for column, expected in zip(one, other, strict=True):
                np.testing.assert_array_equal(column, expected, str(text))


@compiled_only
@pytest.mark.parametrize("label", ["name", "姓名", "诊断", "religion"])
@pytest.mark.parametrize("lead", [": ", "：", '": "', " = ", "'　:\t　\"", "\t", "", "::", " \u3000 ："])
def test_behind_a_label_both_see_the_same_value(label: str, lead: str) -> None:
    """Quotation marks, blanks, one sign, and a value in Latin letters or Chinese; or what is no value."""
    scanner = Scanner()
    for value in ("Wang Xiaoming", "wang", "糖尿病", "佛教", "王小明", "", "7", '"x"'):
        text = f"患者{label}{lead}{value}，复诊。".encode()
        for column, expected in zip(scanner.spans(text), arrays(scanner, text), strict=True):
            np.testing.assert_array_equal(column, expected, str(text))


@compiled_only
@pytest.mark.parametrize("before", [*range(20), 31, 32, 33])
@pytest.mark.parametrize("behind", ["", "。", "了" * 9])
def test_a_sign_is_seen_wherever_it_stands(before: int, behind: str) -> None:
    """A place in degrees, from the first byte of a text to the last, across what is compared at once."""
    found = Scanner(["coordinates"]).scan(f"{'x' * before} 39°54′N, 116°23′E{behind}")
    assert [(one.type, one.start) for one in found] == [("coordinates", before + 1)]


@compiled_only
def test_findings_are_the_spans_with_places_in_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Objects made by the compiled scan equal those made in Python."""
    random = Random(4)
    texts = [some_text(random) for _ in range(60)]
    compiled = [Scanner().scan(text) for text in texts]
    monkeypatch.setattr(Scanner, "_compiled", lambda _: None)
    assert compiled == [Scanner().scan(text) for text in texts]
    assert sum(map(len, compiled)) > 100


def test_many_texts_are_scanned_as_each_alone(engine: str) -> None:
    """A name that is certain in one text says nothing in the next."""
    texts: list[str | bytes] = [
        "张三丰，手机13800138000",
        b"",
        "张三丰",
        "备注\ud800：li@example.com",
        "她确诊为肺癌",
    ]
    found = Scanner().scan_many(texts)
    assert found == [Scanner().scan(text) for text in texts]
    assert [[item.type for item in items] for items in found] == [
        ["person_name", "mobile"],
        [],
        [item.type for item in Scanner().scan("张三丰")],
        ["email"],
        ["medical"],
    ]


def test_no_name_weighs_more_than_the_scores_reach() -> None:
    """Beyond the highest weight and its opposite scores no longer change."""
    ends = np.array([-2 * HIGHEST, -HIGHEST, HIGHEST - 1, 2 * HIGHEST], np.int32)
    assert scores(ends).tolist() == [0, 0, 1, 1]


@compiled_only
def test_what_goes_wrong_in_python_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of what is asked of Python on the way reaches the caller."""

    def fails(text: bytes) -> None:
        raise RuntimeError("nothing written can be read")

    monkeypatch.setattr("shouxin.detect.written.find", fails)
    with pytest.raises(RuntimeError, match="nothing written"):
        Scanner().scan("北纬39°54′20″，东经116°25′29″")


def test_findings_can_be_compared_and_stored() -> None:
    """They hold text and numbers alone, so that no cycle of references can begin at one."""
    assert not Finding.__struct_config__.gc
    assert len({*Scanner().scan("13800138000"), *Scanner().scan("13800138000")}) == 1
