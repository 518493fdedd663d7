"""Several acts whose counts are added up: which count, what is known of them together, what is refused."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from .test_calculator import ask, refused

UNIT = "art_4__item_1"


def act(records: int | None, day: str | None = "2024-03-01", **more: Any) -> dict[str, Any]:
    """Return an act of leaking that was not dealt with and is no crime by itself."""
    return {
        "offence": "refusal_of_security_duties",
        "crime_by_itself": False,
        "penalised": False,
        "prosecuted": False,
        "class_1_records": records,
        "act_on": day,
        **more,
    }


def test_acts_within_two_years_are_added_up() -> None:
    """Two leaks two years apart reach together what neither reaches alone; a day more and they do not."""
    far = [act(250, "2023-03-01"), act(250, "2025-03-01")]
    assert ask(UNIT, {"several_times": True, "acts": far}).reached is True
    far[1]["act_on"] = "2025-03-02"
    assert ask(UNIT, {"several_times": True, "acts": far}).reached is False


def test_acts_may_be_given_as_json() -> None:
    """The command line gives them as text, with numbers of any kind."""
    text = json.dumps([act(250), act(250)]).replace(": 250", ": 250.0")
    assert ask(UNIT, {"several_times": "true", "acts": text}).reached is True


def test_an_act_that_reaches_the_figure_needs_no_other() -> None:
    """It is reached by one act, whatever the others are and whether or not they are several."""
    found = ask(UNIT, {"several_times": False, "acts": [act(500), act(None)]})
    assert (found.reached, found.decided_by) == (True, "rule")


def test_whether_two_acts_are_several_is_left_to_a_person() -> None:
    """Without that judgement the answer stays open and says who decides."""
    found = ask(UNIT, {"acts": [act(250), act(250)]})
    assert (found.reached, found.decided_by) == (None, "person")
    assert "several_times" in {item.fact for item in found.missing}


@pytest.mark.parametrize(
    "other", [act(None), act(250, None), act(250, offence=None), act(250, penalised=None), act(249)]
)
def test_what_is_not_known_of_an_act_never_reaches_the_figure(other: dict[str, Any]) -> None:
    """An act without its count, day, offence or handling leaves it open; 249 records do not."""
    expected = False if other["class_1_records"] == 249 else None
    assert ask(UNIT, {"several_times": True, "acts": [act(250), other]}).reached is expected


@given(some.lists(some.integers(0, 300), min_size=2, max_size=4), some.randoms())
def test_the_order_of_acts_does_not_matter(records: list[int], chance: Any) -> None:
    """The sum is that of all the acts, in whatever order they are given."""
    acts = [act(count) for count in records]
    chance.shuffle(acts)
    found = ask(UNIT, {"several_times": True, "acts": acts})
    assert found.reached is (Fraction(sum(records)) >= 500)


def test_what_is_counted_once_is_not_added() -> None:
    """The same three recipients may stand behind two acts."""
    helped = [act(None, offence="assisting_network_crime", recipients_helped=2) for _ in range(2)]
    unit = "art_12__para_1__item_1"
    assert ask(unit, {"several_times": True, "acts": helped}).reached is None
    assert ask(unit, {"several_times": True, "acts": helped, "recipients_helped": 3}).reached is True
    assert ask(unit, {"several_times": True, "acts": helped, "recipients_helped": 2}).reached is False


@pytest.mark.parametrize(
    "acts",
    [
        "",
        "[]",
        [],
        "[1]",
        [1],
        "{}",
        "[" * 5000,
        [[]],
        [act(1)] * 101,
        True,
        [{"acts": [act(1)], "track": -1}],
    ],
)
def test_what_is_no_list_of_acts_is_refused(acts: object) -> None:
    """Nothing, one act without a list, broken text, too many."""
    assert refused(UNIT, {"acts": acts}) == "fact-type"


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"acts": [act(250)], "class_1_records": 500}, "fact-contradiction"),
        ({"acts": [act(250)], "track": 500}, "fact-contradiction"),
        ({"acts": [act(250, track=251)]}, "fact-contradiction"),
        ({"acts": [act(-1)]}, "fact-type"),
        ({"acts": [{"nothing": 1}]}, "fact-unknown"),
    ],
)
def test_acts_that_cannot_be_are_refused(known: dict[str, object], code: str) -> None:
    """A count beside the acts, or within one that contradicts itself."""
    assert refused(UNIT, known) == code
