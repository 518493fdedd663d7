"""The rules of the installed law: every example holds, every rule has one that fires it and a twin (P3)."""

from collections import defaultdict
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.engine import checks, examples
from shouxin.engine.decision import Outcome
from shouxin.engine.expression import Compare, atoms, names, value
from shouxin.engine.finding import Finding
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError
from shouxin.law.register import register

from .conftest import DAY, interpreted


@cache
def gate() -> Gate:
    """Return the gate over the installed law, once for all tests of a process."""
    return Gate(RuleBase(register()))


@cache
def gates() -> tuple[Gate, Gate]:
    """Return the gate as it was installed, and the one without a compiler."""
    return gate(), interpreted(gate().rules)


INSTRUMENTS = [item.instrument for item in register().instruments if any(p.gate for p in item.provisions)]


def completed(law: Gate, case: examples.Case) -> tuple[str, dict[str, object]]:
    """Return the act of a case and all its facts, with what its profile assumes."""
    act, known = law.reader.read(case.facts, case.day)
    profile = law.reader.profile(case.example.assume) if case.example.assume else {}
    extra = {name: worth for name, worth in profile.items() if known.get(name) is None}
    return act, law.reader.derived({**extra, **known}, case.day)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_example_holds(name: str) -> None:
    """P3: each example of the law files comes out as it says."""
    wrong = []
    for case in examples.all_cases(gate()):
        if case.entry.instrument.instrument == name:
            wrong += [
                f"{case.entry.citation}, {case.example.name}: {item}"
                for item in examples.differences(gate(), case)
            ]
    assert wrong == []


def test_every_gate_provision_has_rules_and_examples() -> None:
    """P4: whatever names the mechanism gate is executed by it; there are at least 700 examples."""
    without = [
        str(entry.citation)
        for entry in register().entries
        if "gate" in entry.provision.mechanism and not (entry.provision.gate and entry.provision.examples)
    ]
    assert without == []
    assert sum(len(entry.provision.examples) for entry in register().entries) >= 700


def test_every_rule_is_fired_and_has_a_twin_one_fact_apart() -> None:
    """P3: for each rule under the chosen readings two examples differ in one fact, and it fires in one."""
    assert lonely(gate(), [case for case in examples.all_cases(gate()) if not case.readings]) == []


def test_every_dormant_rule_is_fired_and_has_a_twin_under_its_reading() -> None:
    """P3 for the rules that stand under other answers only: their examples name the answers."""
    by_readings: dict[frozenset[tuple[str, str]], list[examples.Case]] = defaultdict(list)
    for case in examples.all_cases(gate()):
        by_readings[frozenset(case.readings.items())].append(case)
    left = set(gate().rules.dormant)
    for readings, cases in by_readings.items():
        law = Gate(gate().rules.under({**gate().rules.readings, **dict(readings)}))
        left &= {*lonely(law, cases), *law.rules.dormant}
    assert left == set()


def test_every_scope_under_another_reading_has_a_pair_of_examples() -> None:
    """A scope is seen at work under each of its other answers: a rule fires in it, and rests outside."""
    for item in register().instruments:
        for form in item.scope.under if item.scope else ():
            named = [
                example
                for provision in item.provisions
                for example in provision.examples
                if form.readings.items() <= example.readings.items() and example.expect.by
            ]
            assert named, (item.instrument, form.readings)


def lonely(law: Gate, cases: list[examples.Case]) -> list[str]:
    """Return the rules without two cases one fact apart, of which they take effect in one only."""
    fires: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rests: dict[str, list[dict[str, Any]]] = defaultdict(list)
    of: dict[str, list[str]] = defaultdict(list)
    for key, rule in law.rules.rules.items():
        of[rule.provision].append(key)
    for case in cases:
        act, known = completed(law, case)
        found = law.outcome_of(act, known, case.day)
        sure = {*found.violations, *found.duties, *found.grants}
        open_ = {*found.open, *found.possible_duties}
        for key in of[str(case.entry.citation)]:
            if key in sure:
                fires[key].append(case.facts)
            elif key not in open_:
                rests[key].append(case.facts)
    return [
        key
        for key in law.rules.rules
        if not any(apart(one, other) == 1 for one in fires[key] for other in rests[key])
    ]


