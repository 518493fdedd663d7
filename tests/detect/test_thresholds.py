"""Which score a finding has does not depend on the lowest that is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.detect import Scanner, scan
from shouxin.detect.evidence import Evidence
from shouxin.detect.finding import Finding
from shouxin.detect.kinds import NUMBER, SOURCE, kinds
from shouxin.detect.reasons import reasons
from tests.detect.made_up import MadeUp

PIECES = (
    *("13800138000", "联系电话：13800138000", "订单号13800138000", "时间戳 13800138000 手机", "QQ12345678"),
    *("192.168.1.20", "版本 10.2.33.4", "010-82345678", "卡号6222021234567890128", "12345678"),
    *("密码是Abc123", "１３９００１３９０００", "李小明", "北京", "杭州市余杭区文一西路969号", "民政局"),
    *("她确诊为肺癌", "，", "。", " ", "39°54′N", "IMEI 35-209900-176148-1", "电话", "编号"),
    *("1990-01-02", "生日1990-01-02", "E12345678"),
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def placed(found: list[Finding]) -> dict[tuple[str, int, int], float]:
    """Return the scores by kind and place."""
    return {(one.type, one.start, one.end): one.score for one in found}


@given(TEXTS, st.sampled_from([0.1, 0.2, 0.35, 0.45, 0.6, 0.75, 0.9, 0.97]))
def test_another_threshold_leaves_sure_findings_alone(text: str, least: float) -> None:
    """Above and below the default, what scores enough for both is found by both, with one score."""
    plain, other = placed(scan(text)), placed(Scanner(min_score=least).scan(text))
    enough = max(least, 0.5)
    assert {place: score for place, score in plain.items() if score >= enough} == {
        place: score for place, score in other.items() if score >= enough
    }


@given(TEXTS, st.sampled_from([(0.1, 0.3), (0.2, 0.35), (0.05, 0.45)]))
def test_a_guess_has_one_score(text: str, least: tuple[float, float]) -> None:
    """What two thresholds below the default both report scores the same, and its parts add up to that."""
    low, high = (Scanner(min_score=each) for each in least)
    found, others = low.scan(text), placed(high.scan(text))
    assert all(
        others.get(place, score) == score for place, score in placed(found).items() if score >= least[1]
    )
    for one in (one for one in found if one.source == SOURCE):
        total = sum(low.explain(text, one).values())
        assert one.score == pytest.approx(min(max(total, 0), 1), abs=1e-4)


def test_words_against_count_below_the_default_too(engine: str) -> None:
    """A number behind the word for an order keeps its low score where low scores are asked for."""
    text = "订单号13800138000"
    assert scan(text) == []
    scanner = Scanner(["mobile"], min_score=0.3)
    [one] = scanner.scan(text)
    assert one.score == pytest.approx(kinds()["mobile"].score(Evidence.TABLE | Evidence.AGAINST))
    assert scanner.explain(text, one)["against"] < 0
    assert scanner.spans(text).kind.tolist() == [NUMBER["mobile"]]


def test_both_engines_guess_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents of made-up numbers and look-alikes give the same guesses with and without the compiler."""
    from shouxin.detect import identifiers

    if not identifiers.native_available():
        pytest.skip("the native scanner was not built")
    made = MadeUp(7)
    text = "\n".join(made.document()[0] for _ in range(60))
    scanner = Scanner(min_score=0.2)
    native = placed(scanner.scan(text))
    monkeypatch.setattr(identifiers, "_native", None)
    identifiers.tables.cache_clear()
    assert placed(scanner.scan(text)) == native
    identifiers.tables.cache_clear()


def test_the_reasons_of_many_are_those_of_each() -> None:
    """At a low threshold the evidence of all findings at once is what ``explain`` says of each."""
    text = "订单号13800138000，电话010-82345678，IMEI 35-209900-176148-1"
    scanner = Scanner(min_score=0.2)
    found = scanner.scan(text)
    assert reasons(scanner, text.encode(), scanner.spans(text)) == [
        scanner.explain(text, one) for one in found
    ]
