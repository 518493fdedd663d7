"""The page of the gate where a set is asked for: boxes to tick, steps to a computed answer, no script."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.catalogue import LANGUAGES, catalogue
from tests.app.made_up import served
from tests.app.test_decide_page import Forms, effect, press, show

Client = TestClient[Litestar]
WORDS = catalogue("en")
BEGIN = "/decide?" + urlencode(
    {
        "act": "open_service",
        "assume": "ordinary-app",
        "as_of": "2025-06-03",
        "account.true_identity_given": "true",
        "app.basic_refused": "true",
        "app.refused_over_extra": "true",
    }
)
RIDE = f"{BEGIN}&app.categories=ride_hailing"


@pytest.fixture(scope="module")
def gate() -> Iterator[Client]:
    """Talk to an application over the installed law, in English."""
    with TestClient(served()) as client:
        client.headers["accept-language"] = "en"
        yield client


def test_the_items_are_ticked_with_the_list_of_the_category_first(gate: Client) -> None:
    """What the list names stands under its heading, everything else below."""
    text = show(gate, RIDE)
    assert effect(text) == "undetermined"
    listed, _, rest = text.partition(WORDS.phrases["decide.on_no_list"])
    assert 'value="payment_time"' in listed
    assert 'value="address_book"' in rest
    assert text.count('value="payment_time"') == 1


def test_ticked_boxes_lead_to_the_condition_and_then_to_the_answer(gate: Client) -> None:
    """The page asks for the items, then for the condition that one of them has, then the answer stands."""
    chosen = "&data.items=location&data.items=payment_time&data.items=none"
    text = show(gate, RIDE + chosen)
    assert effect(text) == "undetermined"
    assert effect(show(gate, press(text, "app.ride_booked_online", "true"))) == "permitted"
    assert effect(show(gate, press(text, "app.ride_booked_online", "false"))) == "prohibited"


def test_no_box_is_an_answer_too(gate: Client) -> None:
    """The button alone says that nothing is asked for, which no list can forbid."""
    text = show(gate, RIDE)
    assert effect(show(gate, press(text, "data.items", "none"))) == "permitted"


def test_the_whole_question_can_be_answered_instead(gate: Client) -> None:
    """Who knows the answer need not list anything, and who does not know the items is asked it."""
    text = show(gate, f"{RIDE}&ask=app.beyond_necessary")
    assert ("app.beyond_necessary", "true") in Forms(text).buttons
    unsure = show(gate, press(show(gate, RIDE), "skip", "data.items"))
    assert ("app.beyond_necessary", "true") in Forms(unsure).buttons


def test_an_item_that_does_not_exist_is_refused(gate: Client) -> None:
    """A misspelt item in an address is named with the one that is near it."""
    text = show(gate, f"{RIDE}&data.items=adress_book", 400)
    assert "fact-type" in text
    assert "address_book" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_are_shown_in_words(gate: Client, language: str) -> None:
    """Categories and items have names in each language, in questions, answers and reasons."""
    pages = (RIDE, f"{RIDE}&data.items=location,address_book&explain=1", f"{BEGIN}&ask=app.category")
    for page in pages:
        text = gate.get(page, headers={"Accept-Language": language}).text
        assert {"zh": "网络约车类", "en": "Online ride-hailing", "es": "Transporte con conductor en línea"}[
            language
        ] in text
        assert "ride hailing" not in text
