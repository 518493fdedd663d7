"""The checks of the rules, each on a made-up law with one defect."""

from typing import Any

import msgspec
import pytest

from shouxin.engine.checks import findings
from shouxin.engine.finding import Finding
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import RuleBase
from shouxin.law.model import Books, Instrument
from shouxin.law.register import Register
from shouxin.law.wording import Vocabulary

from .conftest import VOCABULARY, fact, gate_over, instrument, provision, words

ABOUT_FACTS = {"unread-fact", "unread-assumption"}


def found(*instruments: Instrument) -> list[tuple[str, str, str]]:
    """Return what the checks find, without facts that the small laws here do not read."""
    made = findings(gate_over(*instruments))
    return [(item.kind, item.provision, item.other) for item in made if item.kind not in ABOUT_FACTS]


def law(name: str, effective: str, *rules: dict[str, Any], **more: Any) -> Instrument:
    """Return an instrument with one article for each rule, under a title of its own."""
    articles = [provision(f"art_{number}", rule) for number, rule in enumerate(rules, start=1)]
    title = {"zh": name, "en": name}
    return instrument(name, effective, *articles, **{"title": title, **more})


def permit(when: str, **more: Any) -> dict[str, Any]:
    """Return a rule that permits."""
    return {"effect": "permit", "when": when, **more}


def test_a_sound_law_has_no_findings() -> None:
    """A ban, its exception, a duty, and another law about another fact."""
    old = law("old", "2015-01-01", {"when": "a.one", "unless": ["art_2"]}, permit("a.three"))
    assert found(old, law("new", "2020-01-01", {"when": "a.two"})) == []


@pytest.mark.parametrize(
    "when",
    [
        "a.one AND NOT a.one",
        "b.count > 3 AND b.count < 3",
        "p.young AND p.old",
        "b.kind = 'red' AND b.kind = 'blue'",
    ],
)
def test_a_rule_that_never_holds_is_dead(when: str) -> None:
    """By itself, by its numbers, by facts that exclude each other, by the values of an enum."""
    assert found(law("old", "2015-01-01", {"when": when})) == [("dead-rule", "old:art_1", "")]


def test_any_number_of_facts_is_checked() -> None:
    """Twenty comparisons that leave no number: the search looks at one after the other."""
    several = " AND ".join(f"(b.count > {number} OR a.one)" for number in range(20))
    never = f"{several} AND b.count < 3 AND NOT a.one"
    assert found(law("old", "2015-01-01", {"when": never})) == [("dead-rule", "old:art_1", "")]


def test_an_exception_that_can_never_matter_is_idle() -> None:
    """It excludes the rule, is about another act, or its instrument has gone before the rule comes."""
    apart = law("old", "2015-01-01", {"when": "a.one", "unless": ["art_2"]}, permit("NOT a.one"))
    acts = law(
        "old",
        "2015-01-01",
        {"acts": ["send"], "when": "a.one", "unless": ["art_2"]},
        permit("a.two", acts=["collect"]),
    )
    for idle in (apart, acts):
        assert found(idle) == [("idle-exception", "old:art_1", "old:art_2")]
    gone = law("gone", "2010-01-01", permit("a.two", overrides=["old"]), repealed="2012-01-01")
    assert ("idle-exception", "gone:art_1", "old") in found(gone, law("old", "2015-01-01", {"when": "a.one"}))


def test_a_rule_that_a_wider_one_implies_is_named() -> None:
    """Wherever the narrow one forbids, the wide one does."""
    rules = ({"when": "a.one AND a.two"}, {"when": "a.one"})
    assert found(law("old", "2015-01-01", *rules)) == [("implied-rule", "old:art_1", "old:art_2")]


LIFTING = (
    {"when": "a.one", "require": "a.two"},
    permit("a.three", overrides=["art_1"]),
)
DEMANDING = {"when": "b.count > 3", "require": "a.two"}