def apart(one: dict[str, Any], other: dict[str, Any]) -> int:
    """Return in how many facts two cases differ."""
    return sum(one.get(name) != other.get(name) for name in one.keys() | other.keys())


def test_every_fact_is_read_or_leads_to_one_that_is() -> None:
    """A fact nobody reads is a question nobody needs; a set only feeds derivations."""
    assert [item.provision for item in found() if item.kind == "unread-fact"] == []


def test_every_number_in_a_rule_is_a_figure_of_its_provision() -> None:
    """No figure is invented: a number a rule compares with stands as parameter or deadline beside it."""
    rules = gate().rules
    for rule in (*rules.rules.values(), *rules.dormant.values()):
        (provision,) = (
            e.provision for e in register().find(rule.provision) if str(e.citation) == rule.provision
        )
        figures: set[object] = {provision.deadline.length} if provision.deadline else set()
        for item in provision.parameters:
            figures |= {item.value, item.min, item.max, item.above, item.below}
        for atom in atoms(rule.own):
            if isinstance(atom, Compare) and isinstance(atom.literal, int):
                assert atom.literal in figures, (rule.key, atom)


@cache
def found() -> tuple[Finding, ...]:
    """Return what the checks find in the installed law."""
    return checks.findings(gate())


def test_every_finding_of_the_checks_is_accounted_for() -> None:
    """No dead rule, no conflict, no gap but those that a rule stands beside, with the reason."""
    assert [item for item in found() if not item.accepted] == []
    assert {item.kind for item in found()} == {"conflict", "implied-rule", "late-exception"}


def test_the_profiles_contradict_nothing() -> None:
    """Each profile's assumptions fit together, and with every act."""
    law = gate()
    for profile in register().books.vocabulary.profiles:
        for act in law.rules.acts:
            with_profile = {"act": act}
            try:
                law.decide(with_profile, DAY, profile.name)
            except InputError as error:
                assert error.code == "act-unregulated", (profile.name, act, str(error))


def test_rules_come_and_go_on_their_days() -> None:
    """No rule takes effect the day before its instrument does; on the day and after it can."""
    rules = gate().rules
    for day in rules.cuts:
        for act in rules.acts:
            before = {rule.key for rule in rules.in_order(day - timedelta(days=1), act)}
            after = {rule.key for rule in rules.in_order(day, act)}
            assert all(rules.rules[key].since == day for key in after - before)
            assert all(rules.rules[key].until == day for key in before - after)


