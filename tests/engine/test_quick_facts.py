"""The quick way through facts says what the careful way says: on any dictionary, good or bad."""

from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.engine.gate import Gate
from shouxin.engine.missing import deciding
from shouxin.errors import InputError

from .conftest import DAY, gate_over, instrument, provision
from .test_the_law import drawn, gate

ODD = st.sampled_from(
    [0, 1, 1.0, -1, 13, 14, 10**30, float("nan"), "", "True", "commercial", "2012-02-29", b"x", (), ["a"], {}]
)
WORTHS = st.booleans() | st.none() | ODD
MADE_UP = st.dictionaries(st.sampled_from(sorted(gate().rules.facts)), WORTHS, max_size=30)
TIED = sorted(
    {
        name
        for fact in gate().rules.facts.values()
        for name in (fact.name, *fact.implies, *fact.excludes, *fact.derived_from)
        if fact.implies or fact.excludes or fact.derived_from
    }
)
BOUND = st.dictionaries(st.sampled_from(TIED), st.booleans() | st.none() | st.integers(0, 20), max_size=12)
SOME = st.sampled_from(["collect", "send_message", "recommend", "provide"])
ACTS = st.sampled_from([*sorted(gate().rules.acts), "colect", 3, None])


def answer(law: Gate, facts: Any) -> tuple[object, ...]:
    """Return the act and the facts that are known, or what is said against them."""
    try:
        act, known = law.reader.read_quickly(facts, DAY)
    except InputError as error:
        return error.code, str(error)
    return act, {name: (type(worth), worth) for name, worth in known.items() if worth is not None}


@given(ACTS, MADE_UP | BOUND, st.sampled_from([{}, {"data.sensitiv": True}, {"": None}]))
def test_the_quick_way_reads_like_the_careful_way(
    act: object, facts: dict[str, object], more: dict[str, object]
) -> None:
    """What is no plain dictionary is always read with care: both give one answer, or one error."""
    stated = {"act": act, **facts, **more}
    before = dict(stated)
    assert answer(gate(), stated) == answer(gate(), MappingProxyType(stated))
    assert list(stated.items()) == list(before.items())


def outcome(law: Gate, facts: Any) -> object:
    """Return what a check says, or what is said against the facts."""
    try:
        return law.check(facts, DAY)
    except InputError as error:
        return error.code, str(error)


@given(
    SOME | ACTS,
    st.booleans(),
    MADE_UP | BOUND,
    st.sampled_from([{}, {"data.sensitiv": True}, {"": None}, {"subject.birth_date": date(2012, 2, 29)}]),
    st.randoms(use_true_random=False),
)
def test_a_check_reads_a_dictionary_like_the_careful_way(
    act: Any, is_full: bool, facts: dict[str, object], more: dict[str, object], chance: Any
) -> None:
    """Whatever the facts are, few or many, right or wrong, in whatever order: one answer or one error."""
    usual = gate().reader.usual() if is_full else {}
    items = list({"act": act, **usual, **facts, **more}.items())
    chance.shuffle(items)
    stated = dict(items)
    for _ in range(2):  # what is read first makes what is read next quicker
        assert outcome(gate(), stated) == outcome(gate(), MappingProxyType(stated))
    assert list(stated.items()) == items


@given(SOME, st.randoms(use_true_random=False))
def test_nearly_all_facts_of_an_act_are_read_like_the_careful_way(act: str, chance: Any) -> None:
    """As an application states them: what the rules read, one wrong at most, and one left out or added."""
    law = gate()
    stated: dict[str, object] = {"act": act, **drawn(act, chance)}
    for name in law.reads(DAY, act):
        fact = law.rules.facts[name]
        if name not in stated and fact.type == "bool":
            stated[name] = chance.choice([None, False, True])
    every = sorted(law.rules.facts)
    if chance.random() < 0.5:
        stated[chance.choice(every)] = chance.choice([None, True, False, 1, 13, float("nan"), "none", ["x"]])
    if chance.random() < 0.5:
        del stated[chance.choice([name for name in stated if name != "act"])]
    assert outcome(law, stated) == outcome(law, MappingProxyType(stated))


@pytest.mark.parametrize("worth", [1, 0, 1.0, "true", b"", [], (), {}, float("nan"), object(), ...])
def test_what_is_equal_to_true_is_not_true(worth: object) -> None:
    """A boolean fact is True, False or None by identity, in the midst of many good ones too."""
    good = {name: False for name in list(gate().reader.usual())[:40] if "." in name}
    good = {name: False for name in good if gate().rules.facts[name].type == "bool"}
    for facts in ({"data.sensitive": worth}, {**good, "data.sensitive": worth}):
        with pytest.raises(InputError) as caught:
            gate().check({"act": "collect", **facts}, DAY)
        assert caught.value.code == "fact-type"


@given(
    st.randoms(use_true_random=False), st.sampled_from(["collect", "send_message", "recommend", "provide"])
)
def test_a_check_is_the_outcome_of_the_facts_that_were_read(chance: Any, act: str) -> None:
    """``check`` decides like ``outcome_of`` after ``read``, and refuses what ``read`` refuses."""
    facts = {"act": act, **drawn(act, chance)}
    try:
        expected = gate().outcome_of(*gate().reader.read(facts, DAY), DAY)
    except InputError as error:
        with pytest.raises(InputError) as caught:
            gate().check(facts, DAY)
        assert str(caught.value) == str(error)
        return
    assert gate().check(facts, DAY) == expected
    if expected.effect != "undetermined":  # P2: what is settled stays settled when a fact is taken from it
        name = chance.choice([name for name in facts if name != "act"] or ["act"])
        less = gate().check({**facts, name: None} if name != "act" else facts, DAY)
        assert less.effect in (expected.effect, "undetermined")


@given(
    st.randoms(use_true_random=False), st.sampled_from(["collect", "send_message", "recommend", "provide"])
)
def test_what_is_missing_is_the_same_from_the_web_and_from_whole_rules(chance: Any, act: str) -> None:
    """The web of shared parts asks what the rules with their exceptions folded in ask."""
    law = gate()
    facts = {"act": act, **{k: v for k, v in drawn(act, chance).items() if chance.random() < 0.9}}
    try:
        _, known = law.reader.read(facts, DAY)
    except InputError:
        return
    outcome = law.outcome_of(act, known, DAY)
    effective = law.effective(DAY, act)
    if outcome.effect == "undetermined":
        whole = deciding([effective[key] for key in outcome.open], known, law.values)
        assert law.missing(act, known, outcome, DAY) == whole


def test_no_way_in_permits_what_no_rule_speaks_about() -> None:
    """An act nobody regulates yet is refused by every way of asking, prepared or not."""
    law = gate_over(instrument("law", "2015-01-01", provision("art_1", {"acts": ["send"], "when": "a.one"})))
    ready = law.prepare({"act": "collect"})
    for day, code in ((DAY, "act-unregulated"), (date(2014, 1, 1), "date-before-law")):
        for ask in (
            lambda day: law.check({"act": "collect"}, day),
            lambda day: law.outcome(ready, day),
            lambda day: law.outcome_of("collect", {}, day),
            lambda day: law.decide({"act": "collect"}, day),
        ):
            with pytest.raises(InputError) as caught:
                ask(day)
            assert caught.value.code == code