def test_a_demand_that_one_law_lifts_and_another_goes_on_making_is_a_conflict() -> None:
    """Both can hold together and nothing says which prevails; the finding is at the permit."""
    made = found(law("old", "2015-01-01", *LIFTING), law("new", "2015-01-01", DEMANDING))
    assert made == [("conflict", "old:art_2", "new:art_1")]


def test_what_cannot_hold_together_or_asks_for_something_else_is_no_conflict() -> None:
    """Cases apart, acts apart, another demand."""
    old = law("old", "2015-01-01", *LIFTING)
    for other in (
        {"when": "NOT a.three", "require": "a.two"},
        {"when": "a.one", "require": "b.count > 3"},
        {"when": "b.count > 3"},
    ):
        assert found(old, law("new", "2015-01-01", other)) == []


def test_an_edge_or_a_reason_settles_a_conflict() -> None:
    """An exception either way, or `beside` at either rule with the note that accounts for it."""
    lifting = ({**LIFTING[0]}, permit("a.three", overrides=["art_1", "new"]))
    assert found(law("old", "2015-01-01", *lifting), law("new", "2015-01-01", DEMANDING)) == []
    beside = {**DEMANDING, "beside": ["old:art_2"], "note": "both are meant"}
    for rules in (
        (law("old", "2015-01-01", *LIFTING), law("new", "2015-01-01", beside)),
        (
            law("old", "2015-01-01", LIFTING[0], {**LIFTING[1], "beside": ["new"], "note": "both are meant"}),
            law("new", "2015-01-01", DEMANDING),
        ),
    ):
        made = [item for item in findings(gate_over(*rules)) if item.kind not in ABOUT_FACTS]
        assert [(item.kind, item.accepted) for item in made] == [("conflict", "both are meant")]


def test_a_reason_for_what_is_not_found_is_idle() -> None:
    """A rule that stands beside what it does not touch."""
    rule = {"when": "a.one", "beside": ["new"], "note": "both are meant"}
    made = found(law("old", "2015-01-01", rule), law("new", "2015-01-01", {"when": "a.two"}))
    assert made == [("idle-beside", "old:art_1", "new")]


def test_a_reason_without_words_does_not_load() -> None:
    """`beside` needs a `note`."""
    with pytest.raises(msgspec.ValidationError, match="why"):
        law("old", "2015-01-01", {"when": "a.one", "beside": ["new"]})


def test_a_permit_that_another_law_leaves_nothing_is_a_conflict() -> None:
    """Wherever the one permits, the other forbids; a narrower ban leaves it something."""
    old = law("old", "2015-01-01", permit("a.one AND a.two"))
    assert found(old, law("new", "2015-01-01", {"when": "a.one"})) == [("conflict", "old:art_1", "new:art_1")]
    assert found(old, law("new", "2015-01-01", {"when": "a.one AND a.three"})) == []


def test_a_duty_to_do_what_another_law_always_forbids_is_a_conflict() -> None:
    """The duty is named like the act."""
    old = law("old", "2015-01-01", {"acts": ["collect"], "when": "a.one", "effect": "duty", "duty": "send"})
    ban = law("new", "2015-01-01", {"acts": ["send"], "when": "a.one"})
    assert found(old, ban) == [("conflict", "old:art_1", "new:art_1")]
    assert found(old, law("new", "2015-01-01", {"acts": ["send"], "when": "a.two"})) == []


def test_a_fact_that_one_law_demands_and_another_forbids_is_a_conflict() -> None:
    """Whatever the fact is, one of them is broken."""
    old = law("old", "2015-01-01", {"when": "a.one", "require": "a.two"})
    assert found(old, law("new", "2015-01-01", {"when": "a.three AND a.two"})) == [
        ("conflict", "old:art_1", "new:art_1")
    ]
    assert found(old, law("new", "2015-01-01", {"when": "NOT a.one AND a.two"})) == []


def test_conflicts_are_looked_for_on_every_day() -> None:
    """Two laws that were in force together only for a while conflicted then."""
    old = law("old", "2015-01-01", *LIFTING, repealed="2018-01-01")
    new = law("new", "2016-01-01", DEMANDING, replaces=["old"])
    assert ("conflict", "old:art_2", "new:art_1") in found(old, new)
    assert ("conflict", "old:art_2", "new:art_1") not in found(
        old, law("new", "2018-01-01", DEMANDING, replaces=["old"])
    )


