"""The scanner as people call it: kinds, scores, offsets, reasons, errors."""

from collections.abc import Callable
from typing import Any

import pytest

from shouxin.detect import Finding, Scanner, native_available, scan
from shouxin.detect.names.tagger import score
from shouxin.detect.spans import characters
from shouxin.errors import InputError

TEXT = "张三的手机是１３８００１３８０００，邮箱li@example.com。"
FOUND = ["张三", "１３８００１３８０００", "li@example.com"]


def test_offsets_count_characters_and_bytes_of_the_text_as_given(engine: str) -> None:
    """Folding wide digits moves no offset: both kinds of offsets cut out the same piece."""
    for text in (TEXT, TEXT.encode()):
        found = scan(text)
        assert [TEXT[item.start : item.end] for item in found] == FOUND
        data = TEXT.encode()
        assert [data[item.byte_start : item.byte_end].decode() for item in found] == [
            TEXT[item.start : item.end] for item in found
        ]


def test_a_finding_never_holds_the_value() -> None:
    """Its fields are places, kinds and scores."""
    assert "13800138000" not in repr(scan("13800138000"))


def test_only_the_kinds_asked_for_are_reported(engine: str) -> None:
    """What else a number is decides nothing about the others."""
    assert [item.type for item in Scanner(["email"]).scan(TEXT)] == ["email"]


def test_the_score_is_the_sum_of_its_reasons(engine: str) -> None:
    """An explanation lists what was added, and the sum is the score."""
    scanner = Scanner()
    name, mobile, email = scanner.scan(TEXT)
    for item in (mobile, email):
        assert sum(scanner.explain(TEXT, item).values()) == pytest.approx(item.score)
    assert scanner.explain(TEXT, mobile) == {"base": 0.7, "table": 0.2, "context": 0.08}
    assert scanner.explain(TEXT, name)["family name"] > 0
    assert round(score(round(sum(scanner.explain(TEXT, name).values()))), 3) == name.score
    [address] = scanner.scan("住在中山路12号")
    assert scanner.explain("住在中山路12号", address) == {"door": address.score}


def test_nothing_is_explained_that_was_not_found() -> None:
    """A finding of another recogniser has no reasons here."""
    other = Finding(type="mobile", start=0, end=1, byte_start=0, byte_end=1, score=1.0, source="names")
    assert Scanner().explain(TEXT, other) == {}


def test_an_order_number_is_believed_only_below_its_doubt(engine: str) -> None:
    """A word against a number lowers its score; who asks for less gets it."""
    assert scan("订单号13800138000") == []
    assert [item.type for item in Scanner(min_score=0.3).scan("订单号13800138000")] == ["mobile"]


@pytest.mark.parametrize(
    ("kinds", "score", "code"),
    [(["phone"], 0.5, "detect-kind"), (None, 0.0, "detect-score"), (None, 1.5, "detect-score")],
)
def test_what_cannot_be_asked_for_is_refused(kinds: list[str] | None, score: float, code: str) -> None:
    """An unknown kind and an impossible score are errors with a code."""
    with pytest.raises(InputError) as refused:
        Scanner(kinds, min_score=score)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["", b"", b"\xff\xfe\x00", "\ud800 13800138000", b"\x00" * 200])
def test_odd_texts_have_an_answer(text: str | bytes, engine: str) -> None:
    """Nothing, broken UTF-8, lone surrogates and zeros are scanned like anything else."""
    assert [item.type for item in scan(text)] == (["mobile"] if "138" in str(text) else [])


def test_offsets_become_characters_alike(engine: str) -> None:
    """The native count of characters is that of numpy."""
    import numpy as np

    from shouxin.detect import identifiers

    data = TEXT.encode()
    offsets = np.array([0, 3, 9, len(data)])
    assert identifiers.characters(data, offsets).tolist() == characters(data, offsets).tolist()


def test_it_says_whether_it_is_compiled(engine: str) -> None:
    """``native_available`` tells which engine is at work."""
    assert native_available() == (engine == "native")


@pytest.mark.parametrize("value", [13900000001, None, ["手机"], bytearray(b"139")])
def test_what_is_no_text_is_refused(value: Any) -> None:
    """A number, nothing, a list: the error names its type and says what to do."""
    asks: tuple[Callable[[Any], object], ...] = (
        scan,
        Scanner().spans,
        lambda text: Scanner().scan_many([text]),
    )
    for ask in asks:
        with pytest.raises(InputError, match=type(value).__name__) as refused:
            ask(value)
        assert refused.value.code == "detect-text"
