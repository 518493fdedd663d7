"""The quick way through facts says what the careful way says: on any dictionary, good or bad."""

from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.detect.identifiers import native_available
from shouxin.engine import layout
from shouxin.engine.gate import Gate
from shouxin.engine.missing import deciding
from shouxin.errors import InputError

from .conftest import DAY, gate_over, instrument, provision
from .test_the_law import drawn, gate, gates

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
    expected = outcome(gate(), MappingProxyType(stated))
    for law in gates():
        for _ in range(2):  # what is read first makes what is read next quicker
            assert outcome(law, stated) == expected
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
    expected = outcome(law, MappingProxyType(stated))
    assert [outcome(each, stated) for each in gates()] == [expected, expected]


@given(SOME, st.sampled_from(sorted(gate().reader._profiles)), BOUND | MADE_UP, st.randoms())
def test_some_facts_and_a_profile_are_read_like_the_careful_way(
    act: str, profile: str, facts: dict[str, object], chance: Any
) -> None:
    """Most facts of a profile do not matter to the act; what they lead to may contradict others still."""
    stated: dict[str, object] = {"act": act, **gate().reader.profile(profile), **facts}
    for name in chance.sample(sorted(gate().reader._leading), 3):
        stated[name] = chance.choice([True, False, None, 1])
    expected = outcome(gate(), MappingProxyType(stated))
    assert [outcome(law, stated) for law in gates()] == [expected, expected]


def test_the_extension_is_there_where_the_scanner_is() -> None:
    """Both are built at once; where there is no compiler, both are left out."""
    assert (layout._native is None) == (not native_available())
    built, unbuilt = gates()
    assert bool(built._layout("collect")._compiled) == native_available()
    assert not unbuilt._layout("collect")._compiled
    assert (built.forms == ("words",), unbuilt.forms) == (native_available(), ("places", "slots"))


BAD_RULES: dict[str, tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]] = {
    "a literal of no atom": ((0,), (), ((False, (64,), ()),), ()),
    "a condition before its part": ((0,), (), ((False, (), (0,)),), ()),
    "a rule without its condition": ((0,), (), (), ((0, False, ()),)),
    "a rule before its exception": ((0,), (), ((False, (), ()),), ((0, False, (0,)),)),
    "a sign that there is not": ((), ((0, "~", 1),), (), ()),
}


@pytest.mark.skipif(not native_available(), reason="there is no compiler here")
@pytest.mark.parametrize("bad", BAD_RULES.values(), ids=BAD_RULES)
def test_the_extension_refuses_rules_that_it_could_not_run(bad: tuple[Any, ...]) -> None:
    """What is kept on disk is looked at before it is run: no place outside is ever read."""
    with pytest.raises((ValueError, IndexError)):
        layout.native().Rules(*bad)


@pytest.mark.skipif(not native_available(), reason="there is no compiler here")
def test_the_extension_refuses_facts_for_other_rules() -> None:
    """Too few values, and words of another length, are refused."""
    rules = layout.native().Rules(
        (3,), ((1, "in", ("red", "blue")),), ((False, (0, 2), ()),), ((0, False, ()),)
    )
    assert rules(None, "red", None, True) == rules.of_words((0b0101).to_bytes(8, "little")) == b"\x01"
    assert rules(None, None, None, True) == rules.of_words((0b1101).to_bytes(8, "little")) == b"\x02"
    assert rules(None, "green", None, True) == rules.of_words((0b1001).to_bytes(8, "little")) == b"\x00"
    with pytest.raises(ValueError, match="value"):
        rules(None, "red", None)
    for words in (b"", bytes(16)):
        with pytest.raises(ValueError, match="ready"):
            rules.of_words(words)


@pytest.mark.parametrize("built", [True, False])
def test_a_profile_needs_no_careful_reading(built: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A true fact that leads to others, none of which a rule about the act reads, keeps nobody up."""
    law = gates()[not built]
    profile = law.reader.usual()
    assert any(profile[name] is True and name not in law._layout("collect").places for name in profile)
    stated = {"act": "collect", **profile, "data.sensitive": True}
    expected = law.check(stated, DAY)
    monkeypatch.setattr(law.reader, "read_quickly", None)
    assert law.check(stated, DAY) == expected


def test_a_bad_fact_is_said_before_a_bad_day() -> None:
    """The facts are read first, whichever way: what is wrong with them is said on any day."""
    for law in gates():
        law.check({"act": "collect"}, DAY)
        for facts in ({"act": "collect", "data.sensitiv": True}, {"act": "collect", "data.sensitive": 1}):
            with pytest.raises(InputError) as caught:
                law.check(facts, date(1900, 1, 1))
            assert caught.value.code in ("fact-unknown", "fact-type")


class _Word(str):
    """A word that is equal to the name of a fact and is no plain word."""

    def __hash__(self) -> int:
        return super().__hash__()


@pytest.mark.parametrize(
    "facts",
    [
        {1: True},
        {("data.sensitive",): True},
        {_Word("data.sensitive"): True},
        {_Word("data.sensitive"): 1},
        {"data.\x00sensitive": True},
        {"数据": True},
        {"\ud800": None},
        {"act": "collect", "data.sensitive": [[]]},
    ],
)
def test_odd_keys_are_read_like_the_careful_way(facts: dict[Any, object]) -> None:
    """Keys that are no words, or hardly: the same answer or the same error, and never a crash."""
    stated = {"act": "collect", **facts}
    expected = outcome(gate(), MappingProxyType(stated))
    assert [outcome(law, stated) for law in gates()] == [expected, expected]


class _Deceiving(int):
    """A number that empties the dictionary it stands in when it is looked at."""

    def __eq__(self, other: object) -> bool:
        self.facts.clear()
        return True

    __hash__ = None  # type: ignore[assignment]
    facts: dict[str, object]


def test_facts_that_change_while_they_are_read_do_no_harm() -> None:
    """A value whose comparison changes the dictionary is met when the walk through it is over."""
    for law in gates():
        law.check({"act": "collect"}, DAY)
        worth = _Deceiving(30)
        worth.facts = {"act": "collect", "subject.age": worth, "app.category": "none", **law.reader.usual()}
        outcome(law, worth.facts)
        assert law.check({"act": "collect"}, DAY)


@pytest.mark.parametrize("worth", [1, 0, 1.0, "true", b"", [], (), {}, float("nan"), object(), ...])
def test_what_is_equal_to_true_is_not_true(worth: object) -> None:
    """A boolean fact is True, False or None by identity, in the midst of many good ones too."""
    good = {name: False for name in list(gate().reader.usual())[:40] if "." in name}
    good = {name: False for name in good if gate().rules.facts[name].type == "bool"}
    for law in gates():
        for facts in ({"data.sensitive": worth}, {**good, "data.sensitive": worth}):
            with pytest.raises(InputError) as caught:
                law.check({"act": "collect", **facts}, DAY)
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
