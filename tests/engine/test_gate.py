"""The gate over a made-up law: effects, exceptions, time, readings, questions, assumptions."""

from datetime import date
from typing import Any

import pytest

from shouxin.engine.gate import Gate
from shouxin.errors import InputError, LawError

from .conftest import DAY, gate_over, instrument, provision


@pytest.fixture
def gate() -> Gate:
    """Return a gate over two instruments: a ban with exceptions, a duty, and a later law."""
    return gate_over(
        instrument(
            "old",
            "2015-01-01",
            provision(
                "art_1", {"acts": ["collect"], "when": "a.one", "require": "a.two", "unless": ["art_2"]}
            ),
            provision("art_2", {"effect": "permit", "when": "a.three", "unless": ["art_3"]}),
            provision("art_3", {"effect": "permit", "when": "b.count > 10"}),
            provision(
                "art_4", {"acts": ["collect"], "effect": "duty", "duty": "write-down", "when": "a.one"}
            ),
        ),
        instrument(
            "new",
            "2020-01-01",
            provision("art_1", {"acts": ["send"], "when": "p.child"}),
            provision("art_2", {"effect": "permit", "when": "b.kind = 'red'", "overrides": ["old"]}),
            repealed="2024-01-01",
        ),
    )


def effect(gate: Gate, day: date = DAY, **facts: Any) -> str:
    """Return the effect of an act; ``a_one`` stands for the fact ``a.one``."""
    return gate.decide({name.replace("_", ".", 1): worth for name, worth in facts.items()}, day).effect


def test_a_rule_forbids_where_it_holds_and_its_condition_is_not_met(gate: Gate) -> None:
    """``when`` without ``require`` is prohibited; with it, permitted with the duty attached."""
    banned = gate.decide({"act": "collect", "a.one": True, "a.two": False, "a.three": False}, DAY)
    assert (banned.effect, [item.provision for item in banned.violations]) == ("prohibited", ["old:art_1"])
    allowed = gate.decide({"act": "collect", "a.one": True, "a.two": True}, DAY)
    assert (allowed.effect, [duty.duty for duty in allowed.duties]) == ("permitted", ["write-down"])


def test_an_exception_defeats_and_its_own_exception_revives(gate: Gate) -> None:
    """Exceptions apply their own exceptions first."""
    case: dict[str, Any] = {"act": "collect", "a_one": True, "a_two": False}
    assert effect(gate, **case, a_three=True, b_count=3) == "permitted"
    assert effect(gate, **case, a_three=True, b_count=11) == "prohibited"
    assert effect(gate, **case, a_three=True) == "undetermined"


def test_what_is_not_known_is_asked_not_assumed(gate: Gate) -> None:
    """The smallest set of facts that settles it is named, with the question."""
    made = gate.decide({"act": "collect", "a.one": True, "a.three": False}, DAY)
    assert (made.effect, [item.fact for item in made.missing]) == ("undetermined", ["a.two"])
    assert made.missing[0].question.en == "a.two?"
    assert made.possible == ("old:art_1",)


def test_a_law_stands_from_its_first_day_to_the_day_before_its_repeal(gate: Gate) -> None:
    """The day before, on, and after commencement and repeal."""
    child = {"act": "send", "p_child": True}
    with pytest.raises(InputError, match="no rule in force"):
        effect(gate, date(2019, 12, 31), **child)
    assert effect(gate, date(2020, 1, 1), **child) == "prohibited"
    assert effect(gate, date(2023, 12, 31), **child) == "prohibited"
    with pytest.raises(InputError, match="no rule in force"):
        effect(gate, date(2024, 1, 1), **child)


def test_a_special_law_overrides_a_whole_instrument_while_it_stands(gate: Gate) -> None:
    """``overrides`` at the special rule is the same edge as ``unless`` at the general one."""
    case = {"act": "collect", "a_one": True, "a_two": False, "a_three": False, "b_kind": "red"}
    assert effect(gate, date(2021, 1, 1), **case) == "permitted"
    assert effect(gate, date(2016, 1, 1), **case) == "prohibited"


def test_a_day_before_any_law_is_refused(gate: Gate) -> None:
    """Nothing was in force, and that is no permission."""
    with pytest.raises(InputError) as caught:
        effect(gate, date(2014, 12, 31), act="collect")
    assert caught.value.code == "date-before-law"


