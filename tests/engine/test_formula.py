"""Calculators that name what does not exist do not load, and say where and what to do."""

from datetime import date
from typing import Any

import pytest

from shouxin.engine.calculator import Calculators
from shouxin.engine.readings import Readings
from shouxin.errors import LawError

from .conftest import DAY, gate_over, instrument, provision, words

FACTS = [
    {"name": "count", "type": "int", "label": words("count")},
    {"name": "enough", "type": "int", "label": words("the number that another document sets")},
    {"name": "made_on", "type": "date", "label": words("made on")},
    {"name": "done_on", "type": "date", "label": words("done on")},
    {"name": "several", "type": "acts", "label": words("several acts")},
]
HALF = {"fact": words("count"), "count": "count", "per": 2}
PARAMETERS: list[dict[str, Any]] = [
    {"name": "figure", "what": words("figure"), "unit": "files", "min": 3},
    {"name": "time", "what": words("time"), "unit": "days", "max": 10},
    {"name": "short", "what": words("time"), "unit": "days", "below": 10},
    {"name": "cake", "what": words("cake"), "unit": "slices", "max": 10},
    {"name": "most", "what": words("most"), "unit": "ratio", "max": 1, "terms": [HALF]},
    {"name": "least", "what": words("least"), "unit": "ratio", "min": 1, "terms": [{**HALF, "count": ""}]},
    {"name": "halves", "what": words("halves"), "unit": "ratio", "min": 1, "terms": [HALF]},
]


def calculators(calculator: dict[str, Any], *more: dict[str, Any]) -> Calculators:
    """Return the calculators of a made-up law with one provision."""
    example: dict[str, Any] = {"given": {}}
    block = {**calculator, "examples": [example, example]}
    home = {
        **provision("art_1"),
        "mechanism": ["calculator"],
        "parameters": PARAMETERS,
        "calculator": [block],
    }
    rules = gate_over(instrument("home", "2020-01-01", home, facts=[*FACTS, *more])).rules
    return Calculators(rules, Readings(rules.register))


@pytest.mark.parametrize(
    ("calculator", "code"),
    [
        ({"when": "count >= $nothing"}, "calculator-parameter"),
        ({"when": "count > $figure"}, "calculator-parameter"),
        ({"when": "cuont >= $figure"}, "condition-unknown-fact"),
        ({"when": "several"}, "condition-unknown-fact"),
        ({"when": "made_on >= $enough"}, "condition-type"),
        ({"sum": "nothing"}, "calculator-parameter"),
        ({"sum": "most"}, "calculator-parameter"),
        ({"sum": "least"}, "calculator-fact"),
        ({"within": {"begins": "made_on", "ends": "done_on", "parameter": "cake"}}, "calculator-parameter"),
        ({"within": {"begins": "made_on", "ends": "done_on", "parameter": "figure"}}, "calculator-parameter"),
        ({"within": {"begins": "born_on", "ends": "done_on", "parameter": "time"}}, "calculator-fact"),
        ({"for_breach": True, "gives": "nothing"}, "calculator-fact"),
        ({"for_breach": True, "sanctions": [{"who": "all", "kind": "fine", "base": "x"}]}, "calculator-fact"),
        (
            {"for_breach": True, "sanctions": [{"who": "all", "kind": "fine", "parameter": "x"}]},
            "calculator-parameter",
        ),
        ({"for_breach": True, "after": ["art_2"]}, "calculator-unknown"),
        ({"upon": ["art_1"]}, "calculator-circle"),
        ({"for_breach": True, "adds": {"of": "severall", "to": {"art_1": ""}}}, "calculator-fact"),
        (
            {"for_breach": True, "adds": {"of": "several", "to": {"art_1": "nothing"}}},
            "condition-unknown-fact",
        ),
        (
            {
                "for_breach": True,
                "adds": {"of": "several", "to": {"art_1": ""}, "day": "made_on", "within": "cake"},
            },
            "calculator-parameter",
        ),
    ],
)
def test_what_does_not_exist_is_found_at_load_time(calculator: dict[str, Any], code: str) -> None:
    """A parameter, a fact, a length of time or another calculator that is not there."""
    with pytest.raises(LawError) as caught:
        calculators(calculator)
    assert caught.value.code == code
    assert "home:art_1" in caught.value.where


def test_a_total_of_what_is_no_number_does_not_load() -> None:
    """The parts of a sum are numbers of the same file."""
    total = {"name": "total", "type": "int", "label": words("total"), "total": ["count", "made_on"]}
    with pytest.raises(LawError) as caught:
        calculators({"when": "total > 1"}, total)
    assert caught.value.code == "calculator-fact"


@pytest.mark.parametrize(
    ("given", "reached"),
    [
        ({"count": 3, "enough": 3}, True),
        ({"count": 2, "enough": 3}, False),
        ({"count": 3}, None),
        ({"count": 0, "enough": 1}, False),
    ],
)
def test_a_figure_may_be_what_another_document_sets(given: dict[str, int], reached: bool | None) -> None:
    """Where the text has no number, the one that is entered stands for it."""
    assert calculators({"when": "count >= $enough"}).calculate("home:art_1", given, DAY).reached is reached


@pytest.mark.parametrize(
    ("parameter", "last", "reached"),
    [
        ("time", "2025-01-11", True),
        ("time", "2025-01-12", False),
        ("short", "2025-01-10", True),
        ("short", "2025-01-11", False),
        ("time", "2024-12-31", False),
    ],
)
def test_time_is_counted_from_the_day_after(parameter: str, last: str, reached: bool) -> None:
    """Ten days from 1 January end with the 11th; less than ten with the 10th; none before it begins."""
    within = {"begins": "made_on", "ends": "done_on", "parameter": parameter}
    given = {"made_on": date(2025, 1, 1), "done_on": last}
    assert calculators({"within": within}).calculate("home:art_1", given, DAY).reached is reached


def test_a_sum_of_nothing_known_is_not_shown() -> None:
    """Nought halves are a sum, and no halves known are none."""
    halves = calculators({"sum": "halves"})
    assert halves.calculate("home:art_1", {"count": 0}, DAY).sum == "0"
    assert halves.calculate("home:art_1", {}, DAY).sum is None
