"""Presidio with our recogniser: Chinese by one import, the same places as without it."""

import pytest
from presidio_analyzer import RecognizerRegistry

from shouxin.detect import scan
from shouxin.detect.kinds import KINDS
from shouxin.detect.presidio import ENTITIES, ShouxinRecognizer, chinese_engine

TEXT = "客户卡号4111111111111111，邮箱zhang@example.com请回复，身份证11010519491231002X，车牌京A12345"


def test_what_presidio_misses_beside_han_characters_is_found() -> None:
    """Card and e-mail glued to Han characters, which its own patterns lose, and kinds it does not know."""
    found = {
        (result.entity_type, TEXT[result.start : result.end])
        for result in chinese_engine().analyze(TEXT, "zh")
    }
    assert {
        ("CREDIT_CARD", "4111111111111111"), ("EMAIL_ADDRESS", "zhang@example.com"),
        ("CN_RESIDENT_ID", "11010519491231002X"), ("CN_LICENCE_PLATE", "京A12345"),
    } <= found  # fmt: skip


def test_the_places_and_scores_are_those_of_the_scanner() -> None:
    """Nothing is added, dropped or moved on the way."""
    results = chinese_engine().analyze(TEXT, "zh")
    told = {
        (result.recognition_metadata["kind"], result.start, result.end, result.score) for result in results
    }
    assert told == {(found.type, found.start, found.end, found.score) for found in scan(TEXT)}


def test_only_the_entities_asked_for_are_returned() -> None:
    """By Presidio's filter, and by the kinds of the recogniser."""
    (one,) = chinese_engine().analyze(TEXT, "zh", entities=["EMAIL_ADDRESS"])
    (other,) = chinese_engine(["bank_card"]).analyze(TEXT, "zh")
    assert (one.entity_type, other.entity_type) == ("EMAIL_ADDRESS", "CREDIT_CARD")


def test_a_registry_of_ones_own_takes_it_beside_others() -> None:
    """It is one more recogniser there, for the language it is made for."""
    registry = RecognizerRegistry(supported_languages=["zh"])
    registry.add_recognizer(ShouxinRecognizer())
    assert "CN_USCC" in registry.get_supported_entities(["zh"])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_name_there(kind: str) -> None:
    """Presidio's names are upper case words."""
    assert ENTITIES[kind].replace("_", "").isalnum()
    assert ENTITIES[kind] == ENTITIES[kind].upper()