def test_an_exception_that_comes_late_or_ends_early_is_named() -> None:
    """Only where the rule itself names it: a later law that overrides an older one is no gap."""
    rule = {"when": "a.one", "unless": ["new:art_1"]}
    old = law("old", "2015-01-01", rule)
    assert found(old, law("new", "2020-01-01", permit("a.two"))) == [
        ("late-exception", "old:art_1", "new:art_1")
    ]
    ended = found(old, law("new", "2015-01-01", permit("a.two"), repealed="2018-01-01"))
    assert ended == [("ended-exception", "old:art_1", "new:art_1"), ("no-successor", "new", "")]
    plain = law("old", "2015-01-01", {"when": "a.one"})
    assert found(plain, law("new", "2020-01-01", permit("a.two", overrides=["old"]))) == []


@pytest.mark.parametrize(
    ("repealed", "kinds"),
    [
        ("2020-01-01", []),
        ("2021-01-01", [("double-version", "old", "new")]),
        ("2019-01-01", [("gap", "old", "new"), ("silent-act", "collect", "")]),
    ],
)
def test_one_version_follows_the_other_on_the_day(repealed: str, kinds: list[tuple[str, str, str]]) -> None:
    """Earlier is a gap, in which nothing speaks about the act; later is two versions at once."""
    ban = {"acts": ["collect"], "when": "a.one"}
    old = law("old", "2015-01-01", ban, repealed=repealed)
    assert found(old, law("new", "2020-01-01", ban, replaces=["old"])) == kinds


def test_two_instruments_of_one_title_in_force_together_are_named() -> None:
    """The editor forgot to repeal the older one, or to say that the newer replaces it."""
    one = law("old", "2015-01-01", {"when": "a.one"}, title=words("the law"))
    other = law("new", "2020-01-01", {"when": "a.one"}, title=words("the law"))
    assert found(one, other) == [("double-version", "old", "new")]


def over(*facts: dict[str, Any], when: str = "a.one") -> list[Finding]:
    """Return the findings about one ban over a vocabulary of its own."""
    plain = {**VOCABULARY, "facts": list(facts), "profiles": [], "assumptions": []}
    books = Books(
        instruments=(law("old", "2015-01-01", {"when": when}),),
        categories=(),
        outside=(),
        vocabulary=msgspec.convert(plain, Vocabulary),
    )
    return list(findings(Gate(RuleBase(Register(books, "made up")))))


def test_facts_that_nobody_supplies_are_named() -> None:
    """Derived from nothing declared, derived before its source, implying what is no boolean fact."""
    aged = {"supplied_by": "derived", "derived_by": "under_14", "derived_from": ["p.age"]}
    age = fact("p.age", type="int", supplied_by="derived", derived_by="age", derived_from=["p.born"])
    made = over(fact("p.child", **aged), when="p.child")
    assert [(item.kind, item.provision, item.other) for item in made] == [
        ("unsupplied-fact", "p.child", "p.age")
    ]
    late = over(fact("p.child", **aged), age, fact("p.born", type="date"), when="p.child")
    assert ("unsupplied-fact", "p.child") in [(item.kind, item.provision) for item in late]
    odd = over(fact("a.one", implies=["a.none"]))
    assert [(item.provision, item.other) for item in odd] == [("a.one", "a.none")]


def test_facts_and_assumptions_that_no_rule_reads_are_named() -> None:
    """What only a repealed rule read counts as well."""
    made = findings(gate_over(law("old", "2015-01-01", {"when": "a.one AND b.count > 3"})))
    named = {(item.kind, item.provision, item.other) for item in made}
    assert ("unread-fact", "a.three", "") in named
    assert ("unread-assumption", "a.two", "plain") in named
    assert ("unread-assumption", "b.count", "more") not in named