@st.composite
def situations(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    """Return an act and facts, many of them unknown, that contradict nothing."""
    law = gate()
    act = draw(st.sampled_from(sorted(law.rules.acts)))
    rules = list(law.effective(DAY, act).values())
    read = sorted({name for rule in rules for name in names(rule)})
    facts: dict[str, object] = {}
    for name in draw(st.lists(st.sampled_from(read), unique=True, max_size=25)) if read else []:
        fact = law.rules.facts[name]
        kinds: dict[str, st.SearchStrategy[object]] = {
            "bool": st.booleans(),
            "int": st.integers(0, 3_000_000),
            "decimal": st.integers(0, 3_000_000),
            "enum": st.sampled_from(fact.values or ("",)),
            "date": st.dates().map(str),
        }
        facts[name] = draw(kinds[fact.type])
    return act, facts


def decided(act: str, facts: dict[str, object]) -> Outcome | None:
    """Return the outcome of an act, or None where its facts contradict each other."""
    law = gate()
    try:
        _, known = law.reader.read({"act": act, **facts}, DAY)
    except InputError as error:
        assert error.code == "fact-contradiction"
        return None
    return law.outcome_of(act, known, DAY)


@pytest.mark.parametrize("seed", range(4))
def test_compiled_rules_agree_with_the_reference(seed: int) -> None:
    """P1: on 20,000 random acts all compiled forms find exactly the rules that the interpreter finds."""
    law, chance = gate(), Random(seed)
    acts = [act for act in sorted(law.rules.acts) if law.effective(DAY, act)]
    done = 0
    while done < 5000:
        act = chance.choice(acts)
        facts = drawn(act, chance)
        try:
            _, known = law.reader.read({"act": act, **facts}, DAY)
        except InputError:
            continue
        expected = reference(act, known)
        for each in gates():
            assert each.outcome_of(act, known, DAY) == expected
            assert each.check({"act": act, **facts}, DAY) == expected
            prepared = each.prepare({"act": act, **facts})
            assert prepared.act == act
            found = each.outcome(prepared, DAY)
            assert found == expected or any("born" in name or "birth" in name for name in facts)
        done += 1


def drawn(act: str, chance: Random) -> dict[str, object]:
    """Return random facts that the rules about an act read, a third of them unknown, mostly as usual."""
    law = gate()
    usual = law.reader.usual()
    facts: dict[str, object] = {}
    for name in sorted(law.reads(DAY, act)):
        fact = law.rules.facts[name]
        if chance.random() < 0.33 or fact.type == "set":
            continue
        if name in usual and chance.random() < 0.7:
            facts[name] = usual[name]
        elif fact.type == "bool":
            facts[name] = chance.random() < 0.5
        elif fact.type == "enum":
            facts[name] = chance.choice(fact.values)
        elif fact.type == "date":
            facts[name] = f"20{chance.randrange(10, 26)}-0{chance.randrange(1, 10)}-1{chance.randrange(10)}"
        else:
            facts[name] = chance.choice([0, 1, 6, 7, 8, 13, 14, 999_999, 1_000_000, 1_000_001])
    return facts


def reference(act: str, known: dict[str, object]) -> Outcome:
    """Return what the interpreter finds, rule by rule, exceptions first, with nothing compiled."""
    rules = gate().rules
    worths: dict[str, bool | None] = {}
    for rule in rules.in_order(DAY, act):
        worth = value(rule.condition, known)
        for key in rule.exceptions:
            against = worths.get(key, False)
            worth = _and(worth, None if against is None else not against)
        worths[rule.key] = worth

    def keys(effect: str, wanted: bool | None) -> list[str]:
        return [k for k, worth in worths.items() if worth is wanted and rules.rules[k].effect == effect]

    found = gate().outcome_of(act, known, DAY)
    order = {key: place for place, key in enumerate((*found.violations, *found.open, *found.duties,
                                                     *found.possible_duties, *found.grants))}  # fmt: skip
    sure, maybe = keys("prohibit", True), keys("prohibit", None)

    def sort(some: list[str]) -> tuple[str, ...]:
        return tuple(sorted(some, key=lambda key: order.get(key, -1)))

    return Outcome(
        effect="prohibited" if sure else "undetermined" if maybe else "permitted",
        violations=sort(sure),
        open=sort(maybe),
        duties=sort(keys("duty", True)),
        possible_duties=sort(keys("duty", None)),
        grants=sort(keys("permit", True)),
    )


def _and(one: bool | None, other: bool | None) -> bool | None:
    return False if False in (one, other) else None if None in (one, other) else True


@given(situations(), st.data())
def test_one_more_fact_never_overturns_an_answer(
    situation: tuple[str, dict[str, object]], data: st.DataObject
) -> None:
    """P2: what is permitted or prohibited stays so, whatever else becomes known."""
    act, facts = situation
    before = decided(act, facts)
    if before is None or before.effect == "undetermined":
        return
    _, more = data.draw(situations())
    after = decided(act, {**more, **facts})
    if after is not None:
        assert after.effect == before.effect
        assert set(before.violations) <= set(after.violations)


@given(situations())
def test_a_valid_act_is_always_answered(situation: tuple[str, dict[str, object]]) -> None:
    """P10: with any set of unknown facts there is a decision; where it is open, there is a question."""
    act, facts = situation
    try:
        made = gate().decide({"act": act, **facts}, DAY)
    except InputError as error:
        assert error.code in ("fact-contradiction", "act-unregulated")
        return
    assert (made.effect == "undetermined") == bool(made.missing)
