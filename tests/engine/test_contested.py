"""Contested readings: both sides in the decision, until an organisation chooses one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.engine.explain import explain
from shouxin.engine.gate import Gate
from shouxin.law.model import Instrument

from .conftest import DAY, gate_over, instrument, provision, words

WHICH = "law:which"


def reading(name: str = "which", *answers: str, contested: bool = True) -> dict[str, Any]:
    """Return the plain data of a reading about art. 1."""
    ids = answers or ("strict", "mild")
    return {
        "id": name,
        "question": words("which?"),
        "chosen": ids[0],
        "alternatives": [{"id": answer, "answer": words(answer)} for answer in ids],
        "provisions": ["art_1"],
        "why": "both are held",
        "contested": contested,
    }


def law(*, contested: bool = True) -> Instrument:
    """Return a law that forbids collecting with one, or, as others say, only with one and two."""
    rules = (
        {"acts": ["collect"], "when": "a.one", "readings": {"which": "strict"}},
        {"acts": ["collect"], "when": "a.one AND a.two", "readings": {"which": "mild"}},
    )
    send = provision("art_2", {"acts": ["send"], "when": "a.one"})
    return instrument(
        "law", "2015-01-01", provision("art_1", *rules), send, readings=[reading(contested=contested)]
    )


CASE = {"act": "collect", "a.one": True, "a.two": False}


def test_where_the_sides_differ_the_answer_is_contested_and_carries_both() -> None:
    """Each side names its reading, its answer, its effect and what forbids the act."""
    made = gate_over(law()).decide(CASE, DAY)
    assert made.effect == "contested"
    assert [(side.reading, side.answer, side.effect) for side in made.sides] == [
        (WHICH, "strict", "prohibited"),
        (WHICH, "mild", "permitted"),
    ]
    assert [len(side.violations) for side in made.sides] == [1, 0]
    assert WHICH in made.readings


@pytest.mark.parametrize(("answer", "effect"), [("strict", "prohibited"), ("mild", "permitted")])
def test_who_has_chosen_a_side_gets_its_answer(answer: str, effect: str) -> None:
    """A choice, even of the register's own answer, ends the contest."""
    made = gate_over(law(), readings={WHICH: answer}).decide(CASE, DAY)
    assert (made.effect, made.sides) == (effect, ())


def test_where_both_sides_agree_nothing_is_contested() -> None:
    """Both forbid, both permit, or the rules are about another act."""
    gate = gate_over(law())
    assert gate.decide({**CASE, "a.two": True}, DAY).effect == "prohibited"
    assert gate.decide({**CASE, "a.one": False}, DAY).effect == "permitted"
    assert gate.decide({**CASE, "act": "send"}, DAY).effect == "prohibited"
    assert gate.contested("send", DAY) == {}


def test_a_reading_that_is_not_contested_keeps_its_answer() -> None:
    """The register's answer stands."""
    assert gate_over(law(contested=False)).decide(CASE, DAY).effect == "prohibited"


def test_a_side_that_is_open_leaves_the_answer_open() -> None:
    """What one side forbids is undetermined while a fact decides the other; its question is asked."""
    made = gate_over(law()).decide({"act": "collect", "a.one": True}, DAY)
    assert (made.effect, [item.fact for item in made.missing]) == ("undetermined", ["a.two"])
    assert made.possible == ("law:art_1",)
    assert made.violations == ()


def test_a_permit_that_only_one_side_grants_makes_the_answer_contested() -> None:
    """An exception under a dormant reading defeats the ban on its side only."""
    rules = (
        provision("art_1", {"acts": ["collect"], "when": "a.one", "unless": ["art_2"]}),
        provision(
            "art_2",
            {"effect": "permit", "when": "a.three"},
            {"effect": "permit", "when": "a.two", "readings": {"which": "mild"}},
        ),
    )
    gate = gate_over(instrument("law", "2015-01-01", *rules, readings=[reading()]))
    made = gate.decide({"act": "collect", "a.one": True, "a.two": True, "a.three": False}, DAY)
    assert [(side.answer, side.effect, side.grants) for side in made.sides] == [
        ("strict", "prohibited", ()),
        ("mild", "permitted", ("law:art_2",)),
    ]


def test_the_assumptions_of_every_side_are_listed() -> None:
    """The profile's two is false; only the mild side rests on it, and the answer as a whole does."""
    made = gate_over(law()).decide({"act": "collect", "a.one": True}, DAY, "plain")
    assert (made.effect, [item.fact for item in made.assumed]) == ("contested", ["a.two"])


def test_the_explanation_shows_the_rules_of_each_side() -> None:
    """A rule that takes effect on another side only says under which answer."""
    rules = (
        {"acts": ["collect"], "when": "a.one AND a.two", "readings": {"which": "strict"}},
        {"acts": ["collect"], "when": "a.one", "readings": {"which": "wide"}},
    )
    gate = gate_over(
        instrument(
            "law", "2015-01-01", provision("art_1", *rules), readings=[reading("which", "strict", "wide")]
        )
    )
    shown = explain(gate, CASE, DAY)
    assert [(item.provision, item.side) for item in shown] == [("law:art_1", "law:which=wide")]
    agreed = explain(gate, {**CASE, "a.two": True}, DAY)
    assert [item.side for item in agreed] == [""]


def test_an_exception_may_lead_to_rules_under_another_reading_alone() -> None:
    """Whatever an organisation chooses, the rules hang together."""
    rules = (
        provision("art_1", {"acts": ["collect"], "when": "a.one", "readings": {"which": "mild"}}),
        provision("art_2", {"effect": "permit", "when": "a.two", "overrides": ["art_1"]}),
        provision("art_3", {"acts": ["collect"], "when": "a.three"}),
    )
    gate = gate_over(instrument("law", "2015-01-01", *rules, readings=[reading(contested=False)]))
    case = {"act": "collect", "a.one": True, "a.two": True, "a.three": False}
    assert gate.decide({**case, "a.two": False}, DAY).effect == "permitted"
    assert gate.under({WHICH: "mild"}).decide(case, DAY).grants == ("law:art_2",)


THREE = st.sampled_from([True, False, None])


def three_sided() -> Gate:
    """Return a gate over two contested readings with three and two answers."""
    rules = (
        {"acts": ["collect"], "when": "a.one", "readings": {"which": "strict"}},
        {"acts": ["collect"], "when": "a.one AND a.two", "readings": {"which": "mild"}},
        {"acts": ["collect"], "when": "a.three", "readings": {"which": "other"}},
        {"acts": ["collect"], "when": "p.old AND a.two", "readings": {"who": "all"}},
    )
    readings = [reading("which", "strict", "mild", "other"), reading("who", "some", "all")]
    return gate_over(instrument("law", "2015-01-01", provision("art_1", *rules), readings=readings))


@given(st.fixed_dictionaries(dict.fromkeys(("a.one", "a.two", "a.three", "p.old"), THREE)), st.data())
def test_one_more_fact_never_overturns_a_contest(facts: dict[str, bool | None], data: st.DataObject) -> None:
    """P2 with sides: what is permitted, prohibited or contested stays so, whatever else becomes known."""
    gate = three_sided()
    before = gate.decide({"act": "collect", **facts}, DAY)
    assert (before.effect == "undetermined") == bool(before.missing)
    assert (before.effect == "contested") == bool(before.sides)
    if before.effect != "undetermined":
        more = {name: data.draw(st.booleans()) if worth is None else worth for name, worth in facts.items()}
        assert gate.decide({"act": "collect", **more}, DAY).effect == before.effect
