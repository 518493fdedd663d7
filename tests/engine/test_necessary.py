"""Necessary information computed: the lists of the 39 categories, their conditions, their readings."""

from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.engine import parser
from shouxin.engine.expression import names, value
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError
from shouxin.law.register import register

from .conftest import DAY

HOME = "necessary-pi"
REFUSED = {
    "act": "open_service",
    "account.true_identity_given": True,
    "app.basic_refused": True,
    "app.refused_over_extra": True,
}


@cache
def gate(**readings: str) -> Gate:
    """Return the gate over the installed law under other readings of the lists."""
    chosen = {f"{HOME}:{name.replace('_', '-')}": answer for name, answer in readings.items()}
    return Gate(RuleBase(register(), chosen))


CATEGORIES = {category.key: category for category in register().books.categories}
ITEMS = gate().rules.facts["data.items"].values
CONDITIONS = [
    name for name in gate().rules.facts["app.beyond_every_list"].derived_from if name.startswith("app.")
][1:]
VALUES = {name: gate().rules.facts[name].values or (True, False) for name in CONDITIONS}


def needed(category: str, item: str, items: frozenset[str], facts: dict[str, Any]) -> bool | None:
    """Say the slow and simple way whether an item is necessary for a category."""
    for one in CATEGORIES[category].necessary:
        if one.key == item:
            break
    else:
        return False
    need = one.need({name.partition(":")[2]: answer for name, answer in gate().rules.readings.items()})
    keys = [other.key for other in CATEGORIES[category].necessary]
    if any(other in items and keys.index(other) < keys.index(item) for other in need.one_of):
        return False
    types = {name: fact.kind for name, fact in gate().rules.facts.items() if fact.type != "set"}
    return value(parser.parse(need.when, types), facts) if need.when else True


