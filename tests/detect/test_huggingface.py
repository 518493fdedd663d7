"""A model of names as one more finder, tried with a model that knows one name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.detect.huggingface import LABELS, TokenClassifier
from shouxin.detect.kinds import KINDS
from shouxin.errors import InputError


def knows_one_name(texts: Sequence[str]) -> Iterable[Sequence[Mapping[str, Any]]]:
    """Find 王小明 and a label nobody asked for, as a pipeline does, and refuse what is too long for it."""
    assert all(0 < len(text) <= 400 for text in texts)
    for text in texts:
        at = text.find("王小明")
        named = [{"entity_group": "PER", "start": at, "end": at + 3, "score": 0.9}] if at >= 0 else []
        yield [*named, {"entity_group": "MISC", "start": 0, "end": 1, "score": 0.99}]


@given(st.integers(0, 900), st.integers(0, 30))
def test_a_name_is_found_wherever_it_stands(before: int, sentences: int) -> None:
    """Offsets are bytes of the whole text, not of the sentence."""
    head = ("今天天气😀很好。" * sentences) + "。" * min(before, 5) + "x" * before + "。"
    text = f"{head}王小明来了。"
    spans = TokenClassifier(knows_one_name).spans(text.encode())
    assert [KINDS[kind] for kind in spans.kind] == ["person_name"]
    assert text.encode()[spans.start[0] : spans.end[0]].decode() == "王小明"


def test_an_empty_text_has_no_findings() -> None:
    """No sentence, no call with nothing."""
    assert len(TokenClassifier(knows_one_name).spans(b"").kind) == 0


def test_labels_that_mean_no_kind_are_refused() -> None:
    """A misspelt kind is an error when the adapter is made, not a silence later."""
    with pytest.raises(InputError) as caught:
        TokenClassifier(knows_one_name, {**LABELS, "PER": "persona"})
    assert caught.value.code == "detect-kind"


def test_without_the_library_or_the_model_the_word_is_what_to_install() -> None:
    """Nobody is made to have it."""
    with pytest.raises(InputError) as caught:
        TokenClassifier.load("/nowhere/at/all")
    assert caught.value.code == "model-unavailable"