@pytest.mark.parametrize(
    ("facts", "code", "words"),
    [
        ({}, "act-missing", "act"),
        ({"act": 3}, "act-missing", "act"),
        ({"act": "colect"}, "act-unknown", "collect"),
        ({"act": "sleep"}, "act-unregulated", "sleep"),
        ({"act": "collect", "a.oen": True}, "fact-unknown", "a.one"),
        ({"act": "collect", "a.one": "yes"}, "fact-type", "a.one"),
        ({"act": "collect", "a.one": 1}, "fact-type", "a.one"),
        ({"act": "collect", "b.count": True}, "fact-type", "b.count"),
        ({"act": "collect", "b.count": float("nan")}, "fact-type", "b.count"),
        ({"act": "collect", "b.kind": "pink"}, "fact-type", "red or green or blue"),
        ({"act": "collect", "b.day": "yesterday"}, "fact-type", "2025-06-03"),
        ({"act": "collect", "p.born": "2020-01-01", "p.child": False}, "fact-contradiction", "p.child"),
        ({"act": "collect", "p.child": True, "p.old": True}, "fact-contradiction", "p.old"),
    ],
)
def test_bad_facts_are_refused_with_the_nearest_name(
    gate: Gate, facts: dict[str, Any], code: str, words: str
) -> None:
    """Unknown acts and facts, wrong types and contradictions: clear errors."""
    with pytest.raises(InputError) as caught:
        gate.decide(facts, DAY)
    assert (caught.value.code, words in str(caught.value)) == (code, True), str(caught.value)


def test_an_age_follows_from_a_date_of_birth(gate: Gate) -> None:
    """A child is a child until the fourteenth birthday, on the day that is asked about."""
    born = {"act": "send", "p_born": "2008-06-03"}
    assert effect(gate, date(2022, 6, 2), **born) == "prohibited"
    assert effect(gate, date(2022, 6, 3), **born) == "permitted"


def test_a_profile_fills_in_and_is_named(gate: Gate) -> None:
    """Only the assumptions that the decision rests on are listed, and given facts win."""
    made = gate.decide({"act": "collect", "a.one": True, "a.three": False}, DAY, "plain")
    assert (made.effect, [(item.fact, item.value) for item in made.assumed]) == (
        "prohibited",
        [("a.two", False)],
    )
    given = gate.decide({"act": "collect", "a.one": True, "a.two": True}, DAY, "plain")
    assert (given.effect, given.assumed) == ("permitted", ())
    unneeded = gate.decide({"act": "collect", "a.one": False}, DAY, "more")
    assert (unneeded.effect, unneeded.assumed) == ("permitted", ())
    with pytest.raises(InputError, match="did you mean"):
        gate.decide({"act": "collect"}, DAY, "plian")


def test_a_prepared_act_is_decided_like_plain_facts(gate: Gate) -> None:
    """The hot path and the plain path agree, and equal outcomes are one object."""
    facts = {"act": "collect", "a.one": True, "a.two": False, "a.three": False}
    prepared = gate.prepare(facts)
    outcome = gate.outcome(prepared, DAY)
    assert outcome.effect == gate.decide(facts, DAY).effect == "prohibited"
    assert gate.outcome(gate.prepare(facts), DAY) is outcome


def test_another_reading_brings_another_rule() -> None:
    """A rule stands only under the answer it names."""
    reading = {
        "id": "which",
        "question": {"zh": "问", "en": "which?"},
        "chosen": "strict",
        "alternatives": [
            {"id": "strict", "answer": {"zh": "严", "en": "strict"}},
            {"id": "mild", "answer": {"zh": "宽", "en": "mild"}},
        ],
        "provisions": ["art_1"],
    }
    rules = (
        {"acts": ["collect"], "when": "a.one", "readings": {"which": "strict"}},
        {"acts": ["collect"], "when": "a.one AND a.two", "readings": {"which": "mild"}},
    )
    law = instrument("law", "2015-01-01", provision("art_1", *rules), readings=[reading])
    case = {"act": "collect", "a.one": True, "a.two": False}
    strict, mild = gate_over(law), gate_over(law, readings={"law:which": "mild"})
    assert strict.decide(case, DAY).effect == "prohibited"
    assert strict.decide(case, DAY).readings == ("law:which",)
    assert mild.decide(case, DAY).effect == "permitted"
    with pytest.raises(InputError, match="no answer"):
        gate_over(law, readings={"law:which": "none"})


@pytest.mark.parametrize(
    ("provisions", "code"),
    [
        ([{"when": "a.one", "unless": ["art_2"]}, {"when": "a.two"}], "rule-exception"),
        ([{"when": "a.one", "unless": ["art_9"]}, {"when": "a.two"}], "rule-exception"),
        (
            [
                {"effect": "permit", "when": "a.one", "unless": ["art_2"]},
                {"effect": "permit", "when": "a.two", "unless": ["art_1"]},
            ],
            "rule-cycle",
        ),
        ([{"when": "a.nine"}, {"when": "a.two"}], "condition-unknown-fact"),
        ([{"when": "a.one", "acts": ["fly"]}, {"when": "a.two"}], "rule-act"),
        ([{"when": "a.one", "readings": {"none": "x"}}, {"when": "a.two"}], "rule-reading"),
    ],
)
def test_rules_that_do_not_hang_together_do_not_load(provisions: list[dict[str, Any]], code: str) -> None:
    """An exception that is none, a circle, an unknown fact, act or reading."""
    rules = [provision(f"art_{number}", rule) for number, rule in enumerate(provisions, start=1)]
    with pytest.raises(LawError) as caught:
        gate_over(instrument("law", "2015-01-01", *rules))
    assert caught.value.code == code