def completions(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every way in which the conditions that a category reads can turn out."""
    unknown = [name for name in CONDITIONS if name not in facts]
    return [
        {**facts, **dict(zip(unknown, worths, strict=True))}
        for worths in product(*(VALUES[name] for name in unknown))
    ]


def derived(facts: dict[str, Any], law: Gate | None = None) -> dict[str, object]:
    """Return the facts with everything that follows from them."""
    return (law or gate()).reader.read({"act": "collect", **facts}, DAY)[1]


SETS = st.frozensets(st.sampled_from(ITEMS), max_size=8)
ON_LISTS = st.sampled_from(sorted(CATEGORIES)).flatmap(
    lambda key: st.tuples(
        st.just(key),
        st.frozensets(
            st.sampled_from([item.key for item in CATEGORIES[key].necessary] or ["location"]), max_size=8
        ),
    )
)
KNOWN = st.fixed_dictionaries({}, optional={name: st.sampled_from(VALUES[name]) for name in CONDITIONS})


@given(ON_LISTS, st.one_of(st.just(frozenset()), SETS), KNOWN)
def test_what_goes_beyond_is_what_a_naive_reading_of_the_table_says(
    wanted: tuple[str, frozenset[str]], more: frozenset[str], facts: dict[str, Any]
) -> None:
    """Each item is looked up by itself; one that is surely not necessary makes it too much."""
    category, some = wanted
    items = some | more
    worths = [needed(category, item, items, facts) for item in items]
    expected = True if False in worths else None if None in worths else False
    known = derived({"app.categories": [category], "data.items": sorted(items), **facts})
    assert known.get("app.beyond_necessary") is expected
    assert known.get("app.beyond_main_list") is expected
    assert known.get("app.beyond_every_list") is expected
    beyond = {item for item in items if needed(category, item, items, facts) is False}
    assert known.get("data.items_beyond") == (None if None in worths else beyond)


@given(ON_LISTS, KNOWN, KNOWN)
def test_one_more_known_condition_never_turns_an_answer_round(
    wanted: tuple[str, frozenset[str]], facts: dict[str, Any], more: dict[str, Any]
) -> None:
    """P2: what follows from a part of the facts follows from more of them."""
    start = {"app.categories": [wanted[0]], "data.items": sorted(wanted[1]), **facts}
    before, after = derived(start), derived({**more, **start})
    assert {name: worth for name, worth in before.items() if after[name] != worth} == {}


@pytest.mark.parametrize("key", sorted(CATEGORIES))
def test_what_stays_open_depends_on_a_condition(key: str) -> None:
    """An answer is open only where two ways for the conditions to turn out differ in it."""
    category = CATEGORIES[key]
    read = {name for item in category.necessary for name in _read(key, item.key)}
    for item in category.necessary:
        facts = {"app.categories": [key], "data.items": [item.key]}
        whole = derived(facts).get("app.beyond_necessary")
        fixed = {name: VALUES[name][0] for name in CONDITIONS if name not in read}
        found = {needed(key, item.key, frozenset([item.key]), now) for now in completions(fixed)}
        assert (whole is None) == (len(found) == 2)


def _read(category: str, item: str) -> set[str]:
    lists = {one.key: one for one in CATEGORIES[category].necessary}
    need = lists[item].need({name.partition(":")[2]: a for name, a in gate().rules.readings.items()})
    types = {name: fact.kind for name, fact in gate().rules.facts.items() if fact.type != "set"}
    return names(parser.parse(need.when, types)) if need.when else set()


def test_every_key_of_the_table_is_a_value_and_labelled() -> None:
    """The categories and items of the table are what the facts can be, with words in three languages."""
    facts = gate().rules.facts
    assert facts["app.category"].values == (*CATEGORIES, "other")
    assert {item.key for one in CATEGORIES.values() for item in one.necessary} <= set(ITEMS)
    for name in ("app.categories", "app.category", "data.items", "data.items_beyond"):
        assert list(facts[name].value_labels) == list(facts[name].values)


@pytest.mark.parametrize(
    ("items", "conditions", "reading", "answers"),
    [
        (["job_seeker_resume"], {"app.user_is_job_seeker": False}, "items_of_one_role",
         {"only-from-that-role": True, "from-every-user": False}),
        (["property_area", "property_layout"],
         {"app.property_has_area": True, "app.property_has_layout": True}, "area_and_layout",
         {"both-where-both-exist": False, "one-of-the-two": True}),
        (["location"], {"app.vehicle": "shared_car", "app.time_share_rental": False,
                        "app.named_time_share_rental": False}, "location_for_shared_cars",
         {"time-share-in-fact": True, "every-shared-car": False, "only-where-so-called": True}),
        (["location"], {"app.vehicle": "rental_car", "app.time_share_rental": False,
                        "app.named_time_share_rental": True}, "location_for_shared_cars",
         {"time-share-in-fact": True, "every-shared-car": True, "only-where-so-called": False}),
        (["user_fund_account", "user_payment_account"], {}, "fund_account_and_card",
         {"fund-account-and-one-of-two": False, "one-of-three": True}),
    ],
)  # fmt: skip
def test_each_reading_of_a_list_can_be_chosen(
    items: list[str], conditions: dict[str, Any], reading: str, answers: dict[str, bool]
) -> None:
    """Under another answer another thing is necessary, and a decision that rests on it says so."""
    category = next(
        key
        for key, one in CATEGORIES.items()
        for item in one.necessary
        if item.key == items[-1] and item.reading == reading.replace("_", "-")
    )
    facts = {"app.categories": [category], "data.items": items, **conditions}
    name = f"{HOME}:{reading.replace('_', '-')}"
    for answer, beyond in answers.items():
        law = gate(**{reading: answer})
        assert derived(facts, law)["app.beyond_necessary"] is beyond
        made = law.decide({**REFUSED, **facts}, DAY, "ordinary-app")
        assert made.effect == ("prohibited" if beyond else "permitted")
        assert name in made.readings


def test_a_reading_that_changes_nothing_is_not_named() -> None:
    """A list without a reading rests on none, and a given answer rests on no computation."""
    facts = {**REFUSED, "app.categories": ["map_navigation"], "data.items": ["address_book"]}
    made = gate().decide(facts, DAY, "ordinary-app")
    assert made.readings == (f"{HOME}:app-in-several-categories",)
    said = {
        "app.categories": ["job_search"],
        "data.items": ["job_seeker_resume"],
        "app.beyond_necessary": True,
    }
    made = gate().decide({**REFUSED, **said}, DAY, "ordinary-app")
    assert f"{HOME}:items-of-one-role" not in made.readings


def test_every_condition_of_every_reading_is_a_source() -> None:
    """Under each answer to a reading the lists read nothing that the derived facts do not name."""
    rules = gate().rules
    sources = set(rules.facts["app.beyond_every_list"].derived_from)
    others = [functions for several in rules.alternatives.values() for functions in several]
    assert len(rules.alternatives) == 4
    assert all(one["beyond_list"].reads <= sources for one in (rules.functions, *others))


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({}, "app.category"),
        ({"app.categories": ["ride_hailing"]}, "data.items"),
        ({"app.categories": ["ride_hailing"], "data.items": ["payment_time"]}, "app.ride_booked_online"),
    ],
)
def test_the_fact_to_give_next_is_named(facts: dict[str, Any], asked: str) -> None:
    """Where it is open whether too much is asked for, the decision says what it follows from."""
    made = gate().decide({**REFUSED, "app.category": None, **facts}, DAY, "ordinary-app")
    (question,) = (item for item in made.missing if item.fact == "app.beyond_necessary")
    assert question.follows_from == (asked,)


def test_an_app_of_no_category_is_left_to_judgement() -> None:
    """Without a list nobody but a person can say what is necessary, unless nothing is asked for."""
    for categories in ([], ["other"]):
        known = derived({"app.categories": categories, "data.items": ["home_address"]})
        assert known["app.category"] == "other"
        assert "app.beyond_necessary" not in known
        assert derived({"app.categories": categories, "data.items": []})["app.beyond_necessary"] is False


def test_several_categories_agree_or_stay_open() -> None:
    """What is too much, or not, for each of the functions is so whichever one the user wants."""
    both = {"app.categories": ["instant_messaging", "online_shopping"]}
    cases = {"registered_mobile_number": False, "address_book": True, "consignee_name": None}
    for item, expected in cases.items():
        assert derived({**both, "data.items": [item]}).get("app.beyond_necessary") is expected
    assert derived({**both, "data.items": ["consignee_name"]})["app.beyond_every_list"] is False


@pytest.mark.parametrize(
    ("facts", "hint"),
    [
        ({"data.items": ["adress_book"]}, '"address_book"'),
        ({"app.categories": ["map"]}, "app.categories"),
        ({"app.category": "map_navigatio"}, '"map_navigation"'),
        ({"data.items": ["location", 7]}, "give set"),
    ],
)
def test_an_unknown_item_or_category_is_refused_with_the_nearest(facts: dict[str, Any], hint: str) -> None:
    """A misspelt word never passes for something that stands on no list."""
    with pytest.raises(InputError) as caught:
        derived(facts)
    assert caught.value.code == "fact-type"
    assert hint in str(caught.value)


def test_what_is_given_may_not_contradict_what_follows() -> None:
    """Whoever lists the items cannot say the opposite of what they amount to."""
    facts = {"app.categories": ["news"], "data.items": ["location"], "app.beyond_necessary": False}
    with pytest.raises(InputError, match=r"app\.beyond_necessary"):
        derived(facts)
